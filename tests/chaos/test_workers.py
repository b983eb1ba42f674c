"""Where workers are killed again and again beside a whole Ratchet: every job ends once, and nothing is left behind."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from stack import home
from tests.journeys.steps import ENDED, Journey, eventually
from tests.trainer.installing import install_kinds
from tests.trainer.processes import alive

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

JOBS = 40
KILLS = 6
PAGE = 100
ROWS = 4
LONGEST_S = 250
LOST = "the worker fell silent"

Body = dict[str, Any]


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system know the kinds of the tests, train nothing itself, and keep temporary files in one place."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("PYTHONPATH", install_kinds(tmp_path))
    monkeypatch.setenv("RATCHET_WORKERS", "0")
    monkeypatch.setenv("RATCHET_LEASE_SECONDS", "15")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


@dataclass
class Crew:
    """Workers beside the system's trainer, started as it was, and all processes they ever had."""

    environment: dict[str, str]
    stack: ExitStack
    workers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict[int, "subprocess.Popen[bytes]"])
    families: list[psutil.Process] = field(default_factory=list[psutil.Process])

    def start(self) -> None:
        others = {"RATCHET_WORKERS": "1", "RATCHET_HEALTH_PORT": "0", "RATCHET_LOG_LEVEL": "warning"}
        command = [sys.executable, "-m", "trainer", "work"]
        begun = self.stack.enter_context(subprocess.Popen(command, env=self.environment | others))
        self.stack.callback(begun.kill)
        self.workers[begun.pid] = begun

    def kill(self, pid: int) -> None:
        self.families += psutil.Process(pid).children(recursive=True)
        self.workers[pid].kill()
        self.workers.pop(pid).wait()


@pytest.fixture
def crew(journey: Journey) -> Iterator[Crew]:
    """Give two workers beside the running system."""
    environment = psutil.Process(journey.system.local.processes["trainer"]).environ()
    with ExitStack() as stack:
        made = Crew(environment, stack)
        for _ in range(2):
            made.start()
        yield made


def test_forty_jobs_end_once_each_while_workers_are_killed(journey: Journey, crew: Crew, tmp_path: Path) -> None:
    tasks = [f"task-{number:02}" for number in range(JOBS)]
    for task in tasks:
        teach(journey, task, "quick")

    for task in tasks:
        journey.post("/training/jobs", {"task": task, "parameters": {"seconds": 1.5}})
    for _ in range(KILLS):
        crew.kill(eventually(lambda: _at_work(journey, crew), within_s=LONGEST_S))
        crew.start()
    eventually(lambda: _all_ended(journey), within_s=LONGEST_S)

    ended = jobs(journey)
    lost = [each for job in ended for each in job["attempts"] if each["error"]]
    assert sorted(job["task"] for job in ended) == tasks
    assert {job["status"] for job in ended} == {"succeeded"}, [job["error"] for job in ended if job["error"]]
    assert all(_is_right(job["attempts"]) for job in ended)
    assert 1 <= len(lost) <= KILLS
    assert [len(journey.get(f"/tasks/{task}/versions")["items"]) for task in tasks] == [1] * JOBS
    eventually(lambda: _nothing_is_left(journey, crew, tmp_path / "tmp"), within_s=60)


def teach(journey: Journey, task: str, kind: str) -> None:
    """Create a task with as many approved examples as the kinds of the tests need."""
    journey.post("/tasks", {"key": task, "kind": kind})
    bodies = [{"task": task, "input": {"text": f"text {n}"}, "expected_output": {"label": "a"}} for n in range(ROWS)]
    ids = [journey.post("/examples", body)["id"] for body in bodies]
    journey.post("/examples/review", {"ids": ids, "verdict": "approve"})


def jobs(journey: Journey) -> list[Body]:
    return list(journey.get("/training/jobs", limit=PAGE)["items"])


def _all_ended(journey: Journey) -> bool | None:
    return all(job["status"] in ENDED for job in jobs(journey)) or None


def _at_work(journey: Journey, crew: Crew) -> int | None:
    """Give the worker of a job that is fitted, and was not lost before."""
    running = [job for job in jobs(journey) if job["status"] == "running" and job["step"] == "learning"]
    pids = [int(job["attempts"][-1]["worker"].split("/")[1]) for job in running if len(job["attempts"]) == 1]
    return next((pid for pid in pids if pid in crew.workers), None)


def _is_right(attempts: list[Body]) -> bool:
    """Say whether all attempts were lost but the last, and each has its number."""
    errors = [each["error"] for each in attempts]
    numbers = [each["number"] for each in attempts]
    return numbers == list(range(1, len(attempts) + 1)) and errors == [LOST] * (len(attempts) - 1) + [None]


def _nothing_is_left(journey: Journey, crew: Crew, temporary: Path) -> bool | None:
    """Say whether no process of a killed worker lives, none is a zombie, and no unfinished file lies about."""
    scratch = list(home.Home(journey.system.folder).artifacts.glob("scratch/*"))
    living = [each for pid in crew.workers for each in psutil.Process(pid).children(recursive=True)]
    zombies = [each for each in living if each.status() == psutil.STATUS_ZOMBIE]
    survivors = [each for each in crew.families if alive(each)]
    return not (scratch or zombies or survivors or list(temporary.iterdir())) or None
