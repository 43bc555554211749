"""Asks a route and parses its response."""

import io
import json
import struct
from typing import Any

import numpy as np
from PIL import Image
from werkzeug.test import Client

from tests.tb_plugin.serving.tensorboard_app import PREFIX


def ask(client: Client, route: str, **parameters: str) -> Any:
    """Return the JSON that a route answers."""
    response = client.get(PREFIX + route, query_string=parameters)
    assert response.status_code == 200, response.text
    return response.json


def ask_pack(
    client: Client, route: str, **parameters: str
) -> tuple[dict[str, Any], list[bytes | None]]:
    """Return the header of a pack and the picture of each entry."""
    response = client.get(PREFIX + route, query_string=parameters)
    assert response.status_code == 200, response.text
    return unpacked(response.data)


def unpacked(pack: bytes) -> tuple[dict[str, Any], list[bytes | None]]:
    """Return the header and pictures, read as `http_api.md` says."""
    magic, length = struct.unpack_from("<4sI", pack)
    assert magic == b"KVP1" and length % 4 == 0
    header = json.loads(pack[8 : 8 + length])
    pictures = [
        pack[8 + length + entry["offset"] :][: entry["length"]]
        if "offset" in entry
        else None
        for entry in header["entries"]
    ]
    return header, pictures


def pixels(picture: bytes | None) -> np.ndarray:
    """Return the (height, width, channels) of an encoded picture."""
    assert picture is not None
    return np.asarray(Image.open(io.BytesIO(picture)))
