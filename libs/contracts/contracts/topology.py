"""Where streams, consumers and permissions follow from the events and commands."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts import commands, events
from contracts.command import Command
from contracts.event import Event
from contracts.events.ingest import READER, Ingest
from contracts.service import Service

SERVICES: tuple[str, ...] = tuple(Service)
EVENTS_STREAM = "EVENTS"
READ_EVENTS = f"$JS.API.DIRECT.GET.{EVENTS_STREAM}"
"""The subject on which stored events are asked for; only the gateway may, which shows each tenant its own."""

INGEST_STREAM = "INGEST"
INGEST_CONSUMER = "feedback-ingest"
WEBHOOKS_CONSUMER = "gateway-webhooks"
BULK_CONSUMERS = frozenset({INGEST_CONSUMER, WEBHOOKS_CONSUMER})
"""Consumers whose messages are taken in batches, and by the thousand if so many wait."""

ROUTES_BUCKET = "routes"
PROMPTS_BUCKET = "prompts"
SETTINGS_BUCKET = "settings"
SETTINGS_OF_ALL = "platform"
PLANS = "plan"


@dataclass(frozen=True, slots=True)
class Permissions:
    """The NATS subjects that a user may publish to and subscribe to; answering a request is always allowed."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A durable consumer: its stream, its name, and the subject it is limited to."""

    stream: str
    name: str
    subject: str | None


def consumer_name(service: Service, event: type[Event]) -> str:
    """Name the durable consumer with which a service reads an event: ``trainer-training-requested``."""
    return f"{service}-{event.subject.replace('.', '-')}"


def route_key(tenant: str, task: str) -> str:
    """Name a route's entry in the bucket."""
    return f"{tenant}.{task}"


def route_subject(tenant: str, task: str) -> str:
    """Give the subject on which a route is put into its bucket."""
    return f"$KV.{ROUTES_BUCKET}.{route_key(tenant, task)}"


def route_address(tenant: str, task: str) -> str:
    """Give the subject on which one route is asked for; the answer's body is the route."""
    return f"$JS.API.DIRECT.GET.KV_{ROUTES_BUCKET}.{route_subject(tenant, task)}"


def routes_address(tenant: str) -> str:
    """Give the subject on which all routes of a tenant (or ``*`` for all) are asked for; any service answers."""
    return f"routes.{tenant}"


def prompt_subject(tenant: str, version_id: str) -> str:
    """Give the subject on which the text of a prompt is put into its bucket; it never changes."""
    return f"$KV.{PROMPTS_BUCKET}.{tenant}.{version_id}"


def prompt_address(tenant: str, version_id: str) -> str:
    """Give the subject on which the text of a prompt is asked for; the answer's body is the text's message."""
    return f"$JS.API.DIRECT.GET.KV_{PROMPTS_BUCKET}.{prompt_subject(tenant, version_id)}"


def settings_key(tenant: str | None) -> str:
    """Name the entry of a tenant's settings in their bucket, or that of the platform's."""
    return f"tenant.{tenant}" if tenant else SETTINGS_OF_ALL


def settings_subject(tenant: str | None) -> str:
    """Give the subject on which the settings of a tenant, or of the platform, are put into their bucket."""
    return f"$KV.{SETTINGS_BUCKET}.{settings_key(tenant)}"


def plan_subject(tenant: str) -> str:
    """Give the subject on which it is put into the bucket of settings what the plan of a tenant leaves of its own."""
    return f"$KV.{SETTINGS_BUCKET}.{PLANS}.{tenant}"


def permissions(service: str) -> Permissions:
    """Give a service exactly the subjects of its contracts."""
    named = Service(service)
    return Permissions(
        publish=(*_says(named), *_asks(named), *_stores(named), *_jetstream(named)),
        subscribe=(f"_INBOX.{named}.>", f"commands.{named}.>", routes_address("*"), *_hears(named)),
    )


