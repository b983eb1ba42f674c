"""Where the operations on versions are measured over HTTP, on a task with 200 of them, beside an empty route."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import nats
import orjson
import uvloop

from bench import baseline, load, releases, report
from stack.temporary import Temporary, running

VERSIONS = 200
RATE, SECONDS = 50, 8
TASK = "tickets"
SETTLE_S = 8.0
LIMIT = 50

Orders = Sequence[tuple[load.Target, bytes]]
"""Requests that take turns."""


def main() -> None:
    with running() as stacked:
        made = releases.make_versions(stacked, TASK, VERSIONS)
        time.sleep(SETTLE_S)  # the trainer still imports scikit-learn
        report.title(f"Operations on versions, {VERSIONS} of one task, {RATE} requests/s of each for {SECONDS} s")
        uvloop.run(_measure(stacked, made))


async def _measure(stacked: Temporary, made: Sequence[str]) -> None:
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    await connection.jetstream().add_stream(name="BENCH", subjects=["bench.feedback"])
    operations = _operations(partial(_order, stacked), made)
    rows = list[tuple[str, ...]]()
    with baseline.empty_route(stacked) as url:
        empty = {"an empty route that awaits JetStream": [(load.Target(url, {}, 202), b"{}")]}
        for name, orders in (empty | operations).items():
            rows.append(_row(name, await _at_a_rate(orders)))
    await connection.jetstream().delete_stream("BENCH")
    await connection.close()
    mixed = [orders[number % len(orders)] for number in range(20) for orders in operations.values()]
    rows.append(_row(f"all in turn, {RATE} requests/s together", await _at_a_rate(mixed)))
    report.table(("", "requests", "p50 ms", "p95 ms", "p99 ms", "refused"), rows)
    report.say("latency counts from when a request was due; wanted: p95 below 50 ms")


def _operations(order: Callable[..., tuple[load.Target, bytes]], made: Sequence[str]) -> dict[str, Orders]:
    """Name the operations; those that change the route take turns, so that each request changes something."""
    newest, before, older = made[-1], made[-2], made[-3]
    task, of = f"/tasks/{TASK}", "/versions/{}".format
    return {
        f"list, {LIMIT} a page": [order(f"{task}/versions?limit={LIMIT}")],
        "list, all": [order(f"{task}/versions?limit={VERSIONS}")],
        "get": [order(of(each)) for each in made[-10:]],
        "compare": [order(f"{of(older)}/compare/{newest}"), order(f"{of(newest)}/compare/{before}")],
        "route": [order(f"{task}/route")],
        "resolve": [order(f"{task}/resolve?unit=user-{number}") for number in range(20)],
        "history": [order(f"{task}/history?limit={LIMIT}")],
        "promote": [order(f"{of(each)}/promote", {}) for each in (before, newest)],
        "rollback": [order(f"{task}/rollback", {"to": each}) for each in (before, newest)],
        "canary": [order(f"{of(older)}/canary", {"traffic_percent": share}) for share in (10, 20)],
    }


def _order(stacked: Temporary, path: str, body: object = None) -> tuple[load.Target, bytes]:
    url, method = f"{stacked.local.gateway_url}/v1{path}", "GET" if body is None else "POST"
    return load.Target(url, stacked.headers, 200, method), b"" if body is None else orjson.dumps(body)


async def _at_a_rate(orders: Orders) -> load.Outcome:
    return await load.in_turn_at_a_rate(orders, rate=RATE, seconds=SECONDS)


def _row(name: str, outcome: load.Outcome) -> tuple[str, ...]:
    shares = (f"{report.percentile(outcome.latencies, share):.1f}" for share in (0.5, 0.95, 0.99))
    return (name, str(len(outcome.latencies)), *shares, str(outcome.refused))
