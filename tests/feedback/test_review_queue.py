"""Where it is tried that people are given examples to review so that nothing is done twice, and nothing forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chassis.database import Database
from contracts.api.example import ExampleKind
from contracts.api.review import Assigned, Assignment, AssignmentOfOne, Claim, ExampleEdit, Release
from contracts.errors import AlreadyReviewed, InvalidInput, NotAllowed, Stale, UnknownExample
from feedback.reviews import assigning, editing, queue
from feedback.store import assignments, reviews
from tests.feedback.days import ask
from tests.feedback.reviewing import REJECT, TASK, Desk


@pytest.fixture(name="desk")
def _desk(database: Database) -> Desk:
    return Desk(database)


async def claim(desk: Desk, person: str, limit: int = 10) -> list[str]:
    async with desk.as_(person) as tx:
        return [each.example.id for each in (await queue.claim(tx, Claim(task=TASK, limit=limit))).items]


async def release(desk: Desk, person: str, *ids: str, of: str | None = None) -> int:
    async with desk.as_(person) as tx:
        given = Release(ids=ids, person=of) if ids else Release(task=TASK, person=of)
        return (await queue.release(tx, given)).released


async def assign(desk: Desk, *people: str, ids: tuple[str, ...] | None = None, each: int | None = None) -> Assigned:
    async with desk.as_("admin") as tx:
        given = Assignment(task=None if ids else TASK, ids=ids, to=people, each=each)
        return await assigning.assign(tx, given)


async def test_the_queue_begins_with_what_is_assigned_then_the_hardest_or_the_oldest(desk: Desk) -> None:
    first, second, third = await desk.submit(3)
    await assign(desk, "grace", ids=(second,))

    hardest = await desk.waiting("grace")
    await desk.set_policy(review_order="oldest")
    oldest = await desk.waiting("grace")

    assert (hardest, oldest) == ([second, third, first], [second, first, third])
    assert await desk.waiting("ada") == [first, third]


async def test_what_somebody_reviewed_is_not_given_to_them_again(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    first, second = await desk.submit(2)
    await desk.review("grace", first)

    assert await desk.waiting("grace") == [second]
    assert await desk.waiting("ada") == [second, first]


@pytest.mark.parametrize(("required", "taken"), [(1, 12), (2, 24)])
async def test_two_people_hold_the_same_example_only_if_two_have_to_review_it(
    desk: Desk, required: int, taken: int
) -> None:
    await desk.set_policy(required_reviews=required)
    await desk.submit(12)

    held = await asyncio.gather(*(claim(desk, person, 6) for person in ("a", "b", "c", "d", "e", "f")))

    together = [example_id for each in held for example_id in each]
    assert len(together) == taken
    assert max(together.count(example_id) for example_id in together) == required


async def test_who_takes_examples_does_not_wait_for_those_who_review_them(desk: Desk) -> None:
    ids = await desk.submit(2)

    async with desk.as_("ada") as tx, asyncio.timeout(30):
        await reviews.lock(tx, ids)
        held = await claim(desk, "grace")

    assert set(held) == set(ids)


async def test_who_claims_again_keeps_what_they_hold_and_what_is_given_back_is_free(desk: Desk) -> None:
    await desk.submit(3)

    first = await claim(desk, "grace", 2)
    again = await claim(desk, "grace", 2)
    others = await claim(desk, "ada")
    freed = await release(desk, "grace")

    assert (again, len(others), freed) == (first, 1, 2)
    assert set(await claim(desk, "ada")) == {*first, *others}


async def test_a_claim_that_was_not_used_ends(desk: Desk) -> None:
    held = await desk.submit()
    await claim(desk, "grace")
    async with desk.as_("admin") as tx:
        await tx.execute("UPDATE review_claims SET until = now() - interval '1 second'")

    assert await claim(desk, "ada") == held


async def test_examples_are_shared_out_evenly_each_to_different_people_and_never_to_their_submitter(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2, own_reviews=False)
    await desk.submit(10, by="grace")
    await desk.submit(8, by="sue")

    shared = await assign(desk, "grace", "ada", "joan", "grace")

    assert (shared.examples, shared.assignments, shared.short) == (18, 36, 0)
    assert shared.by["ada"] + shared.by["joan"] + shared.by["grace"] == 36
    assert shared.by["grace"] == 8
    assert (await assign(desk, "ada", "joan")).assignments == 0


async def test_too_few_people_are_told_and_what_is_left_stays_in_the_queue(desk: Desk) -> None:
    (example_id,) = await desk.submit()

    shared = await assign(desk, "grace", each=3)

    assert (shared.assignments, shared.short) == (1, 1)
    assert await desk.waiting("grace") == [example_id]


async def test_what_somebody_left_lying_for_a_week_is_everybodys_again(desk: Desk) -> None:
    (example_id,) = await desk.submit()
    await assign(desk, "grace")
    before = await desk.waiting("ada")
    async with desk.as_("admin") as tx:
        await tx.execute("UPDATE review_assignments SET assigned_at = now() - interval '8 days'")

    assert (before, await desk.waiting("ada")) == ([], [example_id])


async def test_one_example_can_be_given_to_somebody_else(desk: Desk) -> None:
    (example_id,) = await desk.submit()
    await assign(desk, "grace")

    async with desk.as_("admin") as tx:
        await assigning.assign_one(tx, example_id, AssignmentOfOne(to=("ada",), replace=True))

    assert (await desk.waiting("grace"), await desk.waiting("ada")) == ([], [example_id])
    assert await release(desk, "admin", example_id, of="ada") == 1
    assert await desk.waiting("grace") == [example_id]
    told = [(entry.what, entry.to) for entry in await desk.history(example_id)]
    assert told == [("submitted", ()), ("assigned", ("grace",)), ("assigned", ("ada",)), ("released", ("ada",))]


async def test_an_edit_asks_those_again_who_reviewed_the_older_text(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    other, example_id = await desk.submit(2)
    await desk.review("grace", example_id)
    await desk.review("ada", example_id, REJECT)
    change = ExampleEdit(input="where is my refund", expected_output="returns", kind=ExampleKind.GOOD)

    async with desk.as_("joan") as tx:
        edited = await editing.edit(tx, example_id, change, 1, own=False)

    assert (edited.input, edited.expected_output, edited.kind) == ("where is my refund", "returns", ExampleKind.GOOD)
    assert (edited.revision, edited.disputed) == (2, False)
    assert await desk.waiting("grace") == [example_id, other]
    told = (await desk.history(example_id))[-1]
    assert [(each.field, each.before) for each in told.changes] == [
        ("input", "where is parcel 1"), ("expected_output", "shipping"), ("kind", "correction"),
    ]  # fmt: skip
    assert "ada, grace were about the older text" in told.sentence
    assert (await desk.review("ada", example_id)).status == "pending"


async def test_an_edit_with_an_older_text_in_view_or_of_what_is_settled_is_refused(desk: Desk) -> None:
    example_id, settled = await desk.submit(2)
    await desk.review("grace", settled)
    change = ExampleEdit(note="x")

    async with desk.as_("joan") as tx:
        with pytest.raises(Stale):
            await editing.edit(tx, example_id, change, 7, own=False)
        with pytest.raises(AlreadyReviewed):
            await editing.edit(tx, settled, change, None, own=False)
        with pytest.raises(NotAllowed, match="did not submit"):
            await editing.edit(tx, example_id, change, None, own=True)


@pytest.mark.parametrize("wrong", ["nonsense", "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"])
async def test_unknown_ids_are_refused(desk: Desk, wrong: str) -> None:
    async with desk.as_("joan") as tx:
        with pytest.raises(UnknownExample):
            await editing.edit(tx, wrong, ExampleEdit(note="x"), None, own=False)
    with pytest.raises(InvalidInput):
        await assign(desk, "grace", ids=("nonsense",))


async def test_another_tenant_reaches_nothing(desk: Desk) -> None:
    (example_id,) = await desk.submit()

    async with desk.database.transaction("other") as tx:
        shared = await assigning.assign(tx, Assignment(ids=(example_id,), to=("eve",)))
        with pytest.raises(UnknownExample):
            await editing.edit(tx, example_id, ExampleEdit(note="x"), None, own=False)

    assert shared.assignments == 0


async def meanwhile(monkeypatch: pytest.MonkeyPatch, desk: Desk, other: Callable[[], Awaitable[Any]]) -> None:
    """Do something else after it was read what is to be shared out, and before that is written."""
    others: list[asyncio.Future[Any]] = []
    loads = assignments.loads

    async def begin_the_other(*asked: Any) -> Any:
        if not others:
            others.append(asyncio.ensure_future(other()))
            await asyncio.wait(others, timeout=0.3)
        return await loads(*asked)

    monkeypatch.setattr(assignments, "loads", begin_the_other)
    await assign(desk, "ada")
    await asyncio.gather(*others)


async def test_two_who_share_out_at_once_give_an_example_to_no_more_people_than_it_needs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.submit()

    await meanwhile(monkeypatch, desk, lambda: assign(desk, "joan"))

    assert await ask(desk.database, "SELECT array_agg(person) FROM review_assignments") == ["ada"]


async def test_what_is_reviewed_while_it_is_shared_out_is_on_nobodys_list(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example_id,) = await desk.submit()

    await meanwhile(monkeypatch, desk, lambda: desk.review("joan", example_id))

    assert (await desk.find(example_id)).reviewed_by == "joan"
    assert await ask(desk.database, "SELECT array_agg(person) FROM review_assignments") is None
