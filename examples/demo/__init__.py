"""The demo: a network takes a shortcut and unlearns it, before your eyes.

Phase one trains on pictures where a stamp in the corner gives one label away,
and the heatmaps of held-out pictures lie on the stamp. Phase two goes on with
pictures where the stamp tells nothing: within an epoch the heatmaps move to
the textured discs and the predictions become right. Meanwhile the filters of
the last convolution turn from noise into textures.

`make demo` runs it; `python -m examples.demo --help` tells what it accepts.
"""
