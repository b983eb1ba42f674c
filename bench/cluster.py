"""Where it is measured how much sooner a search ends whose trials are spread over a Dask cluster of two workers."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson

from bench import report
from tests.trainer.executors import clusters
from tests.trainer.installing import install_kinds
from trainer.executors.children import Forkserver
from trainer.executors.cluster import Cluster
from trainer.executors.executor import Executor, Here
from trainer.executors.orders import Order
from trainer.executors.outcomes import Fitted

TRIALS = 12
ROUNDS = 3
LIGHT = ("trainer.executors.fitting",)


def main() -> None:
    report.title(
        f"A search of {TRIALS} trials of 1 s each, {ROUNDS} rounds: here one by one, on a cluster of two workers"
    )
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPATH"] = install_kinds(Path(folder))
        with clusters.running(Path(folder), os.environ["PYTHONPATH"]) as cluster:
            cluster.warm()
            measured = asyncio.run(_measure(Path(folder), cluster.address))
    alone = min(measured["here"])
    report.table(
        ("", "s, median (least to most)", "speed-up"),
        [(name, report.spread(seconds), f"{alone / min(seconds):.2f}") for name, seconds in measured.items()],
    )
    report.say("wanted: at least 1.7 times as fast on two workers")


async def _measure(folder: Path, address: str) -> dict[str, list[float]]:
    order = _order(folder)
    async with _here() as here:
        ways: dict[str, Executor] = {"here": here, "cluster of two": Cluster(address, silence_s=15)}
        return {name: [await _seconds(way, order) for _ in range(ROUNDS)] for name, way in ways.items()}


@asynccontextmanager
async def _here() -> AsyncGenerator[Here]:
    forkserver = Forkserver(threads=1, preloaded=LIGHT)
    running = asyncio.create_task(forkserver.run())
    yield Here(forkserver)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _seconds(way: Executor, order: Order) -> float:
    began = time.perf_counter()
    outcome = await way.fit(order, lambda _: None)
    assert isinstance(outcome, Fitted), outcome
    return time.perf_counter() - began


def _order(folder: Path) -> Order:
    rows = folder / "rows.jsonl"
    rows.write_bytes(b"".join(orjson.dumps({"id": str(n), "text": "t", "label": "a"}) + b"\n" for n in range(8)))
    return Order(
        kind="spreading", parameters={"seconds": 1, "parts": TRIALS}, rows=str(rows), snapshot=None, champion=None,
        artifacts_url=str(folder / "shelf"), scratch=str(folder / "shelf" / "scratch"), memory_mb=2000,
    )  # fmt: skip
