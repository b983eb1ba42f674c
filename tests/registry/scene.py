"""Where tests of the registry ask, train and listen."""

from typing import TypeVar

from chassis.rpc.asking import ask
from chassis.service import Parts
from chassis.testing.parts import caller
from chassis.testing.waiting import eventually
from contracts import events
from contracts.api.route import Route
from contracts.api.task import NewTask, Task
from contracts.api.version import Artifact, PairedResult, Promotion, Rollback, Version
from contracts.command import Command
from contracts.commands.tasks import CreateTask
from contracts.commands.versions import GetRoute, GetVersion, PromoteVersion, RollBack
from contracts.errors import UnknownVersion
from contracts.event import Cause, Envelope, Event
from contracts.events.training import TrainingCompleted
from contracts.ids import new_id
from contracts.topology import EVENTS_STREAM

Answer = TypeVar("Answer")
BETTER = (800, 120, 20, 60)
"""On this many of 1,000 rows both are right, the candidate alone, the champion alone, and neither."""
WORSE = (800, 20, 120, 60)
ALIKE = (800, 32, 30, 138)


async def tell(parts: Parts, command: Command[Answer], tenant: str = "acme", actor: str = "ada") -> Answer:
    return await ask(parts.nats, command, caller(tenant, actor))


async def create_task(parts: Parts, key: str = "tickets", tenant: str = "acme") -> Task:
    return await tell(parts, CreateTask(task=NewTask(key=key, parameters={"epochs": 3})), tenant)


def trained(
    task: str = "tickets",
    *,
    against: str | None = None,
    counts: tuple[int, int, int, int] = BETTER,
    auto_release: bool = True,
    parameters: dict[str, int] | None = None,
) -> TrainingCompleted:
    """Give what the trainer says; ``against`` is the champion it compared with, none on the task's first version."""
    names = ("both_right", "only_candidate_right", "only_champion_right", "both_wrong")
    paired = dict(zip(names, counts, strict=True)) | {"champion_version_id": against, "rows": sum(counts)}
    return TrainingCompleted(
        task=task,
        job_id=new_id(),
        version_id=new_id(),
        artifact=Artifact(sha256="a" * 64, size=1234),
        metrics={"accuracy": 0.9, "majority_accuracy": 0.2, "samples": 1000},
        card={"limits": ["small"]},
        lineage={"parameters": parameters or {}, "seed": 7},
        paired=PairedResult.model_validate(paired) if against else None,
        auto_release=auto_release,
        reason="enough examples",
    )


async def say(parts: Parts, event: Event, tenant: str = "acme", actor: str = "grace") -> None:
    """Publish an event as its producer would, each time with an id of its own."""
    headers = Envelope.around(event, tenant, Cause(actor)).headers()
    body = event.model_dump_json().encode()
    await parts.jetstream.publish(event.address(tenant), body, timeout=30, stream=EVENTS_STREAM, headers=headers)


async def register(parts: Parts, completed: TrainingCompleted, tenant: str = "acme") -> Version:
    """Say that it was trained, and give its version once the registry has it."""
    await say(parts, completed, tenant)
    return await registered(parts, completed.version_id, tenant)


async def registered(parts: Parts, version_id: str, tenant: str = "acme") -> Version:
    async def look() -> Version | None:
        try:
            return await tell(parts, GetVersion(version_id=version_id), tenant)
        except UnknownVersion:
            return None

    return await eventually(look)


async def champions(parts: Parts, count: int) -> list[Version]:
    """Let so many versions become champion of a new task, one after another."""
    await create_task(parts)
    made: list[Version] = []
    for _ in range(count):
        made.append(await register(parts, trained(against=made[-1].id if made else None)))
    return made


async def promote(parts: Parts, version_id: str, reason: str = "because", tenant: str = "acme") -> Route:
    return await tell(parts, PromoteVersion(version_id=version_id, promotion=Promotion(reason=reason)), tenant)


async def roll_back(parts: Parts, to: str | None = None, reason: str = "it was slow") -> Route:
    return await tell(parts, RollBack(task="tickets", rollback=Rollback(to=to, reason=reason)))


async def route_of(parts: Parts, task: str = "tickets", tenant: str = "acme") -> Route:
    return await tell(parts, GetRoute(task=task), tenant)


async def said(parts: Parts, tenant: str = "acme", *, count: int) -> list[Event]:
    """Give the first events of a tenant that the registry said, once there are so many."""
    kinds = {event.address(tenant): event for event in events.ALL}
    stream = await parts.jetstream.subscribe(f"events.{tenant}.>", stream=EVENTS_STREAM, ordered_consumer=True)
    found: list[Event] = []
    while len(found) < count:
        message = await stream.next_msg(timeout=30)
        if message.headers and message.headers["ce-source"] == "/ratchet/registry":
            found.append(kinds[message.subject].model_validate_json(message.data))
    await stream.unsubscribe()
    return found
