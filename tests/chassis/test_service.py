"""Where a service as a whole is tried: it publishes, handles once, answers, and keeps what cannot be handled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime

import pytest

from chassis import service, store
from chassis.database import EVERY_TENANT, Transaction
from chassis.handlers import Handlers
from chassis.rpc.answering import Answers
from chassis.rpc.asking import ask
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.dead_letter import DeadLetter
from contracts.api.page import Page
from contracts.api.task import NewTask, Task
from contracts.commands.dead_letters import ListDeadLetters, ReplayDeadLetter
from contracts.commands.tasks import CreateTask, GetTask
from contracts.errors import InternalFault, InvalidInput, KeyReused, TaskExists, TooSlow, Unavailable
from contracts.events.training import TrainingRequested
from contracts.service import Service

REQUEST = TrainingRequested(task="tickets", decision_id="d", reason="enough examples", auto_release=True)


class Desk:
    """What the service under test has heard and been asked, and what it does about it."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, TrainingRequested]] = []
        self.failures = 0
        self.asked = 0

    async def hear(self, tx: Transaction, event: TrainingRequested) -> None:
        if self.failures:
            self.failures -= 1
            message = "not today"
            raise RuntimeError(message)
        self.heard.append((tx.tenant, tx.cause.actor, event))

    async def create(self, tx: Transaction, command: CreateTask) -> Task:
        self.asked += 1
        key = command.task.key
        if key == "there":
            raise TaskExists("There is a task 'there' already.", key="there")
        if key == "slow":
            await asyncio.sleep(5)
        if key == "broken":
            raise ZeroDivisionError
        if key == "unstorable":
            await tx.fetchval("SELECT $1::text", "\x00")
        return Task(
            key=key,
            kind="classification",
            name=tx.tenant,
            description="",
            parameters={},
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            created_by=tx.cause.actor,
        )


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@pytest.fixture
async def trainer(database_of: Callable[[Service], str], nats_url: str, desk: Desk) -> AsyncIterator[service.Parts]:
    handlers, answers = Handlers(Service.TRAINER), Answers()
    handlers.on(TrainingRequested)(desk.hear)
    answers.to(CreateTask)(desk.create)
    settings = parts.settings(database_of(Service.TRAINER), nats_url, database_connections=4)
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(service.parts(Service.TRAINER, settings))
        await stack.enter_async_context(service.serving(made, answers, handlers))
        yield made


async def to_trainer(made: service.Parts, key: str, idempotency_key: str | None = None, timeout_s: float = 30) -> Task:
    class AtTrainer(CreateTask):
        owner = Service.TRAINER

    AtTrainer.timeout_s = timeout_s
    return await ask(made.nats, AtTrainer(task=NewTask(key=key)), parts.caller(idempotency_key=idempotency_key))


async def test_a_committed_event_reaches_its_handler_with_tenant_and_actor(trainer: service.Parts, desk: Desk) -> None:
    async with trainer.database.transaction("acme", parts.caller(actor="grace").cause) as tx:
        tx.publish(REQUEST)

    heard = await eventually(lambda: _first(desk))

    assert heard == ("acme", "grace", REQUEST)


async def test_an_event_of_a_rolled_back_transaction_is_never_said(trainer: service.Parts, desk: Desk) -> None:
    with suppress(ZeroDivisionError):
        async with trainer.database.transaction("acme") as tx:
            tx.publish(REQUEST)
            raise ZeroDivisionError
    async with trainer.database.transaction("other") as tx:
        tx.publish(REQUEST)

    await eventually(lambda: _first(desk))

    assert [tenant for tenant, _, _ in desk.heard] == ["other"]


async def test_an_event_delivered_twice_is_handled_once(trainer: service.Parts, desk: Desk) -> None:
    async with trainer.database.transaction("acme") as tx:
        tx.publish(REQUEST)
        message = tx.outgoing[0]
    await eventually(lambda: _first(desk))

    again = {name: value for name, value in message.headers.items() if name != "Nats-Msg-Id"}
    await trainer.jetstream.publish(message.subject, message.body, headers=again)
    async with trainer.database.transaction("later") as tx:
        tx.publish(REQUEST)
    await eventually(lambda: _nth(desk, 2))

    assert [tenant for tenant, _, _ in desk.heard] == ["acme", "later"]


