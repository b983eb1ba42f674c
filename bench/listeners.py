"""Where it is measured what 500 listeners of event streams cost those who send feedback at the same time.

Rounds with and without listeners take turns in one run, on the same two cores as everything else: the listeners, the
load generator, NATS, Postgres and the services. What is told happens at a steady rate, as jobs and rollouts tell it.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import nats
import uvloop
from nats.aio.client import Client

from bench import ingest, load, report
from bench.watching import Order, Watchers
from contracts.event import Cause, Envelope
from contracts.events.training import JobProgressed
from stack.temporary import Temporary, running

LISTENERS = 500
EVENTS_PER_S = 20
ROUNDS = 3
REQUESTS = 12_000
STEADY_PER_S, STEADY_S = 2_000, 6.0
WANTED = 0.9
TENANT = "acme"
NOBODY = "nobody listens"
OPERATORS = "job.progressed,rollout.changed,model.promoted,model.rolled_back,alert.raised,alert.resolved"


def main() -> None:
    report.title(f"{LISTENERS} listeners, {EVENTS_PER_S} events/s to each, beside feedback over HTTP")
    with running() as stacked:
        answer = httpx.post(f"{stacked.local.gateway_url}/v1/tasks", json={"key": ingest.TASK}, headers=stacked.headers)
        answer.raise_for_status()
        time.sleep(ingest.SETTLE_S)
        uvloop.run(_measure(stacked))


async def _measure(stacked: Temporary) -> None:
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    order = Order(f"{stacked.local.gateway_url}/v1/events?types={OPERATORS}", stacked.headers, LISTENERS)
    target = load.Target(f"{stacked.local.gateway_url}/v1/feedback", stacked.headers, 202)
    rates: dict[str, list[float]] = {NOBODY: [], f"{LISTENERS} listen": []}
    steady: dict[str, load.Outcome] = {}
    seen: list[Sequence[dict[str, Any]]] = []
    async with _happening(connection):
        for round_ in range(ROUNDS):
            for name, measured in rates.items():
                watchers = None if name == NOBODY else await asyncio.to_thread(Watchers, order)
                measured.append(await _fastest(target, f"{name[:3]}-{round_}"))
                steady[name] = await _steady(target, f"{name[:3]}-steady-{round_}")
                await ingest.drained(connection.jetstream())
                if watchers:
                    seen.append(await asyncio.to_thread(watchers.stop))
    await connection.close()
    _tell(rates, steady, seen)


async def _fastest(target: load.Target, tag: str) -> float:
    return (await load.as_fast_as_possible(target, lambda n: ingest.opinion(n, tag), requests=REQUESTS)).rate


async def _steady(target: load.Target, tag: str) -> load.Outcome:
    return await load.at_a_rate(target, lambda n: ingest.opinion(n, tag), rate=STEADY_PER_S, seconds=STEADY_S)


@asynccontextmanager
async def _happening(connection: Client) -> AsyncGenerator[None]:
    """Let a job go on and on."""
    telling = asyncio.create_task(_tell_on(connection))
    yield
    telling.cancel()


async def _tell_on(connection: Client) -> None:
    number = 0
    while True:
        number += 1
        event = JobProgressed(
            task=ingest.TASK,
            job_id="bench",
            number=number,
            kind="progress",
            at=datetime.now(UTC),
            content={"progress": 0.5, "step": "fitting", "message": f"{number:,} rows"},
        )
        headers = Envelope.around(event, TENANT, Cause("bench")).headers()
        await connection.publish(event.address(TENANT), event.model_dump_json().encode(), headers=headers)
        await asyncio.sleep(1 / EVENTS_PER_S)


def _tell(
    rates: dict[str, list[float]], steady: dict[str, load.Outcome], seen: Sequence[Sequence[dict[str, Any]]]
) -> None:
    rows = [
        (name, f"{statistics.median(rates[name]):,.0f}", *_latencies(steady[name].latencies), str(steady[name].refused))
        for name in rates
    ]
    report.table(("", "requests/s", f"p50 ms at {STEADY_PER_S:,}/s", "p95 ms", "p99 ms", "refused"), rows)
    alone, beside = rates.values()
    ratio = [each / base for each, base in zip(beside, alone, strict=True)]
    report.say(f"with listeners / without, {ROUNDS} rounds: {report.spread(ratio)}; wanted: at least {WANTED:.2f}")
    late = [each for round_ in seen for listener in round_ for each in listener["late_ms"]]
    report.say("an event reaches a listener after p50 {} ms, p95 {} ms, p99 {} ms".format(*_latencies(late)))
    for round_ in seen:
        counts = [listener["events"] for listener in round_]
        wrong, closed = (sum(listener[name] for listener in round_) for name in ("wrong", "closed"))
        report.say(
            f"events a listener: {min(counts):,} to {max(counts):,}; left out or twice: {wrong}; closed: {closed}"
        )


def _latencies(values: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{report.percentile(values, share):.1f}" for share in (0.5, 0.95, 0.99))
