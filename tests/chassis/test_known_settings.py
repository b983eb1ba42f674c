"""Where it is tried that a service knows the settings at once, after a restart too, and however the gateway is."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chassis import service
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.setting import KeptSettings
from contracts.service import Service
from contracts.topology import settings_subject


@asynccontextmanager
async def opened(database_url: str, nats_url: str) -> AsyncIterator[service.Parts]:
    async with service.parts(Service.FEEDBACK, parts.settings(database_url, nats_url)) as made:
        yield made


async def put(made: service.Parts, tenant: str | None, body: bytes) -> None:
    await made.jetstream.publish(settings_subject(tenant), body)


async def test_settings_are_pushed_and_known_from_the_start_after_a_restart(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    url, heard = database_of(Service.FEEDBACK), list[bool]()
    async with opened(url, nats_url) as made:
        made.known_settings.on_change(lambda: heard.append(made.known_settings.platform.training_enabled))
        await put(made, "broken", b'{"training_enabled": "perhaps"}')
        await put(made, None, b'{"max_training_runtime_minutes": 30}')
        await put(made, "acme", b'{"training_enabled": false, "max_training_runtime_minutes": 45}')
        await eventually(lambda: _knows(made))

    async with opened(url, nats_url) as again:
        known = again.known_settings

        assert known.of("broken").training_enabled
        assert (known.of("acme").training_enabled, known.of("acme").max_training_runtime_minutes) == (False, 30)
        assert (known.of("beta").training_enabled, known.of("beta").max_training_runtime_minutes) == (True, 30)
    assert heard == [True, True]


async def test_whoever_sets_something_knows_it_without_waiting(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    async with opened(database_of(Service.FEEDBACK), nats_url) as made:
        made.known_settings.learn("acme", KeptSettings(training_enabled=False, revision=2))

        made.known_settings.learn_early(None, KeptSettings(admins_may_train=False, revision=3))
        made.known_settings.learn_early("acme", KeptSettings(training_enabled=True, revision=1))
        off = made.known_settings.tenants_where(lambda values: not values.training_enabled)

        assert (off, made.known_settings.of("acme").admins_may_train) == (["acme"], False)


async def _knows(made: service.Parts) -> bool:
    return not made.known_settings.of("acme").training_enabled
