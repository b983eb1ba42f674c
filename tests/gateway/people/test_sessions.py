"""Where it is tried how long somebody stays logged in, and what browsers are protected from."""

import asyncio
from collections.abc import Callable

import httpx

from chassis.testing.waiting import eventually
from contracts.service import Service
from gateway.access import csrf_tokens
from tests.gateway.people.registering import ADA, PASSWORD, Person, join, log_in, showing
from tests.gateway.people.test_login import dump, execute
from tests.gateway.stage import ADMIN_KEY, Gateway, as_, gateway_on


async def browser(gateway: Gateway) -> tuple[httpx.AsyncClient, str]:
    """Log a browser in, and give the token that pages of ours know."""
    client = showing(gateway, None)
    body = {"email": ADA, "password": PASSWORD, "cookie": True}
    made = await client.post("/v1/sessions", json=body, headers={"Sec-Fetch-Site": "same-origin"})
    assert (made.status_code, made.json()["token"]) == (201, None)
    return client, made.json()["csrf_token"]


async def test_who_logs_out_is_out_at_once_and_elsewhere_stays_in(gateway: Gateway) -> None:
    ada = await join(gateway)
    elsewhere = showing(gateway, (await log_in(gateway)).json()["token"])

    left = await ada.client.delete("/v1/sessions/current")

    assert left.status_code == 204
    assert [(await each.get("/v1/me")).status_code for each in (ada.client, elsewhere)] == [401, 200]


async def test_people_see_where_they_are_logged_in_and_end_what_is_not_theirs(gateway: Gateway) -> None:
    ada, bob = await join(gateway), await join(gateway, "Bob")
    other, third = [(await log_in(gateway)).json() for _ in range(2)]

    listed = (await ada.client.get("/v1/sessions")).json()["items"]
    ended = await ada.client.delete(f"/v1/sessions/{other['id']}")
    refused = [await bob.client.delete(f"/v1/sessions/{each}") for each in (third["id"], "nonsense")]
    await ada.client.delete("/v1/sessions")

    assert [(each["id"], each["current"]) for each in listed][:2] == [(third["id"], False), (other["id"], False)]
    assert (len(listed), listed[2]["current"], listed[0]["address"]) == (3, True, "127.0.0.1")
    assert ended.status_code == 204
    assert [answer.status_code for answer in refused] == [404, 404]
    assert [each["current"] for each in (await ada.client.get("/v1/sessions")).json()["items"]] == [True]


async def test_a_session_ends_by_itself_and_with_its_account(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    url = database_of(Service.GATEWAY)
    changes = (
        "UPDATE sessions SET expires_at = now()",
        "UPDATE sessions SET last_used_at = now() - interval '13 hours'",
        "UPDATE sessions SET ended_at = now()",
        "UPDATE users SET active = false",
    )
    async with gateway_on(url, nats_url, key_cache_s=0) as gateway:
        await join(gateway)
        for change in changes:
            session = showing(gateway, (await log_in(gateway)).json()["token"])
            before = await session.get("/v1/me")
            await execute(url, change)
            after = await eventually(lambda asking=session: _refused(asking))

            assert before.status_code == 200, change
            assert after.json()["detail"] == "This session is not known, or has ended; log in again."


async def _refused(session: httpx.AsyncClient) -> httpx.Response | None:
    """Ask again: what was said last stays good while the database is silent, be it for a second."""
    answer = await session.get("/v1/me")
    return answer if answer.status_code == 401 else None


async def test_a_browser_changes_nothing_without_the_token_that_only_our_pages_know(gateway: Gateway) -> None:
    await join(gateway, role="admin")
    client, csrf = await browser(gateway)
    another, others = await browser(gateway)
    sends = {"json": {"name": "Eve", "email": "eve@example.com"}}

    read = await client.get("/v1/me")
    forged = [
        await client.post("/v1/users", **sends, headers=headers)
        for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": others}, {"X-CSRF-Token": "ü".encode("latin-1")})
    ]
    logged = await client.post("/v1/feedback", json={"task": "t", "verdict": "positive"})
    meant = await client.post("/v1/users", **sends, headers={"X-CSRF-Token": csrf})
    left = await client.delete("/v1/sessions/current", headers={"X-CSRF-Token": csrf})

    assert read.json()["csrf_token"] == csrf != others
    assert [answer.status_code for answer in (*forged, logged)] == [403] * 5
    assert forged[0].json()["type"] == "urn:ratchet:problem:forged-request"
    assert (meant.status_code, left.status_code, dict(client.cookies)) == (201, 204, {})
    assert (await another.get("/v1/me")).status_code == 200


async def test_a_cookie_cannot_be_read_by_scripts_and_over_https_belongs_to_this_host_alone(
    gateway: Gateway, database_of: Callable[[Service], str], nats_url: str
) -> None:
    await join(gateway)
    body = {"email": ADA, "password": PASSWORD, "cookie": True}
    async with (
        gateway_on(database_of(Service.GATEWAY), nats_url, public_url="https://ratchet.example") as public,
        as_(public.url, None) as client,
    ):
        plain = await log_in(gateway, cookie=True)
        secure = await client.post("/v1/sessions", json=body)
        token = secure.cookies["__Host-ratchet_session"]
        known = await client.get("/v1/me", headers={"Cookie": f"a=b; __Host-ratchet_session={token}; c=d"})

    for answer, name in ((plain, "ratchet_session=rs_"), (secure, "__Host-ratchet_session=rs_")):
        header = answer.headers["set-cookie"]
        assert header.startswith(name)
        assert "HttpOnly" in header
        assert "SameSite=lax" in header
        assert "Path=/" in header
        assert "rs_" not in answer.text
    assert "Secure" in secure.headers["set-cookie"]
    assert known.status_code == 200


async def test_a_page_of_others_cannot_log_a_browser_in(gateway: Gateway) -> None:
    await join(gateway)
    body = {"email": ADA, "password": PASSWORD, "cookie": True}

    for said in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[elsewhere"},
    ):
        answer = await showing(gateway, None).post("/v1/sessions", json=body, headers=said)

        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), said


