"""Where predictions are made with the version that serves, over NATS, and reported."""

import asyncio
import os
from hashlib import sha256
from typing import Any

import pytest
from nats.errors import TimeoutError as NatsTimeoutError

from chassis.rpc.caller import Caller
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts import routing
from contracts.api.example import TrainingRow
from contracts.api.inference import NewInference
from contracts.api.prediction import NewPrediction, Predictions
from contracts.api.route import Arm
from contracts.commands.predictions import Predict
from contracts.errors import InternalFault, InvalidInput, NothingServes, UnknownTask
from contracts.events.training import TrainingCompleted
from tests.trainer.stage import PATIENCE_S, Stage, arm, reported
from trainer.predictions.recording import BYTES_AT_ONCE, Recorder, bodies
from trainer.worker.workplace import Workplace

ONE, TWO = "0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002"


def kept(place: Workplace, version_id: str, weight: float = 1) -> Arm:
    """Keep an artifact and give the arm that serves it."""
    artifact = place.shelf.put_artifact(version_id.encode(), place.shelf.scratch("kept", 1))
    return arm(version_id, artifact.sha256, weight)


async def predict(stage: Stage, *texts: Any, unit: str | None = None, caller: Caller | None = None) -> Predictions:
    inputs = tuple({"text": text} for text in texts)
    return await stage.ask(Predict(task="tickets", request=NewPrediction(inputs=inputs, unit=unit)), caller)


async def test_a_prediction_names_its_version_and_is_reported_as_an_inference(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick", kept(place, ONE))

    answered = await predict(stage, "hello", "there", unit="u1")
    inferences = await eventually(lambda: _reported(stage, 2))

    first = answered.predictions[0]
    assert (answered.version_id, answered.revision, first["label"]) == (ONE, 1, "a")
    assert [each["id"] for each in inferences] == [each["inference_id"] for each in answered.predictions]
    reported = NewInference.model_validate(inferences[0])
    assert (reported.version_id, reported.unit, reported.input) == (ONE, "u1", {"text": "hello"})
    assert (reported.output, reported.confidence) == ({"label": "a"}, 0.5)
    assert reported.latency_ms is not None


async def test_a_task_that_no_version_serves_says_what_to_do(stage: Stage) -> None:
    await stage.create_task("quick")

    with pytest.raises(NothingServes, match="train one"):
        await predict(stage, "hello")


async def test_an_unknown_task_is_refused(stage: Stage) -> None:
    with pytest.raises(UnknownTask):
        await predict(stage, "hello")


@pytest.mark.parametrize("text", [None, "", "a\x00b", "x" * 200_001])
async def test_an_input_that_cannot_be_answered_is_named(stage: Stage, place: Workplace, text: str | None) -> None:
    await stage.create_task("quick", kept(place, ONE))

    with pytest.raises(InvalidInput) as refusal:
        await predict(stage, "hello", text)

    assert refusal.value.errors[0].field == "inputs.1.text"


async def test_units_are_split_over_the_arms_and_stay_with_theirs(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick", kept(place, ONE, 0.5), kept(place, TWO, 0.5))
    units = [f"u{number}" for number in range(20)]

    answered = {unit: (await predict(stage, "hello", unit=unit)).version_id for unit in units}

    chosen = {unit: routing.choose(stage.routes["acme", "tickets"], unit) for unit in units}
    assert answered == {unit: one.version_id for unit, one in chosen.items() if one}
    assert set(answered.values()) == {ONE, TWO}


async def test_a_new_version_serves_once_it_is_loaded_and_no_request_is_dropped(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick", kept(place, ONE))
    await predict(stage, "hello")
    served: list[str] = []

    async def ask_on() -> None:
        while served[-1:] != [TWO]:
            served.append((await predict(stage, "hello")).version_id)

    asking = asyncio.create_task(ask_on())
    await stage.create_task("quick", kept(place, TWO), revision=2)
    await asyncio.wait_for(asking, PATIENCE_S)

    assert served == sorted(served)


async def test_a_version_that_cannot_be_loaded_leaves_the_one_before_serving(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick", kept(place, ONE))
    await predict(stage, "hello")

    await stage.create_task("quick", arm(TWO, sha256(b"gone").hexdigest()), revision=2)

    assert (await predict(stage, "hello")).version_id == ONE


async def test_a_request_that_finds_the_process_dead_waits_for_the_next(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick", kept(place, ONE))
    await predict(stage, "hello")

    os.kill(place.forkserver.pid or 0, 9)
    answers = await asyncio.gather(*(predict(stage, "hello") for _ in range(20)))

    assert {answer.version_id for answer in answers} == {ONE}


async def test_an_input_that_kills_the_process_is_refused_and_the_next_one_answered(
    stage: Stage, place: Workplace
) -> None:
    await stage.create_task("quick", kept(place, ONE))

    with pytest.raises(InternalFault):
        await predict(stage, "die")

    assert (await predict(stage, "hello")).version_id == ONE


async def test_another_tenant_does_not_reach_the_task(stage: Stage, place: Workplace) -> None:
    await stage.create_task("quick", kept(place, ONE))

    with pytest.raises(UnknownTask):
        await predict(stage, "hello", caller=parts.caller(tenant="other"))


async def test_a_classifier_that_was_trained_here_answers_here(stage: Stage) -> None:
    await stage.create_task("classification")
    texts = {"billing": "please send the invoice number {} again", "bug": "the search crashed {} times today"}
    stage.rows = [
        TrainingRow(id=f"{label}{n}", text=text.format(n), label=label)
        for label, text in texts.items()
        for n in range(40)
    ]

    await stage.start()
    made = await stage.said(TrainingCompleted)
    await stage.create_task("classification", arm(made.version_id, made.artifact.sha256), revision=2)
    answered = await eventually(lambda: _answered(stage), within_s=PATIENCE_S)

    assert made.metrics["accuracy"] == 1
    assert answered.predictions[0]["label"] == "bug"


class Flaky:
    """A JetStream that fails so many times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.published: list[bytes] = []

    async def publish(self, _: str, body: bytes, **__: object) -> None:
        if self.failures:
            self.failures -= 1
            raise NatsTimeoutError
        self.published.append(body)


async def test_a_report_that_failed_is_sent_later_in_order() -> None:
    stream = Flaky(failures=2)
    recorder = Recorder(stream)  # type: ignore[arg-type]
    running = asyncio.create_task(recorder.run())

    for name in ("a", "b"):
        await recorder.record("acme", [NewInference(id=name, task="tickets")])
    await eventually(lambda: _both(stream))

    running.cancel()
    await asyncio.wait({running})
    assert [b'"a"' in body for body in stream.published] == [True, False]


def test_reports_are_cut_into_messages_by_number_and_size() -> None:
    many = [NewInference(task="tickets") for _ in range(250)]
    large = [NewInference(task="tickets", input="x" * 190_000) for _ in range(5)]

    assert len(list(bodies(many))) == 3
    assert len(list(bodies(large))) == 3
    assert all(len(body) < BYTES_AT_ONCE + 1000 for body in bodies(large))


async def _reported(stage: Stage, count: int) -> list[dict[str, Any]] | None:
    found = reported(stage)
    return found if len(found) >= count else None


async def _answered(stage: Stage) -> Predictions | None:
    try:
        return await predict(stage, "it crashed again")
    except NothingServes:
        return None


async def _both(stream: Flaky) -> bool:
    return len(stream.published) == 2
