"""Where it is tried who gets in with a password, and what those learn who do not."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest

from chassis.database import EVERY_TENANT, connect
from contracts.service import Service
from gateway.access import delays, opening
from gateway.access.delays import Attempt
from gateway.store import failed_logins
from tests.gateway.people.registering import ADA, PASSWORD, invite, join, log_in, showing
from tests.gateway.stage import Gateway, as_, gateway_on

ANOTHER = "kettle drum sofa 19"
A_MINUTE_LONGER = "UPDATE failed_logins SET free_at = free_at + interval '1 minute' WHERE key = $1"


async def test_who_was_invited_chooses_a_password_and_gets_in_with_it(gateway: Gateway) -> None:
    ada = await join(gateway)

    session = (await log_in(gateway, " ADA@Example.com ")).json()
    async with as_(gateway.url, session["token"]) as client:
        me = (await client.get("/v1/me")).json()

    assert (me["actor"], me["role"], me["email"], me["user_id"]) == ("Ada", "manager", ADA, ada.id)
    assert me["session_id"] == session["id"]
    assert session["token"].startswith("rs_")


async def test_whatever_is_wrong_the_refusal_is_the_same(gateway: Gateway) -> None:
    await join(gateway)
    await invite(gateway, "Bob")
    wrong = (
        {"password": "tulip anvil mothball 8"}, {"email": "eve@example.com"}, {"email": "Ada"}, {"password": ""},
        {"email": "a\x00b@example.com"}, {"email": "\u00e4d\u00e4@example.com" * 10}, {"tenant": "nowhere"},
        {"password": "\x00"}, {"email": "bob@example.com", "password": "None"},
    )  # fmt: skip

    answers = [await log_in(gateway, **({"email": ADA, "password": PASSWORD} | each)) for each in wrong]

    assert [answer.status_code for answer in answers] == [401] * 9
    assert {answer.json()["detail"] for answer in answers} == {opening.refusal().detail}


async def test_who_guesses_waits_whether_there_is_an_account_or_not(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    await join(gateway)

    for email in (ADA, "nobody@example.com"):
        answers = [await log_in(gateway, email, f"guess {number}") for number in range(5)]
        await execute(database_of(Service.GATEWAY), A_MINUTE_LONGER, made_by(email).email)
        later = await log_in(gateway, email)

        assert [answer.status_code for answer in answers] == [401] * 5
        assert (later.status_code, 30 < int(later.headers["retry-after"]) <= 61) == (429, True)
        assert later.json()["detail"].startswith("Too many logins went wrong; try again in")


async def test_who_gets_in_begins_to_count_anew_and_a_new_invitation_lets_one_try_at_once(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    ada = await join(gateway)
    for number in range(4):
        await log_in(gateway, password=f"guess {number}")

    right = await log_in(gateway)
    wrong = [await log_in(gateway, password=f"guess {number}") for number in range(5)]
    await execute(database_of(Service.GATEWAY), A_MINUTE_LONGER, made_by(ADA).email)
    waiting = await log_in(gateway)
    await gateway.admin.post(f"/v1/users/{ada.id}/invitation")
    pardoned = await log_in(gateway)

    assert [answer.status_code for answer in (right, *wrong, waiting, pardoned)] == [201, *[401] * 5, 429, 201]


async def test_an_admin_of_another_tenant_cannot_pardon_guesses_at_the_same_email(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    there = {"X-Ratchet-Tenant": "globex"}
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    await join(gateway)
    theirs = await invite(gateway, headers=there)
    for number in range(5):
        await log_in(gateway, password=f"guess {number}")
    await execute(database_of(Service.GATEWAY), A_MINUTE_LONGER, made_by(ADA).email)

    await gateway.admin.post(f"/v1/users/{theirs['id']}/invitation", headers=there)

    assert (await log_in(gateway)).status_code == 429


async def test_naming_the_tenant_is_no_second_row_of_guesses_and_does_not_tell_where_an_email_is_known(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    await join(gateway)

    for email in (ADA, "nobody@example.com"):
        answers = [await log_in(gateway, email, f"guess {number}") for number in range(5)]
        await execute(database_of(Service.GATEWAY), A_MINUTE_LONGER, made_by(email).email)
        named = [await log_in(gateway, email, "guess", tenant=each) for each in ("acme", "globex", "nowhere")]

        assert [answer.status_code for answer in (*answers, *named)] == [401] * 5 + [429] * 3


async def test_who_gets_in_takes_back_their_own_failures_alone(database_of: Callable[[Service], str]) -> None:
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    ours, theirs = (delays.attempt(ADA, "192.0.2.7", of=tenant) for tenant in ("acme", "globex"))

    async with database.transaction(EVERY_TENANT) as tx:
        for each in (ours, ours, theirs, ours):
            await delays.count(tx, each)
        await delays.succeed(tx, theirs)
        left = await tx.fetchval("SELECT failures FROM failed_logins WHERE key = $1", ours.email)
        await delays.pardon(tx, ADA, "acme")
        none_left = await tx.fetchval("SELECT failures FROM failed_logins WHERE key = $1", ours.email)
    await database.close()

    assert (left, none_left) == (3, 0)


async def test_an_address_from_which_many_accounts_are_tried_waits_too(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    await join(gateway)
    await log_in(gateway, "first@example.com")
    await execute(database_of(Service.GATEWAY), "UPDATE failed_logins SET failures = 18")

    answers = [await log_in(gateway, f"user{number}@example.com") for number in range(2)]
    await execute(database_of(Service.GATEWAY), A_MINUTE_LONGER, made_by(ADA).address)

    assert [answer.status_code for answer in (*answers, await log_in(gateway))] == [401, 401, 429]


async def test_many_guesses_at_once_are_no_way_round(database_of: Callable[[Service], str]) -> None:
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=8)

    async def reserve() -> bool:
        async with database.transaction(EVERY_TENANT) as tx:
            return await failed_logins.reserve(tx, b"k" * 32, [0, 0, 0, 0, 60, 60])

    free = await asyncio.gather(*(reserve() for _ in range(20)))
    await database.close()

    assert sum(free) == 5


async def test_a_password_can_be_changed_by_who_knows_it_and_all_other_sessions_end(gateway: Gateway) -> None:
    ada = await join(gateway)
    other = showing(gateway, (await log_in(gateway)).json()["token"])
    change = {"password": PASSWORD, "new_password": ANOTHER}

    refused = await ada.client.post("/v1/me/password", json=change | {"password": "guess"})
    weak = await ada.client.post("/v1/me/password", json=change | {"new_password": "ada@example.com1"})
    same = await ada.client.post("/v1/me/password", json=change | {"new_password": PASSWORD})
    done = await ada.client.post("/v1/me/password", json=change)

    assert [answer.status_code for answer in (refused, weak, same, done)] == [422, 422, 422, 204]
    assert [answer.json()["errors"][0]["field"] for answer in (refused, weak)] == ["password", "new_password"]
    assert (await ada.client.get("/v1/me")).status_code == 200
    assert (await other.get("/v1/me")).status_code == 401
    assert [(await log_in(gateway, password=each)).status_code for each in (PASSWORD, ANOTHER)] == [401, 201]


async def test_who_has_to_change_the_password_gets_in_with_a_new_one(gateway: Gateway) -> None:
    ada = await join(gateway)
    await gateway.admin.patch(f"/v1/users/{ada.id}", json={"must_change_password": True})

    refused = await log_in(gateway)
    again = await log_in(gateway, new_password=PASSWORD)
    changed = await log_in(gateway, new_password=ANOTHER)

    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ratchet:problem:password-expired")
    assert [again.status_code, changed.status_code] == [422, 201]
    assert (await log_in(gateway, password=ANOTHER)).status_code == 201


async def test_an_old_password_has_to_be_changed_where_the_settings_say_so(
    gateway: Gateway, database_of: Callable[[Service], str], nats_url: str
) -> None:
    await join(gateway)
    await execute(database_of(Service.GATEWAY), "UPDATE users SET password_at = now() - interval '91 days'")

    async with gateway_on(database_of(Service.GATEWAY), nats_url, password_max_age_days=90) as strict:
        refused = await log_in(strict)

    assert refused.json()["type"] == "urn:ratchet:problem:password-expired"


async def test_a_login_is_in_the_audit_log_however_it_ends_and_no_secret_is(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    ada = await join(gateway)
    await log_in(gateway)
    await log_in(gateway, password="wrong-secret-word")
    await log_in(gateway, "nobody@example.com")

    found = (await gateway.admin.get("/v1/audit", params={"action": "POST /v1/sessions"})).json()["items"]
    everything = await dump(database_of(Service.GATEWAY))

    assert [(line["actor"], line["outcome"]) for line in found] == [
        ("unknown", "refused"), ("Ada", "refused"), ("Ada", "done"),
    ]  # fmt: skip
    assert not [each for each in (PASSWORD, "wrong-secret-word", ada.token) if each in everything]


async def test_the_same_email_in_two_tenants_is_two_people(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    await join(gateway)
    made = await invite(gateway, headers={"X-Ratchet-Tenant": "globex"})
    accepted = {"token": made["invitation"]["token"], "password": ANOTHER}
    async with as_(gateway.url, None) as door:
        await door.post("/v1/invitations/accept", json=accepted)

    unnamed = await log_in(gateway)
    elsewhere = [await log_in(gateway, password=each, tenant="globex") for each in (PASSWORD, ANOTHER)]

    assert unnamed.json()["tenant"] == "acme"
    assert [answer.status_code for answer in elsewhere] == [401, 201]
    assert elsewhere[1].json()["tenant"] == "globex"


async def test_an_invitation_is_good_once_and_not_for_ever(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    first, old = await invite(gateway), await invite(gateway, "Bob")
    bobs = (await gateway.admin.post(f"/v1/users/{old['id']}/invitation")).json()
    await execute(
        database_of(Service.GATEWAY), "UPDATE invitations SET expires_at = now() WHERE user_id = $1", bobs["id"]
    )
    token = first["invitation"]["token"]

    async with as_(gateway.url, None) as door:
        weak = await door.post("/v1/invitations/accept", json={"token": token, "password": "short"})
        used = await asyncio.gather(*(
            door.post("/v1/invitations/accept", json={"token": token, "password": PASSWORD}) for _ in range(5)
        ))  # fmt: skip
        others = [
            await door.post("/v1/invitations/accept", json={"token": each["invitation"]["token"], "password": PASSWORD})
            for each in (first, old, bobs)
        ]

    assert weak.status_code == 422
    assert sorted(answer.status_code for answer in used) == [201, 404, 404, 404, 404]
    assert [answer.status_code for answer in others] == [404, 404, 404]


async def test_the_first_admin_is_invited_once(
    database_of: Callable[[Service], str], nats_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"bootstrap_admin_email": ADA, "log_level": "warning", "log_format": "json"}
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **named) as running:
        shown = capsys.readouterr().out
        token = next(part for part in shown.split('"') if part.startswith("ri_"))
        async with as_(running.url, None) as door:
            made = await door.post("/v1/invitations/accept", json={"token": token, "password": PASSWORD})
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **named):
        again = capsys.readouterr().out

    assert (made.status_code, made.json()["role"], made.json()["name"]) == (201, "super_admin", "ada")
    assert "ri_" not in again


def made_by(email: str) -> Attempt:
    return delays.attempt(email, "127.0.0.1", of="acme" if email == ADA else None)


async def execute(url: str, statement: str, *values: object) -> None:
    connection = await asyncpg.connect(url, server_settings={"search_path": "gateway", "ratchet.tenant": "*"})
    await connection.execute(statement, *values)
    await connection.close()


async def dump(url: str) -> str:
    """Give all that is stored about people, as text."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "gateway", "ratchet.tenant": "*"})
    tables = ("users", "sessions", "invitations", "failed_logins", "audit_log", "outbox")
    rows = [str(row) for table in tables for row in await connection.fetch(f"SELECT to_jsonb(t) FROM {table} AS t")]  # noqa: S608
    await connection.close()
    return "\n".join(rows)
