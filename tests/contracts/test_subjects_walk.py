"""Where every subject of NATS is walked as every service and as applications of two tenants, on a real server.

What each may say and hear is taken from the contracts' own words (who produces an event, who owns a command), and held
against what the server lets through.
"""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from chassis import nats_connection, nkey
from chassis.embedded import nats as embedded
from chassis.embedded.nats_config import APPLICATIONS, NkeyUser
from contracts import applications, commands, events, topology
from contracts.service import Service
from gateway.credentials import accounts
from gateway.credentials.accounts import Bounds
from gateway.store.nats_credentials import Admitted

TENANTS = ("acme", "globex")
WATCHER, WRITER, STRANGER = "an application that watches", "an application", "an application of globex"
WALKERS = (*Service, WATCHER, WRITER, STRANGER)
SEEDS = {str(walker): nkey.new_seed() for walker in WALKERS}
KEYS = {name: nkey.public_key(seed) for name, seed in SEEDS.items()}
OF = {WATCHER: "acme", WRITER: "acme", STRANGER: "globex"}
STREAMS = ("EVENTS", "INGEST", "KV_routes", "KV_prompts", "KV_settings")
FORBIDDEN = ("DELETE", "PURGE", "MSG.DELETE", "SNAPSHOT", "RESTORE", "LEADER.STEPDOWN")
Whom = frozenset[str]
FEW = 5
PATIENT: Any = {"allow_reconnect": False, "connect_timeout": 30}
NOBODY: Whom = frozenset()
SERVICES: Whom = frozenset(Service)


@dataclass(frozen=True)
class Subject:
    """A subject, who may say something on it, and who may hear it."""

    name: str
    say: Whom = NOBODY
    hear: Whom = NOBODY


@dataclass
class Walker:
    """A connection, and the subjects that the server refused it."""

    client: Client
    refused: list[str] = field(default_factory=list)

    async def listen(self, place: int) -> None:
        """Hear the server's complaints a few at a time: nats-py loses some of many that come at once."""
        if place % FEW == 0:
            await nats_connection.settle(self.client)

    async def complain(self, problem: Exception) -> None:
        self.refused.append(str(problem).lower())

    def was_refused(self, what: str, subject: str) -> bool:
        return any(f'{what} to "{subject.lower()}"' in each for each in self.refused)


def applications_of(tenant: str) -> Whom:
    return frozenset(name for name, whose in OF.items() if whose == tenant)


def subjects() -> list[Subject]:
    return [*_of_events(), *_of_commands(), *_of_tenants(), *_of_services(), *_of_streams()]


def _of_events() -> Iterable[Subject]:
    """Events are said by their producer; the gateway hears all of them, an application its tenant's, if granted."""
    for event in events.ALL:
        for tenant in TENANTS:
            watching = applications_of(tenant) - {WRITER}
            yield Subject(event.address(tenant), frozenset({event.producer}), frozenset({Service.GATEWAY}) | watching)


def _of_commands() -> Iterable[Subject]:
    for command in commands.ALL:
        owners = (command.owner,) if command.owner else tuple(each for each in Service if each is not Service.GATEWAY)
        for owner in owners:
            yield Subject(command.address_at(owner), frozenset(command.askers), frozenset({owner}))


def _of_tenants() -> Iterable[Subject]:
    """What is a tenant's: its reports, routes, prompts and settings."""
    for tenant in TENANTS:
        own = applications_of(tenant)
        yield Subject(f"ingest.{tenant}.inference", own | {Service.GATEWAY, Service.TRAINER})
        yield Subject(f"ingest.{tenant}.feedback", own | {Service.GATEWAY})
        yield Subject(f"routes.{tenant}", own, SERVICES)
        yield Subject(f"$KV.routes.{tenant}.tickets", frozenset({Service.REGISTRY}), own)
        yield Subject(f"$KV.prompts.{tenant}.v1", frozenset({Service.REGISTRY}))
        yield Subject(topology.settings_subject(tenant), frozenset({Service.GATEWAY}))
        yield Subject(topology.plan_subject(tenant), frozenset({Service.GATEWAY}))
        yield Subject(topology.route_address(tenant, "tickets"), own)
        yield Subject(topology.prompt_address(tenant, "v1"), own)


def _of_services() -> Iterable[Subject]:
    yield Subject(topology.settings_subject(None), frozenset({Service.GATEWAY}))
    for name in WALKERS:
        inbox = f"_INBOX.{name}" if name in SERVICES else applications.inbox(KEYS[name])
        yield Subject(f"{inbox}.abc", NOBODY, frozenset({name}))
    for name in ("$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.PING.CONNZ", "anything"):
        yield Subject(name)


