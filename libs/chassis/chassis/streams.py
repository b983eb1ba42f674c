"""Where the streams, consumers and buckets that the contracts imply are created, and watched for drift."""

from collections.abc import Iterable
from typing import Any

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from chassis import metrics
from chassis.settings import ChassisSettings
from contracts.service import Service
from contracts.topology import (
    BULK_CONSUMERS,
    EVENTS_STREAM,
    INGEST_STREAM,
    PROMPTS_BUCKET,
    ROUTES_BUCKET,
    SETTINGS_BUCKET,
    consumers,
)

ROUTES_STREAM = f"KV_{ROUTES_BUCKET}"
PROMPTS_STREAM = f"KV_{PROMPTS_BUCKET}"
SETTINGS_STREAM = f"KV_{SETTINGS_BUCKET}"
_BUCKETS = {ROUTES_BUCKET: ROUTES_STREAM, PROMPTS_BUCKET: PROMPTS_STREAM, SETTINGS_BUCKET: SETTINGS_STREAM}
_DAY_S = 86_400
_DUPLICATES_S = 120
_SHORTEST_WINDOW_S = 0.1
_ACK_WAIT_S = 15


def stream_of(subject: str) -> str:
    """Name the stream that stores a subject; raises `KeyError` for one that no stream stores."""
    root, rest = subject.split(".", 1)
    if root == "$KV":
        return _BUCKETS[rest.partition(".")[0]]
    return {"events": EVENTS_STREAM, "ingest": INGEST_STREAM}[root]


def wanted_streams(settings: ChassisSettings) -> tuple[StreamConfig, ...]:
    """Give the streams: events are kept for days, ingest until it is stored, what is in buckets for ever."""
    buckets = routes_stream(), prompts_stream(), settings_stream()
    streams = _events(settings), _ingest(settings), *buckets
    return tuple(stream.evolve(num_replicas=settings.stream_replicas) for stream in streams)


def _events(settings: ChassisSettings) -> StreamConfig:
    return StreamConfig(
        name=EVENTS_STREAM,
        subjects=["events.>"],
        max_age=settings.event_retention_days * _DAY_S,
        duplicate_window=_DUPLICATES_S,
        storage=StorageType.FILE,
        allow_direct=True,
        deny_delete=True,
    )


def _ingest(settings: ChassisSettings) -> StreamConfig:
    """Refuse what no longer fits, so that it is the sender who knows; trust no header of an application's.

    What is refused to one tenant, because its share waits to be stored already, fits for the others.
    """
    return StreamConfig(
        name=INGEST_STREAM,
        subjects=["ingest.*.inference", "ingest.*.feedback"],
        retention=RetentionPolicy.WORK_QUEUE,
        discard=DiscardPolicy.NEW,
        discard_new_per_subject=True,
        max_msgs_per_subject=settings.ingest_max_messages,
        max_bytes=int(settings.ingest_max_gb * 2**30),
        duplicate_window=_SHORTEST_WINDOW_S,
        storage=StorageType.FILE,
        allow_rollup_hdrs=False,
    )


def routes_stream() -> StreamConfig:
    """Give the stream behind the bucket of routes."""
    return _bucket(ROUTES_BUCKET)


def prompts_stream() -> StreamConfig:
    """Give the stream behind the bucket of prompts."""
    return _bucket(PROMPTS_BUCKET)


def settings_stream() -> StreamConfig:
    """Give the stream behind the bucket of settings."""
    return _bucket(SETTINGS_BUCKET)


def _bucket(name: str) -> StreamConfig:
    return StreamConfig(
        name=f"KV_{name}",
        subjects=[f"$KV.{name}.>"],
        max_msgs_per_subject=1,
        duplicate_window=_DUPLICATES_S,
        storage=StorageType.FILE,
        allow_rollup_hdrs=True,
        allow_direct=True,
        deny_delete=True,
        discard=DiscardPolicy.NEW,
    )


def wanted_consumers(service: Service) -> Iterable[tuple[str, ConsumerConfig]]:
    """Give the durable consumers of a service, each with its stream."""
    for consumer in consumers(service):
        config = ConsumerConfig(
            durable_name=consumer.name,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=_ACK_WAIT_S,
            max_deliver=-1,
            max_ack_pending=20_000 if consumer.name in BULK_CONSUMERS else 100,
            filter_subject=consumer.subject,
        )
        yield consumer.stream, config


async def bootstrap(jetstream: JetStreamContext, service: Service, settings: ChassisSettings) -> None:
    """Create what is missing and bring what differs up to date, so that services can start in any order."""
    for stream in wanted_streams(settings):
        await _ensure_stream(jetstream, stream)
    for stream_name, consumer in wanted_consumers(service):
        await jetstream.add_consumer(stream_name, consumer)


async def _ensure_stream(jetstream: JetStreamContext, wanted: StreamConfig) -> None:
    try:
        present = (await jetstream.stream_info(str(wanted.name))).config
    except NotFoundError:
        await jetstream.add_stream(wanted)
        return
    if _differs(present, wanted):
        await jetstream.update_stream(wanted)


def _differs(present: StreamConfig, wanted: StreamConfig) -> bool:
    return any(_set(getattr(present, name), value) for name, value in vars(wanted).items())


def _set(present: Any, wanted: Any) -> bool:  # noqa: ANN401 (any setting of a stream)
    return wanted not in (None, present)


async def problems(jetstream: JetStreamContext, service: Service) -> tuple[str, ...]:
    """Name every consumer of a service that is gone, and note how far behind the others are."""
    found: list[str] = []
    for consumer in consumers(service):
        try:
            present = await jetstream.consumer_info(consumer.stream, consumer.name)
            metrics.CONSUMER_LAG.labels(consumer.name).set(present.num_pending or 0)
        except NotFoundError:
            found.append(f"consumer {consumer.name} of stream {consumer.stream} is gone")
    return tuple(found)
