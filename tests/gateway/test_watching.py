"""Where it is tried that rollouts and alerts are watched, and that a reader who takes nothing is left."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from contracts.api.rollout import Rollout, RolloutStatus, Terms
from contracts.api.version import Verdict
from contracts.commands.rollouts import GetRollout
from contracts.errors import UnknownRollout
from contracts.events.health import AlertResolved
from contracts.events.release import RolloutChanged
from contracts.service import Service
from gateway.api.watching import EventStream
from tests.gateway.stage import Behind, Gateway, read_events
from tests.gateway.test_problems import refuse
from tests.gateway.watching import opened, say, say_many

ROLLOUT = "/v1/rollouts/r1/events"


def rollout(status: RolloutStatus) -> Rollout:
    now = datetime.now(UTC)
    return Rollout(
        id="r1", task="tickets", version_id="v", baseline_version_id="w", status=status, is_canary=False, steps=(10,),
        step=0, traffic_percent=10, interval_s=1, terms=Terms(), attempt=1, verdict=Verdict.CONTINUE, reasons=(),
        missing="", phase_id=None, step_since=now, next_step_at=None, started_by="ada", created_at=now, ended_at=None,
        revision=1,
    )  # fmt: skip


def changed(action: str, status: RolloutStatus, rollout_id: str = "r1") -> RolloutChanged:
    return RolloutChanged(
        task="tickets", rollout_id=rollout_id, version_id="v", action=action, status=status, traffic_percent=10,
        verdict=Verdict.CONTINUE, reasons=(),
    )  # fmt: skip


async def kinds(events: list[dict[str, str]]) -> list[str]:
    return [event["event"] for event in events]


async def test_a_rollout_is_told_from_its_beginning_beyond_a_first_end_until_it_has_ended(
    gateway: Gateway, behind: Behind
) -> None:
    await behind.answer(Service.REGISTRY, {GetRollout: lambda _: rollout(RolloutStatus.RUNNING)})
    for event in (
        changed("started", RolloutStatus.RUNNING),
        changed("started", RolloutStatus.RUNNING, "another"),
        changed("aborted", RolloutStatus.ABORTED),
        changed("retried", RolloutStatus.RUNNING),
    ):
        await say(gateway, event)
    watching = asyncio.create_task(read_events(gateway.admin, ROLLOUT, count=99))
    await asyncio.sleep(0.4)

    await say_many(gateway, ["something else"])
    await say(gateway, changed("completed", RolloutStatus.COMPLETED))
    events = await watching

    assert await kinds(events) == ["rollout.changed"] * 4 + ["stream.ended"]
    assert '"action":"completed"' in events[3]["data"]


async def test_the_stream_of_an_ended_rollout_ends(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetRollout: lambda _: rollout(RolloutStatus.COMPLETED)})
    await say(gateway, changed("completed", RolloutStatus.COMPLETED))

    events = await read_events(gateway.admin, ROLLOUT, count=99)
    rest = await read_events(gateway.admin, ROLLOUT, count=99, headers={"Last-Event-ID": events[0]["id"]})

    assert (await kinds(events), await kinds(rest)) == (["rollout.changed", "stream.ended"], ["stream.ended"])


async def test_an_unknown_rollout_cannot_be_watched(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetRollout: refuse(UnknownRollout("There is no rollout 'r1'."))})

    answer = await gateway.admin.get(ROLLOUT)

    assert answer.status_code == 404


async def test_alerts_are_streamed_by_task(gateway: Gateway) -> None:
    async with opened(gateway.admin, "/v1/alerts/events?task=tickets") as stream:
        await say_many(gateway, ["no alert"])
        for task in ("parcels", "tickets"):
            resolved = AlertResolved(
                task=task, alert_id=task, version_id=None, about="a", metric="m", resolution="over"
            )
            await say(gateway, resolved)
        await stream.says('"alert_id":"tickets"')

    assert stream.events == ["alert.resolved"]


async def test_a_reader_who_takes_nothing_is_left_after_a_while() -> None:
    closed = asyncio.Event()

    async def lines() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield b":\n\n"
        finally:
            closed.set()

    async def stuck(message: Any) -> None:
        if message["type"] != "http.response.start":
            await asyncio.sleep(3600)

    async def receive() -> Any:
        await asyncio.sleep(3600)

    async with asyncio.timeout(60):
        await EventStream(lines(), stall_s=0.05)({"type": "http", "asgi": {}}, receive, stuck)

    assert closed.is_set()
