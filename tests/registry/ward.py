"""Where feedback is played for tests of health: it says of live answers what a test wants it to say."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from chassis.rpc.answering import Answering, Answers
from chassis.rpc.caller import Caller
from chassis.service import Parts
from chassis.testing.parts import caller
from contracts.api.example import ExampleStats, ExampleStatus
from contracts.api.health import TaskHealth
from contracts.api.metrics import (
    ClassificationMetrics,
    CostMetrics,
    LatencyMetrics,
    Metrics,
    Period,
    VersionMetrics,
)
from contracts.commands.examples import CountExamples
from contracts.commands.metrics import GetMetrics
from contracts.service import Service
from registry.health import examining


def answered(version_id: str | None, inferences: int = 1_000, **others: Any) -> VersionMetrics:
    """Give the numbers of a version; what is not said is good."""
    judged, right = others.get("judged", 0), others.get("right", 0)
    errors = others.get("errors", 0)
    return VersionMetrics(
        version_id=version_id,
        inferences=inferences,
        errors=errors,
        error_rate=errors / inferences if inferences else None,
        mean_confidence=others.get("confidence"),
        feedback=others.get("feedback", judged),
        classification=ClassificationMetrics(
            judged=judged, accuracy=right / judged if judged else None, precision=None, recall=None, f1=None,
            acceptance=None,
        ),
        latency=LatencyMetrics(p50_ms=None, p95_ms=others.get("p95"), p99_ms=None),
        cost=CostMetrics(usd=others.get("usd"), unknown=others.get("unknown", 0), tokens_in=0, tokens_out=0),
    )  # fmt: skip


def opened() -> asyncio.Event:
    """Give a gate that keeps nobody waiting."""
    gate = asyncio.Event()
    gate.set()
    return gate


@dataclass
class Feedback:
    """What is said of any task in any period, and what is awaited before it is said."""

    versions: list[VersionMetrics] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    gate: asyncio.Event = field(default_factory=opened)
    asked: int = 0

    def says(self, *versions: VersionMetrics) -> None:
        self.versions = list(versions)

    async def metrics(self, _: Caller, command: GetMetrics) -> Metrics:
        self.asked += 1
        versions = self.versions
        await self.gate.wait()
        total = answered(command.version_id, sum(each.inferences for each in versions))
        return Metrics(
            task=command.task,
            period=Period(command.period),
            since=None,
            metrics=total,
            versions=tuple(versions),
            series=(),
            distributions={"predicted": self.labels},
        )

    async def examples(self, _: Caller, __: CountExamples) -> ExampleStats:
        return ExampleStats(total=self.waiting, by={ExampleStatus.PENDING: self.waiting})


@asynccontextmanager
async def feedback_beside(parts: Parts) -> AsyncGenerator[Feedback]:
    """Play feedback as long as the block."""
    feedback, answers = Feedback(), Answers()
    answers.add_without_transaction(GetMetrics, feedback.metrics)
    answers.add_without_transaction(CountExamples, feedback.examples)
    answering = Answering(Service.FEEDBACK, answers, parts.database)
    await answering.start(parts.nats)
    yield feedback
    await answering.stop()


async def look(parts: Parts, task: str = "tickets", tenant: str = "acme") -> TaskHealth:
    """Look at a task now, however fresh what was seen last is."""
    return await examining.examine(parts, caller(tenant), task)
