"""Where a service answers commands: one command, one transaction, once for each idempotency key."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
from nats.aio.client import Client
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, ValidationError

from chassis import metrics, nats_connection, store
from chassis.database import Database, Transaction
from chassis.faults import UNREACHABLE
from chassis.logging import log
from chassis.rpc.asking import STATUS_HEADER
from chassis.rpc.caller import Caller, seconds_left
from chassis.tracing import span
from contracts.command import Command
from contracts.commands.ping import Ping
from contracts.errors import DomainError, InternalFault, InvalidInput, KeyReused, NotFound, TooSlow, Unavailable
from contracts.problem import FieldProblem
from contracts.service import Service

AnyCommand = TypeVar("AnyCommand", bound=Command[Any])
InTransaction = Callable[[Transaction, AnyCommand], Awaitable[BaseModel]]
WithoutTransaction = Callable[[Caller, AnyCommand], Awaitable[BaseModel]]
_AT_ONCE = 64


class Answers:
    """The commands that a service answers, and how."""

    def __init__(self) -> None:
        """Begin without answers."""
        self._known: dict[str, tuple[type[Command[Any]], Any, bool]] = {}

    def to(self, command: type[AnyCommand]) -> Callable[[InTransaction[AnyCommand]], InTransaction[AnyCommand]]:
        """Register how a command is answered, in a transaction of the asker's tenant."""

        def register(answer: InTransaction[AnyCommand]) -> InTransaction[AnyCommand]:
            self._known[command.subject] = (command, answer, True)
            return answer

        return register

    def add_without_transaction(self, command: type[AnyCommand], answer: WithoutTransaction[AnyCommand]) -> None:
        """Register how a command is answered that needs no database, or opens its own transactions."""
        self._known[command.subject] = (command, answer, False)

    def commands(self) -> tuple[type[Command[Any]], ...]:
        """Give the commands that are answered."""
        return tuple(command for command, _, _ in self._known.values())

    async def answer(self, database: Database, subject: str, caller: Caller, body: bytes) -> bytes:
        """Answer one request; raises `DomainError` to refuse it."""
        if subject not in self._known:
            detail = f"Nobody answers {subject!r}; the asker may be newer than this service."
            raise NotFound(detail)
        command_type, answer, in_transaction = self._known[subject]
        command = _read(command_type, body)
        if not in_transaction:
            return (await answer(caller, command)).model_dump_json().encode()
        async with database.transaction(caller.tenant, caller.cause) as tx:
            if caller.idempotency_key:
                return await _once(tx, caller.idempotency_key, command, answer)
            return (await answer(tx, command)).model_dump_json().encode()


async def _once(tx: Transaction, key: str, command: Command[Any], answer: InTransaction[Any]) -> bytes:
    request = hashlib.sha256(command.model_dump_json().encode()).digest()
    stored = await store.find_answer(tx, command.subject, key)
    if stored and stored.request != request:
        detail = "This Idempotency-Key came with another request before; use a new key for a new request."
        raise KeyReused(detail)
    if stored:
        return stored.body
    body = (await answer(tx, command)).model_dump_json().encode()
    await store.keep_answer(tx, command.subject, key, store.StoredAnswer(request, 200, body))
    return body


def _read(command: type[Command[Any]], body: bytes) -> Command[Any]:
    try:
        return command.model_validate_json(body)
    except ValidationError as wrong:
        raise invalid(wrong) from wrong


def invalid(wrong: ValidationError) -> InvalidInput:
    """Give the refusal that names every field that is wrong, and why."""
    errors = tuple(
        FieldProblem(field=".".join(map(str, each["loc"])) or "body", reason=each["msg"])
        for each in wrong.errors(include_url=False)
    )
    return InvalidInput("; ".join(f"{each.field}: {each.reason}" for each in errors[:5]), errors=errors)


class Answering:
    """The subscription through which a service is asked; it answers up to 64 requests at once."""

    def __init__(self, service: Service, answers: Answers, database: Database) -> None:
        """Prepare; `start` subscribes."""
        self._service = service
        self._answers = answers
        self._database = database
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, connection: Client) -> None:
        """Subscribe as one of the service's replicas; whoever asks from now on finds it.

        Without waiting for the server to have heard of it, others that ask at once are told that nobody is there.
        """
        self._subscription = await connection.subscribe(
            f"commands.{self._service}.>", queue=str(self._service), cb=self._take
        )
        await nats_connection.settle(connection)

    async def stop(self) -> None:
        """Take no more requests and finish those under way."""
        await self._subscription.unsubscribe()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _take(self, request: Msg) -> None:
        """Begin at once, so that whoever asks whether this service is there need not wait for its other work."""
        task = asyncio.create_task(self._reply(request) if self._is_ping(request) else self._reply_in_turn(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_ping(self, request: Msg) -> bool:
        return request.subject == Ping.address_at(self._service)

    async def _reply_in_turn(self, request: Msg) -> None:
        async with self._places:
            await self._reply(request)

    async def _reply(self, request: Msg) -> None:
        subject, started = request.subject.removeprefix(f"commands.{self._service}."), time.perf_counter()
        headers = dict(request.headers or {})
        with span(request.subject, SpanKind.SERVER, headers):
            try:
                status, body = 200, await self._answer_in_time(subject, headers, request.data)
            except DomainError as refusal:
                status, body = refusal.status, refusal.problem().model_dump_json().encode()
        metrics.ANSWERED.labels(subject, status).observe(time.perf_counter() - started)
        await _respond(request, status, body)

    async def _answer_in_time(self, subject: str, headers: dict[str, str], body: bytes) -> bytes:
        try:
            async with asyncio.timeout(max(0, seconds_left(headers))):
                return await self._answers.answer(self._database, subject, Caller.read(headers), body)
        except DomainError:
            raise
        except Exception as fault:  # the edge: the asker gets a problem, the log the reason
            raise self._refusal(fault, subject) from fault

    def _refusal(self, fault: Exception, subject: str) -> DomainError:
        if isinstance(fault, TimeoutError):
            return TooSlow(f"The {self._service} service could not answer in time.")
        if isinstance(fault, asyncpg.DataError):
            return InvalidInput.at("body", f"holds a value that cannot be stored ({fault})")
        if isinstance(fault, UNREACHABLE):
            return Unavailable(f"The {self._service} service cannot reach its database; please try again shortly.")
        log().error("command.failed", subject=subject, exc_info=fault)
        return InternalFault("Something went wrong on our side; it was logged.")


async def _respond(request: Msg, status: int, body: bytes) -> None:
    if request.reply:
        await request._client.publish(  # noqa: SLF001 (Msg.respond takes no headers)  # pyright: ignore[reportPrivateUsage]
            request.reply, body, headers={STATUS_HEADER: str(status)}
        )
