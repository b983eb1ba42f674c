"""Where it is tried what goes on while Postgres takes no changes, as after a failover or when its disk is full."""

from collections.abc import AsyncGenerator, Callable

import asyncpg
import pytest

from contracts.service import Service
from tests.gateway.stage import Gateway, gateway_on

TAKE_NO_CHANGES = (
    """
    DO $$ BEGIN
        EXECUTE format(
            'ALTER ROLE CURRENT_USER IN DATABASE %I SET default_transaction_read_only = on', current_database()
        );
    END $$
    """,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()",
)


@pytest.fixture
async def gateway(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Gateway]:
    async with gateway_on(database_of(Service.GATEWAY), nats_url, key_cache_s=0) as running:
        yield running


async def test_known_keys_go_on_reporting_and_others_are_told_to_come_again(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    await gateway.create_route("tickets")
    item = {"task": "tickets", "output": "x"}
    before = await gateway.admin.post("/v1/inferences", json=item)
    connection = await asyncpg.connect(database_of(Service.GATEWAY))
    for statement in TAKE_NO_CHANGES:
        await connection.execute(statement)
    await connection.close()

    reported = await gateway.admin.post("/v1/inferences", json=item)
    asked = await gateway.admin.post("/v1/webhooks", json={"url": "https://example.com/"})

    assert before.status_code == 202, before.text
    assert (reported.status_code, asked.status_code) == (202, 503), (reported.text, asked.text)
