"""Where it is tried that nothing grows for ever which nobody needs."""

from collections.abc import AsyncGenerator, Callable
from functools import partial

import pytest

from chassis.database import EVERY_TENANT, Database, connect
from contracts.api.audit import AuditOutcome
from contracts.service import Service
from gateway import housekeeping
from gateway.housekeeping import Chore
from gateway.settings import Settings
from gateway.store import audit, failed_logins, former_keys, kept_answers, nats_credentials
from gateway.store.nats_credentials import NewCredential
from tests.gateway.stage import Gateway, as_

TABLES = ("api_keys", "former_secrets", "nats_credentials", "sessions", "invitations", "failed_logins", "kept_answers")
"""The tables of which something is forgotten that a test puts there."""

STATEMENTS = (
    "INSERT INTO tenants (key, name) VALUES ('acme', '')",
    """
    INSERT INTO api_keys (tenant, name, role, sha256, created_by, revoked_at, expires_at, bootstrap)
    SELECT 'acme', name, 'admin', sha256(name::bytea), 'ada', now() - revoked, now() - expired, bootstrap
    FROM (VALUES ('valid', NULL, NULL, false),
                 ('revoked lately', interval '89 days', NULL, false), ('revoked', interval '91 days', NULL, false),
                 ('expired lately', NULL, interval '89 days', false), ('expired', NULL, interval '91 days', false),
                 ('bootstrap', interval '91 days', NULL, true))
         AS named (name, revoked, expired, bootstrap)
    """,
    """
    INSERT INTO former_secrets (sha256, tenant, key_id, until)
    SELECT sha256((name || until)::bytea), 'acme', id, now() - until
    FROM api_keys, unnest(ARRAY[interval '2 days', interval '1 hour']) AS until
    WHERE name IN ('valid', 'revoked', 'bootstrap')
    """,
    """
    INSERT INTO nats_credentials (tenant, name, name_key, public_key, events, created_by, revoked_at, revoked_by)
    SELECT 'acme', name, name, 'U' || repeat(letter, 55), true, 'ada', now() - revoked, revoked::text
    FROM (VALUES ('valid', 'A', NULL), ('lately', 'B', interval '89 days'), ('revoked', 'C', interval '91 days'))
         AS named (name, letter, revoked)
    """,
    """
    INSERT INTO users (tenant, name, name_key, email, role, created_by)
    SELECT 'acme', name, name, name, 'viewer', 'ada' FROM unnest(ARRAY['ann', 'bob']) AS name
    """,
    """
    INSERT INTO sessions (tenant, user_id, sha256, method, address, user_agent, idle, expires_at, ended_at)
    SELECT 'acme', users.id, sha256(named.name::bytea), 'oidc', named.name, '', '1 hour', now() - expired, now() - ended
    FROM users, (VALUES ('open', interval '-1 day', NULL), ('over', interval '2 days', NULL),
                        ('ended', interval '-1 day', interval '2 days')) AS named (name, expired, ended)
    WHERE users.name = 'ann'
    """,
    """
    INSERT INTO invitations (tenant, user_id, sha256, created_by, expires_at)
    SELECT 'acme', id, sha256(name::bytea), name, now() - CASE name WHEN 'ann' THEN interval '2 days' ELSE '1 hour' END
    FROM users
    """,
    """
    INSERT INTO failed_logins (key, failures, free_at, last_at)
    SELECT sha256(age::text::bytea), 1, now(), now() - age
    FROM unnest(ARRAY[interval '23 hours', interval '25 hours']) AS age
    """,
    """
    INSERT INTO kept_answers (tenant, name, request, claim, brief, claimed_at)
    SELECT 'acme', sha256((age, brief)::text::bytea), sha256(''), uuidv7(), brief, now() - age
    FROM unnest(ARRAY[interval '9 minutes', interval '11 minutes', interval '25 hours']) AS age,
         unnest(ARRAY[true, false]) AS brief
    """,
)


@pytest.fixture
async def database(database_of: Callable[[Service], str]) -> AsyncGenerator[Database]:
    opened = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    yield opened
    await opened.close()


def settings(**others: float) -> Settings:
    return Settings(database_url="postgresql://nowhere", **others)


