"""Where it is tried that erasing keeps nobody waiting: neither who stores, nor other tenants, nor itself."""

import asyncio
from typing import Any

import pytest

from chassis.database import EVERY_TENANT, Database
from contracts.api.erasure import NewErasure
from contracts.api.example import ExampleOfAnswer
from feedback import erasure
from feedback.erasure import sweeping
from feedback.examples import answered, judging
from feedback.store import erasures, tombstones
from tests.feedback.days import ask
from tests.feedback.dividing import answer, minute, opinion, report

LATER = minute(1000).isoformat()
STANDING = "SELECT count(*) FROM tombstones WHERE tenant = 'acme'"


async def begin(database: Database, *subjects: str, tenant: str = "acme") -> list[str]:
    begun: list[str] = []
    for subject in subjects:
        async with database.transaction(tenant) as tx:
            begun.append((await erasure.begin(tx, NewErasure(subject=subject))).id)
    return begun


async def test_of_much_that_is_found_little_is_deleted_at_once_and_nothing_is_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "_MOST_FOUND", 2)
    units = ["ada", "ada", "otto", "ada", "ada", "ada", "otto"]
    await report(database, "acme", *(answer(f"i{number}", unit) for number, unit in enumerate(units)))
    (erasure_id,) = await begin(database, "ada")
    left: list[int] = []

    for _ in range(3):
        async with database.transaction("acme") as tx:
            await sweeping.sweep(tx, erasure_id)
        left.append(await ask(database, "SELECT count(*) FROM inferences"))

    assert left == [5, 3, 2]
    assert await ask(database, "SELECT array_agg(DISTINCT unit) FROM inferences") == ["otto"]


async def test_who_erases_much_keeps_no_other_tenant_waiting(database: Database) -> None:
    first, second, third = await begin(database, "a", "b", "c")
    (other,) = await begin(database, "a", tenant="other")

    async with database.transaction(EVERY_TENANT) as tx:
        due = await erasures.due(tx)

    assert due == [("acme", first), ("other", other), ("acme", second), ("acme", third)]


async def test_names_may_come_again_when_their_time_has_come_and_no_hash_of_them_is_left(database: Database) -> None:
    await begin(database, "ada", "bob")
    async with database.transaction("acme") as tx:
        await tx.execute("UPDATE tombstones SET until = now() WHERE hash = (SELECT min(hash) FROM tombstones)")
    watch = sweeping.forgetting()

    async with database.transaction(EVERY_TENANT) as tx:
        due = await watch.due(tx)
        salts = await tombstones.salts(tx, ["acme", "other"])
    async with database.transaction("acme") as tx:
        await watch.judge(tx, "acme")
    async with database.transaction(EVERY_TENANT) as tx:
        later = await tombstones.due(tx)

    assert (due, list(salts), later) == ([("acme", "acme")], ["acme"], [])
    assert await ask(database, STANDING) == 1


async def test_a_tenant_whose_tombstones_have_all_fallen_is_looked_at_no_more(database: Database) -> None:
    await begin(database, "ada")
    async with database.transaction("acme") as tx:
        await tx.execute("UPDATE tombstones SET until = now()")

    async with database.transaction(EVERY_TENANT) as tx:
        assert await tombstones.salts(tx, ["acme"]) == {}


async def test_what_was_counted_with_an_erased_opinion_is_never_taken_back(database: Database) -> None:
    told = [
        opinion("k1", "i1", verdict="positive", by="otto"),
        opinion("k2", "i1", used=True, by="ada", occurred_at=LATER),
    ]
    await report(database, "acme", answer("i1", "u1"), *told)
    (erasure_id,) = await begin(database, "ada")
    async with database.transaction("acme") as tx:
        await sweeping.sweep(tx, erasure_id)

    await report(database, "acme", opinion("k3", "i1", verdict="negative", by="otto", occurred_at=LATER))

    lowest = (
        "SELECT (min(feedback), max(feedback), min(positive), sum(negative))::text FROM metric_sums WHERE grain = 'day'"
    )
    assert await ask(database, "SELECT count(*) FROM feedback") == 2
    assert await ask(database, lowest) == "(0,2,0,1)"


async def test_an_example_that_is_made_of_an_answer_while_that_is_erased_does_not_stay(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await report(database, "acme", answer("i1", "ada", input="ada is ill", output="billing"))
    (erasure_id,) = await begin(database, "ada")
    found, sweeping_begun = asyncio.Event(), asyncio.Event()
    judge = judging.judge

    async def judge_late(*asked: Any) -> Any:
        found.set()
        await sweeping_begun.wait()
        return await judge(*asked)

    async def submit() -> None:
        async with database.transaction("acme") as tx:
            await answered.submit(tx, "i1", ExampleOfAnswer())

    async def sweep() -> None:
        async with database.transaction("acme") as tx:
            await sweeping.sweep(tx, erasure_id)

    monkeypatch.setattr(judging, "judge", judge_late)
    submitting = asyncio.create_task(submit())
    await found.wait()
    erasing = asyncio.create_task(sweep())
    await asyncio.wait({erasing}, timeout=0.5)
    sweeping_begun.set()
    await asyncio.gather(submitting, erasing)

    assert await ask(database, "SELECT stage FROM erasures") == "done"
    assert await ask(database, "SELECT array_agg(input) FROM examples") is None
