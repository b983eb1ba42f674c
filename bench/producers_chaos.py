"""Where feedback, NATS and Postgres are killed ten times in turn under producers that never pause.

Every id that was acknowledged is looked for in the database, and the metrics are compared with the rows.
"""

import time

from bench import report
from stack.temporary import running
from tests.chaos import producing
from tests.chaos.producing import Producers
from tests.chaos.test_producers import VICTIMS, drained, rounds
from tests.journeys.steps import Journey

KILLS = 10


def main() -> None:
    report.title(f"{KILLS} kills of {', '.join(VICTIMS)} in turn, under producers over HTTP and NATS")
    with running() as stacked, Journey(stacked) as journey:
        journey.create_task()
        begun = time.perf_counter()
        producers = rounds(journey, KILLS)
        ended = time.perf_counter()
        counted = drained(journey, producers)
        stored = time.perf_counter()
        _tell(journey, producers, counted)
    report.say(f"produced for {ended - begun:.0f} s, stored {stored - ended:.0f} s later")


def _tell(journey: Journey, producers: Producers, counted: dict[str, int]) -> None:
    opinions, inferences = producing.stored(journey)
    rows = [
        _row("opinions over HTTP", producers.opinions, opinions, counted["feedback"]),
        _row("inferences over NATS", producers.inferences, inferences, counted["inferences"]),
    ]
    report.table(("", "acknowledged", "rows", "lost", "twice", "unasked", "counted in metrics"), rows)
    report.say(f"sent again {producers.refused:,} times; given up: {len(producers.given_up)}")


def _row(name: str, acknowledged: set[str], found: list[str], counted: int) -> tuple[str, ...]:
    kept = set(found)
    numbers = (len(acknowledged), len(found), len(acknowledged - kept), len(found) - len(kept))
    return (name, *map("{:,}".format, (*numbers, len(kept - acknowledged), counted)))
