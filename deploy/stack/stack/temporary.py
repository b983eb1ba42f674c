"""Where a whole Ratchet is started for a while, as tests and benchmarks do, away from the one in use."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.embedded import folders, ports
from stack import home, keys, local
from stack.local import Local


@dataclass(frozen=True, slots=True)
class Temporary:
    """A running Ratchet, the folder it lives in, and how long it took to be ready."""

    local: Local
    folder: Path
    ready_s: float

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.local.admin_api_key}"}

    @property
    def operator_seed(self) -> str:
        """Give the seed of the NATS user that may do everything."""
        known = keys.read(home.Home(self.folder))
        return known.operator_seed if known else ""

    def command(self, name: str) -> None:
        """Run `up` or `down` on it."""
        _stack(name, _env(self.folder))

    @property
    def plain_nats_url(self) -> str:
        return f"nats://{self.local.nats_url.rpartition('@')[2]}"


@contextmanager
def running() -> Generator[Temporary]:
    """Start Ratchet in a new folder and stop it at the end, whatever happens.

    Its gateway has a port of its own: one that others wish for too may be theirs by the time it is started again.
    """
    with folders.scratch() as folder:
        env = _env(folder)
        started = time.perf_counter()
        try:
            _stack("up", env, f"--port={ports.free()}")
            ready_s = time.perf_counter() - started
            if found := local.read(home.Home(folder)):
                yield Temporary(found, folder, ready_s)
        finally:
            _stack("down", env)


def _env(folder: Path) -> dict[str, str]:
    return os.environ | {"RATCHET_HOME": str(folder)}


def _stack(command: str, env: dict[str, str], *options: str) -> None:
    program = [sys.executable, "-m", "stack", command, *options]
    subprocess.run(program, env=env, check=True, stdout=subprocess.DEVNULL)
