"""Where a service hangs, and is killed, behind a gateway that goes on, says so, and notices when it is back."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx
import pytest

from stack import home, local
from tests.journeys.steps import Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]

VICTIM = "feedback"
QUESTION = "/insights"
"""An answer to it is awaited for 15 s, and then for too long: 504. That nobody is there is told long before: 503."""

AT_ONCE = 4


@contextmanager
def hanging(journey: Journey, name: str) -> Iterator[int]:
    """Stop a process for the length of a block; it lives on, but does nothing."""
    victim = pid(journey, name)
    os.kill(victim, signal.SIGSTOP)
    try:
        yield victim
    finally:
        with suppress(ProcessLookupError):  # it may have been killed meanwhile
            os.kill(victim, signal.SIGCONT)


def pid(journey: Journey, name: str) -> int:
    known = local.read(home.Home(journey.system.folder))
    return known.processes.get(name, 0) if known else 0


def asked(journey: Journey) -> httpx.Response:
    return journey.http.get(QUESTION, params={"task": journey.task})


def missed(journey: Journey) -> dict[str, str] | None:
    """Give what the gateway's readiness says of the others while it misses the victim and nobody else."""
    readiness = journey.http.get(f"{journey.system.local.gateway_url}/readyz")
    checks = readiness.json()["checks"]
    silent = [name for name, said in checks.items() if said != "ok"]
    return checks if (readiness.status_code, silent) == (503, [VICTIM]) else None


def test_a_service_that_hangs_and_then_dies_is_told_soon_and_missed_by_nobody_else(
    journey: Journey,
) -> None:
    journey.create_task()

    with home.alone(home.Home(journey.system.folder)):  # so that it is not started again too soon
        with hanging(journey, VICTIM) as victim:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                waiting = [pool.submit(asked, journey) for _ in range(AT_ONCE)]
                tasks = journey.http.get("/tasks")
                checks = eventually(lambda: missed(journey))
            hung = [each.result() for each in waiting]
            os.kill(victim, signal.SIGKILL)
        killed = asked(journey)
    eventually(lambda: asked(journey).status_code == 200 or None, within_s=120)

    assert [answer.status_code for answer in hung] == [503] * AT_ONCE
    assert (tasks.status_code, checks["registry"]) == (200, "ok")
    assert (killed.status_code, killed.json()["part"]) == (503, VICTIM)
    assert "feedback service is not available" in killed.json()["detail"]
    assert killed.headers["retry-after"]
