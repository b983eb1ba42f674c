"""Where versions are made without training, and released over HTTP, for whatever is measured about that."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

import httpx
import nats

from contracts.api.version import Artifact, PairedResult
from contracts.event import Cause, Envelope
from contracts.events.training import TrainingCompleted
from contracts.ids import new_id
from contracts.topology import EVENTS_STREAM
from stack.temporary import Temporary

TENANT = "acme"
LONGEST_S = 30.0
MISSING = 404

Order = tuple[str, dict[str, Any]]
"""A path under /v1, and what is posted there."""


def client(stacked: Temporary, **options: Any) -> httpx.Client:
    """Give a client of the running system."""
    return httpx.Client(base_url=f"{stacked.local.gateway_url}/v1", headers=stacked.headers, **options)


def make_versions(stacked: Temporary, task: str, count: int) -> list[str]:
    """Create a task, and say in the trainer's place that it was trained so often; each version becomes champion."""
    with client(stacked) as http:
        http.post("/tasks", json={"key": task}).raise_for_status()
        return asyncio.run(_make_versions(stacked, http, task, count))


async def _make_versions(stacked: Temporary, http: httpx.Client, task: str, count: int) -> list[str]:
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    made = list[str]()
    for _ in range(count):
        trained = _trained(task, made[-1] if made else None)
        headers = Envelope.around(trained, TENANT, Cause("bench")).headers()
        body = trained.model_dump_json().encode()
        await connection.jetstream().publish(trained.address(TENANT), body, stream=EVENTS_STREAM, headers=headers)
        await asyncio.to_thread(_wait_for, http, f"/versions/{trained.version_id}")
        made.append(trained.version_id)
    await connection.close()
    return made


def _trained(task: str, against: str | None) -> TrainingCompleted:
    paired = {"both_right": 800, "only_candidate_right": 120, "only_champion_right": 20, "both_wrong": 60, "rows": 1000}
    return TrainingCompleted(
        task=task,
        job_id=new_id(),
        version_id=new_id(),
        artifact=Artifact(sha256="a" * 64, size=1234),
        metrics={"accuracy": 0.9, "majority_accuracy": 0.2, "samples": 1000},
        card={"limits": ["made for a benchmark"], "labels": {f"label-{number}": number for number in range(30)}},
        lineage={"parameters": {"ngrams": [1, 2]}, "seed": 7},
        paired=PairedResult.model_validate(paired | {"champion_version_id": against}) if against else None,
        auto_release=True,
        reason="made for a benchmark",
    )


def _wait_for(http: httpx.Client, path: str) -> None:
    deadline = time.monotonic() + LONGEST_S
    while (answer := http.get(path)).status_code == MISSING and time.monotonic() < deadline:
        time.sleep(0.005)
    answer.raise_for_status()


def orders(task: str, versions: Sequence[str]) -> Iterator[tuple[str, Order]]:
    """Give changes of the route in turn, each of which changes something: promote, canary, roll back."""
    percentages = cycle((10.0, 25.0, 50.0))
    for old, new in cycle(((versions[-2], versions[-1]), (versions[-1], versions[-2]))):
        yield "promote", (f"/versions/{new}/promote", {})
        yield "canary", (f"/versions/{old}/canary", {"traffic_percent": next(percentages)})
        yield "rollback", (f"/tasks/{task}/rollback", {})
        yield "rollback", (f"/tasks/{task}/rollback", {})
