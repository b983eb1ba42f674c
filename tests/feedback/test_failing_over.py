"""Where it is tried that what is done by the clock goes on after a failover, while which Postgres may only read."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chassis import database as databases
from chassis.database import Database
from contracts.errors import TooSlow
from contracts.service import Service
from feedback import retraining
from feedback.metrics import pruning
from feedback.metrics.grains import Kept
from feedback.settings import Settings
from tests.feedback.days import ask

SETTINGS = Settings(database_url="postgresql://none", nats_url="nats://none", retrain_check_s=0.04)


class Busy:
    """A registry whose own Postgres hangs."""

    async def get(self, _tenant: str, _task: str) -> None:
        raise TooSlow("The registry service did not answer within 5 s.")


def retrains(database: Database) -> Any:
    return retraining.watch(SimpleNamespace(database=database, known_tasks=Busy()), SETTINGS)  # pyright: ignore[reportArgumentType]


def prunes(database: Database) -> Any:
    return pruning.watch(database, Kept(hours=timedelta(days=90)))


async def goes_on(watch: Any) -> bool:
    watching = asyncio.create_task(watch)
    done, _ = await asyncio.wait({watching}, timeout=0.5)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return not done


@pytest.mark.parametrize("watch", [retrains, prunes])
async def test_a_postgres_that_only_reads_is_waited_for(
    database_of: Callable[[Service], str], watch: Callable[[Database], Any]
) -> None:
    url = f"{database_of(Service.FEEDBACK)}?default_transaction_read_only=on"
    standby = await databases.connect(url, service=Service.FEEDBACK, connections=2)

    assert await goes_on(watch(standby))

    await standby.close()


async def test_a_policy_is_checked_though_the_registry_is_too_slow_to_tell_of_its_task(database: Database) -> None:
    async with database.transaction("acme") as tx:
        await tx.execute(
            """
            INSERT INTO retrain_policies (tenant, task, enabled, policy, set_by)
            VALUES ('acme', 'tickets', true, '{"enabled": true}', 'ada')
            """
        )

    assert await goes_on(retrains(database))

    assert await ask(database, "SELECT count(*) FROM retrain_decisions") > 0
