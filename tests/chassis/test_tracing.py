"""Where it is tried that a trace goes on through commands, the outbox and NATS."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import service
from chassis.database import Transaction
from chassis.handlers import Handlers
from chassis.rpc.answering import Answers
from chassis.rpc.asking import ask
from chassis.testing import parts
from chassis.testing.waiting import eventually
from chassis.tracing import span
from contracts.commands.ping import Ping
from contracts.events.training import TrainingRequested
from contracts.service import Service

REQUEST = TrainingRequested(task="tickets", decision_id="d", reason="r", auto_release=True)


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
async def trainer(database_of: Callable[[Service], str], nats_url: str) -> AsyncIterator[service.Parts]:
    handlers = Handlers(Service.TRAINER)

    @handlers.on(TrainingRequested)
    async def hear(_: Transaction, __: TrainingRequested) -> None:
        return

    async with AsyncExitStack() as stack:
        settings = parts.settings(database_of(Service.TRAINER), nats_url)
        made = await stack.enter_async_context(service.parts(Service.TRAINER, settings))
        await stack.enter_async_context(service.serving(made, Answers(), handlers))
        yield made


async def test_one_trace_leads_from_a_request_to_what_it_makes_happen(
    trainer: service.Parts, spans: InMemorySpanExporter
) -> None:
    with span("request") as request:
        await ask(trainer.nats, Ping(service=Service.TRAINER), parts.caller())
        async with trainer.database.transaction("acme") as tx:
            tx.publish(REQUEST)

    async def names() -> set[str] | None:
        mine = {each.name for each in spans.get_finished_spans() if each.context.trace_id == _trace_of(request)}
        return mine if "trainer-training-requested" in mine else None

    assert await eventually(names) == {"request", "commands.trainer.ping", "trainer-training-requested"}


def _trace_of(opened: trace.Span) -> int:
    return opened.get_span_context().trace_id
