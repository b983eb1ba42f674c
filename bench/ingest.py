"""Where ingest is measured: feedback over HTTP and over NATS to durably stored, beside what is possible at all."""

import asyncio
import json
import os
import signal
import statistics
import sys
import time
from contextlib import suppress

import httpx
import nats
import orjson
import uvloop
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from bench import baseline, load, report
from contracts.topology import INGEST_CONSUMER, INGEST_STREAM
from stack.temporary import Temporary, running

ROUNDS = 3
HTTP_REQUESTS = 12_000
MESSAGES = 40_000
STEADY_S = 10.0
SETTLE_S = 8.0
TASK = "tickets"


def main() -> None:
    with running() as stacked:
        answer = httpx.post(f"{stacked.local.gateway_url}/v1/tasks", json={"key": TASK}, headers=stacked.headers)
        answer.raise_for_status()
        time.sleep(SETTLE_S)  # the trainer still imports scikit-learn
        uvloop.run(_measure(stacked))


async def _measure(stacked: Temporary) -> None:
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    jetstream = connection.jetstream()
    await jetstream.add_stream(name="BENCH", subjects=["bench.feedback"])
    await _http(stacked)
    await drained(jetstream)
    await _nats(stacked, jetstream)
    await jetstream.delete_stream("BENCH")
    await connection.close()


def opinion(number: int, prefix: str) -> bytes:
    """Make one opinion in twenty a correction, as people do."""
    body = {
        "key": f"{prefix}-{number}",
        "inference_id": f"{prefix}-{number}",
        "task": TASK,
        "operation": "classification",
        "verdict": "negative" if number % 20 == 0 else "positive",
        "by": f"agent-{number % 50}",
        "source": "user",
        "occurred_at": "2026-01-01T12:00:00Z",
    }
    if number % 20 == 0:
        body |= {"input": {"text": f"the parcel {number} has not arrived"}, "correction": {"label": "shipping"}}
    return orjson.dumps(body)


async def _http(stacked: Temporary) -> None:
    report.title("Feedback over HTTP, one opinion a request, 64 connections")
    ours = load.Target(f"{stacked.local.gateway_url}/v1/feedback", stacked.headers, 202)
    rates: dict[str, list[float]] = {"empty route": [], "ratchet": []}
    last: dict[str, load.Outcome] = {}
    with baseline.empty_route(stacked) as url:
        for round_ in range(ROUNDS):
            for name, target in (("empty route", load.Target(url, {}, 202)), ("ratchet", ours)):
                last[name] = await load.as_fast_as_possible(
                    target, lambda number, tag=f"http-{round_}": opinion(number, tag), requests=HTTP_REQUESTS
                )
                rates[name].append(last[name].rate)
    ratio = [ours / base for ours, base in zip(rates["ratchet"], rates["empty route"], strict=True)]
    rows = [_row(name, statistics.median(rates[name]), last[name]) for name in rates]
    half = await load.at_a_rate(
        ours, lambda number: opinion(number, "steady"), rate=statistics.median(rates["ratchet"]) / 2, seconds=STEADY_S
    )
    report.table(("", "requests/s", "p50 ms", "p95 ms", "p99 ms", "refused"), [*rows, _row("at half", half.rate, half)])
    report.say(f"ratchet / empty route, {ROUNDS} rounds: {report.spread(ratio)}; wanted: at least 0.70")
    report.say(f"p95 at half the highest rate: {report.percentile(half.latencies, 0.95):.1f} ms; wanted: below 10 ms")


def _row(name: str, rate: float, outcome: load.Outcome) -> tuple[str, ...]:
    shares = (f"{report.percentile(outcome.latencies, share):.1f}" for share in (0.5, 0.95, 0.99))
    return (name, f"{rate:,.0f}", *shares, str(outcome.refused))


async def _nats(stacked: Temporary, jetstream: JetStreamContext) -> None:
    report.title(f"Feedback over NATS to durably stored, {MESSAGES:,} messages of one opinion")
    raw, ours = list[float](), list[float]()
    for round_ in range(ROUNDS):
        raw.append(await _raw(stacked, jetstream, f"raw-{round_}"))
        ours.append(await _ours(stacked, jetstream, f"nats-{round_}"))
    ratio = [our / base for our, base in zip(ours, raw, strict=True)]
    rows = [("fetch + unnest", f"{statistics.median(raw):,.0f}"), ("ratchet", f"{statistics.median(ours):,.0f}")]
    report.table(("", "messages/s"), rows)
    report.say(f"ratchet / fetch + unnest, {ROUNDS} rounds: {report.spread(ratio)}; wanted: at least 0.40")


async def _raw(stacked: Temporary, jetstream: JetStreamContext, tag: str) -> float:
    await jetstream.purge_stream("BENCH")
    with suppress(NotFoundError):
        await jetstream.delete_consumer("BENCH", "raw")
    await _fill(jetstream, "bench.feedback", tag)
    env = baseline.env(stacked) | {"TOTAL": str(MESSAGES)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.raw_store", env=env, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    return MESSAGES / json.loads(printed)["seconds"]


async def _ours(stacked: Temporary, jetstream: JetStreamContext, tag: str) -> float:
    """Let the service sleep while its stream fills, and measure how fast it empties it."""
    pid = stacked.local.processes["feedback"]
    os.kill(pid, signal.SIGSTOP)
    try:
        await _fill(jetstream, "ingest.acme.feedback", tag)
    finally:
        os.kill(pid, signal.SIGCONT)
    begun = time.perf_counter()
    await drained(jetstream)
    return MESSAGES / (time.perf_counter() - begun)


async def _fill(jetstream: JetStreamContext, subject: str, tag: str) -> None:
    for start in range(0, MESSAGES, 2_000):
        sent = [await jetstream.publish_async(subject, opinion(start + number, tag)) for number in range(2_000)]
        await asyncio.gather(*sent)


async def drained(jetstream: JetStreamContext) -> None:
    """Wait until the service has stored all there is."""
    while True:
        known = await jetstream.consumer_info(INGEST_STREAM, INGEST_CONSUMER)
        if known.num_pending == 0 and known.num_ack_pending == 0:
            return
        await asyncio.sleep(0.02)
