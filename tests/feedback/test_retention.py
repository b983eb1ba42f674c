"""Where it is tried that what is old is forgotten, and nothing else."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from pydantic import ValidationError

from chassis.database import EVERY_TENANT, Database
from chassis.watching import Watch
from contracts.api.setting import SettingValues
from feedback import retention
from feedback.phases import reporting
from feedback.settings import Settings
from feedback.store import inferences, partitions
from tests.feedback.days import ask, day, let_pass, make_days
from tests.feedback.dividing import answer, closed, hear, minute, opened, opinion, report

CLAIMED = (
    "SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM inference_claims UNION ALL SELECT key FROM feedback_claims)"
)
PHASES = """
    SELECT (SELECT count(*) FROM phases) + (SELECT count(*) FROM exposures) + (SELECT count(*) FROM exposure_outcomes)
        + (SELECT count(*) FROM forgotten_phases)
"""


def settings(**days: int) -> Settings:
    return Settings.model_validate({"database_url": "postgresql://none"} | days)


def held(**days: int) -> Callable[[], SettingValues]:
    values = settings(**days).defaults()
    return lambda: values


async def settle(database: Database, watches: Sequence[Watch]) -> int:
    """Do what is due until nothing is; give how often something was."""
    done = 0
    for watch in watches:
        while True:
            async with database.transaction(EVERY_TENANT) as tx:
                due = await watch.due(tx)
            if not due:
                break
            for tenant, id in due:
                async with database.transaction(tenant) as tx:
                    await watch.judge(tx, id)
                done += 1
    return done


async def test_old_days_are_dropped_with_their_ids_and_the_others_stay(database: Database) -> None:
    await make_days(database, 9, 0)
    await report(database, "acme", answer("i1", "ada"), opinion("k1", "i1", used=True))
    await report(database, "other", answer("i1", "ada"))
    await let_pass(database, 9)
    await report(database, "acme", answer("i2", "ada"), opinion("k2", "i1", used=True))

    await settle(database, retention.watches(held(inference_retention_days=7)))

    async with database.transaction(EVERY_TENANT) as tx:
        old = [each.table for each in await partitions.list_(tx, before=day(7))]
    assert old == ["feedback"]
    assert await ask(database, CLAIMED) == ["i2", "k1", "k2"]
    assert await ask(database, "SELECT count(*) FROM inferences") == 1
    assert await ask(database, "SELECT count(*) FROM stored_days") == 3


async def test_what_is_sent_again_after_it_was_forgotten_is_new(database: Database) -> None:
    await make_days(database, 9, 0)
    await report(database, "acme", answer("i1", "ada"), opinion("k1", "i1", used=True))
    await let_pass(database, 9)
    await settle(database, retention.watches(held(inference_retention_days=7, feedback_retention_days=8)))

    await report(database, "acme", answer("i1", "ada"), opinion("k1", "i1", used=True))

    assert await ask(database, CLAIMED) == ["i1", "k1"]


async def test_ids_are_forgotten_though_the_transaction_that_forgot_them_first_was_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_ROWS", 1)
    await make_days(database, 9, 0)
    await report(database, "acme", answer("i1", "ada"), answer("i2", "ada"))
    await let_pass(database, 9)
    watch, *_ = retention.watches(held(inference_retention_days=7))
    async with database.transaction(EVERY_TENANT) as tx:
        ((_, partition),) = await watch.due(tx)

    with suppress(ConnectionResetError):
        async with database.transaction(EVERY_TENANT) as tx:
            await watch.judge(tx, partition)
            raise ConnectionResetError
    await settle(database, [watch])

    assert await ask(database, "SELECT count(*) FROM inferences") == 0
    assert await ask(database, CLAIMED) is None


@pytest.mark.parametrize("days", [{}, {"inference_retention_days": 30, "feedback_retention_days": 10}])
async def test_nothing_is_forgotten_that_is_kept_longer(database: Database, days: dict[str, int]) -> None:
    await make_days(database, 9, 0)
    await report(database, "acme", answer("i1", "ada"))
    await let_pass(database, 9)

    assert await settle(database, retention.watches(held(**days))) == 0


async def test_a_day_that_somebody_reads_is_dropped_later_and_nobody_waits(database: Database) -> None:
    await make_days(database, 9, 0)
    watches = retention.watches(held(inference_retention_days=7))

    async with database.transaction("acme") as reading:
        await reading.fetchval("SELECT count(*) FROM inferences")
        with pytest.raises(Exception, match="lock timeout"):
            await settle(database, watches)
    await settle(database, retention.watches(held(inference_retention_days=7)))

    async with database.transaction(EVERY_TENANT) as tx:
        assert [each.table for each in await partitions.list_(tx)] == ["feedback", "feedback", "inferences"]


async def test_the_units_of_a_phase_that_is_long_over_are_forgotten_and_no_longer_counted(database: Database) -> None:
    await hear(database, "acme", opened())
    await report(database, "acme", answer("i1", "ada"), opinion("k1", "i1", used=True))
    await hear(database, "acme", closed(until=2))
    watches = retention.watches(held(unit_retention_days=30))
    before = await settle(database, watches)
    await reporting.report(database)

    await settle(database, retention.watches(held(unit_retention_days=30)))
    await report(database, "acme", opinion("k2", "i1", helpful=True))

    assert before == 0
    assert await ask(database, PHASES) == 0


async def test_units_are_forgotten_while_somebody_stores(database: Database) -> None:
    await hear(database, "acme", opened())
    await report(database, "acme", answer("i1", "ada"))
    await hear(database, "acme", closed(until=2))
    await reporting.report(database)
    (_, watch, _) = retention.watches(held(unit_retention_days=30))
    async with database.transaction("acme") as tx:
        await watch.judge(tx, "p1")
    before = await ask(database, "SELECT count(*) FROM exposures")

    async with database.transaction(EVERY_TENANT) as storing, asyncio.timeout(30):
        await inferences.lock(storing)
        async with database.transaction("acme") as tx:
            await watch.judge(tx, "p1")

    assert (before, await ask(database, "SELECT count(*) FROM exposures")) == (1, 0)


async def test_phases_and_conversations_of_late_are_kept(database: Database) -> None:
    await report(database, "acme", answer("i1", "ada", session="s1"), answer("i2", "ada", session="s2", at=-1e5))
    await hear(database, "acme", opened(), closed(until=2))
    await reporting.report(database)
    age = day(0) - minute(0)

    await settle(database, retention.watches(held(unit_retention_days=age.days + 2)))

    assert await ask(database, "SELECT array_agg(session) FROM conversations") == ["s1"]
    assert await ask(database, PHASES) > 0


def test_keeping_too_short_is_refused() -> None:
    with pytest.raises(ValidationError, match="must be 0, which is for ever, or at least 7"):
        settings(inference_retention_days=6)


@pytest.mark.parametrize("written", [{}, {"RATCHET_INFERENCE_RETENTION_DAYS": "0"}])
def test_for_ever_is_0_in_the_environment_as_over_http_and_so_it_is_by_default(
    written: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in written.items():
        monkeypatch.setenv(name, value)

    assert settings().inference_retention_days == settings().defaults().inference_retention_days == 0


async def test_by_default_nothing_is_forgotten_and_what_is_set_meanwhile_holds_at_once(database: Database) -> None:
    await make_days(database, 9, 0)
    await report(database, "acme", answer("i1", "ada", session="s1"))
    await hear(database, "acme", opened(), closed(until=2))
    await reporting.report(database)
    await let_pass(database, 9)
    given: dict[str, int] = {}

    before = await settle(database, watches := retention.watches(lambda: SettingValues.model_validate(given)))
    given["inference_retention_days"] = 7
    (partition, *_) = retention.watches(lambda: SettingValues.model_validate(given))
    async with database.transaction(EVERY_TENANT) as tx:
        due = await partition.due(tx)
        given.clear()
        await watches[0].judge(tx, due[0][1])

    assert (before, len(due)) == (0, 1)
    assert await ask(database, "SELECT count(*) FROM inferences") == 1


async def test_an_id_that_was_erased_and_given_again_is_not_forgotten_with_the_old_day(database: Database) -> None:
    await make_days(database, 9, 0)
    await report(database, "acme", answer("i1", "ada"), answer("i2", "ada"))
    await let_pass(database, 9)
    watches = retention.watches(held(inference_retention_days=7))
    async with database.transaction(EVERY_TENANT) as tx:
        await tx.execute("DELETE FROM inference_claims WHERE id = 'i1'")

    await report(database, "acme", answer("i1", "ada"))
    await settle(database, watches)
    await report(database, "acme", answer("i1", "ada"))

    assert await ask(database, CLAIMED) == ["i1"]
    assert await ask(database, "SELECT count(*) FROM inferences") == 1
