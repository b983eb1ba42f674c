"""Where it is tried that examples are settled when enough people agree, and by one more person when they do not."""

import asyncio

import asyncpg
import pytest

from chassis.database import Database
from contracts.api.example import ExampleStatus
from contracts.errors import AlreadyReviewed, OwnExample, Stale
from tests.feedback.reviewing import APPROVE, REJECT, Desk


@pytest.fixture(name="desk")
def _desk(database: Database) -> Desk:
    return Desk(database)


async def test_one_review_settles_an_example_where_one_is_required(desk: Desk) -> None:
    (example_id,) = await desk.submit()

    settled = await desk.review("grace", example_id, note="looks right")

    assert (settled.status, settled.reviewed_by, settled.note) == (ExampleStatus.APPROVED, "grace", "looks right")
    with pytest.raises(AlreadyReviewed, match="approved by grace"):
        await desk.review("ada", example_id)


async def test_two_who_agree_settle_an_example_and_are_shown_by_name(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()

    waiting = await desk.review("grace", example_id)
    settled = await desk.review("ada", example_id)

    assert (waiting.status, waiting.disputed) == (ExampleStatus.PENDING, False)
    assert (settled.status, settled.reviewed_by) == (ExampleStatus.APPROVED, "grace, ada")


async def test_one_person_counts_once_however_often_they_review(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()

    for verdict in (APPROVE, REJECT, APPROVE, REJECT):
        example = await desk.review("grace", example_id, verdict)
    settled = await desk.review("ada", example_id, REJECT)

    assert example.status is ExampleStatus.PENDING
    assert (settled.status, settled.reviewed_by) == (ExampleStatus.REJECTED, "grace, ada")
    sentences = [entry.sentence for entry in await desk.history(example_id)]
    assert sentences.count("Rejected, instead of an earlier review.") == 2


async def test_somebody_else_decides_where_two_disagree(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    plain, disputed = await desk.submit(2)
    await desk.review("grace", disputed)

    example = await desk.review("ada", disputed, REJECT, note="spam")
    queue = await desk.queue("joan")
    settled = await desk.review("joan", disputed, APPROVE)

    assert (example.status, example.disputed) == (ExampleStatus.PENDING, True)
    assert [each.example.id for each in queue] == [disputed, plain]
    assert [(said.by, said.verdict) for said in queue[0].given] == [("grace", APPROVE), ("ada", REJECT)]
    assert (settled.status, settled.disputed) == (ExampleStatus.APPROVED, False)
    told = [entry.what for entry in await desk.history(disputed)]
    assert told == ["submitted", "reviewed", "reviewed", "disputed", "adjudicated", "settled"]


async def test_a_reviewer_who_changes_their_mind_ends_a_dispute(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()
    await desk.review("grace", example_id, REJECT)
    await desk.review("ada", example_id)

    settled = await desk.review("grace", example_id)

    assert (settled.status, settled.reviewed_by) == (ExampleStatus.APPROVED, "ada, grace")


async def test_those_who_approve_different_answers_disagree_and_the_next_one_sees_the_newer(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()
    await desk.review("grace", example_id)

    disputed = await desk.review("ada", example_id, expected_output="returns")
    (seen,) = await desk.queue("joan")

    assert (disputed.disputed, disputed.revision) == (True, 2)
    assert seen.example.expected_output == "returns"
    assert [said.expected_output for said in seen.given] == ["shipping", "returns"]


async def test_an_edit_that_the_next_reviewer_approves_is_agreed_on(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()

    await desk.review("grace", example_id, expected_output="returns")
    settled = await desk.review("ada", example_id)

    assert (settled.status, settled.expected_output) == (ExampleStatus.APPROVED, "returns")


async def test_what_the_majority_approved_is_stored_although_another_text_came_later(desk: Desk) -> None:
    await desk.set_policy(required_reviews=3, agreement="majority")
    (example_id,) = await desk.submit()
    await desk.review("grace", example_id)
    await desk.review("ada", example_id)

    settled = await desk.review("joan", example_id, expected_output="returns")

    assert (settled.status, settled.expected_output) == (ExampleStatus.APPROVED, "shipping")


async def test_nobody_approves_a_text_that_they_have_not_seen(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    (example_id,) = await desk.submit()
    await desk.review("grace", example_id, expected_output="returns")

    with pytest.raises(Stale, match="revision 2 by now"):
        await desk.review("ada", example_id, revision=1)


async def test_a_submitter_reviews_no_example_of_their_own_where_the_policy_says_so(desk: Desk) -> None:
    await desk.set_policy(own_reviews=False)
    own, other = (await desk.submit(by="grace"))[0], (await desk.submit(by="sue"))[0]

    waiting = await desk.waiting("grace")
    many = await desk.review_many("grace", [own, other])

    assert waiting == [other]
    assert (many.reviewed, many.skipped) == (1, 1)
    with pytest.raises(OwnExample):
        await desk.review("grace", own)


@pytest.mark.parametrize("policy", [{"required_reviews": 1}, {"required_reviews": 3, "agreement": "majority"}])
async def test_a_policy_that_asks_for_less_settles_what_has_enough(desk: Desk, policy: dict[str, object]) -> None:
    await desk.set_policy(required_reviews=3)
    ids = await desk.submit(2)
    for person, verdict in (("grace", APPROVE), ("ada", APPROVE), ("joan", REJECT)):
        await desk.review_many(person, ids, verdict)
    disputed = [(await desk.find(example_id)).disputed for example_id in ids]

    await desk.set_policy(**policy | {"agreement": "majority"})

    assert disputed == [True, True]
    assert {(await desk.find(example_id)).status for example_id in ids} == {ExampleStatus.APPROVED}


async def test_many_reviews_say_what_became_of_the_examples(desk: Desk) -> None:
    await desk.set_policy(required_reviews=2)
    ids = await desk.submit(5)
    await desk.review("grace", ids[0])
    await desk.review("grace", ids[1], REJECT)
    unknown = "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"

    answer = await desk.review_many("ada", [*ids[:3], ids[2], unknown])

    counts = (answer.reviewed, answer.settled, answer.waiting, answer.disputed, answer.skipped)
    assert counts == (3, 1, 1, 1, 1)


async def test_many_who_review_at_once_settle_every_example_once(desk: Desk) -> None:
    await desk.set_policy(required_reviews=3)
    ids = await desk.submit(20)

    answers = await asyncio.gather(*(desk.review_many(person, ids) for person in ("grace", "ada", "joan")))

    assert sorted(answer.settled for answer in answers) == [0, 0, 20]
    assert {(await desk.find(example_id)).status for example_id in ids} == {ExampleStatus.APPROVED}


async def test_a_history_is_never_rewritten(desk: Desk) -> None:
    (example_id,) = await desk.submit()
    await desk.review("grace", example_id)

    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        async with desk.as_("eve") as tx:
            await tx.execute("UPDATE example_history SET by = 'eve'")
