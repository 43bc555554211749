"""The log format: names, tags, words and records that both sides share.

This is the one place that spells them. It needs the standard library alone and
is imported by writer and reader. Everything lies in one run,
`<log_dir>/kerasviz`, as two views of the same data:

| tag                                   | plugin   | value per step         |
|---------------------------------------|----------|------------------------|
| `filter_patterns/<layer path>`        | images   | labelled contact sheet |
| `grad_cam/<layer path>`               | images   | labelled overlay sheet |
| `kerasviz/captures/<stream>`          | kerasviz | JSON, a `Capture`      |
| `kerasviz/filter_patterns/<path>`     | kerasviz | [sheet, with exemplars:|
|                                       |          | crops, responses]      |
| `kerasviz/grad_cam/<path>`            | kerasviz | [raw heatmaps, class   |
|                                       |          | means]                 |
| `kerasviz/held_out/<stream>`          | kerasviz | [JSON, image, ...]     |
| `kerasviz/…` (anything else)          | scalars  | a number for a chart   |

A *stream* is one callback's sequence of captures. It is named after the kind;
a second and third callback of that kind get `.2`, `.3`, …. Each stream has its
own tag, because two callbacks do capture at the same step, and of two values of
one tag at one step one is lost: the Python loader keeps the first, the Rust
loader the last.

A capture, its record and all its pictures, is one event of the event file. An
interrupted write loses all of it, never half.

Records are columnar: entry `i` of every list of a layer belongs to filter
`filters[i]`, or to row `i` of the heatmaps. A number that is not finite is
null.

What one may touch: `Capture` and `HeldOut` with `to_json` and `from_json`, the
functions that spell tags, the words of statuses and events, and the other names
below. `decode` holds what a reader of untrusted JSON needs.
"""

from tb_plugin.contract.capture import (
    MAX_NOT_FINITE,
    Capture,
    Happened,
    NotFiniteWeight,
)
from tb_plugin.contract.decode import (
    MAX_SIZE,
    MAX_STEP,
    SCHEMA_VERSION,
    ContractError,
    UnknownSchemaError,
    json_bytes,
)
from tb_plugin.contract.exemplars import Exemplars
from tb_plugin.contract.held_out import HeldOut, HeldOutImage
from tb_plugin.contract.maps import MapLayer, beats_chance
from tb_plugin.contract.outcome import Outcome
from tb_plugin.contract.patterns import PatternLayer
from tb_plugin.contract.sheet import Sheet
from tb_plugin.contract.shortcuts import ShortcutPlace, ShortcutSearch
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
from tb_plugin.contract.words import (
    EVENT_WORDS,
    FILTER_STATUSES,
    HEATMAP_STATUSES,
    LABELS,
)

__all__ = [
    "CAPTURES_PREFIX",
    "EVENT_WORDS",
    "FILTER_STATUSES",
    "HEATMAP_STATUSES",
    "HELD_OUT_PREFIX",
    "KINDS",
    "LABELS",
    "MAX_NOT_FINITE",
    "MAX_SIZE",
    "MAX_STEP",
    "NUM_BLOBS",
    "PLUGIN_NAME",
    "RUN_NAME",
    "SCHEMA_VERSION",
    "Capture",
    "ContractError",
    "Exemplars",
    "Happened",
    "HeldOut",
    "HeldOutImage",
    "Kind",
    "MapLayer",
    "NotFiniteWeight",
    "Outcome",
    "PatternLayer",
    "Sheet",
    "ShortcutPlace",
    "ShortcutSearch",
    "UnknownSchemaError",
    "beats_chance",
    "captures_tag",
    "held_out_tag",
    "image_tag",
    "json_bytes",
    "layer_tag",
]
