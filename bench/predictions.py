"""Where it is measured how fast the served version answers, one ticket at a time and a thousand at once.

The baseline is the same model asked in this process; between them lie HTTP, NATS, the process that keeps models loaded
and the inference that is logged. In the middle of the steady load the route changes twice, and no request may fail.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import httpx
import orjson
import polars as pl

from bench import load, report
from ratchet import sample
from stack.temporary import Temporary, running
from trainer.trainers.classification import kind
from trainer.trainers.kind import Predictor, Workshop

RATE, SECONDS = 50, 30
BATCH, BATCHES = 1_000, 10
TASK = "tickets"
TICKETS = sample.load()


def main() -> None:
    report.title(f"Predictions: {RATE} requests/s of one ticket for {SECONDS} s; {BATCHES} batches of {BATCH:,}")
    here = _model_here()
    with running() as stacked, httpx.Client(base_url=f"{stacked.local.gateway_url}/v1", timeout=60) as http:
        http.headers.update(stacked.headers)
        _prepare(http)
        single, changes = asyncio.run(_steadily(stacked, http))
        batches = [_batch(http) for _ in range(BATCHES)]
    alone = [_timed(partial(here.predict, [{"text": ticket.text}])) for ticket in TICKETS[:500]]
    thousand = [_timed(lambda: here.predict(_inputs(BATCH))) for _ in range(3)]
    rows = [
        _row("one ticket, as asked over HTTP", single.latencies),
        _row("one ticket, the model alone", alone),
        _row("1,000 tickets over HTTP", batches),
        _row("1,000 tickets, the model alone", thousand),
    ]
    report.table(("", "median ms", "p95 ms", "p99 ms"), rows)
    report.say(f"{changes} changes of route meanwhile; requests that failed: {single.refused}; wanted: 0, p95 < 20 ms")


def _model_here() -> Predictor:
    rows = pl.DataFrame({"text": [t.text for t in TICKETS], "label": [t.category for t in TICKETS]})
    parameters = kind.parameters()
    return kind.load(kind.train(kind.split(rows, parameters, "bench"), parameters, Workshop(_Silent())).artifact)


class _Silent:
    def progress(self, fraction: float, step: str, message: str = "") -> None: ...

    def metric(self, name: str, value: float, step: int | None = None) -> None: ...


def _prepare(http: httpx.Client) -> None:
    """Train a first version on few tickets and a better one on all of them."""
    http.post("/tasks", json={"key": TASK}).raise_for_status()
    for part in (TICKETS[:600], TICKETS[600:]):
        _teach(http, part)
        job = http.post("/training/jobs", json={"task": TASK}).raise_for_status().json()
        while (job := http.get(f"/training/jobs/{job['id']}").raise_for_status().json())["finished_at"] is None:
            time.sleep(0.1)


def _teach(http: httpx.Client, tickets: Sequence[sample.Ticket]) -> None:
    for start in range(0, len(tickets), 1000):
        opinions = [{"task": TASK, "input": t.text, "correction": t.category} for t in tickets[start : start + 1000]]
        http.post("/feedback", json=opinions).raise_for_status()
    approved = 0
    while approved < len(tickets):
        page = http.get("/examples", params={"task": TASK, "status": "pending", "limit": 1000}).raise_for_status()
        if ids := [each["id"] for each in page.json()["items"]]:
            http.post("/examples/review", json={"ids": ids, "verdict": "approve"}).raise_for_status()
        approved += len(ids)


async def _steadily(stacked: Temporary, http: httpx.Client) -> tuple[load.Outcome, int]:
    target = load.Target(f"{stacked.local.gateway_url}/v1/tasks/{TASK}/predict", stacked.headers, 200)
    asking = asyncio.create_task(load.at_a_rate(target, _body, rate=RATE, seconds=SECONDS))
    newest = (await asyncio.to_thread(http.get, f"/tasks/{TASK}/versions")).json()["items"][0]["id"]
    orders = (f"/tasks/{TASK}/rollback", f"/versions/{newest}/promote")
    changed = 0
    for order in orders:
        await asyncio.sleep(SECONDS / 3)
        changed += (await asyncio.to_thread(http.post, order, json={})).is_success
    return await asking, changed


def _body(number: int) -> bytes:
    return orjson.dumps({"inputs": [{"text": TICKETS[number % len(TICKETS)].text}]})


def _inputs(count: int) -> list[dict[str, str]]:
    return [{"text": ticket.text} for ticket in TICKETS[:count]]


def _batch(http: httpx.Client) -> float:
    return _timed(lambda: http.post(f"/tasks/{TASK}/predict", json={"inputs": _inputs(BATCH)}).raise_for_status())


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _row(name: str, values: Sequence[float]) -> tuple[str, ...]:
    return name, *(f"{report.percentile(values, share):.1f}" for share in (0.5, 0.95, 0.99))
