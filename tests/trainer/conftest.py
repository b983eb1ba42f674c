"""Where the fixtures of the trainer's tests are."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chassis.rpc import presence
from contracts.command import Command
from contracts.commands.datasets import ListDatasetRows
from contracts.commands.ping import Ping
from contracts.commands.predictions import Predict
from contracts.service import Service
from tests.trainer.installing import install_kinds
from tests.trainer.stage import Stage, trainer_on_stage
from trainer.handlers import job_commands
from trainer.predictions import desk
from trainer.settings import Settings
from trainer.worker.workplace import Workplace


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whoever asks in this process wait longer than people would: how fast an answer comes is tried elsewhere."""
    for command in (Command, ListDatasetRows, Ping, Predict):
        monkeypatch.setattr(command, "timeout_s", 60.0)
    monkeypatch.setattr(presence, "_SILENCES", 60)
    monkeypatch.setattr(job_commands, "_PATIENCE_S", 60.0)
    monkeypatch.setattr(desk, "_LONGEST_S", 60.0)


@pytest.fixture
def settings(
    database_of: Callable[[Service], str], nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Give settings for a trainer whose children find the kinds that misbehave, and that may stumble for long."""
    monkeypatch.setenv("PYTHONPATH", install_kinds(tmp_path))
    return Settings(
        database_url=database_of(Service.TRAINER), nats_url=nats_url, log_level="warning",
        artifacts_url=str(tmp_path / "artifacts"), lease_seconds=60,
    )  # fmt: skip


@pytest.fixture
async def on_stage(settings: Settings) -> AsyncIterator[tuple[Workplace, Stage]]:
    """Give a whole trainer, running in this process, and its stage."""
    async with trainer_on_stage(settings) as both:
        yield both


@pytest.fixture
def place(on_stage: tuple[Workplace, Stage]) -> Workplace:
    return on_stage[0]


@pytest.fixture
def stage(on_stage: tuple[Workplace, Stage]) -> Stage:
    return on_stage[1]
