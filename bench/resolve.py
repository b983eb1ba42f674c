"""Where it is measured how fast the SDK says which version to use, and how soon it hears of a change."""

import asyncio
import json
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import nats as nats_client
from nats.js import JetStreamContext

from bench import report
from chassis import streams
from chassis.embedded import nats
from contracts.api.route import Arm, Route
from contracts.topology import route_subject
from ratchet import Resolver

CALLS = 200_000
CHANGES = 200


def main() -> None:
    with TemporaryDirectory() as folder, nats.running(Path(folder)) as server:
        asyncio.run(_measure(server.url, folder))


async def _measure(url: str, folder: str) -> None:
    connection = await nats_client.connect(url)
    jetstream = connection.jetstream()
    await jetstream.add_stream(streams.routes_stream())
    await _put(jetstream, 1)
    report.title("Resolve in the SDK, a route with two versions")
    async with Resolver(url, tenant="acme", cache_folder=folder) as resolver:
        _calls(resolver)
        await _changes(resolver, jetstream)
    await connection.close()


def _calls(resolver: Resolver) -> None:
    units = [f"unit-{number}" for number in range(1000)]
    single = list[float]()
    for number in range(20_000):
        begun = time.perf_counter_ns()
        resolver.resolve("tickets", units[number % 1000])
        single.append((time.perf_counter_ns() - begun) / 1000)
    begun = time.perf_counter()
    for number in range(CALLS):
        resolver.resolve("tickets", units[number % 1000])
    rate = CALLS / (time.perf_counter() - begun)
    hashing = _baseline(units)
    columns = ("median µs", "p99 µs", "calls/s", "a dictionary look-up and a SHA-256 alone, calls/s")
    median, tail = statistics.median(single), report.percentile(single, 0.99)
    report.table(columns, [(f"{median:.1f}", f"{tail:.1f}", f"{rate:,.0f}", f"{hashing:,.0f}")])
    report.say("wanted: median below 10 µs")


def _baseline(units: list[str]) -> float:
    from contracts.routing import point  # noqa: PLC0415

    known = {"tickets": 1}
    begun = time.perf_counter()
    for number in range(CALLS):
        point("salt", units[number % 1000])
        known.get("tickets")
    return CALLS / (time.perf_counter() - begun)


async def _changes(resolver: Resolver, jetstream: JetStreamContext) -> None:
    waits = list[float]()
    for revision in range(2, CHANGES + 2):
        begun = time.perf_counter()
        await _put(jetstream, revision)
        while resolver.resolve("tickets").revision != revision:
            await asyncio.sleep(0.0002)
        waits.append((time.perf_counter() - begun) * 1000)
    report.say(
        f"a change of route reaches the resolver after {statistics.median(waits):.1f} ms in the median,"
        f" {report.percentile(waits, 0.95):.1f} ms at the 95th percentile; wanted: below 1 s"
    )


async def _put(jetstream: JetStreamContext, revision: int) -> None:
    arms = tuple(
        Arm(version_id=f"v{number}", label=f"1.0.{number}", artifact="0" * 64, weight=0.5) for number in range(2)
    )
    route = Route(
        task="tickets",
        kind="classification",
        revision=revision,
        phase="serving",
        arms=arms,
        salt="salt",
        since=datetime.now(UTC),
    )
    await jetstream.publish(route_subject("acme", "tickets"), json.dumps(route.model_dump(mode="json")).encode())