def local_permissions(tenant: str) -> Permissions:
    """Give what the first tenant's programs may do that connect to a local system by its URL, beside the services.

    They read routes with any client of key-value buckets, and are no strangers: who has the URL has the admin's key.
    Other applications have accounts of their own (`contracts.applications`).
    """
    ingest = (Ingest.address(tenant, Ingest.INFERENCE), Ingest.address(tenant, Ingest.FEEDBACK))
    bucket = (f"$JS.API.STREAM.INFO.KV_{ROUTES_BUCKET}", *_watching(f"KV_{ROUTES_BUCKET}"))
    routes = (routes_address(tenant), route_address(tenant, "*"), *bucket, prompt_address(tenant, ">"))
    told = (route_subject(tenant, "*"), f"events.{tenant}.>")
    return Permissions(publish=(*ingest, *routes), subscribe=("_INBOX.>", *told))


def _says(service: Service) -> Iterable[str]:
    return (event.address("*") for event in events.ALL if event.producer is service)


def _asks(service: Service) -> Iterable[str]:
    for command in commands.ALL:
        if service in command.askers:
            yield from (command.address_at(owner) for owner in _owners(command))


def _owners(command: type[Command[object]]) -> tuple[Service, ...]:
    return (command.owner,) if command.owner else tuple(each for each in Service if each is not Service.GATEWAY)


def _stores(service: Service) -> tuple[str, ...]:
    ingest = (Ingest.address("*", Ingest.INFERENCE), Ingest.address("*", Ingest.FEEDBACK))
    return {
        Service.GATEWAY: (*ingest, f"$KV.{SETTINGS_BUCKET}.>", READ_EVENTS),
        Service.TRAINER: ingest[:1],
        Service.REGISTRY: (f"$KV.{ROUTES_BUCKET}.>", f"$KV.{PROMPTS_BUCKET}.>"),
        Service.FEEDBACK: (),
    }[service]


def _hears(service: Service) -> tuple[str, ...]:
    return ("events.>",) if service is Service.GATEWAY else ()


def _jetstream(service: Service) -> Iterable[str]:
    yield "$JS.API.INFO"
    buckets = (f"KV_{each}" for each in (ROUTES_BUCKET, PROMPTS_BUCKET, SETTINGS_BUCKET))
    for stream in (EVENTS_STREAM, INGEST_STREAM, *buckets):
        yield f"$JS.API.STREAM.INFO.{stream}"
        yield f"$JS.API.STREAM.CREATE.{stream}"
        yield f"$JS.API.STREAM.UPDATE.{stream}"
    yield from _watching(f"KV_{ROUTES_BUCKET}")
    yield from _watching(f"KV_{SETTINGS_BUCKET}")
    for consumer in consumers(service):
        yield from _consuming(consumer.stream, consumer.name)


def consumers(service: Service) -> Iterable[Consumer]:
    """Give the durable consumers of a service; the gateway has one, for webhooks, and hands on the rest at once."""
    if service is Service.GATEWAY:
        yield Consumer(EVENTS_STREAM, WEBHOOKS_CONSUMER, "events.>")
        return
    for event in events.ALL:
        if service in event.consumers:
            yield Consumer(EVENTS_STREAM, consumer_name(service, event), event.address("*"))
    if service is READER:
        yield Consumer(INGEST_STREAM, INGEST_CONSUMER, None)


def _consuming(stream: str, consumer: str) -> Iterable[str]:
    yield f"$JS.API.CONSUMER.CREATE.{stream}.{consumer}"
    yield f"$JS.API.CONSUMER.CREATE.{stream}.{consumer}.>"
    yield f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{consumer}"
    yield f"$JS.API.CONSUMER.INFO.{stream}.{consumer}"
    yield f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
    yield f"$JS.ACK.{stream}.{consumer}.>"


def _watching(stream: str) -> Iterable[str]:
    yield f"$JS.API.CONSUMER.CREATE.{stream}"
    yield f"$JS.API.CONSUMER.CREATE.{stream}.>"
    yield f"$JS.API.CONSUMER.INFO.{stream}.>"
    yield f"$JS.API.CONSUMER.DELETE.{stream}.>"
    yield "$JS.FC.>"
