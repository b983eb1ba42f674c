"""Where the database, and one role and schema per service, are created; nothing is granted across."""

from collections.abc import Mapping

import asyncpg
from asyncpg import Connection

DATABASE = "ratchet"


async def prepare(server_url: str, database_url: str, passwords: Mapping[str, str]) -> None:
    """Make the database, roles and schemas as they should be, whatever is there already.

    Both URLs are the superuser's: one of the server's own database, one of the stack's.
    """
    server = await asyncpg.connect(server_url)
    try:
        if not await database_exists(server):
            await server.execute(f"CREATE DATABASE {DATABASE}")
            await server.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
    finally:
        await server.close()
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await close_to_the_public(connection)
            for role, password in passwords.items():
                await prepare_role(connection, role, password)
    finally:
        await connection.close()


async def database_exists(connection: Connection) -> bool:
    """Whether the stack's database was created before."""
    return bool(await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE))


async def close_to_the_public(connection: Connection) -> None:
    """Take away what Postgres grants to everybody."""
    await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")


async def prepare_role(connection: Connection, role: str, password: str) -> None:
    """Make a role that owns the schema of its name and sees nothing else."""
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
        await _execute(connection, "CREATE ROLE %1$I", role)
    await _execute(
        connection,
        "ALTER ROLE %1$I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD %2$L",
        role,
        password,
    )
    await _execute(connection, "GRANT CONNECT, TEMPORARY ON DATABASE %2$I TO %1$I", role, DATABASE)
    await _execute(connection, "CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %1$I", role)
    await _execute(connection, "ALTER ROLE %1$I IN DATABASE %2$I SET search_path = %1$I", role, DATABASE)


async def _execute(connection: Connection, template: str, *names: str) -> None:
    """Run a statement whose names and literals Postgres itself has quoted: they cannot be parameters."""
    statement = await connection.fetchval("SELECT format($1::text, VARIADIC $2::text[])", template, list(names))
    await connection.execute(statement)
