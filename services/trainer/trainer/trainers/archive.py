"""Where a model's arrays and facts become the bytes of an artifact, and bytes become arrays and facts again.

An artifact is a zip archive of `facts.json` and one `<name>.f32` (little-endian 32-bit floats) an array. Members are
stored uncompressed, sorted and with a fixed time, so equal contents give equal bytes; nothing in it can be code.
"""

import io
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.kind import UnreadableArtifact

Floats = NDArray[np.float32]
FACTS = "facts.json"
STORED_FLOATS = np.dtype("<f4")


@dataclass(frozen=True)
class Contents:
    """What an artifact holds: `format` names its layout and edition, `facts` are plain JSON, `arrays` are float32."""

    format: str
    facts: dict[str, Any]
    arrays: Mapping[str, Floats]


def pack(contents: Contents) -> bytes:
    """The artifact of these contents; equal contents give equal bytes on every machine."""
    shapes = {name: list(array.shape) for name, array in contents.arrays.items()}
    header = {"format": contents.format, "shapes": shapes, "facts": contents.facts}
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo(FACTS), json.dumps(header, sort_keys=True, ensure_ascii=False).encode())
        for name in sorted(contents.arrays):
            archive.writestr(ZipInfo(f"{name}.f32"), contents.arrays[name].astype(STORED_FLOATS).tobytes())
    return written.getvalue()


def unpack(artifact: bytes, expected_format: str) -> Contents:
    """The contents of an artifact; raises `UnreadableArtifact` if anything about it is not as `pack` makes it."""
    try:
        return _unpacked(artifact, expected_format)
    except (BadZipFile, KeyError, TypeError, ValueError, RuntimeError, EOFError, struct.error) as error:
        raise UnreadableArtifact(f"The artifact cannot be read: {error}.") from error


def _unpacked(artifact: bytes, expected_format: str) -> Contents:
    with ZipFile(io.BytesIO(artifact)) as archive:
        members = {member.filename: _stored(archive, member) for member in archive.infolist()}
    header = json.loads(members.pop(FACTS))
    if header["format"] != expected_format:
        raise ValueError(f"its format is '{header['format']}', not '{expected_format}'")
    arrays = {name: _floats(members.pop(f"{name}.f32"), shape) for name, shape in header["shapes"].items()}
    if members:
        raise ValueError(f"it holds the unexpected member '{min(members)}'")
    return Contents(header["format"], dict(header["facts"]), arrays)


def _stored(archive: ZipFile, member: ZipInfo) -> bytes:
    if member.compress_type != ZIP_STORED:
        raise ValueError(f"member '{member.filename}' is compressed")
    return archive.read(member)


def _floats(stored: bytes, shape: list[int]) -> Floats:
    if len(stored) != math.prod(shape) * STORED_FLOATS.itemsize or min(shape, default=0) < 0:
        raise ValueError(f"an array of shape {shape} cannot have {len(stored)} bytes")
    floats = np.frombuffer(stored, STORED_FLOATS).reshape(shape)
    if not np.isfinite(floats).all():
        raise ValueError("an array holds something that is not a number")
    return floats
