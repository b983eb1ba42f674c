"""Where it is tried that a stream goes on where somebody left it, with nothing missed, twice or of others."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest
from nats.aio.client import Client

from chassis.testing.waiting import eventually
from contracts.errors import NotAuthenticated, TooManyRequests
from contracts.events.training import TrainingCancelled
from contracts.service import Service
from gateway.streams import telling
from gateway.streams.broadcast import Broadcast, Limits
from gateway.streams.heard import Only, Position
from gateway.streams.past import Extent, Past, Piece
from gateway.streams.telling import Wish
from tests.gateway.stage import Gateway, gateway_on
from tests.gateway.watching import EVENTS, START, heard, names, opened, say, say_many


async def test_a_stream_goes_on_after_the_last_event_that_was_seen(gateway: Gateway) -> None:
    await say_many(gateway, ["a", "b", "c"])
    first = await heard(gateway.admin, START, count=1)
    resuming = asyncio.create_task(heard(gateway.admin, EVENTS, count=3, after=first[0]["id"]))
    await asyncio.sleep(0.2)

    await say_many(gateway, ["d"])

    assert (names(first), names(await resuming)) == (["a"], ["b", "c", "d"])


async def test_a_stream_without_a_position_begins_with_what_happens_next(gateway: Gateway) -> None:
    await say_many(gateway, ["before"])

    async with opened(gateway.admin, EVENTS) as stream:
        await say_many(gateway, ["after"])
        await stream.says('"job_id":"after"')

    assert stream.events == ["training.failed"]


async def test_listeners_who_come_and_go_miss_nothing_and_see_nothing_twice(gateway: Gateway) -> None:
    said = [str(number) for number in range(120)]
    saying = asyncio.create_task(say_many(gateway, said))

    async def listen(stop_after: int) -> list[str]:
        seen = await heard(gateway.admin, START, count=1)
        while names(seen)[-1] != said[-1]:
            left = len(said) - len(seen)
            seen += await heard(gateway.admin, EVENTS, count=min(stop_after, left), after=seen[-1]["id"])
        return names(seen)

    found = await asyncio.gather(*(listen(stop_after) for stop_after in (13, 50)))
    await saying

    assert found == [said, said]


async def test_nobody_hears_what_happens_at_another_tenant(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    await say_many(gateway, ["ours"])
    await say_many(gateway, ["theirs"], tenant="globex")
    await say_many(gateway, ["ours too"])

    theirs = await heard(gateway.admin, START, count=1, **{"X-Ratchet-Tenant": "globex"})
    ours = await heard(gateway.admin, START, count=2)
    after_theirs = await heard(gateway.admin, EVENTS, count=1, after=theirs[0]["id"])
    async with opened(gateway.admin, EVENTS) as live:
        await say_many(gateway, ["theirs again"], tenant="globex")
        await say_many(gateway, ["ours again"])
        await live.says("ours again")

    assert (names(theirs), names(ours), names(after_theirs)) == (["theirs"], ["ours", "ours too"], ["ours too"])
    assert "theirs" not in live.text


async def test_a_position_that_is_none_is_refused_by_name(gateway: Gateway) -> None:
    rubbish = ("x", "-1", "1", "0-0-0", "zz-1", "a-" + "9" * 40, "a -1", "'; DROP TABLE", "ä")

    answers = [await gateway.admin.get(EVENTS, headers={b"Last-Event-ID": each.encode("latin-1")}) for each in rubbish]

    assert {answer.status_code for answer in answers} == {422}
    assert {answer.json()["errors"][0]["field"] for answer in answers} == {"Last-Event-ID"}


async def test_a_position_in_the_future_is_taken_for_the_present(gateway: Gateway) -> None:
    await say_many(gateway, ["a"])
    era = (await heard(gateway.admin, START, count=1))[0]["id"].partition("-")[0]

    async with opened(gateway.admin, EVENTS, after=f"{era}-999999") as stream:
        await say_many(gateway, ["b"])
        await stream.says('"job_id":"b"')

    assert stream.events == ["training.failed"]


async def test_a_time_in_the_future_is_the_present_too(gateway: Gateway) -> None:
    await say_many(gateway, ["before"])

    async with opened(gateway.admin, f"{EVENTS}?from=9999-12-31T23:59:59Z") as stream:
        await say_many(gateway, ["after"])
        await stream.says('"job_id":"after"')

    assert "before" not in stream.text


async def test_a_position_in_a_stream_that_was_lost_begins_with_word_of_a_gap(gateway: Gateway) -> None:
    await say_many(gateway, ["a"])

    events = await heard(gateway.admin, EVENTS, count=2, after="0-7")

    assert [event["event"] for event in events] == ["stream.gap", "training.failed"]
    assert "id" not in events[0]


async def test_what_is_not_kept_any_more_is_a_gap(gateway: Gateway) -> None:
    await say_many(gateway, ["a", "b", "c"])
    first = await heard(gateway.admin, START, count=1)
    await gateway.nats.jetstream().purge_stream("EVENTS", keep=1)

    events = await heard(gateway.admin, EVENTS, count=2, after=first[0]["id"])

    assert [event["event"] for event in events] == ["stream.gap", "training.failed"]
    assert names(events[1:]) == ["c"]


async def test_the_types_and_the_task_are_chosen_from_what_is_stored_too(gateway: Gateway) -> None:
    await say_many(gateway, ["a"])
    await say(gateway, TrainingCancelled(task="parcels", job_id="b"))
    await say(gateway, TrainingCancelled(task="tickets", job_id="c"))

    events = await heard(gateway.admin, f"{START}&types=training.cancelled&task=tickets", count=1)

    assert names(events) == ["c"]


async def test_a_stream_that_nats_lost_is_said_to_have_begun_anew(gateway: Gateway) -> None:
    jetstream = gateway.nats.jetstream()
    config = (await jetstream.stream_info("EVENTS")).config
    async with opened(gateway.admin, EVENTS) as stream:
        await jetstream.delete_stream("EVENTS")
        await jetstream.add_stream(config)

        assert await stream.says("began anew")

    assert stream.events == ["stream.closed"]


async def test_whoever_loses_the_right_to_listen_is_told_and_hears_no_more(gateway: Gateway) -> None:
    async with await gateway.key_for("viewer") as viewer, opened(viewer, EVENTS) as stream:
        keys = (await gateway.admin.get("/v1/api-keys")).json()["items"]
        mine = next(key["id"] for key in keys if key["role"] == "viewer")

        await gateway.admin.delete(f"/v1/api-keys/{mine}")

        assert await stream.says("revoked")
    assert stream.events == ["stream.closed"]


async def test_applications_may_not_watch(gateway: Gateway) -> None:
    async with await gateway.key_for("service") as application:
        answers = [await application.get(path) for path in (EVENTS, "/v1/alerts/events", "/v1/rollouts/r/events")]

    assert {answer.status_code for answer in answers} == {403}


async def test_a_tenant_has_as_many_listeners_as_it_may_and_no_more(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    running = gateway_on(database_of(Service.GATEWAY), nats_url, stream_listeners=1)
    async with running as gateway, opened(gateway.admin, EVENTS):
        refused = await gateway.admin.get(EVENTS)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")


async def test_a_place_is_free_again_when_its_stream_has_ended(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    async with gateway_on(database_of(Service.GATEWAY), nats_url, stream_listeners=1) as gateway:
        async with opened(gateway.admin, EVENTS):
            pass

        async def is_free(path: str, status: int) -> bool:
            async with gateway.admin.stream("GET", path) as answer:
                return answer.status_code == status

        assert await eventually(lambda: is_free(f"{EVENTS}?types=nonsense", 422))
        assert await eventually(lambda: is_free(EVENTS, 200))


class Endless(Past):
    """A past that always has more to tell."""

    async def extent(self) -> Extent:
        return Extent("1", 1, 10**6)

    async def read(self, era: str, subject: str, *, after: int = 0, since: datetime | None = None) -> Piece:
        return Piece(after + 1, (), is_more=bool(era and subject) and since is None)


def broadcast_with(listeners: int) -> Broadcast:
    broadcast = Broadcast(Client(), Limits(backlog=9, listeners=listeners))
    broadcast.past = Endless(Client())
    return broadcast


async def test_who_loses_the_right_while_the_past_is_told_hears_no_more() -> None:
    refusals = ["", "", "This API key was revoked."]

    async def welcome() -> str:
        return refusals.pop(0)

    wish = Wish("acme", Only(frozenset()), welcome, after=Position("1", 0))
    told = telling.tell(broadcast_with(1), wish, patience_s=1)

    assert [await anext(told), await anext(told)] == [[], []]
    with pytest.raises(NotAuthenticated, match="revoked"):
        await anext(told)


def test_a_stream_counts_from_its_first_moment_and_not_for_other_tenants() -> None:
    broadcast = broadcast_with(1)

    with (
        broadcast.admitted("acme"),
        broadcast.admitted("globex"),
        pytest.raises(TooManyRequests),
        broadcast.admitted("acme"),
    ):
        pass
    with broadcast.admitted("acme"):
        pass
