"""Where it is tested that what the feedback service holds of a person is erased, and does not come back."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from chassis import store as chassis_store
from chassis.database import EVERY_TENANT, Database
from chassis.store import StoredAnswer
from chassis.testing.waiting import eventually
from contracts.api.erasure import Erasure, ErasureStatus, NewErasure
from contracts.api.redaction import Detector, RedactionRule, RedactionRules
from contracts.commands.erasure import EraseSubject, GetErasedNames, GetErasure, ListErasedExamples, ListErasures
from contracts.commands.examples import CountExamples, ListExamples
from contracts.commands.metrics import GetMetrics, ListFeedback, ListInferences
from contracts.commands.redaction import SetRedaction
from contracts.errors import UnknownErasure
from contracts.ids import new_id
from contracts.service import Service
from feedback import erasure
from feedback.erasure import hashing, sweeping
from feedback.ingest.rulebook import FRESH_S
from tests.feedback.running import Running, inference, opinion

ERNA = "erna@example.com"


async def erase(feedback: Running, *names: str, tenant: str = "acme") -> Erasure:
    """Ask for an erasure and wait until this service has done its part."""
    asked = NewErasure(subject=names[0], also=names[1:])
    begun = await feedback.ask(EraseSubject(erasure=asked), tenant)

    async def swept() -> Erasure | None:
        found: Erasure = await feedback.ask(GetErasure(erasure_id=begun.id), tenant)
        return found if found.parts[0].finished_at else None

    return await eventually(swept, within_s=120)


async def ids(feedback: Running, tenant: str = "acme") -> set[str]:
    return {each.id for each in (await feedback.ask(ListInferences(task="tickets"), tenant)).items}


async def keys(feedback: Running) -> set[str]:
    return {each.key for each in (await feedback.ask(ListFeedback(task="tickets"))).items}


async def held(feedback: Running, text: str) -> list[str]:
    """Name the tables of the service that hold a text anywhere."""
    async with feedback.parts.database.transaction(EVERY_TENANT) as tx:
        tables: Sequence[Any] = await tx.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = 'feedback'::regnamespace AND relkind = 'r'"
        )
        return [
            name
            for (name,) in tables
            if await tx.fetchval(
                f'SELECT EXISTS (SELECT FROM "{name}" AS row WHERE strpos(row::text, $1) > 0 '  # noqa: S608
                "OR strpos(row::text, encode($1::bytea, 'hex')) > 0)",
                text,
            )
        ]


async def _sweep_and_break_down(database: Database, erasure_id: str) -> None:
    async with database.transaction("acme") as tx:
        await sweeping.sweep(tx, erasure_id)
        raise ZeroDivisionError


async def test_everything_about_a_person_goes_and_everything_about_others_stays(feedback: Running) -> None:
    await feedback.send("inference", [inference(id="e1", unit=ERNA, session="s1", input="I am Erna")])
    await feedback.send("inference", [inference(id="e2", session=ERNA), inference(id="o1", unit="otto", session="s2")])
    await feedback.send(
        "feedback",
        [
            opinion(key="f1", inference_id="e1", correction="refund", comment="marker-of-erna", by="clerk"),
            opinion(key="f2", inference_id="o1", by=ERNA, input="marker-of-erna", correction="refund"),
            opinion(key="f3", inference_id="o1", by="otto", input="mine", correction="refund"),
            opinion(key="f4", inference_id="parked", by=ERNA),
        ],
    )
    await feedback.send("feedback", {"task": "tickets", "by": ERNA, "verdict": "marker-of-erna"})
    await feedback.settle()
    before = (await feedback.ask(GetMetrics(task="tickets"))).metrics

    done = await erase(feedback, ERNA)

    assert await ids(feedback) == {"o1"}
    assert await keys(feedback) == {"f3"}
    assert (await feedback.ask(CountExamples(task="tickets"))).total == 1
    assert await held(feedback, "marker-of-erna") == []
    assert set(await held(feedback, ERNA)) == {"erasures", "erasure_finds"}
    assert done.parts[0].counts | {"kept_answers": 0} == {
        "inferences": 2, "feedback": 3, "examples": 2, "conversations": 2, "units": 0, "dead_letters": 1,
        "kept_answers": 0,
    }  # fmt: skip
    assert (await feedback.ask(GetMetrics(task="tickets"))).metrics == before


async def test_a_kept_answer_that_shows_an_erased_example_goes(feedback: Running) -> None:
    await feedback.send("feedback", opinion(by=ERNA, input="marker-of-erna", correction="a"))
    await feedback.settle()
    (example,) = (await feedback.ask(ListExamples(task="tickets"))).items
    async with feedback.parts.database.transaction("acme") as tx:
        for key, shown in (("k1", example), ("k2", example.model_copy(update={"id": new_id()}))):
            kept = StoredAnswer(b"", 200, shown.model_copy(update={"submitted_by": "x"}).model_dump_json().encode())
            await chassis_store.keep_answer(tx, "examples.review", key, kept)

    done = await erase(feedback, ERNA)

    assert done.parts[0].counts["kept_answers"] == 1


async def test_what_comes_again_under_an_erased_name_is_dropped(feedback: Running) -> None:
    await feedback.send("inference", inference(id="e1", unit=ERNA))
    await feedback.send("feedback", opinion(key="f1", inference_id="e1"))
    await feedback.settle()
    await erase(feedback, ERNA)

    await feedback.send("inference", [inference(id="e1", unit="x"), inference(unit=ERNA), inference(session=ERNA)])
    await feedback.send(
        "feedback",
        [opinion(key="f1"), opinion(key="f9", inference_id="e1"), opinion(by=ERNA), opinion(key="kept", by="otto")],
    )
    await feedback.send("feedback", {"task": "tickets", "by": ERNA, "verdict": "rubbish"})
    await feedback.settle()

    assert await ids(feedback) == set()
    assert await keys(feedback) == {"kept"}
    assert await feedback.letters() == ()


async def test_after_an_erasure_a_message_that_names_nobody_is_buried_and_the_stream_goes_on(feedback: Running) -> None:
    await erase(feedback, ERNA)

    async def buried() -> Sequence[Any] | None:
        return await feedback.letters() or None

    await feedback.send("feedback", "rubbish")
    letters = await eventually(buried)
    await feedback.send("feedback", opinion(key="after"))
    await feedback.settle()

    assert (len(letters), await keys(feedback)) == (1, {"after"})


async def test_the_same_name_at_another_tenant_is_somebody_else(feedback: Running) -> None:
    feedback.registry.tasks["other", "tickets"] = None
    for tenant in ("acme", "other"):
        await feedback.send("inference", inference(id=f"{tenant}-1", unit=ERNA), tenant)
        await feedback.settle(tenant)

    done = await erase(feedback, ERNA)
    await feedback.send("inference", inference(id="later", unit=ERNA), "other")
    await feedback.settle("other")

    assert await ids(feedback) == set()
    assert await ids(feedback, "other") == {"other-1", "later"}
    assert (await feedback.ask(ListErasures(), "other")).items == ()
    for asked in (GetErasure(erasure_id=done.id), GetErasedNames(erasure_id=done.id)):
        with pytest.raises(UnknownErasure):
            await feedback.ask(asked, "other")


async def test_other_names_and_ids_of_a_person_go_with_them(feedback: Running) -> None:
    sent = [inference(id=f"i{n}", unit=unit) for n, unit in enumerate(("erna", "e-77", "Erna", None, "erna "))]
    await feedback.send("inference", sent)
    await feedback.settle()

    await erase(feedback, "erna", "e-77", "i3")

    assert await ids(feedback) == {"i2", "i4"}


async def test_a_name_that_rules_made_a_hash_of_is_found_too(feedback: Running) -> None:
    rules = RedactionRules(
        rules=(RedactionRule(detector=Detector.EMAIL), RedactionRule(name="x", pattern="^c-[0-9]+$"))
    )
    await feedback.ask(SetRedaction(rules=rules))
    await feedback.send(
        "feedback", [opinion(key=f"k{n}", by=by) for n, by in enumerate((ERNA, "c-7", "o@b.de", "c-8"))]
    )
    await feedback.settle()
    await feedback.ask(SetRedaction(rules=RedactionRules(rules=rules.rules[1:])))

    done = await erase(feedback, ERNA, "c-7")
    await feedback.ask(SetRedaction(rules=rules))
    await asyncio.sleep(FRESH_S)
    await feedback.send("feedback", [opinion(key="again", by=ERNA), opinion(key="other", by="o@b.de")])
    await feedback.settle()

    assert await keys(feedback) == {"k2", "k3", "other"}
    assert done.names == 2


async def test_asking_twice_gives_the_same_erasure_and_later_a_new_one(feedback: Running) -> None:
    asked = EraseSubject(erasure=NewErasure(subject=ERNA))

    first, second = await feedback.ask(asked), await feedback.ask(asked)
    await erase(feedback, ERNA)
    for service in (Service.TRAINER, Service.TRAINER, Service.REGISTRY):
        async with feedback.parts.database.transaction("acme") as tx:
            await erasure.acknowledge(tx, first.id, service, {"rows": 2})
    left = await held(feedback, ERNA)
    completed = await feedback.ask(GetErasure(erasure_id=first.id))
    third = await feedback.ask(asked)

    assert first.id == second.id != third.id
    assert (first.status, completed.status) == (ErasureStatus.RUNNING, ErasureStatus.COMPLETED)
    assert (first.missing, completed.missing) == ((Service.FEEDBACK, Service.TRAINER, Service.REGISTRY), ())
    assert completed.parts[1].counts == {"rows": 2}
    assert left == []
    assert first.subject_hash == third.subject_hash
    assert (await feedback.ask(GetErasedNames(erasure_id=first.id))).names == ()
    assert (await feedback.ask(GetErasedNames(erasure_id=third.id))).names == (ERNA,)
    assert ERNA not in first.model_dump_json()


async def test_two_last_acknowledgements_at_once_complete_it(feedback: Running, database: Database) -> None:
    done = await erase(feedback, ERNA)

    async def acknowledge(service: Service) -> None:
        async with database.transaction("acme") as tx:
            await erasure.acknowledge(tx, done.id, service, {})

    async with database.transaction("acme") as first:
        await erasure.acknowledge(first, done.id, Service.TRAINER, {})
        second = asyncio.create_task(acknowledge(Service.REGISTRY))
        await asyncio.wait([second], timeout=0.3)
    await second

    assert (await feedback.ask(GetErasure(erasure_id=done.id))).status is ErasureStatus.COMPLETED


async def test_what_is_broken_off_goes_on_where_it_was(
    feedback: Running, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "_MOST_ROWS", 4)
    await feedback.send("inference", [inference(id=f"i{n:02}", unit=ERNA if n % 2 else "otto") for n in range(10)])
    await feedback.send(
        "feedback", [opinion(key=f"k{n}", inference_id=f"i{n:02}", correction="a", input="b") for n in range(10)]
    )
    await feedback.settle()
    async with database.transaction("acme") as tx:
        begun = await erasure.begin(tx, NewErasure(subject=ERNA))

    with pytest.raises(ZeroDivisionError):
        await _sweep_and_break_down(database, begun.id)
    done = await erase(feedback, ERNA)

    assert done.id == begun.id
    assert await ids(feedback) == {f"i{n:02}" for n in range(0, 10, 2)}
    assert await keys(feedback) == {f"k{n}" for n in range(0, 10, 2)}
    assert {name: done.parts[0].counts[name] for name in ("inferences", "feedback", "examples")} == dict.fromkeys(
        ("inferences", "feedback", "examples"), 5
    )
    page = await feedback.ask(ListErasedExamples(erasure_id=done.id, limit=3))
    rest = await feedback.ask(ListErasedExamples(erasure_id=done.id, limit=3, cursor=page.next_cursor))
    assert (len(page.ids), len(rest.ids), rest.next_cursor) == (3, 2, None)


async def test_a_name_is_found_whole_and_however_json_spells_it(feedback: Running) -> None:
    names = ['Jürgen "J" O\\Neil', "1"]
    broken = [{"task": "tickets", "by": names[0], "verdict": 3}, {"task": "tickets", "by": "2021", "verdict": 3}]
    await feedback.send("feedback", broken)
    await feedback.send("feedback", b'{"task": "tickets", "by": "J\\u00FCrgen \\"J\\" O\\\\Neil", "verdict": 3}')
    await feedback.settle()

    await erase(feedback, *names)

    assert ["2021" in letter.body for letter in await feedback.letters()] == [True]


def test_hashes_differ_by_salt_and_by_kind() -> None:
    made = {hashing.of(salt, kind, "x") for salt in (b"1" * 32, b"2" * 32) for kind in (hashing.NAME, hashing.OPINION)}

    assert len(made) == 4
    assert all(len(each) == 32 for each in made)
    assert hashing.of_names(b"1" * 32, ("a", "b")) != hashing.of_names(b"1" * 32, ("a,b",))
