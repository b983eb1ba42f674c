"""Where it is tried that what is stored day by day is found, known and attached as if it were one table."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import asyncpg
import pytest

from chassis import migrations
from chassis.database import EVERY_TENANT, Database
from chassis.testing import databases
from chassis.testing.databases import Maintenance
from contracts.commands.metrics import ListFeedback
from contracts.service import Service
from feedback import partitions
from feedback.store import answers, inferences, shown_opinions
from feedback.store import partitions as stored
from tests.feedback.days import ask, day, let_pass, make_days
from tests.feedback.dividing import TASK, answer, minute, opinion, report

told = partial(opinion, used=True)
COUNT = "SELECT (SELECT count(*) FROM inferences) + (SELECT count(*) FROM feedback)"


async def test_what_is_sent_again_on_another_day_is_known(database: Database) -> None:
    await make_days(database, 3, 0)
    sent = (answer("i1", "ada"), told("k1", "i1"), told("k2", "i9"))
    await report(database, "acme", *sent)
    await let_pass(database, 3)

    await report(database, "acme", *sent)
    await report(database, "other", *sent)

    assert await ask(database, COUNT) == 6


async def test_an_opinion_and_its_inference_meet_over_days(database: Database) -> None:
    await make_days(database, 5, 3, 2, 0)
    await report(database, "acme", told("early", "i1"))
    await let_pass(database, 2)
    await report(database, "acme", answer("i1", "ada", output="billing"))
    await let_pass(database, 3)

    await report(database, "acme", told("late", "i1"), told("elsewhere", "i1", task="other"))

    async with database.transaction("acme") as tx:
        rows = await tx.fetch("SELECT key, predicted FROM feedback WHERE attached ORDER BY key")
    assert [tuple(row) for row in rows] == [("early", "billing"), ("late", "billing")]


async def test_lists_go_through_the_days_newest_first(database: Database) -> None:
    await make_days(database, 5, 3, 2, 0)
    for number in range(3):
        await let_pass(database, (0, 2, 3)[number])
        served = (answer(f"i{number}-{each}", "ada") for each in range(2))
        await report(database, "acme", *served, told(f"k{number}", "i0-0"))

    async with database.transaction("acme") as tx:
        first = await inferences.list_(tx, task=TASK, version_id=None, before=None, limit=3)
        then = await inferences.list_(tx, task=None, version_id=None, before=first[-1][0], limit=9)
        about = await shown_opinions.list_(tx, ListFeedback(inference_id="i0-0", limit=1), before=None)
        every = await shown_opinions.list_(tx, ListFeedback(task=TASK), before=about[0][0])
        none = await inferences.list_(tx, task="elsewhere", version_id=None, before=None, limit=9)

    assert [each.id for _, each in (*first, *then)] == ["i2-1", "i2-0", "i1-1", "i1-0", "i0-1", "i0-0"]
    assert [each.key for _, each in about] == ["k2", "k1"]
    assert [each.key for _, each in every] == ["k1", "k0"]
    assert none == []


async def test_answers_of_a_time_are_found_on_whatever_days_they_were_stored(database: Database) -> None:
    await make_days(database, 5, 0)
    await report(database, "acme", answer("i1", "ada", at=1), answer("i2", "ada", at=400))
    await let_pass(database, 5)
    await report(database, "acme", answer("i3", "ada", at=2), answer("i4", "ada", at=-400))

    async with database.transaction("acme") as tx:
        stretch = answers.Stretch("acme", TASK, minute(0), minute(10))
        parts = await answers.places(tx, stretch)
        found = [each for part in parts for each in await answers.of_stretch(tx, stretch, part)]

    assert sorted(each.id for each in found) == ["i1", "i3"]


async def test_days_that_overlap_because_a_clock_was_ahead_give_each_row_once(database: Database) -> None:
    await make_days(database, 3, 0)
    await report(database, "acme", answer("i1", "ada"))
    await let_pass(database, 3)
    await report(database, "acme", answer("i2", "ada"))
    longer = "UPDATE stored_days SET until = until + interval '9 days' WHERE until < now() RETURNING until"
    assert await ask(database, longer)

    async with database.transaction("acme") as tx:
        listed = await inferences.list_(tx, task=TASK, version_id=None, before=None, limit=9)
        stretch = answers.Stretch("acme", TASK, minute(0), None)
        parts = await answers.places(tx, stretch)
        found = [each.id for part in parts for each in await answers.of_stretch(tx, stretch, part)]

    assert [each.id for _, each in listed] == ["i2", "i1"]
    assert sorted(found) == ["i1", "i2"]


async def test_a_day_that_nobody_made_is_made_when_it_is_needed(database: Database) -> None:
    await make_days(database)

    await report(database, "acme", answer("i1", "ada"), told("k1", "i1"))

    assert await ask(database, COUNT) == 2
    async with database.transaction(EVERY_TENANT) as tx:
        assert [each.until.date() - day(0).date() for each in await stored.list_(tx)][-1] == timedelta(days=8)


async def test_replicas_may_make_days_at_the_same_time_while_rows_come_in(database: Database) -> None:
    await make_days(database)

    async def make() -> None:
        async with database.transaction(EVERY_TENANT) as tx:
            await partitions.make_ahead(tx)

    await asyncio.gather(make(), report(database, "acme", answer("i1", "ada")), make())

    async with database.transaction(EVERY_TENANT) as tx:
        assert len(await stored.list_(tx)) == 2 * (partitions.DAYS_AHEAD + 1)
        assert await stored.missing(tx, partitions.DAYS_AHEAD) == []


async def test_days_are_made_while_a_batch_is_being_stored(database: Database) -> None:
    await make_days(database, 0, -1)
    await report(database, "acme", answer("i1", "ada"))

    async with database.transaction("acme") as storing, database.transaction(EVERY_TENANT) as tx:
        await storing.execute("UPDATE inferences SET error = NULL")
        async with asyncio.timeout(30):
            await partitions.make_ahead(tx)


@pytest.mark.parametrize("made_by_the_clock", [False, True])
async def test_another_tenant_sees_nothing_through_the_name_of_a_day(
    database: Database, *, made_by_the_clock: bool
) -> None:
    if made_by_the_clock:
        await make_days(database, 0)
    await report(database, "acme", answer("i1", "ada"), told("k1", "i1"))

    for table in ("inferences", "feedback"):
        name = await ask(database, f"SELECT tableoid::regclass::text FROM {table}")  # noqa: S608 (names of ours)
        count = f"SELECT count(*) FROM {name}"  # noqa: S608 (likewise)
        assert [await ask(database, count, tenant=tenant) for tenant in ("acme", "other")] == [1, 0]


async def test_days_are_no_difference_between_a_live_schema_and_what_the_migrations_give(
    database: Database, database_of: Callable[[Service], str], maintenance: Maintenance
) -> None:
    await make_days(database, *range(3))
    shadow = await databases.create(maintenance)
    shadow_url = databases.url_of(maintenance, shadow, Service.FEEDBACK)

    found = await migrations.differences(database_of(Service.FEEDBACK), shadow_url, Service.FEEDBACK)

    await databases.drop(maintenance, shadow)
    assert found == ()


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=3)])
async def test_what_was_stored_before_there_were_days_stays_and_is_known(
    empty_database_of: Callable[[Service], str], ahead: timedelta
) -> None:
    url = empty_database_of(Service.FEEDBACK)
    connection = await asyncpg.connect(url, server_settings={"search_path": "feedback"})
    await connection.execute("SELECT set_config('ratchet.tenant', '*', false)")
    earlier = [each for each in migrations.of(Service.FEEDBACK) if each.name < "feedback/0008"]
    for migration in earlier:
        await connection.execute(migration.sql)
    await connection.execute(BEFORE.format(now=day(0) + ahead))
    (adding,) = [each for each in migrations.of(Service.FEEDBACK) if each.name == "feedback/0008_partitions.sql"]

    async with connection.transaction():
        await connection.execute(adding.sql)

    kept = await connection.fetchrow(
        """
        SELECT count(*), count(*) FILTER (WHERE (claims.place, claims.stored_at) = (rows.place, rows.stored_at))
        FROM inferences AS rows JOIN inference_claims AS claims USING (tenant, id)
        """
    )
    said = await connection.fetchval("SELECT place FROM feedback JOIN feedback_claims USING (tenant, key, place)")
    place = await connection.fetchval(
        "INSERT INTO inference_claims (tenant, id, stored_at) VALUES ('acme', 'new', now()) RETURNING place"
    )
    await connection.close()
    assert tuple(kept or ()) == (5, 5)
    assert (said, place) == (1, 6)


BEFORE = """
    INSERT INTO inferences (tenant, id, task, occurred_at, stored_at)
    SELECT 'acme', number::text, 'tickets', '2026-01-01T12:30Z', '{now}'::timestamptz - number * interval '40 days'
    FROM generate_series(0, 4) AS number;
    INSERT INTO feedback (tenant, key, task, operation, source, occurred_at, inference_id, attached)
    VALUES ('acme', 'a', 'tickets', 'outcome', 'user', '2026-01-01T12:40Z', '1', true)
"""
