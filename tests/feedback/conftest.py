"""Where tests of the feedback service find it running, with a registry beside it."""

from collections.abc import AsyncIterator, Callable

import pytest

from chassis import database
from chassis.database import Database
from chassis.nats_connection import connect
from chassis.rpc.answering import Answering, Answers
from chassis.testing import parts
from contracts.command import Command
from contracts.commands.tasks import GetTask
from contracts.commands.versions import GetRoute
from contracts.service import Service
from feedback import app
from feedback.settings import Settings
from tests.feedback.running import Registry, Running


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever asks wait: on a busy machine an answer may take longer than anybody would wait for it."""
    monkeypatch.setattr(Command, "timeout_s", 30.0)


@pytest.fixture
async def registry(nats_url: str) -> AsyncIterator[Registry]:
    made, answers = Registry(), Answers()
    made.tasks["acme", "tickets"] = None
    answers.add_without_transaction(GetRoute, made.route)
    answers.add_without_transaction(GetTask, made.task)
    client = await connect(parts.settings("postgresql://none", nats_url), Service.REGISTRY)
    answering = Answering(Service.REGISTRY, answers, None)  # type: ignore[arg-type]
    await answering.start(client)
    yield made
    await answering.stop()
    await client.close()


@pytest.fixture
async def feedback(database_of: Callable[[Service], str], nats_url: str, registry: Registry) -> AsyncIterator[Running]:
    settings = Settings(
        database_url=database_of(Service.FEEDBACK), nats_url=nats_url, log_level="warning", retrain_check_s=3600
    )
    async with app.running(settings) as made:
        yield Running(made, registry)


@pytest.fixture(name="database")
async def _database(database_of: Callable[[Service], str]) -> AsyncIterator[Database]:
    url = database_of(Service.FEEDBACK)
    made = await database.connect(url, service=Service.FEEDBACK, connections=4)
    yield made
    await made.close()
