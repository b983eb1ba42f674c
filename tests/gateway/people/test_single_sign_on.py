"""Where it is tried who gets in through the company's OpenID provider, over real HTTP."""

import time
from collections.abc import AsyncGenerator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import jwt
import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.database import Database
from contracts.errors import LoginRefused, NotFound
from contracts.service import Service
from gateway.access.oidc import flow
from gateway.access.oidc.claims import Claims
from gateway.access.oidc.provider import Provider as Known
from gateway.access.oidc.sign_on import SignOn
from gateway.api.single_sign_on import Next
from gateway.settings import Settings
from tests.gateway.people.openid_provider import CLIENT, KEYS, SECRET, Provider, provided
from tests.gateway.people.registering import invite
from tests.gateway.stage import Gateway, as_, gateway_on

PUBLIC = "http://ratchet.example"
START = "/v1/login/oidc"


@pytest.fixture
async def provider() -> AsyncGenerator[Provider]:
    async with provided() as running:
        yield running


def named(provider: Provider, **others: Any) -> dict[str, Any]:
    known = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return {"public_url": PUBLIC} | known | others


@pytest.fixture
async def company(provider: Provider, database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Gateway]:
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **named(provider)) as running:
        yield running


async def come_back(client: httpx.AsyncClient, next_: str = "/") -> httpx.Response:
    """Do what a browser does, up to the callback."""
    begun = await client.get(START, params={"next": next_})
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient(trust_env=False) as elsewhere:
        at_provider = await elsewhere.get(begun.headers["location"])
    return await client.get(at_provider.headers["location"].removeprefix(PUBLIC))


async def outcome(company: Gateway) -> httpx.Response:
    async with as_(company.url, None) as client:
        return await come_back(client)


async def test_who_was_invited_gets_in_through_the_provider_and_comes_to_the_page_they_wanted(
    company: Gateway, provider: Provider
) -> None:
    ada = await invite(company)

    async with as_(company.url, None) as client:
        answer = await come_back(client, "/tasks?open=1")
        me = (await client.get("/v1/me")).json()
    provider.claims |= {"email": "renamed@example.com", "name": "Renamed"}
    again = await outcome(company)

    assert (answer.status_code, answer.headers["location"]) == (303, "/tasks?open=1")
    assert (me["user_id"], me["actor"], bool(me["csrf_token"])) == (ada["id"], "Ada", True)
    assert (again.status_code, provider.asked_for_keys) == (303, 1)


LIES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"nonce": "another"}, "could not be verified"),
    ({"nonce": None}, "could not be verified"),
    ({"aud": "another-client"}, "could not be verified"),
    ({"aud": [CLIENT, "another"]}, "could not be verified"),
    ({"azp": "another"}, "could not be verified"),
    ({"iss": "http://evil.example"}, "could not be verified"),
    ({"exp": int(time.time()) - 120}, "could not be verified"),
    ({"exp": None}, "could not be verified"),
    ({"sub": ""}, "could not be verified"),
    ({"email_verified": False}, "has not verified your email"),
    ({"email_verified": "true"}, "has not verified your email"),
    ({"email": "eve@example.com"}, "Nobody has invited eve@example.com"),
)


async def test_a_token_that_is_not_about_this_login_lets_nobody_in(company: Gateway, provider: Provider) -> None:
    await invite(company)

    for provider.lies, reason in LIES:
        answer = await outcome(company)

        assert (answer.status_code, reason in answer.json()["detail"]) == (401, True), provider.lies


async def test_a_token_that_was_signed_by_somebody_else_lets_nobody_in(company: Gateway, provider: Provider) -> None:
    await invite(company)
    said = {"iss": provider.issuer, "aud": CLIENT, "sub": "u1", "iat": 1, "exp": 2**33, "nonce": "n"} | provider.claims
    public = KEYS["first"].public_key()
    provider.signs_with = "second"

    forged = [
        jwt.encode(said, None, "none", headers={"kid": "first"}),
        jwt.encode(said, "public key as a secret " + str(public.public_numbers().n), "HS256", headers={"kid": "first"}),
        jwt.encode(said, KEYS["second"], "RS256", headers={"kid": "first"}),
        jwt.encode(said, KEYS["first"], "PS256", headers={"kid": "first"}),
        "no token",
        None,
    ]

    for provider.forged in forged:
        assert (await outcome(company)).status_code == 401


