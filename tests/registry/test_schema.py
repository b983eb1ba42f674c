"""Where the registry's tables are tried: tenants see their own rows, and no row can say what no enum knows."""

from enum import StrEnum

import asyncpg
import pytest

from chassis.database import EVERY_TENANT
from chassis.service import Parts
from contracts.api.version import Verdict, VersionStatus
from registry.successions import Change
from tests.registry.scene import champions

TABLES = ("tasks", "versions", "routes", "serving", "serving_periods")


@pytest.mark.parametrize("table", TABLES)
async def test_a_tenant_sees_its_own_rows_alone_even_where_a_statement_forgets_to_ask(
    registry: Parts, table: str
) -> None:
    await champions(registry, 1)

    async def count(tenant: str) -> int:
        async with registry.database.transaction(tenant) as tx:
            return await tx.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 (one of the names above)

    assert await count("acme") > 0
    assert await count("other") == 0
    assert await count(EVERY_TENANT) == await count("acme")


@pytest.mark.parametrize(
    ("table", "column", "known"),
    [("versions", "status", VersionStatus), ("versions", "verdict", Verdict), ("serving", "change", Change)],
)
async def test_what_a_column_may_say_is_what_the_enum_knows(
    registry: Parts, table: str, column: str, known: type[StrEnum]
) -> None:
    async with registry.database.transaction("acme") as tx:
        checks = await tx.fetchval(
            """
            SELECT string_agg(pg_get_constraintdef(oid), ' ')
            FROM pg_constraint
            WHERE conrelid = $1::text::regclass AND contype = 'c' AND conname = $2
            """,
            table,
            f"{table}_{column}_check",
        )

    assert set(checks.split("'")[1::2]) == set(known)


async def test_a_task_cannot_have_two_champions(registry: Parts) -> None:
    await champions(registry, 2)

    with pytest.raises(asyncpg.UniqueViolationError):
        async with registry.database.transaction("acme") as tx:
            await tx.execute("UPDATE versions SET status = 'active'")


async def test_a_task_that_serves_has_arms(registry: Parts) -> None:
    await champions(registry, 1)

    with pytest.raises(asyncpg.CheckViolationError):
        async with registry.database.transaction("acme") as tx:
            await tx.execute("UPDATE routes SET arms = '[]'")
