"""Where the configuration of a NATS in production is written: one server, or several that keep every stream."""

from collections.abc import Mapping
from pathlib import Path

from chassis.embedded import nats_config
from chassis.embedded.nats_config import Cluster, NatsSettings
from stack import broker
from stack.broker import Permissions
from stack.keys import Keys

CONFIG = "nats.conf"
APPLICATIONS = f"applications/{nats_config.APPLICATIONS}"
"""A folder of its own, because the gateway may write there and nowhere else."""

_ANYWHERE = "0.0.0.0"  # noqa: S104 (in a container, what it is published to decides)
_PORT = 4222
_CLUSTER_PORT = 6222
_MONITORING_PORT = 8222
_DISK = 10 * 1024 * nats_config.MEGABYTE
"""Streams of one server: RATCHET_INGEST_MAX_GB and a week of events."""


def text(keys: Keys, permissions: Mapping[str, Permissions], *, servers: int) -> str:
    """Write the configuration, the same for each server: its name it is told when it starts."""
    settings = NatsSettings(
        host=_ANYWHERE,
        port=_PORT,
        store_folder=Path("/data"),
        pid_file=Path("/tmp/nats.pid"),  # noqa: S108 (alone in its container)
        name="",
        monitoring_port=_MONITORING_PORT,
        max_file_store=_DISK,
        applications=APPLICATIONS,
        cluster=_cluster(keys, servers) if servers > 1 else None,
    )
    return nats_config.text(broker.strangers_left_out(keys, permissions), settings)


def _cluster(keys: Keys, servers: int) -> Cluster:
    hosts = tuple(f"nats-{number}.nats-peers:{_CLUSTER_PORT}" for number in range(servers))
    return Cluster("ratchet", f"{_ANYWHERE}:{_CLUSTER_PORT}", hosts, keys.cluster_password)
