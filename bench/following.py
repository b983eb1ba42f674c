"""Where resolvers follow a task in processes of their own, and say what they hear and what they answer.

Run as a program with an order in JSON; each line that it prints is a resolver, a revision and when it was there, by the
clock that all processes of a machine share. The last line is the whole record. It ends once its input is closed.
"""

import json
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from ratchet import Resolver
from ratchet.errors import DomainError

TENANT = "acme"


@dataclass(frozen=True, slots=True)
class Order:
    """What resolvers there are, and what they are asked: every unit, then a pause, again and again."""

    url: str
    task: str
    folder: str
    resolvers: int
    units: Sequence[str | None] = (None,)
    pause_s: float = 0.001


@dataclass(slots=True)
class Record:
    """What one resolver answered: versions by revision and unit, and whatever should never happen."""

    answers: dict[int, dict[str, str | None]] = field(default_factory=dict[int, "dict[str, str | None]"])
    calls: int = 0
    latest: int = 0
    contradictions: int = 0
    backwards: int = 0
    refused: int = 0
    stalest_s: float = 0.0
    """Since the last revision was heard."""

    def hear(self, unit: str | None, revision: int, version_id: str | None) -> bool:
        """Take in an answer; say whether it is by a later revision than any before."""
        self.calls += 1
        known = self.answers.setdefault(revision, {}).setdefault(str(unit), version_id)
        self.contradictions += known != version_id
        self.backwards += revision < self.latest
        is_later, self.latest = revision > self.latest, max(revision, self.latest)
        return is_later


@dataclass
class Crew:
    """The processes, and what was heard by whom so far."""

    processes: list[Popen[str]]
    wanted: int
    records: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _heard: dict[str, list[tuple[int, float, float]]] = field(default_factory=dict[str, list[tuple[int, float, float]]])
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def arrivals(self, revision: int, within_s: float) -> list[float]:
        """Give when each resolver had this revision or a later one; raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._arrived(revision)) == self.wanted, within_s):
                message = f"{len(self._arrived(revision))} of {self.wanted} resolvers have revision {revision}"
                raise TimeoutError(message)
            return self._arrived(revision)

    def stalest(self, since: float) -> float:
        """Give how old the oldest knowledge was that a resolver answered by, before what it heard after a moment."""
        with self._changed:
            return max(stale_s for each in self._heard.values() for _, at, stale_s in each if at > since)

    def read(self, process: Popen[str]) -> None:
        for line in process.stdout or ():
            said = json.loads(line)
            if "record" in said:
                self.records.append(said["record"])
                continue
            with self._changed:
                name = f"{process.pid}-{said['resolver']}"
                self._heard.setdefault(name, []).append((said["revision"], said["at"], said["stale_s"]))
                self._changed.notify_all()

    def _arrived(self, revision: int) -> list[float]:
        firsts = (next((at for each, at, _ in heard if each >= revision), None) for heard in self._heard.values())
        return [at for at in firsts if at is not None]


@contextmanager
def following(orders: Sequence[Order]) -> Generator[Crew]:
    """Start a process for each order; at the end every resolver's record is there."""
    command = [sys.executable, "-m", "bench.following"]
    processes = [Popen([*command, json.dumps(asdict(order))], stdin=PIPE, stdout=PIPE, text=True) for order in orders]
    crew = Crew(processes, sum(order.resolvers for order in orders))
    threads = [threading.Thread(target=crew.read, args=(process,), daemon=True) for process in processes]
    try:
        for thread in threads:
            thread.start()
        yield crew
    finally:
        for process in processes:
            if process.stdin:
                process.stdin.close()
        for process, thread in zip(processes, threads, strict=True):
            process.wait(20)
            thread.join(5)


def main() -> None:
    order = Order(**json.loads(sys.argv[1]))
    ended = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(ended,), daemon=True).start()
    with ExitStack() as stack:
        resolvers = [stack.enter_context(_resolver(order, number)) for number in range(order.resolvers)]
        records = [Record() for _ in resolvers]
        while not ended.is_set():
            for number, resolver in enumerate(resolvers):
                _ask(order, resolver, records[number], number)
            time.sleep(order.pause_s)
    for record in records:
        _tell(record=asdict(record))


def _resolver(order: Order, number: int) -> Resolver:
    return Resolver(order.url, tenant=TENANT, cache_folder=Path(order.folder) / str(number))


def _ask(order: Order, resolver: Resolver, record: Record, number: int) -> None:
    for unit in order.units:
        try:
            found = resolver.resolve(order.task, unit)
        except DomainError:
            record.refused += 1
            continue
        record.stalest_s = max(record.stalest_s, found.stale_seconds)
        if record.hear(unit, found.revision, found.version_id):
            _tell(resolver=number, revision=found.revision, at=time.monotonic(), stale_s=record.stalest_s)
            record.stalest_s = 0.0


def _tell(**said: Any) -> None:
    print(json.dumps(said), flush=True)


def _wait_for_the_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
