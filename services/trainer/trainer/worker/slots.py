"""Where so many jobs are worked on at once, each in a slot that is woken by new work or looks for it every second."""

import asyncio
import contextlib
import os
import socket

from chassis.faults import UNREACHABLE
from chassis.logging import log
from trainer import attempts
from trainer.worker.attempt import Attempt, wait_for
from trainer.worker.workplace import Workplace

_LOOK_EVERY_S = 1.0
_SWEEP_EVERY_S = 15.0
_CALM_S = 3.0


def begin(place: Workplace) -> None:
    """Open the slots, and sweep beside them; where training is switched off, they only go on with what was begun."""
    for number in range(place.settings.workers):
        woken = asyncio.Event()
        place.parts.database.on_outgoing(woken.set)
        place.parts.known_settings.on_change(woken.set)
        name = f"{socket.gethostname()}/{os.getpid()}/{number + 1}"
        place.parts.beside(_work(place, name, woken))
    place.parts.beside(_sweep(place))


async def _work(place: Workplace, name: str, woken: asyncio.Event) -> None:
    while True:
        try:
            job = await attempts.claim(place.parts.database, name, place.settings.lease_seconds, place.off())
        except UNREACHABLE as lost:
            log().warning("job.not_claimed", reason=str(lost) or type(lost).__name__)
            await _calm(place)
            continue
        if job is None:
            await wait_for(woken, _LOOK_EVERY_S)
            continue
        log().info("job.claimed", job=job.id, tenant=job.tenant, task=job.task, attempt=job.attempt, worker=name)
        await Attempt(place, job, woken).make()


async def _calm(place: Workplace) -> None:
    """Wait until Postgres is back, and a moment more: who holds a job is to beat before its lease is found run out."""
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        with contextlib.suppress(*UNREACHABLE):
            await place.parts.database.ping()
            await asyncio.sleep(_CALM_S)
            return


async def _sweep(place: Workplace) -> None:
    """Discard what killed workers left; then, now and again, end jobs whose version nobody registers."""
    is_discarded = False
    while True:
        try:
            if not is_discarded:
                await asyncio.to_thread(place.shelf.discard_old)
                is_discarded = True
            failed = await attempts.fail_unregistered(place.parts.database, place.settings.max_registering_minutes)
            if failed:
                log().warning("jobs.swept", jobs=failed)
        except UNREACHABLE as lost:
            log().warning("jobs.not_swept", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(_SWEEP_EVERY_S)
