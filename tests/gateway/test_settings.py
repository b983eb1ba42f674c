"""Where settings are shown and changed over HTTP, as several roles of two tenants, and it is held who hears of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from chassis import buckets
from chassis.testing.waiting import eventually
from contracts.service import Service
from tests.gateway.stage import ADMIN_KEY, Gateway, as_, gateway_on

SETTINGS = "/v1/settings"


async def change(client: httpx.AsyncClient, scope: str | None = None, **values: Any) -> httpx.Response:
    return await client.patch(SETTINGS, json=values, params={"scope": scope} if scope else None)


def about(answer: httpx.Response, name: str) -> dict[str, Any]:
    return next(each for each in answer.json()["settings"] if each["name"] == name)


@pytest.fixture
async def admin(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Give an admin of the tenant acme."""
    async with await gateway.key_for("admin") as client:
        yield client


@pytest.fixture
async def beta(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Give an admin of the tenant beta."""
    await gateway.admin.post("/v1/tenants", json={"key": "beta"})
    async with as_(gateway.url, ADMIN_KEY, **{"X-Ratchet-Tenant": "beta"}) as governor:
        made = await governor.post("/v1/api-keys", json={"name": "bea", "role": "admin"})
    async with as_(gateway.url, made.json()["secret"]) as client:
        yield client


async def test_the_defaults_hold_until_somebody_sets_something(gateway: Gateway) -> None:
    shown = await gateway.admin.get(SETTINGS)

    assert shown.json()["training_enabled"] is True
    assert shown.json()["allowed_file_types"] == ["csv", "jsonl", "json", "parquet"]
    assert shown.headers["etag"] == '"0"'
    assert about(shown, "max_training_runtime_minutes") == {
        "name": "max_training_runtime_minutes", "value": 60, "source": "default", "default": 60, "platform": None,
        "tenant": None, "leeway": "narrow", "may_set": ["platform", "tenant"], "set_by": None, "set_at": None,
        "takes": {"type": "number", "exclusiveMinimum": 0, "maximum": 43_200},
        "description": "Minutes after which an attempt at a training is stopped and the job fails.",
    }  # fmt: skip


async def test_the_environment_names_the_defaults(database_of: Callable[[Service], str], nats_url: str) -> None:
    named = {"max_training_runtime_minutes": 5, "allowed_file_types": "csv"}

    async with gateway_on(database_of(Service.GATEWAY), nats_url, **named) as gateway:
        shown = await gateway.admin.get(SETTINGS)

    assert (shown.json()["max_training_runtime_minutes"], shown.json()["allowed_file_types"]) == (5, ["csv"])
    assert about(shown, "allowed_file_types")["source"] == "default"


async def test_a_super_admin_sets_the_platform_and_an_admin_narrows_it_for_the_tenant(
    gateway: Gateway, admin: httpx.AsyncClient, beta: httpx.AsyncClient
) -> None:

    of_all = await change(gateway.admin, max_training_runtime_minutes=90, default_forecast_window_months=12)
    own = await change(admin, max_training_runtime_minutes=30, default_forecast_window_months=24)
    too_much = await change(admin, max_training_runtime_minutes=91)
    elsewhere = await beta.get(SETTINGS)

    assert (of_all.status_code, own.status_code, too_much.status_code) == (200, 200, 422)
    assert own.json()["max_training_runtime_minutes"] == 30
    assert about(own, "default_forecast_window_months")["source"] == "tenant"
    assert "which has 90" in too_much.json()["errors"][0]["reason"]
    assert (elsewhere.json()["max_training_runtime_minutes"], elsewhere.json()["tenant"]) == (90, "beta")


async def test_what_the_platform_takes_away_is_taken_from_tenants_too(
    gateway: Gateway, admin: httpx.AsyncClient
) -> None:
    await change(admin, max_training_runtime_minutes=50, allowed_file_types=["csv", "parquet"])

    await change(gateway.admin, max_training_runtime_minutes=20, allowed_file_types=["parquet", "json"])
    await change(gateway.admin, training_enabled=False)
    on_again = await change(admin, training_enabled=True)
    shown = await admin.get(SETTINGS)

    assert (shown.json()["max_training_runtime_minutes"], shown.json()["allowed_file_types"]) == (20, ["parquet"])
    assert shown.json()["training_enabled"] is False
    assert on_again.status_code == 422
    assert "switched off for the whole platform" in on_again.json()["detail"]


async def test_nobody_changes_more_than_their_role_allows(gateway: Gateway, admin: httpx.AsyncClient) -> None:
    refused = [
        await change(admin, scope="platform", training_enabled=False),
        await change(admin, admins_may_train=True),
        await change(admin, softPromptModelDir="elsewhere"),
    ]
    for role in ("manager", "operator", "viewer", "service"):
        async with await gateway.key_for(role) as other:
            refused += [await change(other, training_enabled=False), await other.get(f"{SETTINGS}/history")]
            shown = await other.get(SETTINGS)
    own = await change(gateway.admin, scope="tenant", admins_may_train=False)

    assert {each.status_code for each in [*refused, shown]} == {403}
    assert (own.status_code, own.json()["errors"][0]["field"]) == (422, "admins_may_train")
    assert (await gateway.admin.get(SETTINGS)).json()["revision"] == 0


async def test_a_super_admin_who_names_a_tenant_changes_that_one_alone(
    gateway: Gateway, beta: httpx.AsyncClient
) -> None:

    async with as_(gateway.url, ADMIN_KEY, **{"X-Ratchet-Tenant": "beta"}) as governor:
        await change(governor, training_enabled=False)

    assert (await beta.get(SETTINGS)).json()["training_enabled"] is False
    assert (await gateway.admin.get(SETTINGS)).json()["training_enabled"] is True


async def test_the_history_says_who_changed_what_and_a_tenant_sees_its_own(
    gateway: Gateway, admin: httpx.AsyncClient, beta: httpx.AsyncClient
) -> None:
    await change(gateway.admin, soft_prompt_enabled=True)
    await change(admin, soft_prompt_confidence_threshold=0.7)
    await change(admin, soft_prompt_confidence_threshold=0.7)
    await change(admin, soft_prompt_confidence_threshold=None)

    whole = (await gateway.admin.get(f"{SETTINGS}/history", params={"limit": 2})).json()
    rest = (await gateway.admin.get(f"{SETTINGS}/history", params={"cursor": whole["next_cursor"]})).json()
    seen = (await beta.get(f"{SETTINGS}/history")).json()["items"]

    told = [(each["scope"], each["name"], each["old"], each["new"], each["by"]) for each in whole["items"]]
    assert told == [
        ("tenant", "soft_prompt_confidence_threshold", 0.7, None, "the admin"),
        ("tenant", "soft_prompt_confidence_threshold", None, 0.7, "the admin"),
    ]
    assert [(each["name"], each["by"]) for each in rest["items"]] == [("soft_prompt_enabled", "admin")]
    assert [(each["by"], each["request_id"]) for each in seen] == [("a super admin", "")]
    assert about(await beta.get(SETTINGS), "soft_prompt_enabled")["set_by"] == "a super admin"


async def test_only_changes_of_one_setting_are_listed_and_an_unknown_one_is_refused(gateway: Gateway) -> None:
    await change(gateway.admin, training_enabled=False, admins_may_train=False)

    found = await gateway.admin.get(f"{SETTINGS}/history", params={"name": "admins_may_train", "scope": "platform"})
    none = await gateway.admin.get(f"{SETTINGS}/history", params={"scope": "tenant"})
    unknown = await gateway.admin.get(f"{SETTINGS}/history", params={"name": "nothing"})

    assert [each["name"] for each in found.json()["items"]] == ["admins_may_train"]
    assert (none.json()["items"], unknown.status_code) == ([], 422)


async def test_an_edit_is_refused_if_the_settings_changed_since(gateway: Gateway, admin: httpx.AsyncClient) -> None:
    etag = (await admin.get(SETTINGS)).headers["etag"]
    await change(gateway.admin, default_forecast_window_months=3)

    late = await admin.patch(SETTINGS, json={"training_enabled": False}, headers={"If-Match": etag})
    again = await admin.patch(SETTINGS, json={"training_enabled": False}, headers={"If-Match": '"1"'})

    assert (late.status_code, late.json()["revision"]) == (412, 1)
    assert (again.status_code, again.headers["etag"]) == (200, '"2"')


async def test_of_many_edits_of_one_revision_one_wins(gateway: Gateway) -> None:
    edits = [
        gateway.admin.patch(SETTINGS, json={"default_forecast_window_months": each}, headers={"If-Match": '"0"'})
        for each in range(1, 9)
    ]

    answers = await asyncio.gather(*edits)

    assert sorted(each.status_code for each in answers) == [200, *[412] * 7]


RUBBISH = (
    b"", b"[]", b"null", b'"x"', b"{", b'{"x": 1}', b'{"training_enabled": NaN}', b'{"training_enabled": 0}',
    b'{"soft_prompt_model_dir": "\\u0000"}', b'{"soft_prompt_model_dir": "\\ud800"}',
    b'{"soft_prompt_model_dir": "../x"}', b'{"max_training_runtime_minutes": 1e999}', b"\xff\xfe",
)  # fmt: skip


async def test_rubbish_is_refused_as_a_problem_and_changes_nothing(gateway: Gateway) -> None:
    json = {"Content-Type": "application/json"}

    answers = [await gateway.admin.patch(SETTINGS, content=each, headers=json) for each in RUBBISH]
    unknown = await gateway.admin.patch(SETTINGS, json={}, params={"scope": "everything"})

    assert {each.status_code for each in answers} <= {400, 422}
    assert {each.headers["content-type"] for each in answers} == {"application/problem+json"}
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "scope")
    assert (await gateway.admin.get(SETTINGS)).headers["etag"] == '"0"'


@asynccontextmanager
async def database(gateway: Gateway) -> AsyncIterator[asyncpg.Connection]:
    settings = {"search_path": "gateway"}
    connection = await asyncpg.connect(gateway.settings.database_url, server_settings=settings)
    yield connection
    await connection.close()


async def test_a_tenant_cannot_write_for_the_platform_and_nobody_changes_the_past(gateway: Gateway) -> None:
    await change(gateway.admin, training_enabled=False)
    insert = "INSERT INTO setting_changes (tenant, name, new, by, request_id) VALUES ($1, 'x', 'true', '', '')"

    async with database(gateway) as connection:
        await connection.execute("SELECT set_config('ratchet.tenant', 'acme', false)")
        for tenant in ("*", "beta"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await connection.execute(insert, tenant)
        for forbidden in ("UPDATE setting_changes SET by = ''", "DELETE FROM setting_changes"):
            with pytest.raises(asyncpg.RaiseError, match="never changed"):
                await connection.execute(forbidden)


async def test_a_change_reaches_the_bucket_and_a_bucket_that_lost_it_gets_it_back(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    async with gateway_on(database_of(Service.GATEWAY), nats_url) as gateway:
        jetstream = gateway.nats.jetstream()

        async def held() -> dict[str, bytes] | None:
            return await buckets.read(jetstream, "settings") or None

        await change(gateway.admin, training_enabled=False)
        kept = await eventually(held)
        await jetstream.purge_stream("KV_settings")
        await jetstream.publish("$KV.settings.tenant.acme", b'{"training_enabled": false}')

    async with gateway_on(database_of(Service.GATEWAY), nats_url) as gateway:
        jetstream = gateway.nats.jetstream()

        async def restored() -> bool:
            return await held() == {
                "platform": b'{"training_enabled":false,"revision":1}',
                "tenant.acme": b'{"revision":0}',
            }

        await eventually(restored)
        shown = await gateway.admin.get(SETTINGS)

    assert kept == {"platform": b'{"training_enabled":false,"revision":1}'}
    assert shown.json()["training_enabled"] is False
