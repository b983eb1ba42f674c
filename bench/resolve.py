"""Where it is measured how fast the SDK says which version to use, and how soon fifty resolvers hear of a change."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import nats as nats_client
from nats.js import JetStreamContext

from bench import releases, report
from bench.following import Crew, Order, following
from chassis import streams
from chassis.embedded import nats
from contracts import routing
from contracts.api.route import Arm, Route
from contracts.topology import route_subject
from ratchet import Resolver
from stack.temporary import Temporary, running

CALLS = 200_000
ROUNDS = 5
PROCESSES, EACH = 5, 10
CHANGES = 120
PAUSE_S = 0.05
SETTLE_S = 8.0
WITHIN_S = 30.0
TASK, PLAIN = "tickets", "plain"
TENANT = releases.TENANT


def main() -> None:
    with TemporaryDirectory() as folder, nats.running(Path(folder)) as server:
        asyncio.run(_alone(server.url, folder))
    with TemporaryDirectory() as folder, running() as stacked:
        _together(stacked, folder)


async def _alone(url: str, folder: str) -> None:
    connection = await nats_client.connect(url)
    await connection.jetstream().add_stream(streams.routes_stream())
    await _put(connection.jetstream(), 1)
    report.title(f"Resolve in the SDK, one thread, {ROUNDS} rounds of {CALLS:,} calls")
    async with Resolver(url, tenant=TENANT, cache_folder=folder) as resolver:
        _calls(resolver)
    await connection.close()


def _calls(resolver: Resolver) -> None:
    units = [f"unit-{number}" for number in range(1000)]
    single = sorted(_nanoseconds(resolver, units[number % 1000]) for number in range(20_000))
    rates, baselines = list[float](), list[float]()
    for _ in range(ROUNDS):
        rates.append(_rate(resolver, units))
        baselines.append(_baseline(units))
    median, tail = (report.percentile(single, share) / 1000 for share in (0.5, 0.99))
    columns = ("median µs", "p99 µs", "calls/s", "a dictionary look-up and a SHA-256 alone, calls/s")
    spreads = (report.spread(each, "{:,.0f}") for each in (rates, baselines))
    report.table(columns, [(f"{median:.1f}", f"{tail:.1f}", *spreads)])
    report.say("a route with four arms; wanted: median below 10 µs, at least 100,000 calls/s")


def _nanoseconds(resolver: Resolver, unit: str) -> int:
    begun = time.perf_counter_ns()
    resolver.resolve(PLAIN, unit)
    return time.perf_counter_ns() - begun


def _rate(resolver: Resolver, units: Sequence[str]) -> float:
    begun = time.perf_counter()
    for number in range(CALLS):
        resolver.resolve(PLAIN, units[number % 1000])
    return CALLS / (time.perf_counter() - begun)


def _baseline(units: Sequence[str]) -> float:
    known = {PLAIN: 1}
    begun = time.perf_counter()
    for number in range(CALLS):
        routing.point("salt", units[number % 1000])
        known.get(PLAIN)
    return CALLS / (time.perf_counter() - begun)


def _together(stacked: Temporary, folder: str) -> None:
    report.title(f"A change of route in {PROCESSES * EACH} resolvers in {PROCESSES} processes, on a whole system")
    made = releases.make_versions(stacked, TASK, 3)
    time.sleep(SETTLE_S)  # the trainer still imports scikit-learn
    waits: dict[str, list[Sequence[float]]] = {}
    with following(_orders(stacked, folder, TASK)) as crew:
        _released(stacked, made, crew, waits)
    with following(_orders(stacked, f"{folder}/plain", PLAIN)) as crew:
        waits["a put into the bucket alone"] = asyncio.run(_plain(stacked, crew))
    columns = ("", "changes", "all: median ms", "all: p95 ms", "the last of 50: median ms", "the last of 50: p95 ms")
    report.table(columns, [_row(name, each) for name, each in waits.items()])
    report.say("counted from when the request is sent; wanted: p95 below 250 ms, of a rollback below 1 s")


def _orders(stacked: Temporary, folder: str, task: str) -> list[Order]:
    url = stacked.local.nats_url
    return [Order(url, task, f"{folder}/{number}", EACH) for number in range(PROCESSES)]


def _released(stacked: Temporary, made: Sequence[str], crew: Crew, waits: dict[str, list[Sequence[float]]]) -> None:
    crew.arrivals(1, WITHIN_S)
    with releases.client(stacked) as http:
        for name, (path, body) in islice(releases.orders(TASK, made), CHANGES):
            begun = time.monotonic()
            http.post(path, json=body).raise_for_status()
            revision = http.get(f"/tasks/{TASK}/route").raise_for_status().json()["revision"]
            waits.setdefault(name, []).append([at - begun for at in crew.arrivals(revision, WITHIN_S)])
            time.sleep(PAUSE_S)


async def _plain(stacked: Temporary, crew: Crew) -> list[Sequence[float]]:
    connection = await nats_client.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    waits = list[Sequence[float]]()
    for revision in range(1, CHANGES + 1):
        begun = time.monotonic()
        await _put(connection.jetstream(), revision)
        waits.append([at - begun for at in await asyncio.to_thread(crew.arrivals, revision, WITHIN_S)])
        await asyncio.sleep(PAUSE_S)
    await connection.close()
    return waits[1:]


def _row(name: str, waits: Sequence[Sequence[float]]) -> tuple[str, ...]:
    every, last = [at for each in waits for at in each], [max(each) for each in waits]
    shown = (statistics.median(every), report.percentile(every, 0.95))
    slowest = (statistics.median(last), report.percentile(last, 0.95))
    return name, str(len(waits)), *(f"{seconds * 1000:.0f}" for seconds in (*shown, *slowest))


async def _put(jetstream: JetStreamContext, revision: int) -> None:
    weights = (0.05, 0.45, 0.05, 0.45)
    arms = tuple(
        Arm(version_id=f"v{number % 2}", label=f"1.0.{number % 2}", artifact="0" * 64, weight=weight)
        for number, weight in enumerate(weights)
    )
    route = Route(
        task=PLAIN,
        kind="classification",
        revision=revision,
        phase="serving",
        arms=arms,
        salt="salt",
        since=datetime.now(UTC),
        champion_version_id="v1",
    )
    await jetstream.publish(route_subject(TENANT, PLAIN), route.model_dump_json().encode())
