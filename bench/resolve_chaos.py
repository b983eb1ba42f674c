"""Where NATS, the registry and Postgres are killed in turn, while resolvers answer and somebody changes routes.

Each stays away for `RATCHET_BENCH_OUTAGE_S` seconds, a minute if nothing is said, and is started again by the stack.
Every answer is compared with the route of its revision, as the registry gave it.
"""

import os
import signal
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, Self

import httpx

from bench import releases, report
from bench.following import Crew, Order, following
from contracts import routing
from contracts.api.route import Route
from stack import keeper, local
from stack.home import Home
from stack.temporary import Temporary, running

OUTAGE_S = float(os.environ.get("RATCHET_BENCH_OUTAGE_S", "60"))
VICTIMS = ("nats", "registry", "postgres")
PROCESSES, EACH = 2, 4
UNITS = (None, *(f"unit-{number}" for number in range(100)))
PAUSE_S, EVERY_S = 0.01, 0.2
SETTLE_S, CALM_S, WITHIN_S = 8.0, 5.0, 60.0
TASK = "tickets"


class Changes:
    """Somebody who changes the route whenever the registry answers, and the routes that there ever were."""

    def __init__(self, stacked: Temporary, versions: Sequence[str]) -> None:
        self.routes: dict[int, Route] = {}
        self.accepted: list[tuple[float, int]] = []
        self.refused = 0
        self._http = releases.client(stacked, timeout=2)
        self._orders = releases.orders(TASK, versions)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(WITHIN_S)
        self._http.close()

    def after(self, moment: float) -> tuple[float, int]:
        """Give the first change that was accepted after a moment; raises `TimeoutError`."""
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline:
            if found := next((each for each in list(self.accepted) if each[0] > moment), None):
                return found
            time.sleep(0.02)
        raise TimeoutError("no change of route was accepted")

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            path, body = next(self._orders)[1]
            try:
                # What was changed although nobody was answered is seen before it is changed again.
                self._learn(self._http.get(f"/tasks/{TASK}/route"))
                self.accepted.append((time.monotonic(), self._learn(self._http.post(path, json=body))))
            except httpx.HTTPError:
                self.refused += 1

    def _learn(self, answer: httpx.Response) -> int:
        route = Route.model_validate(answer.raise_for_status().json())
        self.routes[route.revision] = route
        return route.revision


def main() -> None:
    report.title(f"{PROCESSES * EACH} resolvers, while each of {', '.join(VICTIMS)} is killed for {OUTAGE_S:g} s")
    with TemporaryDirectory() as folder, running() as stacked:
        made = releases.make_versions(stacked, TASK, 3)
        time.sleep(SETTLE_S)
        orders = [
            Order(stacked.local.nats_url, TASK, f"{folder}/{number}", EACH, UNITS, PAUSE_S)
            for number in range(PROCESSES)
        ]
        with following(orders) as crew:
            crew.arrivals(1, WITHIN_S)
            with Changes(stacked, made) as changes:
                rows = [_outage(stacked, victim, crew, changes) for victim in VICTIMS]
                time.sleep(CALM_S)
            crew.arrivals(max(changes.routes), WITHIN_S)
        columns = ("killed", "changes before", "meanwhile", "longest staleness s", "back after s", "all agree after s")
        report.table(columns, rows)
        _judge(crew.records, changes)


def _outage(stacked: Temporary, victim: str, crew: Crew, changes: Changes) -> tuple[str, ...]:
    time.sleep(CALM_S)
    before, begun = len(changes.accepted), time.monotonic()
    with _away(stacked, victim):
        time.sleep(OUTAGE_S)
        meanwhile = len(changes.accepted) - before
    restarted = time.monotonic()
    accepted, revision = changes.after(restarted)
    agreed = max(crew.arrivals(revision, WITHIN_S))
    stalest = crew.stalest(begun)
    back, together = accepted - restarted, agreed - accepted
    return victim, str(before), str(meanwhile), f"{stalest:.1f}", f"{back:.1f}", f"{together:.2f}"


@contextmanager
def _away(stacked: Temporary, victim: str) -> Generator[None]:
    """Kill a process and let the keeper look away meanwhile."""
    place = Home(stacked.folder)
    kept, known = keeper.running(place), local.read(place)
    if kept is None or known is None:
        raise RuntimeError("the stack is not kept")
    os.kill(kept.pid, signal.SIGSTOP)
    try:
        os.kill(known.processes[victim], signal.SIGKILL)
        yield
    finally:
        os.kill(kept.pid, signal.SIGCONT)


def _judge(records: Sequence[Mapping[str, Any]], changes: Changes) -> None:
    """Say what was answered, and what was wrong with it."""
    wrong = sum(_wrong(changes.routes, record["answers"]) for record in records)
    seen = {int(revision) for record in records for revision in record["answers"]}
    sums = {name: sum(each[name] for each in records) for name in ("calls", "contradictions", "backwards", "refused")}
    agree = {record["latest"] for record in records} == {max(changes.routes)}
    report.say(
        f"{sums['calls']:,} answers of {len(records)} resolvers by {len(seen):,} revisions of {len(changes.routes):,}; "
        f"{len(changes.accepted):,} changes were accepted, {changes.refused:,} were not"
    )
    report.say(
        f"wrong answers: {wrong}; two answers for one unit by one revision: {sums['contradictions']}; revisions that "
        f"went backwards: {sums['backwards']}; not answered: {sums['refused']}; by revisions that the registry never "
        f"gave: {len(seen - changes.routes.keys())}; all agree in the end: {agree}; wanted: 0, 0, 0, 0, 0, True"
    )


def _wrong(routes: Mapping[int, Route], answers: Mapping[str, Mapping[str, str | None]]) -> int:
    """Count the answers that are not those of the route of their revision."""
    return sum(
        routing.resolve(route, None if unit == "None" else unit).version_id != version_id
        for revision, given in answers.items()
        if (route := routes.get(int(revision)))
        for unit, version_id in given.items()
    )
