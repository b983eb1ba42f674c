"""Where a key-value bucket of NATS is followed, over lost connections too, and read once."""

import asyncio
from collections.abc import Callable

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.kv import KeyValue

from chassis.logging import log

Take = Callable[[str, bytes], None]
"""Takes in a key and its value; called for all that is there, and after each change."""

_PAUSE_S = 0.5
_READ_S = 10.0


class Bucket:
    """One bucket that is followed; `ready` is set as soon as all that was in it has been taken in."""

    def __init__(self, jetstream: JetStreamContext, name: str, take: Take) -> None:
        """Begin knowing nothing; `run` follows."""
        self._jetstream = jetstream
        self._name = name
        self._take = take
        self._restart = asyncio.Event()
        self.ready = asyncio.Event()

    async def watch_again(self) -> None:
        """Start the watch anew: after a reconnect the old one hears nothing for many seconds."""
        self._restart.set()

    async def run(self) -> None:
        """Follow the bucket until cancelled."""
        while True:
            self._restart.clear()
            try:
                await self._follow()
            except (NatsError, OSError, TimeoutError) as failure:
                log().warning(f"{self._name}.lost", reason=str(failure) or type(failure).__name__)
                await asyncio.sleep(_PAUSE_S)

    async def _follow(self) -> None:
        bucket = await self._jetstream.key_value(self._name)
        watcher = await bucket.watchall()
        reading = asyncio.create_task(self._read(watcher))
        restarting = asyncio.create_task(self._restart.wait())
        try:
            await asyncio.wait((reading, restarting), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
        finally:
            reading.cancel()
            restarting.cancel()
            await _stop(watcher)

    async def _read(self, watcher: KeyValue.KeyWatcher) -> None:
        async for entry in watcher:
            if entry is None:
                self.ready.set()
            elif entry.value:
                self._take(entry.key, entry.value)


async def read(jetstream: JetStreamContext, name: str) -> dict[str, bytes]:
    """Give all that is in a bucket at this moment; raises `TimeoutError` where it does not come."""
    watcher, found = await (await jetstream.key_value(name)).watchall(), dict[str, bytes]()
    try:
        async with asyncio.timeout(_READ_S):
            async for entry in watcher:
                if entry is None:  # all that was there has been read
                    break
                found[entry.key] = entry.value or b""
    finally:
        await _stop(watcher)
    return found


async def _stop(watcher: KeyValue.KeyWatcher) -> None:
    try:
        await watcher.stop()
    except (NatsError, OSError, TimeoutError):
        return
