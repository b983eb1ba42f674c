"""Where it is tried that migrations are applied once and that drift is named."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from chassis import migrations, shadow
from chassis.testing.databases import Maintenance
from contracts.service import Service


async def run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url, server_settings={"search_path": "registry"})
    await connection.execute(statement)
    await connection.close()


async def test_migrations_are_applied_once(empty_database_of: Callable[[Service], str]) -> None:
    url = empty_database_of(Service.REGISTRY)

    first = await migrations.migrate(url, Service.REGISTRY)
    again = await migrations.migrate(url, Service.REGISTRY)

    assert first[0] == "chassis/0001_messaging.sql"
    assert again == ()


async def test_replicas_that_start_together_do_not_collide(empty_database_of: Callable[[Service], str]) -> None:
    url = empty_database_of(Service.REGISTRY)

    applied = await asyncio.gather(*(migrations.migrate(url, Service.REGISTRY) for _ in range(4)))

    assert sorted(map(len, applied))[:3] == [0, 0, 0]


async def test_an_edited_migration_is_refused(database_of: Callable[[Service], str]) -> None:
    url = database_of(Service.REGISTRY)
    await run(url, "UPDATE migrations SET sha256 = 'edited'")

    with pytest.raises(migrations.EditedMigration, match="0001_messaging"):
        await migrations.migrate(url, Service.REGISTRY)


async def test_verify_names_every_difference(database_of: Callable[[Service], str], maintenance: Maintenance) -> None:
    url = database_of(Service.REGISTRY)
    await run(url, "ALTER TABLE outbox ADD COLUMN colour text; DROP INDEX inbox_by_age")

    found = (await shadow.verify(superuser_url(maintenance, url)))[Service.REGISTRY]

    assert sorted(line.split(" ")[0] for line in found) == ["missing:", "unexpected:"]
    assert any("outbox.colour" in line for line in found)


async def test_verify_finds_nothing_where_nothing_differs(
    database_of: Callable[[Service], str], maintenance: Maintenance
) -> None:
    found = await shadow.verify(superuser_url(maintenance, database_of(Service.REGISTRY)))

    assert not any(found.values())


def superuser_url(maintenance: Maintenance, url: str) -> str:
    return urlunsplit(urlsplit(maintenance.url)._replace(path=urlsplit(url).path))


async def test_the_role_of_one_service_cannot_read_the_schema_of_another(
    database_of: Callable[[Service], str],
) -> None:
    connection = await asyncpg.connect(database_of(Service.TRAINER))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch("SELECT * FROM registry.outbox")

    await connection.close()
