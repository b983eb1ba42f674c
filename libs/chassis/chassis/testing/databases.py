"""Where databases for tests are made: as in production, one role and schema for each service."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis import migrations
from contracts.service import Service

_PASSWORD = "only-for-tests"  # noqa: S105 (of roles that live as long as a run of tests)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """The superuser's URL of a server that tests may make databases in, and the name of the run's roles and pattern."""

    url: str
    run: str


async def begin(url: str) -> Maintenance:
    """Make the roles of a run of tests, and the migrated database that each test gets a copy of.

    A copy is there in a quarter of the time that migrating an empty database takes.
    """
    maintenance = Maintenance(url, f"test_{secrets.token_hex(6)}")
    await _run(url, *(_role(maintenance, service) for service in Service))
    await _make_empty(maintenance, maintenance.run)
    for service in Service:
        await migrations.migrate(url_of(maintenance, maintenance.run, service), service)
    return maintenance


async def end(maintenance: Maintenance) -> None:
    """Remove what `begin` made; the databases of the tests are gone by now."""
    await drop(maintenance, maintenance.run)
    await _run(maintenance.url, *(f'DROP ROLE "{maintenance.run}_{service}"' for service in Service))


async def create(maintenance: Maintenance) -> str:
    """Make a database with the schemas of all services, migrated; give its name."""
    name = _new_name()
    await _run(maintenance.url, f'CREATE DATABASE "{name}" TEMPLATE "{maintenance.run}" STRATEGY file_copy')
    return name


async def create_empty(maintenance: Maintenance) -> str:
    """Make a database with the schemas of all services, which are empty; give its name."""
    name = _new_name()
    await _make_empty(maintenance, name)
    return name


async def drop(maintenance: Maintenance, name: str) -> None:
    """Remove a database that `create` made."""
    await _run(maintenance.url, f'DROP DATABASE "{name}" WITH (FORCE)')


def url_of(maintenance: Maintenance, name: str, service: Service) -> str:
    """Give the URL of a service's role."""
    parts = urlsplit(maintenance.url)
    netloc = f"{maintenance.run}_{service}:{_PASSWORD}@{parts.hostname}:{parts.port}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{name}"))


async def _make_empty(maintenance: Maintenance, name: str) -> None:
    await _run(maintenance.url, f'CREATE DATABASE "{name}" STRATEGY file_copy')
    schemas = (f'CREATE SCHEMA {service} AUTHORIZATION "{maintenance.run}_{service}"' for service in Service)
    await _run(urlunsplit(urlsplit(maintenance.url)._replace(path=f"/{name}")), *schemas)


def _new_name() -> str:
    return f"test_{secrets.token_hex(6)}"


def _role(maintenance: Maintenance, service: Service) -> str:
    return f"CREATE ROLE \"{maintenance.run}_{service}\" LOGIN PASSWORD '{_PASSWORD}' NOSUPERUSER NOBYPASSRLS"


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
