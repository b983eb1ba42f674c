"""Where trainings run wild: they allocate without end, never end, crash; the service does not notice."""

import threading
import time
from pathlib import Path
from typing import Self

import httpx
import pytest

from ratchet.sample import load
from tests.chaos.test_workers import teach
from tests.journeys.steps import Journey
from tests.trainer.installing import install_kinds

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

REASONS = {
    "hungry": "The training needed more than the 1,500 MB of memory that are allowed.",
    "endless": "The training took longer than the 0.5 minutes that are allowed.",
    "crashing": "It failed 3 times; the last time: the training process was ended by SIGSEGV.",
}


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system know the kinds of the tests, with limits that they reach."""
    monkeypatch.setenv("PYTHONPATH", install_kinds(tmp_path))
    monkeypatch.setenv("RATCHET_WORKERS", "3")
    monkeypatch.setenv("RATCHET_MAX_TRAINING_MEMORY_MB", "1500")
    monkeypatch.setenv("RATCHET_MAX_TRAINING_RUNTIME_MINUTES", "0.5")


class Asking:
    """A client that has one text labelled again and again."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.answers: list[int] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def _ask(self) -> None:
        system = self._journey.system
        with httpx.Client(base_url=f"{system.local.gateway_url}/v1", headers=system.headers, timeout=30) as http:
            while not self._stop.is_set():
                answer = http.post(f"/tasks/{self._journey.task}/predict", json={"inputs": [{"text": "my card"}]})
                self.answers.append(answer.status_code)
                time.sleep(0.05)


def test_trainings_that_run_wild_fail_with_the_reason_while_predictions_go_on(journey: Journey) -> None:
    journey.create_task()
    journey.teach([(f"{ticket.text} {copy}", ticket.category) for ticket in load() for copy in range(3)])
    assert journey.train()["status"] == "succeeded"
    for kind in REASONS:
        teach(journey, kind, kind)

    with Asking(journey) as asking:
        started = {kind: journey.post("/training/jobs", {"task": kind})["id"] for kind in REASONS}
        ended = {kind: journey.ended(job, within_s=150) for kind, job in started.items()}

    assert {kind: job["error"] for kind, job in ended.items()} == REASONS
    assert {kind: job["status"] for kind, job in ended.items()} == dict.fromkeys(REASONS, "failed")
    assert len(asking.answers) > 50
    assert set(asking.answers) == {200}
    assert journey.system.local.dead() == []
