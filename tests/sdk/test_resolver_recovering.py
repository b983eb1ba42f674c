"""Where it is tried that a resolver gets over what is lost or half written while it connects and listens."""

import asyncio
from pathlib import Path

import nats
import pytest

from chassis import nkey
from chassis.embedded import nats as embedded
from chassis.testing.waiting import eventually
from contracts.api.route import Route
from ratchet import Resolver
from ratchet.resolving.prompts import Prompts
from tests.sdk.test_resolver import known_to, publish, resolver, route


async def test_routes_are_not_called_fresh_that_were_still_being_taken_in_when_nats_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded.running(tmp_path / "nats") as server:
        await publish(server.url, route(1, 1.0))

        async def lose(_: Prompts, connection: nats.NATS, __: Route) -> bool:
            await asyncio.to_thread(embedded.stop, tmp_path / "nats")
            while connection.is_connected:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)  # so that it was said
            return False

        monkeypatch.setattr(Prompts, "fetch", lose)
        async with resolver(server.url, tmp_path) as opened:
            found = await eventually(lambda: known_to(opened))

    assert (found.reason, found.stale_seconds > 0) == ("last known route", True)


async def test_a_seed_that_is_just_being_written_is_read_again(nats_url: str, tmp_path: Path) -> None:
    file, seed = tmp_path / "seed", nkey.new_seed()
    file.write_text(seed[:20])
    await publish(nats_url, route(1, 1.0))

    async with Resolver(nats_url, str(file), tenant="acme", cache_folder=tmp_path) as opened:
        file.write_text(seed)

        found = await eventually(lambda: known_to(opened))

    assert (found.revision, found.reason) == (1, "route")
