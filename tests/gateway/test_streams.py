"""Where it is tried that whoever watches misses nothing and sees nothing twice."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import httpx

from chassis.testing.waiting import eventually
from contracts.api.job import JobEvent, JobStatus
from contracts.api.page import Page
from contracts.commands.jobs import GetJob, ListJobEvents
from contracts.errors import UnknownJob
from contracts.event import Cause, Envelope, Event
from contracts.events.training import TrainingCancelled, TrainingFailed
from contracts.service import Service
from gateway.streams import story
from gateway.streams.listener import Listener
from gateway.streams.story import Place
from tests.gateway.stage import Behind, Gateway, job, line, progressed, read_events
from tests.gateway.test_problems import refuse

STORY = "/v1/training/jobs/j1/events"
ENDING = line(4, "state", status="succeeded")


async def say(gateway: Gateway, event: Event, tenant: str = "acme") -> None:
    headers = Envelope.around(event, tenant, Cause("ada")).headers()
    await gateway.nats.publish(event.address(tenant), event.model_dump_json().encode(), headers=headers)


class Trainer:
    """The stand-in for the trainer: it keeps a story, and gives it in pages of two."""

    def __init__(self, lines: Sequence[JobEvent], status: JobStatus = JobStatus.RUNNING) -> None:
        self.lines = list(lines)
        self.status = status
        self.reads = 0

    async def begin(self, behind: Behind) -> None:
        await behind.answer(Service.TRAINER, {GetJob: lambda _: job(self.status), ListJobEvents: self._page})

    def _page(self, asked: ListJobEvents) -> Page[JobEvent]:
        self.reads += 1
        later = [each for each in self.lines if each.number > asked.after]
        return Page(items=tuple(later[:2]), next_cursor=str(later[1].number) if len(later) > 2 else None)


async def numbers(events: Sequence[dict[str, str]]) -> list[int]:
    return [int(event["id"]) for event in events if "id" in event]


async def test_the_story_of_an_ended_job_is_told_from_its_beginning_and_ends(gateway: Gateway, behind: Behind) -> None:
    lines = [line(1, "state", status="running"), line(2, progress=0.5), line(3, "metric", loss=1), ENDING]
    await Trainer(lines, JobStatus.SUCCEEDED).begin(behind)

    events = await read_events(gateway.admin, STORY, count=99)

    assert [event["event"] for event in events] == ["state", "progress", "metric", "state", "stream.ended"]
    assert await numbers(events) == [1, 2, 3, 4]
    assert JobEvent.model_validate_json(events[1]["data"]) == lines[1]


async def test_a_story_is_resumed_after_the_last_line_seen(gateway: Gateway, behind: Behind) -> None:
    await Trainer([line(1), line(2), line(3), ENDING], JobStatus.SUCCEEDED).begin(behind)

    events = await read_events(gateway.admin, STORY, count=99, headers={"Last-Event-ID": "2"})
    seen_all = await read_events(gateway.admin, STORY, count=99, headers={"Last-Event-ID": "4"})

    assert (await numbers(events), [event["event"] for event in seen_all]) == ([3, 4], ["stream.ended"])


async def test_what_happens_while_one_watches_follows_what_is_stored(gateway: Gateway, behind: Behind) -> None:
    trainer = Trainer([line(1), line(2)])
    await trainer.begin(behind)
    watching = asyncio.create_task(read_events(gateway.admin, STORY, count=99))
    await eventually(lambda: _read(trainer))

    for event in (line(2), line(3), progressed(line(9), "another job"), ENDING):
        await say(gateway, event if isinstance(event, Event) else progressed(event))

    assert await numbers(await watching) == [1, 2, 3, 4]


async def test_lines_that_were_never_heard_are_read_again(gateway: Gateway, behind: Behind) -> None:
    trainer = Trainer([line(1)])
    await trainer.begin(behind)
    watching = asyncio.create_task(read_events(gateway.admin, STORY, count=99))
    await eventually(lambda: _read(trainer))

    trainer.lines += [line(2), line(3), ENDING]

    assert await numbers(await watching) == [1, 2, 3, 4]


async def test_an_unknown_job_has_no_story(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.TRAINER, {GetJob: refuse(UnknownJob("There is no job 'j1'."))})

    answer = await gateway.admin.get(STORY)

    assert answer.status_code == 404


async def test_a_line_that_is_no_number_cannot_be_resumed_after(gateway: Gateway) -> None:
    answer = await gateway.admin.get(STORY, headers={"Last-Event-ID": "x"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Last-Event-ID")


async def test_the_events_of_the_tenant_are_streamed_by_type_and_task(gateway: Gateway) -> None:
    query = "?types=training.failed,training.cancelled&task=tickets"
    watching = asyncio.create_task(read_events(gateway.admin, f"/v1/events{query}", count=2))

    async def said() -> bool:
        await say(gateway, progressed(line(1)))
        await say(gateway, TrainingFailed(task="tickets", job_id="theirs", error="x"), tenant="globex")
        await say(gateway, TrainingFailed(task="parcels", job_id="j2", error="x"))
        await say(gateway, TrainingFailed(task="tickets", job_id="j1", error="x"))
        await say(gateway, TrainingCancelled(task="tickets", job_id="j1"))
        await asyncio.sleep(0.05)
        return watching.done()

    await eventually(said)
    events = await watching

    assert {event["event"] for event in events} == {"training.failed", "training.cancelled"}
    assert all('"job_id":"j1"' in event["data"] and '"actor":"ada"' in event["data"] for event in events)


async def test_an_unknown_type_of_event_is_refused_by_name(gateway: Gateway) -> None:
    answer = await gateway.admin.get("/v1/events", params={"types": "training.exploded"})

    assert (answer.status_code, "training.exploded" in answer.json()["detail"]) == (422, True)


async def test_a_silent_stream_gives_signs_of_life(gateway: Gateway) -> None:
    async with asyncio.timeout(60), gateway.admin.stream("GET", "/v1/events") as answer:
        signs = [text async for text in _first_lines(answer, 6)]

    assert signs == [":", "", ":", "", ":", ""]


async def test_a_listener_that_falls_too_far_behind_is_closed_and_told_so() -> None:
    listener = Listener(backlog=2)

    listener.offer([_heard(), _heard()])
    listener.offer([_heard()])

    assert (listener.open, list(await listener.next(within_s=1))) == (False, [])
    assert listener.reason.startswith("More than 2 events waited")


async def test_whoever_waits_is_woken_when_the_gateway_stops() -> None:
    listener = Listener(backlog=2)
    waiting = asyncio.create_task(listener.next(within_s=3600))
    await asyncio.sleep(0)

    listener.close("The gateway is stopping.")

    assert list(await asyncio.wait_for(waiting, 60)) == []


async def test_a_retried_job_is_told_beyond_its_first_end() -> None:
    lines = [line(1, "state", status="failed"), line(2, "state", status="queued"), ENDING]
    place, listener = Place(0, ended=False), Listener(9)

    async def read(after: int) -> Page[JobEvent]:
        return Page(items=tuple(each for each in lines if each.number > after))

    told = [event.number async for event in story.tell(read, listener, place, patience_s=0.1) if event]

    assert (told, place.ended) == ([1, 2, 4], True)


def _heard() -> Any:
    return object()


async def _read(trainer: Trainer) -> bool:
    return trainer.reads > 0


async def _first_lines(answer: httpx.Response, count: int) -> AsyncGenerator[str]:
    async for text in answer.aiter_lines():
        yield text
        count -= 1
        if not count:
            return
