"""Where it is measured how soon a job that was asked for is running."""

import statistics
import time
from datetime import datetime

import httpx

from bench import report
from ratchet.sample import load
from stack.temporary import Temporary, running

JOBS = 20
EXAMPLES = 150
TASK = "tickets"
ENDED = {"succeeded", "failed", "cancelled"}


def main() -> None:
    report.title(f"From asking for a job to running, {JOBS} jobs one after another, warm worker")
    with running() as stacked, _client(stacked) as http:
        _prepare(http)
        _job(http)
        measured = [_job(http) for _ in range(JOBS)]
    accepted, started, ended = (list(column) for column in zip(*measured, strict=True))
    rows = [_row("accepted (202)", accepted), _row("running", started), _row("ended", ended)]
    report.table(("", "median ms", "p95 ms"), rows)
    report.say("wanted: running below 150 ms")


def _client(stacked: Temporary) -> httpx.Client:
    return httpx.Client(base_url=f"{stacked.local.gateway_url}/v1", headers=stacked.headers)


def _prepare(http: httpx.Client) -> None:
    http.post("/tasks", json={"key": TASK}).raise_for_status()
    ids = list[str]()
    for ticket in load()[:EXAMPLES]:
        body = {"task": TASK, "input": {"text": ticket.text}, "expected_output": {"label": ticket.category}}
        ids.append(http.post("/examples", json=body).raise_for_status().json()["id"])
    http.post("/examples/review", json={"ids": ids, "verdict": "approve"}).raise_for_status()


def _job(http: httpx.Client) -> tuple[float, float, float]:
    """Give the milliseconds from the request to the answer, to running, and to the end."""
    begun, clock = time.perf_counter(), datetime.now().astimezone()
    job = http.post("/training/jobs", json={"task": TASK, "auto_release": False}).raise_for_status().json()
    accepted = (time.perf_counter() - begun) * 1000
    while job["status"] not in ENDED:
        time.sleep(0.05)
        job = http.get(f"/training/jobs/{job['id']}").raise_for_status().json()
    started, ended = (_after(clock, job[name]) for name in ("started_at", "finished_at"))
    return accepted, started, ended


def _after(clock: datetime, moment: str) -> float:
    return (datetime.fromisoformat(moment) - clock).total_seconds() * 1000


def _row(name: str, values: list[float]) -> tuple[str, str, str]:
    return name, f"{statistics.median(values):.0f}", f"{report.percentile(values, 0.95):.0f}"
