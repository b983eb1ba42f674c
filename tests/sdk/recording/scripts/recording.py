"""Where a program records for an other end that is away, until it is killed, or ends without closing."""

import itertools
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from contracts.errors import Unavailable
from ratchet import Recorder
from ratchet.recording.sender import Line, Most


class Away:
    label = "away"
    most = Most(100, 100_000)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Line]:
        yield self

    async def send(self, sort: str, bodies: Sequence[bytes]) -> Mapping[int, str]:
        raise Unavailable(f"{len(bodies)} of {sort} have to wait.")


def main() -> None:
    recorder = Recorder(Away(), folder=sys.argv[1])
    for number in range(2_000):
        recorder.log_inference(task="tickets", output=str(number))
    if os.environ.get("END"):
        return
    while recorder.state().waiting_in_memory:
        time.sleep(0.001)
    sys.stdout.write("2000\n")
    sys.stdout.flush()
    for number in itertools.count(2_000):
        recorder.log_inference(task="tickets", output=str(number))


if __name__ == "__main__":
    main()
