"""`kerasviz export`: makes files to share from a log; needs no TensorFlow.

```
log ─► choosing ─► panels ────────────► paper    .png .jpg .pdf .gif .apng
(reads) (what of it) (pictures, captions) └► page  .html
```

Comes in: a log directory and the options of the command line. Goes out: one
file. The log is read by the plugin's own back end, `tb_plugin`, through
TensorBoard's loader; it is as untrusted here as there.

What one may touch: `command.add_parser`, and `writing.write` and
`writing.list_log`, which it calls. `panels` does not know `paper` and `page`.
"""

__all__ = ["command"]
