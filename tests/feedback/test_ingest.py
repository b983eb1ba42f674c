"""Where it is tried that what applications report is stored once, in any order, and that nothing broken stops it."""

import pytest

from chassis import store
from chassis.database import EVERY_TENANT
from chassis.testing.waiting import eventually
from contracts.api.metrics import Period
from contracts.commands.dead_letters import ReplayDeadLetter
from contracts.commands.metrics import CountFeedback, GetInference, GetMetrics, ListFeedback, ListInferences
from contracts.errors import InvalidInput, Unavailable, UnknownInference, UnknownTask
from contracts.service import Service
from tests.feedback.running import Running, inference, opinion


async def metrics(feedback: Running, tenant: str = "acme") -> object:
    return await feedback.ask(GetMetrics(task="tickets", period=Period.ALL), tenant)


async def test_an_inference_is_stored_as_it_was_sent(feedback: Running) -> None:
    sent = inference(unit="u1", input={"text": "where is it"}, confidence=0.5, occurred_at="2026-01-02T03:04:05+01:00")

    await feedback.send("inference", sent)
    await feedback.settle()

    stored = await feedback.ask(GetInference(inference_id=sent["id"]))
    assert (stored.input, stored.output, stored.unit) == ({"text": "where is it"}, "billing", "u1")
    assert stored.occurred_at.isoformat() == "2026-01-02T02:04:05+00:00"


async def test_the_same_items_delivered_twice_count_once(feedback: Running) -> None:
    answer, said = inference(), opinion()
    for _ in range(2):
        await feedback.send("inference", [answer, answer])
        await feedback.send("feedback", said)

    await feedback.settle()

    total = (await metrics(feedback)).metrics
    assert (total.inferences, total.feedback) == (1, 1)


async def test_items_of_a_list_without_ids_are_all_counted(feedback: Running) -> None:
    await feedback.send("feedback", [{"task": "tickets", "verdict": "positive"}] * 3)

    await feedback.settle()

    assert (await metrics(feedback)).metrics.feedback == 3


async def test_feedback_before_its_inference_is_attached_when_it_comes(feedback: Running) -> None:
    answer = inference()
    await feedback.send("feedback", opinion(inference_id=answer["id"], correction="shipping"))
    await feedback.settle()
    before = await metrics(feedback)
    await feedback.send("inference", answer)
    await feedback.settle()

    after = await metrics(feedback)

    assert [version.version_id for version in before.versions] == [None]
    assert [version.version_id for version in after.versions] == ["v1"]
    assert (after.metrics.classification.judged, after.metrics.classification.accuracy) == (1, 0.0)
    assert (await feedback.ask(ListFeedback(task="tickets"))).items[0].version_id == "v1"


async def test_an_opinion_of_another_task_is_not_attached(feedback: Running) -> None:
    feedback.registry.tasks["acme", "parcels"] = None
    answer = inference(task="parcels")
    await feedback.send("inference", answer)
    await feedback.send("feedback", opinion(inference_id=answer["id"]))

    await feedback.settle()

    assert (await feedback.ask(ListFeedback(task="tickets"))).items[0].version_id is None


