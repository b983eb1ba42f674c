"""Where databases for tests are made: as in production, one role and schema for each service."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from contracts.service import Service

_PASSWORD = "only-for-tests"  # noqa: S105 (of roles that live as long as a test)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """The superuser's URL of a server that tests may make databases in."""

    url: str


async def create(maintenance: Maintenance) -> str:
    """Make a database and its roles and schemas; give its name."""
    name = f"test_{secrets.token_hex(6)}"
    await _run(maintenance.url, f'CREATE DATABASE "{name}"')
    for service in Service:
        schema = f'CREATE SCHEMA {service} AUTHORIZATION "{name}_{service}"'
        await _run(_superuser_url(maintenance, name), _role(name, service), schema)
    return name


async def drop(maintenance: Maintenance, name: str) -> None:
    """Remove a database that `create` made."""
    await _run(maintenance.url, f'DROP DATABASE "{name}" WITH (FORCE)')
    await _run(maintenance.url, *(f'DROP ROLE "{name}_{service}"' for service in Service))


def url_of(maintenance: Maintenance, name: str, service: Service) -> str:
    """Give the URL of a service's role."""
    parts = urlsplit(maintenance.url)
    netloc = f"{name}_{service}:{_PASSWORD}@{parts.hostname}:{parts.port}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{name}"))


def _role(name: str, service: Service) -> str:
    return f"CREATE ROLE \"{name}_{service}\" LOGIN PASSWORD '{_PASSWORD}' NOSUPERUSER NOBYPASSRLS"


def _superuser_url(maintenance: Maintenance, name: str) -> str:
    return urlunsplit(urlsplit(maintenance.url)._replace(path=f"/{name}"))


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
