"""Where lists over HTTP are measured: a hundred opinions a request, beside a route that only parses and hands on.

What counts is how fast items are accepted, which is when NATS has stored them; while that is measured, the feedback
service and Postgres take their share of the same cores, and how long they need for the rest is told too.
"""

import statistics
import time

import httpx
import nats
import uvloop
from nats.js import JetStreamContext

from bench import baseline, ingest, load, report
from bench.load import Outcome, Target
from stack.temporary import Temporary, running

ROUNDS = 3
REQUESTS = 1_000
LIST = 100
CONNECTIONS = 8
TASK = ingest.TASK
WANTED = 20_000


def main() -> None:
    with running() as stacked:
        answer = httpx.post(f"{stacked.local.gateway_url}/v1/tasks", json={"key": TASK}, headers=stacked.headers)
        answer.raise_for_status()
        time.sleep(ingest.SETTLE_S)
        uvloop.run(_measure(stacked))


async def _measure(stacked: Temporary) -> None:
    report.title(f"Feedback over HTTP, {LIST} opinions a request, {CONNECTIONS} connections")
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    jetstream = connection.jetstream()
    await jetstream.add_stream(name="BENCH", subjects=["bench.feedback"])
    with baseline.empty_route(stacked) as url:
        targets = {
            "parse and hand on": Target(f"{url}lists", {}, 202),
            "ratchet": Target(f"{stacked.local.gateway_url}/v1/feedback", stacked.headers, 202),
        }
        rates, last, drained_s = await _rounds(targets, jetstream)
    await connection.close()
    _tell(rates, last, drained_s)


async def _rounds(
    targets: dict[str, Target], jetstream: JetStreamContext
) -> tuple[dict[str, list[float]], dict[str, Outcome], list[float]]:
    rates: dict[str, list[float]] = {name: [] for name in targets}
    last: dict[str, Outcome] = {}
    drained_s = list[float]()
    for round_ in range(ROUNDS):
        bodies = [_list(number, f"list-{round_}") for number in range(REQUESTS)]
        for name, target in targets.items():
            last[name] = await load.as_fast_as_possible(
                target, bodies.__getitem__, requests=REQUESTS, connections=CONNECTIONS
            )
            rates[name].append(last[name].rate * LIST)
        begun = time.perf_counter()
        await ingest.drained(jetstream)
        drained_s.append(time.perf_counter() - begun)
    return rates, last, drained_s


def _list(number: int, tag: str) -> bytes:
    """Make a list before it is timed, so that the generator's own work is sending alone."""
    return b"[%b]" % b",".join(ingest.opinion(number * LIST + each, tag) for each in range(LIST))


def _tell(rates: dict[str, list[float]], last: dict[str, Outcome], drained_s: list[float]) -> None:
    rows = [(name, *_row(rates[name], last[name])) for name in rates]
    report.table(("", "items/s", "p50 ms", "p95 ms", "p99 ms", "refused"), rows)
    ratio = [ours / base for ours, base in zip(rates["ratchet"], rates["parse and hand on"], strict=True)]
    report.say(f"accepted a second, {ROUNDS} rounds: {report.spread(rates['ratchet'], '{:,.0f}')}; wanted: {WANTED:,}")
    report.say(f"ratchet / parse and hand on: {report.spread(ratio)}")
    report.say(f"then stored within {report.spread(drained_s, '{:.1f}')} s ({REQUESTS * LIST:,} items a round)")


def _row(rates: list[float], outcome: Outcome) -> tuple[str, ...]:
    shares = (f"{report.percentile(outcome.latencies, share):.1f}" for share in (0.5, 0.95, 0.99))
    return (f"{statistics.median(rates):,.0f}", *shares, str(outcome.refused))
