"""Where a service hangs, and is killed, behind a gateway that goes on, says so, and notices when it is back."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from stack import home, local
from tests.journeys.steps import Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]

VICTIM = "feedback"
WITHIN_S = 3.5
"""Within two seconds on a machine that has nothing else to do; less than the 4.5 s for which an answer is awaited."""
AT_ONCE = 4


@contextmanager
def hanging(journey: Journey, name: str) -> Iterator[int]:
    """Stop a process for the length of a block; it lives on, but does nothing."""
    victim = pid(journey, name)
    os.kill(victim, signal.SIGSTOP)
    try:
        yield victim
    finally:
        os.kill(victim, signal.SIGCONT)


def pid(journey: Journey, name: str) -> int:
    known = local.read(home.Home(journey.system.folder))
    return known.processes.get(name, 0) if known else 0


def asked(journey: Journey) -> tuple[httpx.Response, float]:
    begun = time.monotonic()
    answer = journey.http.get("/metrics", params={"task": journey.task})
    return answer, time.monotonic() - begun


def test_a_service_that_hangs_and_then_dies_is_told_soon_and_missed_by_nobody_else(
    journey: Journey,
) -> None:
    journey.create_task()

    with hanging(journey, VICTIM) as victim:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting = [pool.submit(asked, journey) for _ in range(AT_ONCE)]
            tasks = journey.http.get("/tasks")
            readiness = journey.http.get(f"{journey.system.local.gateway_url}/readyz")
        hung = [each.result() for each in waiting]
        os.kill(victim, signal.SIGKILL)
    killed, took = asked(journey)
    eventually(lambda: asked(journey)[0].status_code == 200 or None, within_s=30)

    assert [answer.status_code for answer, _ in hung] == [503] * AT_ONCE
    assert max(seconds for _, seconds in hung) < WITHIN_S
    assert (tasks.status_code, readiness.status_code) == (200, 503)
    assert readiness.json()["checks"][VICTIM] != "ok"
    assert readiness.json()["checks"]["registry"] == "ok"
    assert (killed.status_code, killed.json()["part"], took < WITHIN_S) == (503, VICTIM, True)
    assert "feedback service is not available" in killed.json()["detail"]
    assert killed.headers["retry-after"]
