"""What the writer and the browser agree on: names, tags and record shapes.

The one place that spells them; stdlib only, imported by both sides. All of it
lies in one run, `<log_dir>/kerasviz`, in two views of the same truth:

| tag                                   | plugin   | value per step         |
|---------------------------------------|----------|------------------------|
| `filter_patterns/<layer path>`        | images   | labelled sheet         |
| `grad_cam/<layer path>`               | images   | labelled overlay sheet |
| `kerasviz/captures/<stream>`          | kerasviz | JSON, a `Capture`      |
| `kerasviz/filter_patterns/<path>`     | kerasviz | [sheet]                |
| `kerasviz/grad_cam/<path>`            | kerasviz | [raw maps, class means]|
| `kerasviz/held_out/<stream>`          | kerasviz | [JSON, image, ...]     |
| `kerasviz/…` (anything else)          | scalars  | a number for a chart   |

A *stream* is one callback's sequence of captures: its kind, and `.2`, `.3`, …
for a second and third callback of that kind. Each has a tag of its own because
two values of one tag at one step lose one of them (the Python loader keeps the
first, the Rust loader the last), and two callbacks do draw at the same step.
A capture, its record and all its pictures, is one event of the event file: a
torn write loses it as a whole and leaves no half.

Records are columnar: entry `i` of every list of a layer is about filter
`filters[i]`, or about row `i` of the maps. A number that is not finite is null.
"""

from tb_plugin.contract.capture import Capture
from tb_plugin.contract.columns import MAX_SIZE
from tb_plugin.contract.held_out import HeldOut, HeldOutImage
from tb_plugin.contract.maps import MapLayer
from tb_plugin.contract.outcome import Outcome
from tb_plugin.contract.patterns import PatternLayer, Sheet
from tb_plugin.contract.schema import SCHEMA_VERSION, UnknownSchemaError
from tb_plugin.contract.tags import (
    CAPTURES_PREFIX,
    HELD_OUT_PREFIX,
    KINDS,
    NUM_BLOBS,
    PLUGIN_NAME,
    RUN_NAME,
    Kind,
    captures_tag,
    held_out_tag,
    image_tag,
    layer_tag,
)

__all__ = [
    "CAPTURES_PREFIX",
    "HELD_OUT_PREFIX",
    "KINDS",
    "MAX_SIZE",
    "NUM_BLOBS",
    "PLUGIN_NAME",
    "RUN_NAME",
    "SCHEMA_VERSION",
    "Capture",
    "HeldOut",
    "HeldOutImage",
    "Kind",
    "MapLayer",
    "Outcome",
    "PatternLayer",
    "Sheet",
    "UnknownSchemaError",
    "captures_tag",
    "held_out_tag",
    "image_tag",
    "layer_tag",
]
