"""Where the live schemas are held against an empty database to which the same migrations are applied."""

import secrets
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis import migrations
from chassis.store import databases
from contracts.service import Service


async def verify(postgres_url: str) -> dict[Service, tuple[str, ...]]:
    """Give the differences of every service's schema; the URL is a superuser's, the shadow is removed again."""
    name = f"shadow_{secrets.token_hex(4)}"
    shadow_url = urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}"))
    connection = await asyncpg.connect(postgres_url)
    await databases.create(connection, name)
    try:
        return {service: await _verify(postgres_url, shadow_url, service) for service in Service}
    finally:
        await databases.drop(connection, name)
        await connection.close()


async def _verify(url: str, shadow_url: str, service: Service) -> tuple[str, ...]:
    connection = await asyncpg.connect(shadow_url)
    await databases.create_schema(connection, service)
    await connection.close()
    await migrations.migrate(shadow_url, service)
    return await migrations.differences(url, shadow_url, service)
