"""Where served answers are reported as applications report theirs, and kept while that fails."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from chassis.logging import log
from contracts.api.inference import NewInference
from contracts.events.ingest import Ingest
from contracts.topology import INGEST_STREAM

ITEMS_AT_ONCE = 100
BYTES_AT_ONCE = 400_000
MOST_KEPT = 1_000
_SHORT_S = 0.5
_LONG_S = 5.0
_PAUSE_S = 1.0

_FAILURES = (NatsError, OSError)


class Recorder:
    """Publishes inferences; what cannot be published at once is kept, up to a limit, and tried again.

    A tenant whose part of the stream is full holds up nobody else.
    """

    def __init__(self, jetstream: JetStreamContext) -> None:
        self._jetstream = jetstream
        self._kept: dict[str, deque[bytes]] = {}
        self._woken = asyncio.Event()

    async def record(self, tenant: str, inferences: Sequence[NewInference]) -> None:
        """Publish and wait for the acknowledgement, but not long: an answer is not held up by its report."""
        subject = Ingest.address(tenant, Ingest.INFERENCE)
        for body in bodies(inferences):
            if subject in self._kept or not await self._publish(subject, body, _SHORT_S):
                self._keep(subject, body)

    async def run(self) -> None:
        """Publish what was kept, each tenant's oldest first, until cancelled."""
        while True:
            await self._woken.wait()
            for subject in tuple(self._kept):
                await self._publish_again(subject)
            if self._kept:
                await asyncio.sleep(_PAUSE_S)
            else:
                self._woken.clear()

    async def _publish_again(self, subject: str) -> None:
        kept = self._kept[subject]
        while kept:
            first = kept[0]
            if not await self._publish(subject, first, _LONG_S):
                return
            if kept and kept[0] is first:
                kept.popleft()
        del self._kept[subject]

    def _keep(self, subject: str, body: bytes) -> None:
        if sum(map(len, self._kept.values())) >= MOST_KEPT:
            fullest = max(self._kept, key=lambda each: len(self._kept[each]))
            self._kept[fullest].popleft()
            log().error("inferences.dropped", subject=fullest)
        self._kept.setdefault(subject, deque()).append(body)
        self._woken.set()

    async def _publish(self, subject: str, body: bytes, timeout_s: float) -> bool:
        try:
            await self._jetstream.publish(subject, body, stream=INGEST_STREAM, timeout=timeout_s)
        except _FAILURES as failure:
            log().warning("inferences.delayed", reason=str(failure) or type(failure).__name__, subject=subject)
            return False
        return True


def bodies(inferences: Sequence[NewInference]) -> Iterable[bytes]:
    """Write lists of inferences that each fit into a message."""
    batch: list[bytes] = []
    for written in (inference.model_dump_json(exclude_none=True).encode() for inference in inferences):
        if batch and (len(batch) == ITEMS_AT_ONCE or sum(map(len, batch)) + len(written) > BYTES_AT_ONCE):
            yield b"[" + b",".join(batch) + b"]"
            batch = []
        batch.append(written)
    if batch:
        yield b"[" + b",".join(batch) + b"]"
