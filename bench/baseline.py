"""Where the empty route is started that HTTP is compared with."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from chassis.embedded import ports
from stack.temporary import Temporary


@contextmanager
def empty_route(stacked: Temporary) -> Generator[str]:
    """Serve it while the block runs; the stream BENCH has to be there, or it answers with 500."""
    port = ports.free()
    process = subprocess.Popen([sys.executable, "-m", "bench.empty_route"], env=env(stacked) | {"PORT": str(port)})
    try:
        _wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def env(stacked: Temporary) -> dict[str, str]:
    """Tell a program of the benchmarks how the system is reached."""
    return os.environ | {
        "NATS_URL": stacked.plain_nats_url,
        "NATS_SEED": stacked.operator_seed,
        "POSTGRES_URL": stacked.local.postgres_url,
    }


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            httpx.post(url, content=b"{}")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
