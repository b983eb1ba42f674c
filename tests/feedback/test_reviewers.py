"""Where it is tried that one person is one reviewer, under whichever name and with whichever key."""

import pytest

from chassis.database import Database
from contracts.api.example import ExampleStatus, NewExample
from contracts.api.review import ExampleEdit, HistoryKind
from contracts.errors import NotAllowed, OwnExample
from contracts.event import Cause
from feedback import examples
from feedback.examples import deleting
from feedback.reviews import editing
from tests.feedback.reviewing import APPROVE, REJECT, TASK, Desk

ADA = Cause("ada", person="user:1")
HER_KEY = Cause("ada's key", person="user:1")
RENAMED = Cause("ada l.", person="user:1")
GRACE = Cause("grace", person="user:2")


@pytest.fixture(name="desk")
def _desk(database: Database) -> Desk:
    return Desk(database)


@pytest.mark.parametrize("again", [HER_KEY, RENAMED])
async def test_one_person_is_not_two_reviewers_under_another_name(desk: Desk, again: Cause) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()

    await desk.review(ADA, example_id)
    alone = await desk.review(again, example_id)
    settled = await desk.review(GRACE, example_id)

    assert alone.status is ExampleStatus.PENDING
    assert (settled.status, settled.reviewed_by) == (ExampleStatus.APPROVED, f"{again.actor}, grace")


async def test_nobody_decides_a_dispute_that_they_are_part_of_with_another_key(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()
    await desk.review(ADA, example_id, APPROVE)
    await desk.review(GRACE, example_id, REJECT)

    waiting = await desk.waiting(HER_KEY)
    example = await desk.review(HER_KEY, example_id, APPROVE)

    assert (waiting, example.status, example.disputed) == ([], ExampleStatus.PENDING, True)
    assert [entry.what for entry in await desk.history(example_id)].count(HistoryKind.ADJUDICATED) == 0


async def test_nobody_reviews_with_a_key_what_they_submitted_themselves(desk: Desk) -> None:
    await desk.set_policy(own_reviews=False)
    (example_id,) = await desk.submit(by=ADA)

    waiting = [await desk.waiting(who) for who in (HER_KEY, GRACE)]
    skipped = await desk.review_many(HER_KEY, [example_id])

    assert (waiting, skipped.reviewed) == ([[], [example_id]], 0)
    with pytest.raises(OwnExample):
        await desk.review(HER_KEY, example_id)


async def test_what_one_person_reviewed_waits_for_others_alone(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()
    await desk.review(ADA, example_id)

    waiting = [await desk.waiting(who) for who in (ADA, HER_KEY, GRACE)]

    assert waiting == [[], [], [example_id]]


async def test_somebodys_own_stays_their_own_with_another_key(desk: Desk) -> None:
    async with desk.as_(ADA) as tx:
        made = await examples.submit(tx, NewExample(task=TASK, input="where is it", expected_output="shipping"))

    async with desk.as_(HER_KEY) as tx:
        edited = await editing.edit(tx, made.id, ExampleEdit(note="mine"), None, own=True)
    async with desk.as_(GRACE) as tx:
        with pytest.raises(NotAllowed):
            await deleting.delete(tx, made.id, only_own=True)
    async with desk.as_(HER_KEY) as tx:
        deleted = await deleting.delete(tx, made.id, only_own=True)

    assert (edited.note, edited.submitted_by, deleted.status) == ("mine", "ada", ExampleStatus.REJECTED)


async def test_of_whom_only_a_name_is_known_the_name_counts(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()

    await desk.review("ada", example_id)
    same = await desk.review(ADA, example_id)
    settled = await desk.review("grace", example_id)

    assert (same.status, settled.status) == (ExampleStatus.PENDING, ExampleStatus.APPROVED)
