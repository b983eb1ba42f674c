"""Where a Dask cluster is started on this machine: a scheduler and worker processes, all ended again."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from distributed import Client

from trainer.executors import hosting
from trainer.executors.piecework import packed, unpacked

OPTIONS = ("--no-dashboard", "--host", "127.0.0.1")
HOSTED = ("--nthreads", "1", "--memory-limit", "0", "--preload", "trainer.executors.hosting")


@dataclass
class RunningCluster:
    """A scheduler's address, and the processes of the cluster."""

    address: str
    scheduler: psutil.Process
    nannies: list[psutil.Process] = field(default_factory=list[psutil.Process])

    def workers(self) -> list[psutil.Process]:
        """Give the worker processes, which their nannies start again."""
        return [child for nanny in self.nannies for child in _children(nanny) if _is_worker(child)]

    def warm(self) -> None:
        """Wait until every worker has done something in a child of its own."""
        with Client(self.address) as client:
            client.wait_for_workers(2, timeout=120)
            addresses = list(client.scheduler_info(n_workers=-1)["workers"])
            asked = [
                client.submit(hosting.work, packed(len), packed([]), 500, workers=[each], pure=False)
                for each in addresses
            ]
            assert [unpacked(each.result(timeout=120)["made"]) for each in asked] == [0, 0]

    def children(self) -> list[psutil.Process]:
        """Give the processes of trainings and of parts: those that were forked from the workers' warm processes."""
        warm = [child for worker in self.workers() for child in _children(worker)]
        return [child for each in warm for child in _children(each)]

    async def counts(self, children: int) -> bool:
        """Say whether so many trainings and parts are running."""
        return len(self.children()) == children


def _children(parent: psutil.Process) -> list[psutil.Process]:
    """Give the children of a process; none of one that has just ended."""
    try:
        return parent.children()
    except psutil.NoSuchProcess:
        return []


def _is_worker(child: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return False


@contextmanager
def running(folder: Path, path: str, *, workers: int = 2) -> Iterator[RunningCluster]:
    """Start a cluster whose processes find modules on a path."""
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            _started(folder, path, "scheduler", "--port", "0", "--scheduler-file", str(file))
        )
        address = _address(file, scheduler)
        counted = ("--nworkers", str(workers), "--local-directory", str(folder))
        nannies = stack.enter_context(_started(folder, path, "worker", address, *counted, *HOSTED))
        yield RunningCluster(address, scheduler, [nannies])


@contextmanager
def _started(folder: Path, path: str, *arguments: str) -> Iterator[psutil.Process]:
    environment = os.environ | {"PYTHONPATH": path, "DASK_TEMPORARY_DIRECTORY": str(folder)}
    with subprocess.Popen([sys.executable, "-m", "dask", *arguments, *OPTIONS], env=environment) as begun:
        try:
            yield psutil.Process(begun.pid)
        finally:
            begun.terminate()
            try:
                begun.wait(10)
            except subprocess.TimeoutExpired:
                begun.kill()


def _address(file: Path, scheduler: psutil.Process) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and scheduler.is_running():
        if file.exists() and (written := file.read_text()):
            return json.loads(written)["address"]
        time.sleep(0.05)
    raise AssertionError("the scheduler did not start")
