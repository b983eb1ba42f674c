"""Where trainers are run in processes of their own, to be killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psutil

from contracts.commands.ping import Ping, Pong
from contracts.errors import TooSlow, Unavailable
from contracts.service import Service
from tests.trainer.stage import Stage
from trainer.settings import Settings

Start = Callable[..., psutil.Process]
TOLD = ("database_url", "nats_url", "artifacts_url", "lease_seconds", "trainer_executor", "dask_scheduler")


@contextmanager
def started(settings: Settings, *arguments: str, workers: int = 1) -> Iterator[psutil.Process]:
    """Run a trainer in a process of its own."""
    told = {f"RATCHET_{name.upper()}": str(getattr(settings, name)) for name in TOLD}
    environment = told | {"RATCHET_LOG_LEVEL": "warning", "RATCHET_WORKERS": str(workers)}
    command = [sys.executable, "-m", "trainer", *arguments]
    with subprocess.Popen(command, env=os.environ | environment) as running:
        try:
            yield psutil.Process(running.pid)
        finally:
            running.kill()


async def is_warm(stage: Stage) -> bool:
    """Say whether a trainer answers, and can fork."""
    try:
        pong: Pong = await stage.ask(Ping(service=Service.TRAINER))
    except (Unavailable, TooSlow):
        return False
    return pong.facts["training"]["forkserver"] == "warm"


async def all_dead(family: Iterable[psutil.Process]) -> bool:
    return not any(alive(member) for member in family)


def alive(member: psutil.Process) -> bool:
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
