"""Where it is tried that a transaction belongs to one tenant and that what it says leaves only with its commit."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from chassis import store
from chassis.database import EVERY_TENANT, Database, connect
from contracts.events.training import TrainingRequested
from contracts.service import Service

REQUEST = TrainingRequested(task="tickets", decision_id="d", reason="r", auto_release=True)


def letter(tenant: str) -> store.Letter:
    return store.Letter(tenant, "consumer", store.Outgoing("events.x", {}, b"{}"), "because")


@pytest.fixture
async def database(database_of: Callable[[Service], str]) -> AsyncIterator[Database]:
    url = database_of(Service.TRAINER)
    made = await connect(url, service=Service.TRAINER, connections=3)
    yield made
    await made.close()


async def test_a_tenant_does_not_see_the_rows_of_another(database: Database) -> None:
    async with database.transaction("acme") as tx:
        await store.bury(tx, [letter("acme")])

    async with database.transaction("other") as tx:
        seen = await store.list_letters(tx, Service.TRAINER, before=None, limit=10)

    assert seen == []


async def test_a_tenant_cannot_write_rows_of_another(database: Database) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction("acme") as tx:
            await store.bury(tx, [letter("other")])


async def test_work_across_tenants_sees_all_rows(database: Database) -> None:
    async with database.transaction(EVERY_TENANT) as tx:
        await store.bury(tx, [letter("acme"), letter("other")])

    async with database.transaction(EVERY_TENANT) as tx:
        seen = await store.list_letters(tx, Service.TRAINER, before=None, limit=10)

    assert len(seen) == 2


@pytest.mark.parametrize("tenant", ["", "a'; DROP TABLE outbox; --", "A", "a.b", "**"])
async def test_what_cannot_be_a_tenant_opens_no_transaction(database: Database, tenant: str) -> None:
    with pytest.raises(ValueError, match="cannot be a tenant"):
        await database.transaction(tenant).__aenter__()


async def test_a_connection_keeps_nothing_of_the_tenant_before(database: Database) -> None:
    async with database.transaction("acme") as tx:
        await tx.fetchval("SELECT 1")

    async with database.transaction("other") as tx:
        tenant = await tx.fetchval("SELECT current_setting('ratchet.tenant')")

    assert tenant == "other"


async def test_listeners_hear_of_commits_that_leave_something_and_of_no_others(database: Database) -> None:
    heard: list[str] = []
    database.on_outgoing(lambda: heard.append("woken"))

    async with database.transaction("acme") as tx:
        await tx.fetchval("SELECT 1")
    async with database.transaction("acme") as tx:
        tx.publish(REQUEST)

    assert heard == ["woken"]


async def test_the_outbox_keeps_the_order_of_what_was_said(database: Database) -> None:
    async with database.transaction("acme") as tx:
        for number in range(50):
            tx.put(f"$KV.routes.acme.t{number}", str(number), b"")

    async with database.transaction(EVERY_TENANT) as tx:
        waiting = await store.oldest(tx, 100)

    assert [each.message.headers["Nats-Msg-Id"] for each in waiting] == [str(number) for number in range(50)]


async def test_the_connections_survive_a_failed_statement(database: Database) -> None:
    for _ in range(5):
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with database.transaction("acme") as tx:
                await tx.fetchval("SELECT 1 / 0")

    await database.ping()
