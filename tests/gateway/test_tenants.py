"""Where it is tried what tenants may have by their plans, and that one that is switched off loses nothing."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
from nats.js.errors import KeyNotFoundError

from chassis import migrations
from chassis.testing.waiting import eventually
from contracts.commands.tasks import CreateTask
from contracts.service import Service
from tests.gateway.stage import Behind, Gateway, as_, task

ELSEWHERE = {"X-Ratchet-Tenant": "globex"}


async def admin_of(gateway: Gateway, tenant: str, **fields: Any) -> httpx.AsyncClient:
    """Create a tenant, and give a client of an admin there."""
    created = await gateway.admin.post("/v1/tenants", json={"key": tenant} | fields)
    assert created.status_code == 201, created.text
    elsewhere = {"X-Ratchet-Tenant": tenant}
    made = await gateway.admin.post("/v1/api-keys", json={"name": "ann", "role": "admin"}, headers=elsewhere)
    return as_(gateway.url, made.json()["secret"])


async def test_a_tenant_that_is_switched_off_stops_and_goes_on_with_all_it_had(gateway: Gateway) -> None:
    async with await admin_of(gateway, "globex", name="Globex") as ann:
        await ann.post("/v1/api-keys", json={"name": "shop"})
        gone = await gateway.admin.delete("/v1/tenants/globex")
        stopped = [await ann.get("/v1/me"), await ann.post("/v1/feedback", json={})]
        shown = (await gateway.admin.get("/v1/tenants/globex")).json()
        kept = await gateway.admin.get("/v1/api-keys", headers=ELSEWHERE)
        back = await gateway.admin.patch("/v1/tenants/globex", json={"active": True})
        after = await ann.get("/v1/me")

    assert (gone.status_code, [answer.status_code for answer in stopped]) == (204, [403, 403])
    assert stopped[0].json()["type"] == "urn:ratchet:problem:tenant-switched-off"
    assert (shown["active"], shown["deactivated_at"] is not None, shown["name"]) == (False, True, "Globex")
    assert [key["name"] for key in kept.json()["items"]] == ["shop", "ann"]
    assert (back.json()["active"], back.json()["deactivated_at"], after.status_code) == (True, None, 200)


async def test_whoever_runs_the_platform_cannot_lock_themselves_out(gateway: Gateway) -> None:
    off = await gateway.admin.delete("/v1/tenants/acme")

    on = await gateway.admin.patch("/v1/tenants/acme", json={"active": True})

    assert (off.status_code, on.status_code) == (204, 200)


async def test_an_admin_sees_their_own_tenant_and_no_other_and_changes_none(gateway: Gateway) -> None:
    async with await admin_of(gateway, "globex") as ann:
        own, usage = await ann.get("/v1/tenants/globex"), await ann.get("/v1/tenants/globex/usage")
        others = [await ann.get(f"/v1/tenants/{each}{part}") for each in ("acme", "nobody") for part in ("", "/usage")]
        refused = [
            await ann.get("/v1/tenants"),
            await ann.patch("/v1/tenants/globex", json={"plan": "standard"}),
            await ann.delete("/v1/tenants/globex"),
            await ann.get("/v1/plans"),
            await ann.patch("/v1/plans/standard", json={"max_keys": 1}),
        ]

    assert (own.json()["key"], usage.json()["keys"]) == ("globex", 1)
    assert [answer.status_code for answer in others] == [404] * 4
    assert others[0].json()["detail"] == others[2].json()["detail"].replace("nobody", "acme")
    assert [answer.status_code for answer in refused] == [403] * 5


async def test_a_tenant_that_cannot_be_is_not_there(gateway: Gateway) -> None:
    impossible = ("globex'; DROP TABLE tenants; --", "*", "%00", "é", "a" * 5000)

    answers = [
        answer
        for tenant in impossible
        for answer in (
            await gateway.admin.get(f"/v1/tenants/{tenant}"),
            await gateway.admin.get(f"/v1/tenants/{tenant}/usage"),
            await gateway.admin.patch(f"/v1/tenants/{tenant}", json={"active": False}),
            await gateway.admin.get("/v1/me", headers={"X-Ratchet-Tenant": quote(tenant)}),
        )
    ]

    assert {answer.status_code for answer in answers} <= {404, 422}


async def test_plans_are_made_changed_and_deleted_unless_they_are_in_use(gateway: Gateway) -> None:
    admin, small = gateway.admin, {"key": "small", "max_keys": 2, "ai_training_enabled": False}

    made = await admin.post("/v1/plans", json=small)
    twice = await admin.post("/v1/plans", json=small)
    changed = await admin.patch("/v1/plans/small", json={"max_keys": None, "max_tasks": 1}, headers={"If-Match": '"1"'})
    stale = await admin.patch("/v1/plans/small", json={"max_keys": 9}, headers={"If-Match": '"1"'})
    await admin.post("/v1/tenants", json={"key": "globex", "plan": "small"})
    used = await admin.delete("/v1/plans/small")
    unknown = await admin.post("/v1/tenants", json={"key": "umbrella", "plan": "gold"})
    await admin.patch("/v1/tenants/globex", json={"plan": "standard"})
    gone = [await admin.delete(f"/v1/plans/{each}") for each in ("small", "standard", "small")]

    assert (made.status_code, twice.status_code, stale.status_code, used.status_code) == (201, 409, 412, 409)
    assert (changed.json()["max_keys"], changed.json()["max_tasks"]) == (None, 1)
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "plan")
    assert [answer.status_code for answer in gone] == [204, 409, 404]


async def test_no_more_keys_are_made_than_the_plan_allows_however_many_ask_at_once(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/plans", json={"key": "small", "max_keys": 3})
    async with await admin_of(gateway, "globex", plan="small") as ann:
        many = await asyncio.gather(*(ann.post("/v1/api-keys", json={"name": f"k{number}"}) for number in range(8)))
        refused = next(answer for answer in many if answer.status_code == 409)
        listed = (await ann.get("/v1/api-keys")).json()["items"]
        await ann.delete(f"/v1/api-keys/{listed[0]['id']}")
        again = await ann.post("/v1/api-keys", json={"name": "again"})

    assert sorted(answer.status_code for answer in many) == [201] * 2 + [409] * 6
    assert (refused.json()["type"], refused.json()["limit"]) == ("urn:ratchet:problem:limit-reached", 3)
    assert (len(listed), again.status_code) == (3, 201)


async def test_a_plan_without_training_refuses_it_and_says_so_and_all_services_know(
    gateway: Gateway, behind: Behind
) -> None:
    await behind.answer(Service.REGISTRY, {CreateTask: lambda asked: task(asked.task.key)})
    await gateway.admin.post("/v1/plans", json={"key": "small", "ai_training_enabled": False, "max_tasks": 7})
    async with await admin_of(gateway, "globex", plan="small") as ann:
        me = (await ann.get("/v1/me")).json()
        refused = [
            await ann.post("/v1/training/jobs", json={"task": "t"}),
            await ann.post("/v1/training/schedules", json={"task": "t", "cron": "0 3 * * *"}),
            await ann.post("/v1/tasks/t/retrain-check"),
            await gateway.admin.post("/v1/training/jobs", json={"task": "t"}, headers=ELSEWHERE),
        ]
        cancelled = await ann.post("/v1/training/jobs/j/cancel")
        await ann.post("/v1/tasks", json={"key": "t"})
        told = await eventually(lambda: _kept(gateway, "plan.globex"))
        await gateway.admin.patch("/v1/plans/small", json={"ai_training_enabled": True})
        can_train = await _can_train(ann)
        await eventually(lambda: _says(gateway, "plan.globex", b"{}"))

    assert (me["can_train"], "train" in me["rights"], can_train) == (False, True, True)
    assert {(answer.status_code, answer.json()["type"]) for answer in refused} == {
        (403, "urn:ratchet:problem:not-in-plan")
    }
    assert (cancelled.status_code, told) == (503, b'{"training_enabled":false}')
    assert [command.model_dump()["at_most"] for _, command in behind.asked] == [7]


async def test_whoever_changes_what_allows_training_reads_it_right_afterwards(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/plans", json={"key": "small"})
    read = list[bool]()

    async with await admin_of(gateway, "globex", plan="small") as ann:
        for included in (False, True) * 3:
            await gateway.admin.patch("/v1/plans/small", json={"ai_training_enabled": included})
            read.append(await _can_train(ann))
        await gateway.admin.patch("/v1/tenants/globex", json={"active": False})
        me = (await gateway.admin.get("/v1/me", headers=ELSEWHERE)).json()
        refused = await gateway.admin.post("/v1/training/jobs", json={"task": "t"}, headers=ELSEWHERE)
        await gateway.admin.patch("/v1/tenants/globex", json={"active": True})
        read.append(await _can_train(ann))

    assert read == [False, True] * 3 + [True]
    assert (me["can_train"], refused.status_code, refused.json()["type"]) == (
        False, 403, "urn:ratchet:problem:tenant-switched-off"
    )  # fmt: skip


async def test_keys_and_tenants_of_before_get_names_that_differ_and_the_standard_plan(
    empty_database_of: Callable[[Service], str],
) -> None:
    url = empty_database_of(Service.GATEWAY)
    before = [each for each in migrations.of("gateway") if not each.name.endswith("plans.sql")]
    connection = await asyncpg.connect(url, server_settings={"search_path": "gateway"})
    await connection.execute("SELECT set_config('ratchet.tenant', '*', false)")
    for migration in before:
        await connection.execute(migration.sql)
    await connection.execute("INSERT INTO tenants (key, name) VALUES ('acme', 'Acme')")
    for number, name in enumerate(("admin", "shop", "Shop", "shop")):
        role = "super_admin" if name == "admin" else "service"
        await connection.execute(
            "INSERT INTO api_keys (tenant, name, role, sha256, created_by) VALUES ('acme', $1, $2, $3, 'ratchet')",
            *(name, role, bytes([number]) * 32),
        )

    (after,) = (each for each in migrations.of("gateway") if each.name.endswith("plans.sql"))
    await connection.execute(after.sql)
    rows = await connection.fetch("SELECT name, bootstrap FROM api_keys ORDER BY id")
    plan = await connection.fetchval("SELECT plan FROM tenants")
    await connection.close()

    assert [(row["name"][:6].strip(), row["bootstrap"]) for row in rows] == [
        ("admin", True), ("shop", False), ("Shop (", False), ("shop (", False)
    ]  # fmt: skip
    assert (len({row["name"].lower() for row in rows}), plan) == (4, "standard")


async def _kept(gateway: Gateway, key: str) -> bytes | None:
    bucket = await gateway.nats.jetstream().key_value("settings")
    try:
        return (await bucket.get(key)).value
    except KeyNotFoundError:
        return None


async def _can_train(client: httpx.AsyncClient) -> bool:
    return (await client.get("/v1/me")).json()["can_train"]


async def _says(gateway: Gateway, key: str, wanted: bytes) -> bool:
    return await _kept(gateway, key) == wanted
