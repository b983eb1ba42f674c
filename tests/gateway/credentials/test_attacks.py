"""Where applications try to get at what is not theirs; nothing that they send is trusted."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError
from nats.js.errors import APIError

from chassis import nats_connection, nkey
from chassis.testing.waiting import eventually
from contracts.topology import prompt_address, prompt_subject, route_address, route_subject
from tests.gateway.credentials.yard import KEYS, Yard, yard_in

MINE = "ingest.acme.feedback"
FORBIDDEN_TO_SAY = (
    "ingest.globex.feedback",
    "ingest.globex.inference",
    "ingest.acme.other",
    "ingest.acme",
    "events.acme.model.promoted",
    "events.globex.model.promoted",
    "commands.registry.tasks.delete",
    route_subject("acme", "tickets"),
    prompt_subject("acme", "v1"),
    "$KV.settings.platform",
    "routes.globex",
    route_address("globex", "tickets"),
    prompt_address("globex", "v1"),
    "_INBOX.gateway.abc",
    f"_INBOX.{KEYS['desk']}.abc",
    f"_INBOX.{KEYS['globex']}.abc",
    "$JS.API.INFO",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.INFO.INGEST",
    "$JS.API.STREAM.INFO.KV_routes",
    "$JS.API.STREAM.CREATE.MINE",
    "$JS.API.STREAM.UPDATE.INGEST",
    "$JS.API.STREAM.PURGE.INGEST",
    "$JS.API.STREAM.DELETE.EVENTS",
    "$JS.API.STREAM.MSG.GET.EVENTS",
    "$JS.API.STREAM.MSG.DELETE.EVENTS",
    "$JS.API.STREAM.SNAPSHOT.EVENTS",
    "$JS.API.DIRECT.GET.KV_routes",
    "$JS.API.DIRECT.GET.EVENTS",
    "$JS.API.CONSUMER.CREATE.KV_routes",
    "$JS.API.CONSUMER.CREATE.KV_routes.mine.$KV.routes.acme.>",
    "$JS.API.CONSUMER.CREATE.EVENTS.mine",
    "$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.mine",
    "$JS.API.CONSUMER.MSG.NEXT.INGEST.feedback-ingest",
    "$JS.API.CONSUMER.DELETE.INGEST.feedback-ingest",
    "$JS.ACK.INGEST.feedback-ingest.1.1.1.1.1",
    "$SYS.REQ.SERVER.PING",
    "$SYS.REQ.USER.INFO",
    "_R_.abcdef",
)
FORBIDDEN_TO_HEAR = (
    ">",
    "*.*.*",
    "events.>",
    "events.*.>",
    "events.globex.>",
    "ingest.>",
    "ingest.acme.*",
    "commands.>",
    "routes.*",
    "$KV.>",
    "$KV.routes.>",
    "$KV.routes.*.*",
    "$KV.routes.globex.*",
    "$KV.prompts.acme.*",
    "$JS.>",
    "$SYS.>",
    "_INBOX.>",
    "_INBOX.*.>",
    "_INBOX.gateway.>",
    f"_INBOX.{KEYS['desk']}.>",
    "_R_.>",
)
INTO_OTHERS = (
    "commands.registry.tasks.delete",
    "$JS.API.STREAM.DELETE.EVENTS",
    "_INBOX.gateway.abc",
    "events.acme.a",
)
TRICKS = (
    {"Nats-Rollup": "all"},
    {"Nats-Rollup": "sub"},
    {"Nats-Schedule": "@every 1s", "Nats-Schedule-Target": "ingest.globex.feedback"},
    {"Nats-Schedule": "@at 2020-01-01T00:00:00Z", "Nats-Schedule-Target": "commands.registry.tasks.delete"},
    {"Nats-TTL": "1s"},
    {"Nats-Incr": "+1"},
    {"Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1", "Nats-Batch-Commit": "1"},
    {"Nats-Expected-Stream": "EVENTS"},
    {"Nats-Marker-Reason": "MaxAge"},
    {"KV-Operation": "PURGE"},
    {"Nats-Stream-Source": "EVENTS 1"},
)


@pytest.fixture
async def yard(tmp_path: Path) -> AsyncGenerator[Yard]:
    async with yard_in(tmp_path / "nats") as opened:
        yield opened


async def test_nothing_can_be_said_but_ones_own_reports_and_questions(yard: Yard) -> None:
    shop = await yard.application("shop")

    for subject in FORBIDDEN_TO_SAY:
        await shop.client.publish(subject, b"{}")

    assert await shop.let_through("publish", FORBIDDEN_TO_SAY) == []
    assert await yard.stored("INGEST") == 0


async def test_nothing_can_be_heard_but_ones_own_routes_events_and_answers(yard: Yard) -> None:
    shop, desk = await yard.application("shop"), await yard.application("desk")

    for subject in FORBIDDEN_TO_HEAR:
        await shop.client.subscribe(subject)
    await desk.client.subscribe("events.acme.>")

    assert await shop.let_through("subscription", FORBIDDEN_TO_HEAR) == []
    assert await desk.let_through("subscription", ["events.acme.>"]) == []


async def test_an_answer_cannot_be_sent_where_one_could_not_send_it_oneself(yard: Yard) -> None:
    shop = await yard.application("shop")
    await yard.root.jetstream().publish("events.acme.model.promoted", b"{}")
    await yard.listen(*INTO_OTHERS)

    for subject in INTO_OTHERS:
        await shop.client.publish(MINE, b"{}", reply=subject)
    await eventually(lambda: yard.holds("INGEST", len(INTO_OTHERS)))

    assert await yard.noted() == []
    assert await yard.stored("EVENTS") == 1


async def test_headers_that_rule_a_stream_do_nothing_to_others(yard: Yard) -> None:
    shop, globex = await yard.application("shop"), await yard.application("globex")
    await yard.listen("commands.>")
    for _ in range(3):
        await globex.client.jetstream().publish("ingest.globex.feedback", b"{}")

    for headers in TRICKS:
        await shop.client.publish(MINE, b"{}", headers=headers)
    await nats_connection.settle(shop.client)
    await asyncio.sleep(1.2)

    assert await yard.stored("INGEST", "ingest.globex.feedback") == 3
    assert await yard.noted() == []


async def test_a_message_is_not_lost_because_somebody_had_its_id_before(yard: Yard) -> None:
    shop, globex = await yard.application("shop"), await yard.application("globex")
    taken = {"Nats-Msg-Id": "order-1"}

    async def is_taken() -> bool:
        """Say whether the server has forgotten the id, after a tenth of a second and a bit."""
        return not (await globex.client.jetstream().publish("ingest.globex.feedback", b"{}", headers=taken)).duplicate

    await shop.client.jetstream().publish(MINE, b"{}", headers=taken)
    await eventually(is_taken)

    assert await yard.stored("INGEST") == 2


async def test_tracing_tells_nothing_of_what_lies_behind_the_border(yard: Yard) -> None:
    shop, destination = await yard.application("shop"), f"_INBOX.{KEYS['shop']}.trace"
    answers = await shop.client.subscribe(destination)

    await shop.client.publish(MINE, b"{}", headers={"Nats-Trace-Dest": destination})
    await shop.client.publish("routes.acme", b"", headers={"Nats-Trace-Dest": destination}, reply=destination)

    with pytest.raises(NatsError):
        await answers.next_msg(timeout=0.3)


async def test_the_full_share_of_one_tenant_leaves_room_for_the_others(tmp_path: Path) -> None:
    async with yard_in(tmp_path / "nats", share=20) as yard:
        shop, globex = await yard.application("shop"), await yard.application("globex")
        for _ in range(100):
            await shop.client.publish(MINE, b"{}")

        with pytest.raises(APIError, match="per subject"):
            await shop.client.jetstream().publish(MINE, b"{}")
        stored = await globex.client.jetstream().publish("ingest.globex.feedback", b"{}")

        assert stored.seq
        assert await yard.stored("INGEST", MINE) == 20


async def test_who_opens_too_many_connections_keeps_nobody_else_out(tmp_path: Path) -> None:
    async with yard_in(tmp_path / "nats", connections=2) as yard:
        shop, _ = await yard.application("shop"), await yard.application("desk")

        with pytest.raises(NatsError, match="maximum account active connections"):
            await yard.application("shop")
        globex = await yard.application("globex")

        assert globex.client.is_connected
        assert (await shop.client.jetstream().publish(MINE, b"{}")).seq


async def test_a_message_larger_than_any_report_is_refused(yard: Yard) -> None:
    shop = await yard.application("shop")

    with pytest.raises((MaxPayloadError, NatsError)):
        await shop.client.jetstream().publish(MINE, b"x" * (2**20 + 1), timeout=1)

    assert await yard.stored("INGEST") == 0


@pytest.mark.parametrize("given", [{"nkeys_seed_str": nkey.new_seed()}, {"user": "anyone", "password": "guess"}, {}])
async def test_nobody_comes_in_without_a_credential(yard: Yard, given: dict[str, Any]) -> None:
    stranger = Client()

    with pytest.raises(NatsError, match="Authorization"):
        await stranger.connect(yard.url, allow_reconnect=False, connect_timeout=20, error_cb=_ignore, **given)

    await stranger.close()


async def test_the_file_of_applications_cannot_open_the_services_account(tmp_path: Path) -> None:
    evil = json.dumps({"RATCHET": {"users": [{"nkey": KEYS["shop"]}]}, "SYS": {"users": [{"nkey": KEYS["desk"]}]}})
    async with yard_in(tmp_path / "nats", ()) as yard:
        (yard.folder / "applications.conf").write_text(evil)
        await yard.read_again()

        for name in ("shop", "desk"):
            with pytest.raises(NatsError):
                await yard.application(name)


async def _ignore(_: Exception) -> None:
    return
