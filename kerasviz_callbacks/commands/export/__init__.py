"""A log directory in, files to share out; works without TensorFlow.

```
log_source ─► choosing ─► pattern_panel, map_panel ─► figure     .png .pdf
   (reads)    (what of it)     (pictures, captions)  ├► animation  .gif .apng
                                                     └► report     .html
```

What is read is read by the plugin's own back end, `tb_plugin`, through
TensorBoard's loader; a log is as untrusted here as there.
"""
