"""Draws in another process while a training goes on.

A `ProcessRecorder` has the face of a `Recorder`. It takes a copy of the weights
and says why; the process behind it has the recorders, series and the log that a
training would have, and draws by them. When to draw stays with the training.

    the training                                 the process that draws
    process_recorder ── drawing_process ═ messages ═ serving ── drawer
           └── known, parcel, model_parcel ───────────────────────┤
           └── copies ═══════════ mailbox, a folder ═════════ recorders
"""

from kerasviz_callbacks.callbacks.process.process_recorder import (
    ProcessRecorder,
)

__all__ = ["ProcessRecorder"]
