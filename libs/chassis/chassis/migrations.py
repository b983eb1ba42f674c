"""Where numbered SQL files are applied, once each, and a live schema is compared with what they give."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

import asyncpg

from chassis.logging import log


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: applied in one transaction, never edited once merged."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Give the hash by which an edited file is found out."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


class EditedMigration(Exception):
    """A migration was changed after it had been applied; add a new file instead."""


def of(service: str) -> tuple[Migration, ...]:
    """Give the migrations of a service: the chassis' own first, then its own by number."""
    return tuple(each for package in ("chassis", service) for each in _read(package, resources.files(package)))


def _read(package: str, root: Traversable) -> Iterable[Migration]:
    files = (file for file in (root / "schema").iterdir() if file.name.endswith(".sql"))
    for file in sorted(files, key=lambda file: file.name):
        yield Migration(f"{package}/{file.name}", file.read_text())


async def migrate(url: str, service: str, *, role: str | None = None) -> tuple[str, ...]:
    """Apply what is missing and give the names; several processes may call it at once.

    A superuser names the role that is to own what is made. Raises `EditedMigration` when a file differs from what was
    applied.
    """
    settings = {"search_path": str(service)} | ({"role": str(role)} if role else {})
    connection = await asyncpg.connect(url, server_settings=settings)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", f"{service}.migrations")
        applied = tuple([each.name for each in await _missing(connection, service) if await _apply(connection, each)])
    finally:
        await connection.close()
    for name in applied:
        log().info("migration.applied", migration=name)
    return applied


async def _missing(connection: asyncpg.Connection, service: str) -> tuple[Migration, ...]:
    await connection.execute(
        """
        CREATE TABLE IF NOT EXISTS migrations (
            name       text PRIMARY KEY,
            sha256     text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    applied = {row["name"]: row["sha256"] for row in await connection.fetch("SELECT name, sha256 FROM migrations")}
    known = of(service)
    for migration in known:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise EditedMigration(migration.name)
    return tuple(migration for migration in known if migration.name not in applied)


async def _apply(connection: asyncpg.Connection, migration: Migration) -> bool:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO migrations (name, sha256) VALUES ($1, $2)", migration.name, migration.sha256
        )
    return True


async def differences(url: str, shadow_url: str, service: str) -> tuple[str, ...]:
    """Name every difference between the live schema and a shadow database to which the migrations were applied.

    Partitions are left out: which days there are follows from the time, and Postgres keeps them like their table.
    """
    live, expected = await _describe(url, service), await _describe(shadow_url, service)
    missing = (f"missing: {line}" for line in sorted(expected - live))
    unexpected = (f"unexpected: {line}" for line in sorted(live - expected))
    return (*missing, *unexpected)


async def _describe(url: str, service: str) -> frozenset[str]:
    connection = await asyncpg.connect(url, server_settings={"search_path": str(service)})
    try:
        rows = await connection.fetch(_DESCRIPTION, service)
    finally:
        await connection.close()
    return frozenset(row["line"] for row in rows)


_DESCRIPTION = """
    SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
                  coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')) AS line
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = $1::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT format('constraint %s.%s %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid AND NOT c.relispartition
    WHERE k.connamespace = $1::regnamespace
    UNION ALL
    SELECT format('index %s', pg_get_indexdef(i.indexrelid))
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid AND NOT c.relispartition
    WHERE c.relnamespace = $1::regnamespace
    UNION ALL
    SELECT format('policy %s.%s %s %s', c.relname, p.polname, pg_get_expr(p.polqual, c.oid),
                  pg_get_expr(p.polwithcheck, c.oid))
    FROM pg_policy p
    JOIN pg_class c ON c.oid = p.polrelid AND NOT c.relispartition
    WHERE c.relnamespace = $1::regnamespace
    UNION ALL
    SELECT format('row security %s %s %s', relname, relrowsecurity, relforcerowsecurity)
    FROM pg_class
    WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    UNION ALL
    SELECT format('function %s', pg_get_functiondef(oid))
    FROM pg_proc
    WHERE pronamespace = $1::regnamespace
    UNION ALL
    SELECT format('trigger %s', pg_get_triggerdef(t.oid))
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = $1::regnamespace AND NOT t.tgisinternal
"""
