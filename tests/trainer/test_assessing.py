"""Where it is tried that a trainer carries out an assessment in a child process, and tells what it found."""

from datetime import UTC, datetime

from chassis.rpc.answering import Answering, Answers
from chassis.rpc.caller import Caller
from chassis.testing.waiting import eventually
from contracts.api.assessment import AssessableRow, AssessedLabel, AssessmentClaim, AssessmentHeard, AssessmentWork
from contracts.api.page import Page
from contracts.commands.assessments import ClaimAssessment, CollectAssessable, TellAssessment
from contracts.service import Service
from tests.trainer.stage import PATIENCE_S, Stage
from trainer.worker.workplace import Workplace

WORK = AssessmentWork(tenant="acme", task="tickets", number=3)


class Feedback:
    """A feedback service that has one assessment to be done, and writes down what it is told."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        self.rows = [
            AssessableRow(id=f"id{n:04}", text=text, label=label, given_at=datetime(2026, 1 + n % 9, 1, tzinfo=UTC))
            for n, (text, label) in enumerate(rows)
        ]
        self.told: list[TellAssessment] = []

    async def claim(self, caller: Caller, _: ClaimAssessment) -> AssessmentClaim:
        assert caller.tenant == "*"
        return AssessmentClaim(work=None if self.last else WORK)

    async def collect(self, caller: Caller, asked: CollectAssessable) -> Page[AssessableRow]:
        assert caller.tenant == "acme"
        left = [row for row in reversed(self.rows) if asked.before is None or row.id < asked.before]
        return Page(items=tuple(left[:25]), next_cursor=left[24].id if len(left) > 25 else None)

    @property
    def last(self) -> TellAssessment | None:
        """What was told at the end; a beat may come after it."""
        return next((told for told in self.told if told.ended), None)

    async def hear(self, _: Caller, told: TellAssessment) -> AssessmentHeard:
        self.told.append(told)
        return AssessmentHeard(goes_on=not told.ended)

    def answers(self) -> Answers:
        answers = Answers()
        answers.add_without_transaction(ClaimAssessment, self.claim)
        answers.add_without_transaction(CollectAssessable, self.collect)
        answers.add_without_transaction(TellAssessment, self.hear)
        return answers


async def play(place: Workplace, stage: Stage, feedback: Feedback) -> None:
    """Take the place of the other player of feedback until all is told."""
    await stage.players[Service.FEEDBACK].stop()
    stage.players[Service.FEEDBACK] = Answering(Service.FEEDBACK, feedback.answers(), place.parts.database)
    await stage.players[Service.FEEDBACK].start(stage.nats)
    await eventually(lambda: _over(feedback), within_s=PATIENCE_S)


async def _over(feedback: Feedback) -> bool:
    return feedback.last is not None


async def _is_swept(stage: Stage) -> bool:
    return stage.scratch() == []


async def test_all_examples_are_judged_and_told_under_the_number_of_the_claim(place: Workplace, stage: Stage) -> None:
    rows = [(f"{'parcel late courier' if n % 2 else 'invoice card refund'} {n}", "ab"[n % 2]) for n in range(60)]
    feedback = Feedback([*rows, ("parcel is late", "a"), ("an odd one", "rare")])

    await play(place, stage, feedback)

    found: dict[str, AssessedLabel] = {each.id: each for told in feedback.told for each in told.assessed}
    assert len(found) == 62
    assert found["id0060"].likely == "b"
    assert found["id0061"].p is None
    assert {told.number for told in feedback.told} == {3}
    assert feedback.last
    assert (feedback.last.failed, feedback.last.examples) == (False, 62)
    assert await eventually(lambda: _is_swept(stage))