async def test_a_broken_item_of_a_list_is_buried_alone_with_field_and_reason(feedback: Running) -> None:
    good = [inference() for _ in range(3)]
    broken = [{"task": "tickets", "confidence": 2}, {"task": "tickets", "colour": "red"}]
    await feedback.send("inference", [good[0], *broken, *good[1:]])

    await feedback.settle()

    assert (await metrics(feedback)).metrics.inferences == 3
    reasons = sorted(letter.reason for letter in await feedback.letters())
    assert [reason.split(":")[:2] for reason in reasons] == [["item 1", " confidence"], ["item 2", " colour"]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{not json", "not readable as JSON"),
        (b'"text"', "dictionary"),
        ([{"task": "tickets"}] * 1001, "at most 1,000"),
        ({"task": "nobody-made-it"}, "there is no task 'nobody-made-it'"),
        ({"task": "Not A Key"}, "task"),
        ({"task": "tickets", "input": {"a": ["x\x00y"]}}, "NUL"),
        ({"task": "tickets", "unit": "x\x00y"}, "NUL"),
        ({"task": "tickets", "occurred_at": "0001-01-01T00:00:00+14:00"}, "years 1 to 9999"),
        (b'{"task": "tickets", "input": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}", "cannot be stored"),
        ({"task": "tickets", "input": "  "}, "must not be empty"),
    ],
)
async def test_what_cannot_be_stored_is_shown_with_its_reason_and_the_stream_goes_on(
    feedback: Running, body: object, reason: str
) -> None:
    await feedback.send("inference", body)
    await feedback.send("inference", inference())

    await feedback.settle()

    assert [reason in letter.reason for letter in await feedback.letters()] == [True]
    assert (await metrics(feedback)).metrics.inferences == 1


async def test_what_says_nothing_is_refused(feedback: Running) -> None:
    await feedback.send("feedback", {"task": "tickets"})

    await feedback.settle()

    assert "says nothing" in (await feedback.letters())[0].reason


async def test_a_subject_that_names_no_tenant_is_buried(feedback: Running) -> None:
    await feedback.send("inference", inference(), tenant="Not_A_Tenant")

    await feedback.settle()

    async with feedback.parts.database.transaction(EVERY_TENANT) as tx:
        (letter,) = await store.list_letters(tx, Service.FEEDBACK, before=None, limit=2)
    assert "String should match pattern" in letter.reason


async def test_a_dead_letter_can_be_handed_in_again_once_its_task_exists(feedback: Running) -> None:
    sent = inference(task="later")
    await feedback.send("inference", [inference(), sent])
    await feedback.settle()
    letter = (await feedback.letters())[0]
    with pytest.raises(InvalidInput, match="there is no task"):
        await feedback.ask(ReplayDeadLetter(service=Service.FEEDBACK, dead_letter_id=letter.id))
    feedback.registry.tasks["acme", "later"] = None
    feedback.parts.known_tasks._missing.clear()

    await feedback.ask(ReplayDeadLetter(service=Service.FEEDBACK, dead_letter_id=letter.id))

    assert (await feedback.ask(GetInference(inference_id=sent["id"]))).task == "later"


async def test_tenants_see_their_own_and_the_tenant_is_in_the_subject(feedback: Running) -> None:
    feedback.registry.tasks["other", "tickets"] = None
    shared = inference()
    await feedback.send("inference", shared, tenant="acme")
    await feedback.send("inference", shared, tenant="other")
    mine = inference()
    await feedback.send("inference", mine)
    await feedback.settle()
    await feedback.settle("other")

    assert (await metrics(feedback, "acme")).metrics.inferences == 2
    assert (await metrics(feedback, "other")).metrics.inferences == 1
    with pytest.raises(UnknownInference):
        await feedback.ask(GetInference(inference_id=mine["id"]), "other")


async def test_lists_come_newest_first_in_pages(feedback: Running) -> None:
    sent = [inference() for _ in range(5)]
    await feedback.send("inference", sent)
    await feedback.settle()

    first = await feedback.ask(ListInferences(task="tickets", limit=3))
    rest = await feedback.ask(ListInferences(task="tickets", limit=3, cursor=first.next_cursor))

    assert [item.id for item in (*first.items, *rest.items)] == [each["id"] for each in reversed(sent)]
    assert rest.next_cursor is None
    with pytest.raises(InvalidInput):
        await feedback.ask(ListInferences(cursor="x"))


async def test_opinions_are_counted_by_their_properties(feedback: Running) -> None:
    await feedback.send("feedback", [opinion(source="expert"), opinion(verdict="negative"), opinion()])
    await feedback.settle()

    by_verdict = await feedback.ask(CountFeedback(task="tickets"))
    by_source = await feedback.ask(CountFeedback(task="tickets", group_by="source"))

    assert (by_verdict.total, by_verdict.by) == (3, {"positive": 2, "negative": 1})
    assert by_source.by == {"expert": 1, "user": 2}
    with pytest.raises(InvalidInput):
        await feedback.ask(CountFeedback(group_by="tenant"))


async def test_the_numbers_of_an_unknown_task_are_refused(feedback: Running) -> None:
    with pytest.raises(UnknownTask):
        await feedback.ask(GetMetrics(task="nobody-made-it"))


async def test_while_the_registry_is_away_no_tenant_waits_for_one_that_names_an_unknown_task(
    feedback: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedback.registry.tasks["other", "tickets"] = None
    await feedback.send("inference", inference(), "other")
    await feedback.settle("other")

    def be_away(*_: str) -> None:
        raise Unavailable("The registry is away.")

    monkeypatch.setattr(feedback.registry, "_check", be_away)
    await feedback.send("inference", inference(task="tikcets"))
    await feedback.send("inference", inference(), "other")

    async def stored() -> bool:
        return (await feedback.ask(GetMetrics(task="tickets"), "other")).metrics.inferences == 2

    await eventually(stored, within_s=5)