def _of_streams() -> Iterable[Subject]:
    """Services see to their streams and read with their own consumers; nobody takes a stream away or empties it."""
    yield Subject("$JS.API.DIRECT.GET.EVENTS", frozenset({Service.GATEWAY}))
    for stream in STREAMS:
        yield from (Subject(f"$JS.API.STREAM.{verb}.{stream}", SERVICES) for verb in ("INFO", "CREATE", "UPDATE"))
        yield from (Subject(f"$JS.API.STREAM.{verb}.{stream}") for verb in FORBIDDEN)
    for service in Service:
        for consumer in topology.consumers(service):
            place = f"{consumer.stream}.{consumer.name}"
            yield Subject(f"$JS.API.CONSUMER.MSG.NEXT.{place}", frozenset({service}))
            yield Subject(f"$JS.ACK.{place}.1.1.1.1.1", frozenset({service}))
            yield Subject(f"$JS.API.CONSUMER.DELETE.{place}")


@pytest.fixture
def url(tmp_path: Path) -> Iterable[str]:
    """Start a server at whose door everybody stands who walks."""
    allowed = {service: topology.permissions(service) for service in Service}
    users = [NkeyUser(KEYS[each], allowed[each].publish, allowed[each].subscribe) for each in Service]
    admitted = [Admitted(tenant, KEYS[name], events=name != WRITER) for name, tenant in OF.items()]
    (tmp_path / "nats").mkdir()
    (tmp_path / "nats" / APPLICATIONS).write_text(accounts.written(admitted, Bounds(50)))
    with embedded.running(tmp_path / "nats", users) as server:
        yield server.url


@pytest.fixture
async def walkers(url: str) -> AsyncGenerator[dict[str, Walker]]:
    found: dict[str, Walker] = {}
    for name in map(str, WALKERS):
        inbox = f"_INBOX.{name}" if name in SERVICES else applications.inbox(KEYS[name])
        walker = found[name] = Walker(Client())
        await walker.client.connect(
            url, nkeys_seed_str=SEEDS[name], inbox_prefix=inbox, error_cb=walker.complain, **PATIENT
        )
    yield found
    for walker in found.values():
        await walker.client.close()


async def test_every_subject_is_said_by_exactly_those_who_may(walkers: dict[str, Walker]) -> None:
    every = subjects()

    for walker in walkers.values():
        for place, subject in enumerate(every):
            await walker.client.publish(subject.name, b"{}")
            await walker.listen(place)
        await nats_connection.settle(walker.client)

    found = _surprises(walkers, every, "publish")
    assert found == []


async def test_every_subject_is_heard_by_exactly_those_who_may(walkers: dict[str, Walker]) -> None:
    every = subjects()

    for walker in walkers.values():
        for place, subject in enumerate(every):
            await walker.client.subscribe(subject.name)
            await walker.listen(place)
        await nats_connection.settle(walker.client)

    found = _surprises(walkers, every, "subscription")
    assert found == []


async def test_nobody_hears_more_than_that_by_a_wildcard(walkers: dict[str, Walker]) -> None:
    wide = ["*", "*.>", "ingest.>", "ingest.acme.>", "commands.>", "$JS.>", "$KV.>", "$KV.*.>", "$SYS.>", "_INBOX.>"]

    for walker in walkers.values():
        for place, subject in enumerate([">", *wide]):
            await walker.client.subscribe(subject)
            await walker.listen(place)
        await nats_connection.settle(walker.client)

    let_through = [
        (name, subject)
        for name, walker in walkers.items()
        for subject in wide
        if not walker.was_refused("subscription", subject)
    ]
    assert let_through == []


async def test_who_has_no_key_is_not_let_in(url: str) -> None:
    stranger = Client()

    with pytest.raises(NatsError, match=r"(?i)authorization"):
        await stranger.connect(url, max_reconnect_attempts=0, **PATIENT)

    await stranger.close()


def _surprises(walkers: dict[str, Walker], every: Iterable[Subject], what: str) -> list[str]:
    found: list[str] = []
    for name, walker in walkers.items():
        for subject in every:
            may = name in (subject.say if what == "publish" else subject.hear)
            if walker.was_refused(what, subject.name) == may:
                found.append(f"{name}: {what} to {subject.name} was {'refused' if may else 'let through'}")
    return found
