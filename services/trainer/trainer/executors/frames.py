"""Where messages between the service and its child processes are written and read: a length, then JSON."""

import asyncio
import struct
from typing import Any, BinaryIO

import orjson

Frame = dict[str, Any]
_LENGTH = struct.Struct(">I")


def encode(frame: Frame) -> bytes:
    """Write a frame."""
    body = orjson.dumps(frame)
    return _LENGTH.pack(len(body)) + body


def read(stream: BinaryIO) -> Frame | None:
    """Wait for a frame; None when the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    body = stream.read(length)
    return orjson.loads(body) if len(body) == length else None


async def receive(reader: asyncio.StreamReader) -> Frame | None:
    """Wait for a frame without holding up the event loop; None when the other side is gone."""
    try:
        length = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))[0]
        return orjson.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
