"""Where feedback, NATS and Postgres are killed in turn under producers that never pause, and every id is looked for."""

import time
from typing import Any

import pytest

from tests.chaos import producing
from tests.chaos.killing import WITHIN_S, answers, kill_again, settled
from tests.chaos.producing import Producers
from tests.journeys.steps import Journey, eventually

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
VICTIMS = ("feedback", "nats", "postgres")
BETWEEN_S = 1.0


def test_every_id_acknowledged_over_http_or_nats_is_stored_exactly_once_and_counted(journey: Journey) -> None:
    journey.create_task()

    producers = rounds(journey, len(VICTIMS), pause_s=producing.GENTLE_S)

    counted = drained(journey, producers)
    opinions, inferences = producing.stored(journey)
    assert (producers.given_up, bool(producers.opinions), bool(producers.inferences)) == ([], True, True)
    assert (len(opinions), set(opinions)) == (len(producers.opinions), producers.opinions)
    assert (len(inferences), set(inferences)) == (len(producers.inferences), producers.inferences)
    assert (counted["feedback"], counted["inferences"]) == (len(opinions), len(inferences))


def rounds(journey: Journey, kills: int, *, pause_s: float = producing.FULL_RATE_S) -> Producers:
    """Kill one after another while producers send."""
    with Producers(journey, pause_s=pause_s) as producers:
        for number in range(kills):
            time.sleep(BETWEEN_S)
            kill_again(journey, VICTIMS[number % len(VICTIMS)])
        time.sleep(BETWEEN_S)
    return producers


def drained(journey: Journey, producers: Producers) -> dict[str, Any]:
    """Give what is counted once all is stored that was acknowledged."""
    eventually(lambda: answers(journey), within_s=WITHIN_S)
    for name, wanted in (("feedback", producers.opinions), ("inferences", producers.inferences)):
        settled(lambda name=name: _counted(journey)[name], len(wanted))
    return _counted(journey)


def _counted(journey: Journey) -> dict[str, Any]:
    return journey.get("/metrics", task=journey.task, period="all")["metrics"]
