"""Where credentials are made and revoked while applications go on working."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from nats.errors import Error as NatsError
from nats.js.errors import NoStreamResponseError

from chassis import nats_connection, nkey
from chassis.embedded import nats as embedded
from chassis.embedded.nats_config import APPLICATIONS
from chassis.testing.waiting import eventually
from contracts.service import Service
from tests.gateway.credentials.yard import SEEDS, USERS, Application, connect
from tests.gateway.stage import ADMIN_KEY, Gateway, as_, gateway_on

PATH = "/v1/nats-credentials"
MINE = "ingest.acme.feedback"
Url = Callable[[Service], str]


@dataclass(frozen=True)
class Gated:
    """A gateway whose NATS has a door."""

    gateway: Gateway
    nats_url: str

    async def make(self, name: str = "shop", **more: Any) -> dict[str, Any]:
        made = await self.gateway.admin.post(PATH, json={"name": name} | more)
        assert made.status_code == 201, made.text
        return made.json()

    async def enter(self, made: dict[str, Any], **more: Any) -> Application:
        return await connect(made["url"], made["seed"], **more)


@asynccontextmanager
async def gated_on(database_url: str, folder: Path, **others: Any) -> AsyncGenerator[Gated]:
    with embedded.running(folder, USERS) as server:
        given = {
            "nats_system_seed": SEEDS["system"],
            "nats_applications_file": str(folder / APPLICATIONS),
            "nats_public_url": server.url,
            "nats_check_s": 0.2,
        } | others
        async with gateway_on(database_url, server.url.replace("nats://", "nats://anyone:pw@"), **given) as gateway:
            yield Gated(gateway, server.url)


@pytest.fixture
async def gated(database_of: Url, tmp_path: Path) -> AsyncGenerator[Gated]:
    async with gated_on(database_of(Service.GATEWAY), tmp_path / "nats") as opened:
        yield opened


async def test_a_credential_lets_its_application_in_at_once_and_its_seed_is_kept_nowhere(
    gated: Gated, database_of: Url
) -> None:
    made = await gated.make(events=True)
    shop = await gated.enter(made)
    heard = await shop.client.subscribe("events.acme.>")
    await nats_connection.settle(shop.client)
    stored = await shop.client.jetstream().publish(MINE, b"{}")
    await gated.gateway.nats.publish("events.acme.model.promoted", b"{}")

    assert (made["admitted"], made["url"], stored.seq) == (True, gated.nats_url, 1)
    assert (await heard.next_msg(timeout=20)).subject == "events.acme.model.promoted"
    shown = (await gated.gateway.admin.get(f"{PATH}/{made['id']}")).json()
    assert shown == {name: made[name] for name in shown}
    assert shown["public_key"] == nkey.public_key(made["seed"])
    assert made["seed"] not in await _everything_stored(database_of(Service.GATEWAY))
    await shop.client.close()


async def test_who_is_revoked_is_disconnected_and_nobody_else_notices(gated: Gated) -> None:
    leaver, stayer = await gated.make("leaver"), await gated.make("stayer")
    leaving, staying = await gated.enter(leaver), await gated.enter(stayer)
    working = asyncio.create_task(_report(staying, 300))

    for number in range(5):
        await gated.make(f"another {number}")
    revoked = await gated.gateway.admin.delete(f"{PATH}/{leaver['id']}")

    assert revoked.status_code == 204
    assert await eventually(lambda: _answer(not leaving.client.is_connected))
    with pytest.raises(NatsError):
        await gated.enter(leaver)
    assert await working < 10
    assert (staying.client.is_connected, staying.complaints) == (True, [])
    assert gated.gateway.nats.is_connected
    await staying.client.close()


async def test_applications_come_back_while_the_gateway_is_away(database_of: Url, tmp_path: Path) -> None:
    async with gated_on(database_of(Service.GATEWAY), tmp_path / "nats") as gated:
        made, revoked = await gated.make(), await gated.make("revoked")
        await gated.gateway.admin.delete(f"{PATH}/{revoked['id']}")

    with embedded.running(tmp_path / "nats", USERS) as restarted:
        shop = await connect(restarted.url, made["seed"])
        with pytest.raises(NatsError):
            await connect(restarted.url, revoked["seed"])

        assert (await shop.client.jetstream().publish(MINE, b"{}")).seq == 1
        await shop.client.close()


async def test_other_tenants_and_lesser_roles_get_at_none(gated: Gated) -> None:
    made, admin = await gated.make(), gated.gateway.admin
    await admin.post("/v1/tenants", json={"key": "globex"})
    async with as_(gated.gateway.url, ADMIN_KEY, **{"X-Ratchet-Tenant": "globex"}) as globex:
        theirs = [await globex.get(f"{PATH}/{made['id']}"), await globex.delete(f"{PATH}/{made['id']}")]
        listed = (await globex.get(PATH)).json()["items"]
        namesake = await globex.post(PATH, json={"name": "shop"})
    statuses = set[int]()
    for role in ("manager", "operator", "viewer", "service"):
        async with await gated.gateway.key_for(role) as somebody:
            answers = (await somebody.get(PATH), await somebody.post(PATH, json={"name": "mine"}))
            statuses |= {answer.status_code for answer in (*answers, await somebody.delete(f"{PATH}/{made['id']}"))}

    assert [answer.status_code for answer in theirs] == [404, 404]
    assert (listed, namesake.status_code, statuses) == ([], 201, {403})
    assert (await admin.get(f"{PATH}/{made['id']}")).json()["revoked_at"] is None


async def test_an_application_gets_no_right_that_its_maker_does_not_have(gated: Gated) -> None:
    key = {"name": "reporter of reporters", "role": "admin", "scopes": ["administer", "resolve", "log"]}
    secret = (await gated.gateway.admin.post("/v1/api-keys", json=key)).json()["secret"]

    async with as_(gated.gateway.url, secret) as limited:
        reporting, watching = [
            await limited.post(PATH, json={"name": f"events {events}", "events": events}) for events in (False, True)
        ]

    assert (reporting.status_code, watching.status_code) == (201, 403)
    assert watching.json()["rights"] == ["read"]


async def test_rubbish_is_refused_by_the_field(gateway: Gateway) -> None:
    bodies: list[Any] = [
        {}, {"name": ""}, {"name": " "}, {"name": "x" * 101}, {"name": "a\x00b"}, {"name": 7}, {"name": None}, [],
        {"name": "shop", "events": "perhaps"}, {"name": "shop", "tenant": "globex"}, {"name": "\u202e"},
        {"name": "shop", "public_key": "U" * 56},
    ]  # fmt: skip

    answers = [await gateway.admin.post(PATH, json=body) for body in bodies]
    strangers = [await gateway.admin.get(f"{PATH}/{each}") for each in ("x", "%F0%9F%98%80", str(UUID(int=7)), "'--")]

    assert {answer.status_code for answer in answers} == {422}
    assert {answer.status_code for answer in strangers} == {404}
    assert all(answer.json()["detail"] for answer in (*answers, *strangers))


async def test_names_are_unique_while_they_last_and_there_is_an_end_to_them(database_of: Url, tmp_path: Path) -> None:
    async with gated_on(database_of(Service.GATEWAY), tmp_path / "nats", nats_applications=5) as gated:
        made = await gated.make("Shop")
        taken = await gated.gateway.admin.post(PATH, json={"name": "sHOP"})
        await gated.gateway.admin.delete(f"{PATH}/{made['id']}")
        asked = [gated.gateway.admin.post(PATH, json={"name": f"shop {number % 8}"}) for number in range(12)]
        answers = await asyncio.gather(*asked)
        made = [each.json() for each in answers if each.status_code == 201]
        entered = [await eventually(lambda each=each: _entered(gated, each)) for each in made]

        assert (taken.status_code, "sHOP" in taken.json()["detail"]) == (409, True)
        assert sorted(each.status_code for each in answers) == [201] * 5 + [409] * 7
        assert all(each.client.is_connected for each in entered)
        for each in entered:
            await each.client.close()


async def test_a_tenant_that_is_switched_off_is_disconnected_and_comes_back_with_the_same_seed(gated: Gated) -> None:
    await gated.gateway.admin.post("/v1/tenants", json={"key": "globex"})
    async with as_(gated.gateway.url, ADMIN_KEY, **{"X-Ratchet-Tenant": "globex"}) as globex:
        made = (await globex.post(PATH, json={"name": "shop"})).json()
    shop = await gated.enter(made)

    await gated.gateway.admin.patch("/v1/tenants/globex", json={"active": False})
    assert await eventually(lambda: _answer(not shop.client.is_connected))
    await gated.gateway.admin.patch("/v1/tenants/globex", json={"active": True})
    back = await eventually(lambda: _entered(gated, made))

    assert back.client.is_connected
    await back.client.close()


async def test_it_is_said_where_nats_cannot_be_told(database_of: Url, tmp_path: Path) -> None:
    stranger = nkey.new_seed()
    async with gated_on(database_of(Service.GATEWAY), tmp_path / "nats", nats_system_seed=stranger) as gated:
        made = await gated.make()
        revoked = await gated.gateway.admin.delete(f"{PATH}/{made['id']}")
        shown = (await gated.gateway.admin.get(f"{PATH}/{made['id']}")).json()

        assert (made["admitted"], revoked.status_code, revoked.json()["part"]) == (False, 503, "nats")
        assert shown["revoked_by"] == "admin"


async def test_where_nats_lets_everybody_in_there_is_nothing_to_make(gateway: Gateway) -> None:
    answer = await gateway.admin.post(PATH, json={"name": "shop"})

    assert (answer.status_code, "lets everybody in" in answer.json()["detail"]) == (409, True)
    assert (await gateway.admin.get(PATH)).json()["items"] == []


async def _report(application: Application, count: int) -> int:
    """Report one after another until so many are acknowledged, and say how often one was refused and done again.

    At the very moment at which NATS reads its configuration, however long that is, it says that nobody listens.
    """
    stored = refused = 0
    is_refused = False
    while stored < count:
        try:
            stored += bool((await application.client.jetstream().publish(MINE, b"{}")).seq)
            is_refused = False
        except NoStreamResponseError:
            refused += not is_refused
            is_refused = True
        await asyncio.sleep(0.001)
    return refused


async def _answer(value: Any) -> Any:
    return value


async def _entered(gated: Gated, made: dict[str, Any]) -> Application | None:
    try:
        return await gated.enter(made)
    except NatsError:
        return None


async def _everything_stored(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT set_config('ratchet.tenant', '*', false)")
        tables = ("gateway.nats_credentials", "gateway.audit_log")
        return str([dict(row) for table in tables for row in await connection.fetch(f"SELECT * FROM {table}")])  # noqa: S608
    finally:
        await connection.close()
