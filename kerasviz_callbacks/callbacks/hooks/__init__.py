"""What Keras' hooks do not say by themselves.

`Progress` counts steps and epochs, `AfterOthers` ends after all other
callbacks, `Interrupts` holds back a signal until one more capture is drawn.
"""

from kerasviz_callbacks.callbacks.hooks.after_others import AfterOthers
from kerasviz_callbacks.callbacks.hooks.interrupts import Interrupts
from kerasviz_callbacks.callbacks.hooks.progress import Progress

__all__ = ["AfterOthers", "Interrupts", "Progress"]
