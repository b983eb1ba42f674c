"""Where it is measured that metrics are answered as fast with ten million inferences stored as with ten thousand.

BENCH_MOST=1000000 stops earlier: ten million take some minutes to store.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import nats
import orjson
import uvloop
from nats.js import JetStreamContext

from bench import baseline, ingest, load, report
from contracts.topology import INGEST_CONSUMER, INGEST_STREAM
from stack.temporary import Temporary, running

SIZES = (10_000, 1_000_000, 10_000_000)
MOST = int(os.environ.get("BENCH_MOST", SIZES[-1]))
LIST, AT_ONCE = 100, 200
RATE, SECONDS = 50, 8
LABELS = 20
OPINIONS = 0.05
TASK = "tickets"
QUESTIONS = ("period=hour", "period=day", "period=week", "period=month", "period=all", "period=day&version=v1")


def main() -> None:
    with running() as stacked:
        answer = httpx.post(f"{stacked.local.gateway_url}/v1/tasks", json={"key": TASK}, headers=stacked.headers)
        answer.raise_for_status()
        time.sleep(ingest.SETTLE_S)  # the trainer still imports scikit-learn
        uvloop.run(_measure(stacked))


async def _measure(stacked: Temporary) -> None:
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    jetstream = connection.jetstream()
    await jetstream.add_stream(name="BENCH", subjects=["bench.feedback"])
    report.title(f"Metrics of a day with 2 versions and {LABELS} labels, {RATE} questions/s for {SECONDS} s")
    sizes = sorted({size for size in SIZES if size < MOST} | {MOST})
    stored, p95 = 0, dict[str, list[float]]()
    with baseline.empty_route(stacked) as url:
        empty = await _asked([(load.Target(url, {}, 202), b"{}")])
        report.say(f"an empty route that awaits JetStream: p95 {report.percentile(empty.latencies, 0.95):.1f} ms")
    for size in sizes:
        await _store(jetstream, stored, size)
        stored = size
        for question, shown in (await _all_asked(stacked)).items():
            p95.setdefault(question, []).append(report.percentile(shown.latencies, 0.95))
    rows = [
        (question, *(f"{each:.1f}" for each in found), f"{found[-1] / found[0]:.2f}") for question, found in p95.items()
    ]
    report.table(("p95 in ms", *(f"{size:,} inferences" for size in sizes), "last / first"), rows)
    report.say("latency counts from when a question was due; wanted: below 20 ms, and 0.75 to 1.25 times the first")
    await jetstream.delete_stream("BENCH")
    await connection.close()


async def _store(jetstream: JetStreamContext, first: int, last: int) -> None:
    """Report answers of the last day, and an opinion about some, in lists of answers that were given together."""
    random, begun = Random(first), time.perf_counter()
    for start in range(first, last, LIST * AT_ONCE):
        numbers = [
            range(each, min(each + LIST, last)) for each in range(start, min(start + LIST * AT_ONCE, last), LIST)
        ]
        bodies = [
            (noun, make(each, random))
            for each in numbers
            for noun, make in (("inference", _answers), ("feedback", _said))
        ]
        sent = [await jetstream.publish_async(f"ingest.acme.{noun}", orjson.dumps(body)) for noun, body in bodies]
        await asyncio.gather(*sent)
        await _keep_up(jetstream)
    await ingest.drained(jetstream)
    spent = time.perf_counter() - begun
    report.say(f"{last - first:,} answers and opinions about {OPINIONS:.0%} of them stored over NATS in {spent:,.0f} s")


async def _keep_up(jetstream: JetStreamContext) -> None:
    """Wait while a lot is to be stored, lest the stream becomes full."""
    while ((await jetstream.consumer_info(INGEST_STREAM, INGEST_CONSUMER)).num_pending or 0) > AT_ONCE:
        await asyncio.sleep(0.02)


def _answers(numbers: range, random: Random) -> Sequence[dict[str, object]]:
    given = datetime.now(UTC) - timedelta(hours=24 * random.random())
    return [
        {
            "id": f"i{number}", "task": TASK, "version_id": f"v{number % 2}", "output": f"label-{number % LABELS}",
            "confidence": random.random(), "latency_ms": random.lognormvariate(5, 0.5), "tokens_in": 100,
            "tokens_out": 20, "cost_usd": 0.001, "occurred_at": given.isoformat(),
        }
        for number in numbers
    ]  # fmt: skip


def _said(numbers: range, random: Random) -> Sequence[dict[str, object]]:
    told = [number for number in numbers if random.random() < OPINIONS]
    return [
        {
            "key": f"k{number}", "inference_id": f"i{number}", "task": TASK, "source": "user",
            "verdict": "positive" if random.random() < 0.9 else "negative",
        }
        for number in told
    ]  # fmt: skip


async def _all_asked(stacked: Temporary) -> dict[str, load.Outcome]:
    url = f"{stacked.local.gateway_url}/v1/metrics?task={TASK}"
    targets = {each: load.Target(f"{url}&{each}", stacked.headers, 200, "GET") for each in QUESTIONS}
    found: dict[str, load.Outcome] = {}
    for question, target in targets.items():
        found[question] = await _asked([(target, b"")])
        if found[question].refused:
            report.say(f"{question}: {found[question].refused} questions were refused")
    return found


async def _asked(orders: Sequence[tuple[load.Target, bytes]]) -> load.Outcome:
    return await load.in_turn_at_a_rate(orders, rate=RATE, seconds=SECONDS)
