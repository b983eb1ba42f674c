"""Where producers send without a pause, opinions over HTTP and inferences over NATS, each list until acknowledged."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

import asyncpg
import httpx
import nats
import orjson
from nats.errors import Error as NatsError

from contracts.events.ingest import Ingest
from tests.journeys.steps import Journey

LIST = 20
ACCEPTED = 202
PATIENCE_S = 120.0
_HTTP_PRODUCERS = 2
_EVERY_S = 0.01
"""A list over NATS is acknowledged within a millisecond: without a pause a minute of it takes many to store."""

FULL_RATE_S = 0.0
GENTLE_S = 0.02
"""Between two lists of a producer over HTTP: at full rate a machine of two cores does nothing else beside."""


class Producers:
    """Two producers over HTTP and one over NATS, and the ids of all that was acknowledged to them."""

    def __init__(self, journey: Journey, *, pause_s: float = FULL_RATE_S) -> None:
        self._journey = journey
        self._pause_s = pause_s
        self._stop = threading.Event()
        http = [threading.Thread(target=self._over_http, args=(number,)) for number in range(_HTTP_PRODUCERS)]
        self._threads = [*http, threading.Thread(target=lambda: asyncio.run(self._over_nats()))]
        self.opinions: set[str] = set()
        self.inferences: set[str] = set()
        self.refused = 0
        self.given_up: list[str] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_S + 10)

    def _lists(self, producer: str) -> Iterator[list[str]]:
        sent = 0
        while not self._stop.is_set():
            yield [f"{producer}-{sent}-{item}" for item in range(LIST)]
            sent += 1

    def _over_http(self, producer: int) -> None:
        system = self._journey.system
        with httpx.Client(base_url=f"{system.local.gateway_url}/v1", headers=system.headers, timeout=10) as http:
            for keys in self._lists(f"http{producer}"):
                body = self._opinions(keys)
                if self._accepted(http, body):
                    self.opinions.update(keys)
                time.sleep(self._pause_s)

    def _opinions(self, keys: list[str]) -> list[dict[str, Any]]:
        """Make opinions, each about an inference that comes by the other way, sooner, later or never."""
        task = self._journey.task
        return [
            {"task": task, "key": key, "inference_id": f"nats{key.removeprefix('http')}", "verdict": "positive"}
            for key in keys
        ]

    def _accepted(self, http: httpx.Client, opinions: list[dict[str, Any]]) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if _status(http, opinions) == ACCEPTED:
                return True
            self.refused += 1
            time.sleep(0.1)
        self.given_up.append("http")
        return False

    async def _over_nats(self) -> None:
        local, task = self._journey.system.local, self._journey.task
        quiet = {"max_reconnect_attempts": -1, "reconnect_time_wait": 0.2, "error_cb": _unheard}
        connection = await nats.connect(local.nats_url, **quiet)
        subject = Ingest.address(local.tenant, Ingest.INFERENCE)
        for ids in self._lists("nats0"):
            body = orjson.dumps([{"task": task, "id": id, "output": "billing"} for id in ids])
            if await self._stored(connection.jetstream(timeout=2), subject, body):
                self.inferences.update(ids)
            await asyncio.sleep(max(_EVERY_S, self._pause_s))
        await connection.close()

    async def _stored(self, jetstream: Any, subject: str, body: bytes) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                await jetstream.publish(subject, body)
            except (NatsError, OSError, TimeoutError):
                self.refused += 1
                await asyncio.sleep(0.1)
            else:
                return True
        self.given_up.append("nats")
        return False


def _status(http: httpx.Client, opinions: list[dict[str, Any]]) -> int:
    try:
        return http.post("/feedback", json=opinions).status_code
    except httpx.TransportError:
        return 0


async def _unheard(_: Exception) -> None:
    """Say nothing of connections that break: that they do is what is tried."""


def stored(journey: Journey) -> tuple[list[str], list[str]]:
    """Give the ids of the opinions and of the inferences in the database, as often as they are there."""
    return asyncio.run(_stored_ids(journey.system.local.postgres_url, journey.task))


async def _stored_ids(url: str, task: str) -> tuple[list[str], list[str]]:
    connection = await asyncpg.connect(url)
    opinions = await connection.fetch("SELECT key FROM feedback.feedback WHERE task = $1", task)
    inferences = await connection.fetch("SELECT id FROM feedback.inferences WHERE task = $1", task)
    await connection.close()
    return [row[0] for row in opinions], [row[0] for row in inferences]
