"""Where a part falls out for a moment, or for one tenant, and the others go on."""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.errors import TimeoutError as NatsTimeoutError

from chassis import known_tasks
from chassis.known_tasks import KnownTasks
from chassis.routes import Routes
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.inference import NewInference
from contracts.api.prediction import NewPrediction, Predictions
from contracts.api.route import Route
from contracts.commands.predictions import Predict
from contracts.ids import new_id
from tests.trainer.stage import arm
from trainer import artifacts
from trainer.artifacts import Shelf
from trainer.executors import local
from trainer.executors.children import Forkserver
from trainer.executors.orders import Order
from trainer.executors.outcomes import Refused
from trainer.predictions import serving
from trainer.predictions.recording import Recorder
from trainer.predictions.serving import Serving
from trainer.store.attempts import Claimed
from trainer.worker import slots
from trainer.worker.workplace import Workplace

ONE, TWO = "0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002"
UNFORKABLE = """
import os, time
fork, calls = os.fork, []

def once():
    calls.append(1)
    if len(calls) == 2:
        raise BlockingIOError(11, "Resource temporarily unavailable")
    return fork()

def stay(_):
    time.sleep(60)

os.fork = once
"""


class Partly:
    """A JetStream whose stream has no more room for one tenant."""

    def __init__(self) -> None:
        self.published: list[str] = []

    async def publish(self, subject: str, *_: object, **__: object) -> None:
        if ".acme." in subject:
            raise NatsTimeoutError
        self.published.append(subject)


async def test_a_tenant_that_is_refused_does_not_hold_up_the_reports_of_others() -> None:
    stream = Partly()
    recorder = Recorder(cast("Any", stream))
    running = asyncio.create_task(recorder.run())

    for tenant in ("acme", "globex", "acme"):
        await recorder.record(tenant, [NewInference(task="tickets")])
    running.cancel()

    assert stream.published == ["ingest.globex.inference"]


def route(revision: int, version_id: str = ONE) -> Route:
    arms = (arm(version_id, version_id),)
    return Route(
        task="t", kind="quick", revision=revision, phase="steady", arms=arms, salt="s", since=datetime.now(UTC)
    )


async def test_a_route_that_was_pushed_while_it_was_asked_for_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = Routes(cast("Any", None))

    async def answer(*_: object) -> Route:
        routes.learn("acme", route(6))
        return route(5)

    monkeypatch.setattr(known_tasks, "ask", answer)

    assert (await KnownTasks(routes, cast("Any", None)).get("acme", "t")).revision == 6


class Broken:
    """A desk at which one version cannot be loaded: ever, or for the first so many times."""

    def __init__(self, failures: float) -> None:
        self.failures = failures

    async def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        if question["artifact"] == TWO and self.failures > 0:
            self.failures -= 1
            raise OSError(24, "Too many open files")
        return {"predictions": [{"label": "a"} for _ in question["inputs"]]}

    async def record(self, *_: object) -> None:
        pass


async def switched(failures: float) -> Serving:
    """Give a serving that answered with one version, and then heard of another."""
    routes, desk = Routes(cast("Any", None)), cast("Any", Broken(failures))
    made = Serving(KnownTasks(routes, cast("Any", None)), desk, desk)
    made.follow(routes)
    routes.learn("acme", route(1))
    await predicted(made)
    routes.learn("acme", route(2, TWO))
    return made


async def predicted(made: Serving) -> Predictions:
    asked = Predict(task="t", request=NewPrediction(inputs=({"text": "hello"},)))
    return await made.predict(parts.caller(), asked)


async def test_a_version_that_could_not_be_loaded_for_a_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_RETRY_S", 0.01)
    made = await switched(failures=2)

    async def serves() -> bool:
        return (await predicted(made)).version_id == TWO

    await eventually(serves, within_s=2)
    await made.close()


async def test_nobody_waits_for_a_version_that_cannot_be_loaded() -> None:
    made = await switched(failures=float("inf"))

    async with asyncio.timeout(2):
        answers = [await predicted(made) for _ in range(3)]
    await made.close()

    assert {answer.version_id for answer in answers} == {ONE}


def test_a_result_that_cannot_be_read_fails_the_job_and_not_the_trainer() -> None:
    artifact = {"sha256": "0" * 64, "size": 1}
    result = {"artifact": artifact, "metrics": {"auc": None}, "card": {}, "versions": {}, "paired": None}

    ended = local.outcome({"result": result}, cast("Order", SimpleNamespace(memory_mb=1)))

    assert isinstance(ended, Refused)
    assert "metrics.auc" in ended.error


async def test_a_child_that_cannot_be_forked_ends_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unforkable.py").write_text(UNFORKABLE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(sys.path)}")
    forkserver = Forkserver(threads=1, preloaded=("unforkable",))
    running = asyncio.create_task(forkserver.run())

    first, second = await forkserver.fork("unforkable:stay"), await forkserver.fork("unforkable:stay")
    code = await asyncio.wait_for(second.code, 30)

    assert (code, first.code.done()) == (None, False)
    await forkserver.kill(first)
    second.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_after_an_outage_those_who_hold_jobs_beat_before_others_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    told, times = [ConnectionRefusedError(), OSError()], list[float]()

    async def claim(*_: object) -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            raise ConnectionRefusedError
        raise asyncio.CancelledError

    async def ping() -> None:
        if told:
            raise told.pop()
        times.append(time.monotonic())

    monkeypatch.setattr(slots.attempts, "claim", claim)
    monkeypatch.setattr(slots, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(slots, "_CALM_S", 0.2)
    connected = SimpleNamespace(database=SimpleNamespace(ping=ping))
    place = SimpleNamespace(parts=connected, settings=SimpleNamespace(lease_seconds=1), off=lambda: None)

    with pytest.raises(asyncio.CancelledError):
        await slots._work(cast("Any", place), "one", asyncio.Event())

    _, back, again = times
    assert again - back >= 0.2


@pytest.fixture
def place() -> Workplace:
    """Give a workplace whose shelf is on no machine's disk."""
    shelf = artifacts.shelf(f"memory://{new_id()}")
    return Workplace(cast("Any", None), cast("Any", None), shelf, cast("Any", None), cast("Any", None))


def claimed(attempt: int) -> Claimed:
    return cast("Claimed", SimpleNamespace(id="0198c0de", attempt=attempt))


def test_an_attempt_that_was_lost_leaves_the_next_one_its_rows(place: Workplace) -> None:
    rows = place.rows(claimed(2))
    rows.write_text("{}")

    place.clear(claimed(1), attempt=1)

    assert rows.exists()
    place.clear(claimed(2))
    assert not rows.parent.exists()


def test_a_shelf_that_is_away_for_a_moment_does_not_end_the_trainer(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Shelf, "discard", away)

    place.clear(claimed(1), attempt=1)


def test_several_may_remove_the_same_folders_at_the_same_time(tmp_path: Path) -> None:
    shelf = artifacts.shelf(str(tmp_path))
    for number in range(20):
        folder = Path(shelf.scratch(f"old{number}", 1))
        folder.mkdir(parents=True)
        for file in range(100):
            (folder / str(file)).touch()

    def discard(_: int) -> None:
        for number in range(20):
            shelf.discard(f"old{number}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(discard, range(4)))
