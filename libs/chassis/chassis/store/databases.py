"""Where databases and schemas are made and dropped, for shadows and for tests."""

from chassis.store.transactions import Connection


async def create(connection: Connection, name: str) -> None:
    """Make a database; the name needs no quoting but quotation marks."""
    await connection.execute(f'CREATE DATABASE "{name}"')


async def create_schema(connection: Connection, name: str) -> None:
    """Make a schema that belongs to whoever is connected."""
    await connection.execute(f'CREATE SCHEMA "{name}"')


async def drop(connection: Connection, name: str) -> None:
    """Drop a database, whoever is connected to it."""
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