async def test_a_new_key_of_the_provider_is_fetched_when_it_is_first_seen(provider: Provider) -> None:
    settings = Settings(database_url="postgresql://", **named(provider))
    known, sluggish = Known(settings, keys_again_s=0.0), Known(settings, keys_again_s=3600.0)
    await known.keys()
    await sluggish.keys()
    provider.signs_with, provider.shows = "second", ("first", "second")

    claims = await logged_in(known)

    with pytest.raises(LoginRefused, match="signed with a key that it does not name"):
        await logged_in(sluggish)
    assert (claims.subject, provider.asked_for_keys) == ("u1", 3)


async def logged_in(known: Known) -> Claims:
    pending = flow.begun("/")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(await flow.address(known, pending))
    return await flow.finish(known, pending, parse_qs(urlsplit(answer.headers["location"]).query)["code"][0])


async def test_a_login_that_this_browser_did_not_begin_is_refused(company: Gateway) -> None:
    await invite(company)
    async with as_(company.url, None) as mallory, as_(company.url, None) as victim:
        begun = await mallory.get(START)
        async with httpx.AsyncClient(trust_env=False) as elsewhere:
            link = (await elsewhere.get(begun.headers["location"])).headers["location"].removeprefix(PUBLIC)
        lured = await victim.get(link)
        await victim.get(START)
        mixed = await victim.get(link)
        own = await mallory.get(link)
        replayed = await mallory.get(link)

    assert [answer.status_code for answer in (lured, mixed, own, replayed)] == [401, 401, 303, 401]


def test_nobody_is_sent_to_another_site_afterwards() -> None:
    page: TypeAdapter[str] = TypeAdapter(Next)

    for elsewhere in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/a\\b",
        "/a\tb",
        "x",
        "",
        "/\u00e4",
    ):
        with pytest.raises(ValidationError):
            page.validate_python(elsewhere)
    assert page.validate_python("/tasks/t?open=1#top") == "/tasks/t?open=1#top"


async def test_who_was_not_invited_is_added_where_the_settings_say_so(
    provider: Provider, database_of: Callable[[Service], str], nats_url: str
) -> None:
    settings = named(provider, oidc_role="viewer")
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **settings) as company:
        first = await outcome(company)
        provider.claims |= {"sub": "u2", "email": "bob@example.com", "name": "ada"}
        second = await outcome(company)
        provider.claims |= {"sub": "u3", "email": "ada@example.com", "name": "Eve"}
        third = await outcome(company)
        users = (await company.admin.get("/v1/users")).json()["items"]

    assert (first.status_code, second.status_code) == (303, 303)
    assert [(each["name"], each["role"]) for each in users] == [("bob@example.com", "viewer"), ("Ada", "viewer")]
    assert (third.status_code, "belongs to somebody else" in third.json()["detail"]) == (401, True)


async def test_who_is_not_active_does_not_get_in_and_an_absent_provider_is_named(
    company: Gateway, provider: Provider
) -> None:
    ada = await invite(company)
    await outcome(company)
    await company.admin.patch(f"/v1/users/{ada['id']}", json={"active": False})

    refused = await outcome(company)
    provider.down = True
    away = await outcome(company)

    assert (refused.status_code, away.status_code) == (401, 503)
    assert "The OpenID provider cannot answer" in away.json()["detail"]


async def test_without_a_provider_there_is_no_such_login() -> None:
    async with asyncpg.create_pool("postgresql://", min_size=0) as pool:
        sign_on = SignOn(Database(pool), Settings(database_url="postgresql://"))

        with pytest.raises(NotFound, match="No OpenID provider is set here"):
            await sign_on.begin("/")
        with pytest.raises(NotFound):
            sign_on.taken_up("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "https://idp.example"},
        {"oidc_issuer": "https://idp.example", "oidc_client_id": "c"},
        {"oidc_issuer": "http://idp.example", "oidc_client_id": "c", "public_url": "https://r.example"},
        {"public_url": "https://r.example/path"},
    ],
)
def test_settings_that_nobody_could_log_in_with_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"oidc_issuer|public_url"):
        Settings(database_url="postgresql://", **wrong)  # pyright: ignore[reportArgumentType]
