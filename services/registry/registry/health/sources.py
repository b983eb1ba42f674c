"""Where feedback is asked what it knows of a task; that it does not answer is an answer, too."""

import asyncio
from dataclasses import dataclass

from nats.aio.client import Client

from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.api.example import ExampleStats, ExampleStatus
from contracts.api.metrics import Period
from contracts.commands.examples import CountExamples
from contracts.commands.metrics import GetMetrics
from contracts.errors import DomainError
from registry.decisions.health.vitals import Live

_PERIODS = (Period.HOUR, Period.DAY, Period.WEEK)
_PATIENCE_S = 2.0
"""Less than the gateway waits for the registry, so that it hears what is known without feedback."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What feedback said of live answers, and how many examples wait for review, if it said so."""

    live: Live
    waiting: int | None


async def hear(connection: Client, caller: Caller, task: str, champion_id: str | None) -> Heard:
    """Ask about the last hour, day and week, of the champion by itself where one is named, and about what waits."""
    named = champion_id is not None
    questions = [GetMetrics(task=task, period=each) for each in _PERIODS]
    questions += [GetMetrics(task=task, version_id=champion_id, period=each) for each in _PERIODS if named]
    try:
        async with asyncio.timeout(_PATIENCE_S):
            metrics, examples = await asyncio.gather(
                asyncio.gather(*(ask(connection, each, caller) for each in questions)),
                ask(connection, CountExamples(task=task), caller),
            )
    except DomainError as refusal:
        return Heard(Live(away=refusal.detail), None)
    except TimeoutError:
        return Heard(Live(away=f"The feedback service did not answer within {_PATIENCE_S:g} s."), None)
    together, alone = metrics[: len(_PERIODS)], metrics[len(_PERIODS) :]
    live = Live({each.period: each for each in together}, {each.period: each for each in alone})
    return Heard(live, _waiting(examples))


def _waiting(examples: ExampleStats) -> int:
    return examples.by.get(ExampleStatus.PENDING, 0)
