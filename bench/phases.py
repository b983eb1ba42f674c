"""Where it is measured what counting units costs ingest: the same reports of a task with a phase open, and without."""

import asyncio
import os
import signal
import statistics
import time
from datetime import UTC, datetime
from random import Random

import httpx
import nats
import orjson
import uvloop
from nats.js import JetStreamContext

from bench import ingest, report
from contracts import routing
from contracts.event import Cause, Envelope
from contracts.events.phases import PhaseOpened, Segment
from contracts.ids import new_id
from contracts.topology import EVENTS_STREAM
from stack.temporary import Temporary, running

ROUNDS = 3
ANSWERS = 20_000
UNITS = 50_000
TASKS = {"nothing open": "calm", "a phase open": "divided"}
SHARES = {"v1": 0.5, "v2": 0.5}


def main() -> None:
    with running() as stacked:
        for task in TASKS.values():
            answer = httpx.post(f"{stacked.local.gateway_url}/v1/tasks", json={"key": task}, headers=stacked.headers)
            answer.raise_for_status()
        time.sleep(ingest.SETTLE_S)  # the trainer still imports scikit-learn
        uvloop.run(_measure(stacked))


async def _measure(stacked: Temporary) -> None:
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    jetstream = connection.jetstream()
    await _open(jetstream, TASKS["a phase open"])
    rates: dict[str, list[float]] = {name: [] for name in TASKS}
    for round_ in range(ROUNDS):
        for name, task in TASKS.items():
            rates[name].append(await _rate(stacked, jetstream, task, f"{round_}-{task}"))
    report.title(f"Over NATS to stored: {ANSWERS:,} answers, each with an opinion, of {UNITS:,} units")
    report.table(("", "items/s"), [(name, f"{statistics.median(each):,.0f}") for name, each in rates.items()])
    ratio = [open_ / calm for calm, open_ in zip(rates["nothing open"], rates["a phase open"], strict=True)]
    report.say(f"with a phase open / with nothing open, {ROUNDS} rounds: {report.spread(ratio)}")
    await connection.close()


async def _open(jetstream: JetStreamContext, task: str) -> None:
    """Open a phase as the registry would."""
    segments = tuple(Segment(version_id=version_id, weight=weight) for version_id, weight in SHARES.items())
    opened = PhaseOpened(
        phase_id=new_id(), task=task, salt="salt", segments=segments, versions=tuple(SHARES), since=datetime.now(UTC)
    )
    headers = Envelope.around(opened, "acme", Cause("bench")).headers()
    body = opened.model_dump_json().encode()
    await jetstream.publish(opened.address("acme"), body, stream=EVENTS_STREAM, headers=headers)
    await asyncio.sleep(1)


async def _rate(stacked: Temporary, jetstream: JetStreamContext, task: str, tag: str) -> float:
    """Let the service sleep while its stream fills, and measure how fast it empties it."""
    pid = stacked.local.processes["feedback"]
    os.kill(pid, signal.SIGSTOP)
    try:
        await _fill(jetstream, task, tag)
    finally:
        os.kill(pid, signal.SIGCONT)
    begun = time.perf_counter()
    await ingest.drained(jetstream)
    return 2 * ANSWERS / (time.perf_counter() - begun)


async def _fill(jetstream: JetStreamContext, task: str, tag: str) -> None:
    random = Random(tag)
    for start in range(0, ANSWERS, 1000):
        ids = [f"{tag}-{start + number}" for number in range(1000)]
        sent = [("inference", _answer(each, task, f"unit-{random.randrange(UNITS)}")) for each in ids]
        said = [("feedback", _opinion(each, task)) for each in ids]
        pending = [
            await jetstream.publish_async(f"ingest.acme.{noun}", orjson.dumps(body)) for noun, body in (*sent, *said)
        ]
        await asyncio.gather(*pending)


def _answer(id: str, task: str, unit: str) -> dict[str, object]:
    version_id = list(SHARES)[routing.fall("salt", unit, list(SHARES.values()))]
    said: dict[str, object] = {"output": "billing", "confidence": 0.9, "latency_ms": 120.5, "cost_usd": 0.001}
    return {"id": id, "task": task, "version_id": version_id, "unit": unit} | said


def _opinion(id: str, task: str) -> dict[str, object]:
    return {"key": id, "inference_id": id, "task": task, "verdict": "positive"}
