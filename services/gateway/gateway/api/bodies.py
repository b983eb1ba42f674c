"""Where bodies are read as far as they may be, and headers that say something about them."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from contracts.errors import TooLarge


def is_form(headers: Mapping[bytes, bytes]) -> bool:
    """Say whether the body is a multipart form."""
    return headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")


def check_length(headers: Mapping[bytes, bytes], longest: int) -> None:
    """Refuse a body that says it is too long, before any of it is read."""
    length = headers.get(b"content-length", b"0")
    if length.isdigit():
        check_size(int(length), longest)


def check_size(size: int, longest: int) -> None:
    """Refuse a body that is too long; raises `TooLarge`."""
    if size > longest:
        raise TooLarge(_too_large(longest), limit_bytes=longest)


def limited(receive: Receive, longest: int) -> Receive:
    """Read a body only as far as the limit; FastAPI lets no other exception than its own pass while it reads."""
    read = 0

    async def count() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > longest:
            raise HTTPException(413, _too_large(longest))
        return message

    return count


async def whole(receive: Receive, longest: int) -> bytes:
    """Read a body to its end; raises `TooLarge`, or `ClientDisconnect` if there is none."""
    parts, size, more = list[bytes](), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        check_size(size, longest)
        more = message.get("more_body", False)
    return b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, and then what comes after it."""
    waiting = [body]

    async def give() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return give


def _too_large(longest: int) -> str:
    return f"The body is larger than the {longest:,} bytes that are allowed."