async def test_a_page_of_ours_logs_a_browser_in_where_browsers_tell_its_origin_alone(gateway: Gateway) -> None:
    await join(gateway)
    body = {"email": ADA, "password": PASSWORD, "cookie": True}

    answer = await showing(gateway, None).post("/v1/sessions", json=body, headers={"Origin": gateway.url})

    assert answer.status_code == 201


async def test_from_where_somebody_came_is_forgotten_when_they_are_removed(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    url = database_of(Service.GATEWAY)
    ada, bob = await join(gateway), await join(gateway, "Bob")
    kept = await dump(url)

    await gateway.admin.delete(f"/v1/users/{ada.id}")
    left = await dump(url)

    sessions = [f'"user_id": "{each.id}"' in text for text in (kept, left) for each in (ada, bob)]
    assert sessions == [True, True, False, True]


async def test_of_too_many_sessions_the_one_that_was_not_used_for_longest_ends(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    url = database_of(Service.GATEWAY)
    async with gateway_on(url, nats_url, sessions_per_user=2) as gateway:
        ada, bob = await join(gateway), await join(gateway, "Bob")
        resting = showing(gateway, (await log_in(gateway)).json()["token"])
        await execute(url, "UPDATE sessions SET last_used_at = now() - interval '1 hour' WHERE method = 'password'")

        newest = showing(gateway, (await log_in(gateway)).json()["token"])
        answers = [await each.get("/v1/me") for each in (ada.client, resting, newest, bob.client)]

    assert [each.status_code for each in answers] == [200, 401, 200, 200]


async def test_all_sessions_of_a_person_are_paid_for_together(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    async def left(client: httpx.AsyncClient, requests: int) -> int:
        answers = await asyncio.gather(*(client.get("/v1/me") for _ in range(requests)))
        return min(int(each.headers["ratelimit-remaining"]) for each in answers)

    async with gateway_on(database_of(Service.GATEWAY), nats_url, requests_per_s=1, request_burst=60) as gateway:
        ada, bob = await join(gateway), await join(gateway, "Bob")
        other = showing(gateway, (await log_in(gateway)).json()["token"])

        first, together, of_bob = await left(ada.client, 30), await left(other, 30), await left(bob.client, 1)

    assert together < 30 <= first
    assert of_bob == 59


async def test_a_key_has_no_session_and_no_password(gateway: Gateway) -> None:
    change = {"password": PASSWORD, "new_password": PASSWORD}

    answers = [
        await gateway.admin.get("/v1/sessions"),
        await gateway.admin.delete("/v1/sessions/current"),
        await gateway.admin.delete("/v1/sessions"),
        await gateway.admin.post("/v1/me/password", json=change),
        await showing(gateway, None).get("/v1/me", headers={"Cookie": f"ratchet_session={ADMIN_KEY}"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 404, 401]


async def test_a_super_admin_who_works_in_another_tenant_sees_sessions_of_their_own(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    ada: Person = await join(gateway, role="super_admin")
    elsewhere = {"X-Ratchet-Tenant": "globex"}

    me = await ada.client.get("/v1/me", headers=elsewhere)
    listed = await ada.client.get("/v1/sessions", headers=elsewhere)
    left = await ada.client.delete("/v1/sessions/current", headers=elsewhere)

    assert (me.json()["tenant"], me.json()["email"]) == ("globex", ADA)
    assert (len(listed.json()["items"]), left.status_code) == (1, 204)


def test_a_session_cannot_be_told_from_its_csrf_token() -> None:
    token = csrf_tokens.of(b"rs_secret")

    assert csrf_tokens.proves(token, b"rs_secret")
    assert not csrf_tokens.proves(token, b"rs_secreu")
    assert not csrf_tokens.proves("", b"rs_secret")