async def counts(database: Database) -> dict[str, int]:
    async with database.transaction(EVERY_TENANT) as tx:
        return {table: await tx.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608


async def names(database: Database, table: str) -> set[str]:
    async with database.transaction(EVERY_TENANT) as tx:
        return {row[0] for row in await tx.fetch(f"SELECT name FROM {table}")}  # noqa: S608


async def keep(database: Database, name: bytes, size: int, *, brief: bool = False, tenant: str = "acme") -> None:
    claim = kept_answers.Claim(name * 32, b"r" * 32, "0199a000-0000-7000-8000-000000000000", brief)
    async with database.transaction(tenant) as tx:
        await kept_answers.claim(tx, claim, lease_s=4)
        await kept_answers.keep(tx, claim, b"." * size)


async def test_what_nobody_needs_is_forgotten_and_what_somebody_may_ask_for_stays(database: Database) -> None:
    async with database.transaction(EVERY_TENANT) as tx:
        for statement in STATEMENTS:
            await tx.execute(statement)
    before = await counts(database)

    await housekeeping.keep(database, housekeeping.chores(settings()))
    left = await counts(database)

    assert {table: (before[table], left[table]) for table in TABLES} == {
        "api_keys": (6, 4), "former_secrets": (6, 3), "nats_credentials": (3, 2), "sessions": (3, 1),
        "invitations": (2, 1), "failed_logins": (2, 1), "kept_answers": (6, 3),
    }  # fmt: skip
    assert await names(database, "api_keys") == {"valid", "revoked lately", "expired lately", "bootstrap"}
    assert await names(database, "nats_credentials") == {"valid", "lately"}


async def test_more_than_is_done_at_once_is_done_in_several_goes_and_one_that_fails_stops_no_other(
    database: Database,
) -> None:
    async with database.transaction(EVERY_TENANT) as tx:
        await tx.execute(
            """
            INSERT INTO failed_logins (key, failures, free_at, last_at)
            SELECT sha256(number::text::bytea), 1, now(), now() - interval '2 days'
            FROM generate_series(1, 5001) AS number
            """
        )
    async with database.transaction("acme") as tx:
        await audit.insert(tx, audit.NewEntry("ada", "POST", "/", 200, AuditOutcome.DONE, 1.0, "r"))
    refused = Chore("audit_log", partial(audit.forget_old, days=0))

    await housekeeping.keep(database, (refused, Chore("failed_logins", failed_logins.forget_old)))

    assert (await counts(database))["failed_logins"] == 0


async def test_beyond_its_share_a_tenant_loses_brief_answers_first_and_then_the_oldest(database: Database) -> None:
    for place, name in enumerate((b"a", b"b", b"c", b"d", b"e")):
        await keep(database, name, 1000, brief=place == 3)
    await keep(database, b"z", 1000, tenant="globex")

    async with database.transaction(EVERY_TENANT) as tx:
        forgotten = await kept_answers.forget_surplus(tx, most_bytes=3 * 1300, limit=10)
        rows = await tx.fetch("SELECT name FROM kept_answers ORDER BY name")
        again = await kept_answers.forget_surplus(tx, most_bytes=3 * 1300, limit=10)

    assert (forgotten, again) == (2, 0)
    assert [row[0][:1] for row in rows] == [b"b", b"c", b"e", b"z"]


async def test_what_was_revoked_stays_refused_when_it_is_forgotten(gateway: Gateway) -> None:
    made = (await gateway.admin.post("/v1/api-keys", json={"name": "shop", "role": "viewer"})).json()
    await gateway.admin.delete(f"/v1/api-keys/{made['id']}")
    database = await connect(gateway.settings.database_url, service="gateway", connections=2)

    async with database.transaction("acme") as tx:
        shop = await nats_credentials.insert(tx, NewCredential("shop", "shop", "U" + "A" * 55, events=True))
        await nats_credentials.revoke(tx, shop.id if shop else "")
    async with database.transaction(EVERY_TENANT) as tx:
        forgotten = await former_keys.forget_keys(tx, days=0, limit=10)
        forgotten += await nats_credentials.forget_old(tx, days=0, limit=10)
        admitted = await nats_credentials.list_admitted(tx)
    await database.close()
    async with as_(gateway.url, made["secret"]) as former:
        refused = await former.get("/v1/me")

    assert (forgotten, admitted, refused.status_code) == (2, [], 401)
