"""Names and tags: where everything lies in a log directory."""

import re
from collections.abc import Mapping
from typing import Literal

PLUGIN_NAME = "kerasviz"
RUN_NAME = "kerasviz"  # the folder of a log_dir that is ours

Kind = Literal["filter_patterns", "grad_cam"]
KINDS: tuple[Kind, ...] = ("filter_patterns", "grad_cam")

# Blobs of a picture. A sheet of patterns is alone where there are no exemplars;
# older logs have no responses.
NUM_BLOBS: Mapping[Kind, tuple[int, ...]] = {
    "filter_patterns": (1, 2, 3),
    "grad_cam": (2,),
}

CAPTURES_PREFIX = "kerasviz/captures/"
HELD_OUT_PREFIX = "kerasviz/held_out/"
_UNREADABLE = re.compile(r'["\\%\x00-\x1f]')


def captures_tag(stream: str) -> str:
    """Return the tag of a stream's records."""
    return CAPTURES_PREFIX + stream


def held_out_tag(stream: str) -> str:
    """Return the tag of a stream's held-out images."""
    return HELD_OUT_PREFIX + stream


def layer_tag(kind: Kind, path: str) -> str:
    """Return the plugin's tag of a layer's pictures.

    Args:
        kind: Kind of the pictures.
        path: Path of the layer, as in records.
    """
    return f"kerasviz/{kind}/{_tag_part(path)}"


def image_tag(kind: Kind, path: str) -> str:
    """Return the tag of a layer's contact sheet in TensorBoard's Images tab."""
    return f"{kind}/{_tag_part(path)}"


def _tag_part(path: str) -> str:
    """Return the path without characters that JSON escapes: `a"b` → `a%22b`.

    TensorBoard's Rust loader cannot read the pictures of a tag that holds a
    quote, a backslash or a control character (seen with 0.7.2).
    """
    return _UNREADABLE.sub(lambda found: f"%{ord(found[0]):02X}", path)
