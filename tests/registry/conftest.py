"""Where the registry under test is started, as a whole and in this process."""

from collections.abc import AsyncGenerator, Callable

import pytest

from chassis.service import Parts
from contracts.command import Command
from contracts.service import Service
from registry.app import running
from registry.health import sources
from registry.settings import Settings


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever asks wait: on a busy machine an answer may take longer than anybody would wait for it."""
    monkeypatch.setattr(Command, "timeout_s", 30.0)
    monkeypatch.setattr(sources, "_PATIENCE_S", 30.0)


@pytest.fixture
async def registry(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Parts]:
    """Run a registry that does nothing by the clock that a test does itself, however long that takes."""
    settings = Settings(
        database_url=database_of(Service.REGISTRY), nats_url=nats_url, database_connections=6, log_level="warning",
        reconcile_s=3600, health_check_s=3600,
    )  # fmt: skip
    async with running(settings) as parts:
        yield parts
