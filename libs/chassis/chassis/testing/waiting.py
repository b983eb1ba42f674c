"""Where tests wait for what happens in its own time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")


async def eventually(look: Callable[[], Awaitable[Found | None]], *, within_s: float = 30) -> Found:
    """Look again and again until there is something to see, neither None nor False; else raise `AssertionError`."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = await look()
        if found is not None and found is not False:
            return found
        await asyncio.sleep(0.02)
    message = f"nothing to see within {within_s:g} s"
    raise AssertionError(message)
