"""Where a model's arrays and facts become the bytes of an artifact, and bytes become arrays and facts again.

An artifact is a zip archive of `facts.json`, one `<name>.<type>` (little-endian, in C order) an array, such as
`weights.f4` for 32-bit floats, and one `<name>.bin` for each further member. They are stored uncompressed, sorted and
with a fixed time, so equal contents give equal bytes; nothing in it can be code.
"""

import io
import json
import math
import struct
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.kind import UnreadableArtifact

Floats = NDArray[np.float32]
Array = NDArray[Any]
FACTS = "facts.json"
LOCAL_HEADER, LOCAL_MARK = struct.Struct("<4s22xHH"), b"PK\3\4"
TYPES = {name: np.dtype(f"<{name}") for name in ("f2", "f4", "f8", "i1", "i4", "i8", "u1", "b1")}
FIRST_EDITION = "f32"
READ_TYPES = TYPES | {FIRST_EDITION: TYPES["f4"]}


@dataclass(frozen=True)
class Contents:
    """What an artifact holds: `format` names its layout and edition, `facts` are plain JSON.

    `arrays` keep their types: floats of 16, 32 or 64 bits (all finite), integers of 8, 32 or 64, unsigned bytes, bools.
    `members` are bytes that another library made and reads.
    """

    format: str
    facts: dict[str, Any]
    arrays: Mapping[str, Array] = field(default_factory=dict[str, Array])
    members: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


def pack(contents: Contents) -> bytes:
    """The artifact of these contents; equal contents give equal bytes on every machine."""
    arrays = {name: np.ascontiguousarray(array) for name, array in contents.arrays.items()}
    layout = {name: [_type(array), *array.shape] for name, array in arrays.items()}
    header = {"format": contents.format, "arrays": layout, "members": sorted(contents.members), "facts": contents.facts}
    files: dict[str, bytes | memoryview] = {f"{name}.bin": member for name, member in contents.members.items()}
    files |= {f"{name}.{layout[name][0]}": _stored(array, layout[name][0]) for name, array in arrays.items()}
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo(FACTS), json.dumps(header, sort_keys=True, ensure_ascii=False).encode())
        for name in sorted(files):
            archive.writestr(ZipInfo(name), files[name])  # pyright: ignore[reportArgumentType] (any buffer will do)
    return written.getvalue()


def unpack(artifact: bytes, *formats: str) -> Contents:
    """The contents of an artifact in one of these formats.

    Raises `UnreadableArtifact` if anything about it is not as `pack` makes it.
    """
    try:
        return _unpacked(artifact, formats)
    except (BadZipFile, KeyError, TypeError, ValueError, RuntimeError, EOFError, struct.error) as error:
        raise UnreadableArtifact(f"The artifact cannot be read: {error}.") from error


def _type(array: Array) -> str:
    name = array.dtype.str[1:]
    if name not in TYPES:
        raise ValueError(f"an artifact cannot hold an array of {array.dtype}")
    return name


def _stored(array: Array, name: str) -> bytes | memoryview:
    stored = array.astype(TYPES[name], copy=False)
    return stored.data.cast("B") if stored.size else b""


def _unpacked(artifact: bytes, formats: Collection[str]) -> Contents:
    with ZipFile(io.BytesIO(artifact)) as archive:
        files = {member.filename: _read(artifact, member) for member in archive.infolist()}
    header = json.loads(bytes(files.pop(FACTS)))
    if header["format"] not in formats:
        named = " or ".join(f"'{each}'" for each in formats)
        raise ValueError(f"its format is '{header['format']}', not {named}")
    arrays = {
        name: _array(files.pop(f"{name}.{kind}"), kind, shape) for name, (kind, *shape) in _layout(header).items()
    }
    members = {name: bytes(files.pop(f"{name}.bin")) for name in header.get("members", ())}
    if files:
        raise ValueError(f"it holds the unexpected member '{min(files)}'")
    return Contents(header["format"], dict(header["facts"]), arrays, members)


def _layout(header: dict[str, Any]) -> dict[str, list[Any]]:
    """The type and shape of every array; the first edition held only 32-bit floats and said their shapes alone."""
    return header.get("arrays") or {name: [FIRST_EDITION, *shape] for name, shape in header.get("shapes", {}).items()}


def _read(artifact: bytes, member: ZipInfo) -> memoryview:
    """A member as it lies in the artifact: the arrays of a large index are not copied."""
    if member.compress_type != ZIP_STORED:
        raise ValueError(f"member '{member.filename}' is compressed")
    mark, name, extra = LOCAL_HEADER.unpack_from(artifact, member.header_offset)
    start = member.header_offset + LOCAL_HEADER.size + name + extra
    stored = memoryview(artifact)[start : start + member.file_size]
    if mark != LOCAL_MARK or len(stored) != member.file_size or zlib.crc32(stored) != member.CRC:
        raise BadZipFile(f"member '{member.filename}' was altered")
    return stored


def _array(stored: memoryview, kind: str, shape: list[int]) -> Array:
    dtype = READ_TYPES[kind]
    if len(stored) != math.prod(shape) * dtype.itemsize or min(shape, default=0) < 0:
        raise ValueError(f"an array of shape {shape} cannot have {len(stored)} bytes")
    array = np.frombuffer(stored, dtype).reshape(shape)
    if dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError("an array holds something that is not a number")
    return array
