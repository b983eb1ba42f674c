"""Where processes are killed under load, and it is counted whether anything acknowledged was lost or counted twice."""

import threading
import time
from typing import Any, Self

import httpx
import pytest

from ratchet.sample import load
from tests.chaos.killing import WITHIN_S, answers, back, kill, settled
from tests.journeys.steps import ENDED, Journey, eventually

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
PRODUCERS = 3
LIST = 20


class Load:
    """Producers that send opinions in lists, each until it is acknowledged."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._produce, args=(number,)) for number in range(PRODUCERS)]
        self.acknowledged = 0
        self.refused = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(WITHIN_S + 10)

    def _produce(self, producer: int) -> None:
        local_ = self._journey.system.local
        with httpx.Client(base_url=f"{local_.gateway_url}/v1", headers=self._journey.system.headers) as http:
            sent = 0
            while not self._stop.is_set():
                self._send(http, [f"{producer}-{sent}-{item}" for item in range(LIST)])
                sent += 1

    def _send(self, http: httpx.Client, keys: list[str]) -> None:
        task = self._journey.task
        opinions = [{"task": task, "key": key, "inference_id": key, "verdict": "positive"} for key in keys]
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline:
            if _status(http, opinions) == 202:
                with self._lock:
                    self.acknowledged += len(keys)
                return
            self.refused += 1
            time.sleep(0.1)
        raise AssertionError(f"an opinion was not acknowledged within {WITHIN_S} s")


def _status(http: httpx.Client, opinions: list[dict[str, str]]) -> int:
    try:
        return http.post("/feedback", json=opinions, timeout=10).status_code
    except httpx.TransportError:
        return 0


def test_nothing_that_a_killed_gateway_acknowledged_is_lost_or_counted_twice(journey: Journey) -> None:
    journey.create_task()

    with Load(journey) as load_:
        time.sleep(2)
        kill(journey, "gateway")
        back(journey, "gateway")
        time.sleep(2)

    assert load_.acknowledged > 0
    eventually(lambda: answers(journey), within_s=WITHIN_S)
    stored = settled(lambda: journey.get("/feedback/stats", task=journey.task)["total"], load_.acknowledged)
    counted = journey.get("/metrics", task=journey.task, period="all")["metrics"]["feedback"]
    assert (stored, counted) == (load_.acknowledged, load_.acknowledged)


@pytest.mark.parametrize("victim", ["trainer", "nats", "postgres"])
def test_a_job_ends_although_something_dies_while_it_fits(journey: Journey, victim: str) -> None:
    journey.create_task()
    journey.teach([(f"{ticket.text} {copy}", ticket.category) for ticket in load() for copy in range(3)])
    job = journey.post("/training/jobs", {"task": journey.task})
    eventually(lambda: _fitting(journey, job["id"]))

    kill(journey, victim)

    ended = eventually(lambda: _ended(journey, job["id"]), within_s=180)
    assert ended["status"] == "succeeded", ended["error"]
    assert len(journey.versions()) == 1
    assert 1 <= len(ended["attempts"]) <= 3


def _ended(journey: Journey, job_id: str) -> dict[str, Any] | None:
    """Give the job once it has ended; while something is down, asking is refused, and that is no failure."""
    try:
        answer = journey.http.get(f"/training/jobs/{job_id}")
    except httpx.TransportError:
        return None
    if answer.status_code in {503, 504}:
        return None
    job = journey.answered(answer)
    return job if job["status"] in ENDED else None


def _fitting(journey: Journey, job_id: str) -> bool | None:
    job = journey.get(f"/training/jobs/{job_id}")
    return True if job["status"] == "running" and job["progress"] > 0.1 else None
