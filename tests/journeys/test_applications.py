"""Where an application works with nothing but a credential: it follows routes, reports, and is put out again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from ratchet import Resolver
from ratchet.errors import UnknownTask
from tests.journeys.steps import Journey, eventually

pytestmark = [pytest.mark.xdist_group("system")]


def test_an_application_lives_on_its_credential_until_it_is_revoked(journey: Journey, tmp_path: Path) -> None:
    journey.create_task()
    made = journey.post("/nats-credentials", {"name": journey.task, "events": True})
    opinion = f'{{"key": "{journey.task}", "task": "{journey.task}", "verdict": "positive"}}'.encode()

    with Resolver(made["url"], made["seed"], tenant=journey.system.local.tenant, cache_folder=tmp_path) as resolver:
        known = eventually(lambda: _known(resolver, journey.task))
    asyncio.run(_report(made, journey.system.local.tenant, opinion))
    counted = eventually(lambda: journey.get("/feedback/stats", task=journey.task)["total"] or None)
    revoked = journey.ask("DELETE", f"/nats-credentials/{made['id']}")

    assert (known.reason, counted, revoked.status_code) == ("route", 1, 204)
    assert "Authorization" in eventually(lambda: _refusal(made, journey.system.local.tenant, opinion))


def _known(resolver: Resolver, task: str) -> Any:
    try:
        return resolver.resolve(task)
    except UnknownTask:
        return None


def _refusal(made: dict[str, Any], tenant: str, opinion: bytes) -> str | None:
    """Give the words with which NATS keeps it out; a server that was not told at once is told a little later."""
    try:
        asyncio.run(_report(made, tenant, opinion))
    except NatsError as refused:
        return str(refused)
    return None


async def _report(made: dict[str, Any], tenant: str, opinion: bytes) -> None:
    application = Client()
    try:
        await application.connect(
            made["url"],
            nkeys_seed_str=made["seed"],
            inbox_prefix=made["inbox_prefix"],
            allow_reconnect=False,
            connect_timeout=30,
            error_cb=_ignore,
        )
        await application.jetstream(timeout=30).publish(f"ingest.{tenant}.feedback", opinion)
    finally:
        await application.close()


async def _ignore(_: Exception) -> None:
    return