async def test_a_failed_event_is_tried_again_after_a_pause(trainer: service.Parts, desk: Desk) -> None:
    desk.failures = 1
    async with trainer.database.transaction("acme") as tx:
        tx.publish(REQUEST)

    await eventually(lambda: _first(desk))

    assert desk.failures == 0


async def test_an_unreadable_event_is_buried_with_its_reason_and_the_stream_goes_on(
    trainer: service.Parts, desk: Desk
) -> None:
    async with trainer.database.transaction("acme") as tx:
        tx.publish(REQUEST)
        headers = tx.outgoing.pop().headers
        tx.outgoing.append(store.Outgoing("events.acme.training.requested", headers, b'{"task": 7}'))
        tx.publish(REQUEST)

    await eventually(lambda: _first(desk))
    letters = await _letters(trainer)

    assert "task" in letters.items[0].reason
    assert letters.items[0].body == '{"task": 7}'


async def test_a_dead_letter_can_be_handed_in_again(trainer: service.Parts, desk: Desk) -> None:
    async with trainer.database.transaction("acme") as tx:
        tx.publish(REQUEST)
        message = tx.outgoing.pop()
    letter = store.Letter("acme", "trainer-training-requested", message, "it was raining")
    async with trainer.database.transaction(EVERY_TENANT) as tx:
        await store.bury(tx, [letter])
    buried = (await _letters(trainer)).items[0]

    await ask(trainer.nats, ReplayDeadLetter(service=Service.TRAINER, dead_letter_id=buried.id), parts.caller())

    assert len(desk.heard) == 1
    assert (await _letters(trainer)).items[0].replayed_at is not None


async def test_a_command_is_answered_for_its_tenant_and_actor(trainer: service.Parts) -> None:
    answered = await to_trainer(trainer, "tickets")

    assert (answered.name, answered.created_by) == ("acme", "ada")


async def test_a_refusal_arrives_as_the_class_that_was_raised(trainer: service.Parts) -> None:
    with pytest.raises(TaskExists, match="already") as refusal:
        await to_trainer(trainer, "there")

    assert refusal.value.facts == {"key": "there"}


async def test_a_fault_is_answered_without_its_inner_life(trainer: service.Parts) -> None:
    with pytest.raises(InternalFault) as fault:
        await to_trainer(trainer, "broken")

    assert "ZeroDivision" not in fault.value.detail


async def test_a_request_with_a_key_is_carried_out_once(trainer: service.Parts, desk: Desk) -> None:
    first = await to_trainer(trainer, "tickets", idempotency_key="k")
    again = await to_trainer(trainer, "tickets", idempotency_key="k")

    assert (first, desk.asked) == (again, 1)


async def test_a_key_cannot_be_used_for_another_request(trainer: service.Parts) -> None:
    await to_trainer(trainer, "tickets", idempotency_key="k")

    with pytest.raises(KeyReused):
        await to_trainer(trainer, "parcels", idempotency_key="k")


async def test_an_answer_that_takes_too_long_is_a_problem(trainer: service.Parts) -> None:
    with pytest.raises(TooSlow):
        await to_trainer(trainer, "slow", timeout_s=0.3)


async def test_a_service_that_is_down_is_named(trainer: service.Parts) -> None:
    with pytest.raises(Unavailable, match="registry"):
        await ask(trainer.nats, GetTask(key="tickets"), parts.caller())


async def _letters(made: service.Parts) -> Page[DeadLetter]:
    return await ask(made.nats, ListDeadLetters(service=Service.TRAINER), parts.caller())


async def _first(desk: Desk) -> tuple[str, str, TrainingRequested] | None:
    return desk.heard[0] if desk.heard else None


async def _nth(desk: Desk, count: int) -> bool:
    return len(desk.heard) >= count


async def test_a_value_that_postgres_cannot_hold_is_refused_and_not_a_fault(trainer: service.Parts) -> None:
    with pytest.raises(InvalidInput, match="cannot be stored"):
        await to_trainer(trainer, "unstorable")
