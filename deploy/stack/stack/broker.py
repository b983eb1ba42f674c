"""Where it is decided who may connect to the stack's NATS, and to which subjects."""

from collections.abc import Mapping
from typing import Protocol

from chassis import nkey
from chassis.embedded import nats_config
from chassis.embedded.nats import NatsServer
from chassis.embedded.nats_config import NkeyUser, PasswordUser, SystemUser, User
from contracts.topology import SERVICES, local_permissions
from stack.keys import SYSTEM, Keys

LOCAL_USER = "local"


class Permissions(Protocol):
    """The subjects of one service, as its contracts have them (`contracts.topology.Permissions`)."""

    @property
    def publish(self) -> tuple[str, ...]:
        """Subjects it may publish to."""
        ...

    @property
    def subscribe(self) -> tuple[str, ...]:
        """Subjects it may subscribe to, its inbox among them."""
        ...


def users(keys: Keys, permissions: Mapping[str, Permissions]) -> tuple[User, ...]:
    """Return who may connect beside the applications: the services, the first tenant's programs, the operator.

    Applications are let in by the gateway, in a file of its own.
    """
    return (*strangers_left_out(keys, permissions), _local_user(keys))


def strangers_left_out(keys: Keys, permissions: Mapping[str, Permissions]) -> tuple[User, ...]:
    """Return who may connect in production: each proves who they are with a seed, none with a password."""
    services = (_service_user(keys.seeds[name], allowed) for name, allowed in permissions.items())
    system = SystemUser(nkey.public_key(keys.seeds[SYSTEM]))
    return (*services, system, nats_config.everything(keys.operator_seed))


def url_for_applications(server: NatsServer, keys: Keys) -> str:
    """Give the URL with which the first tenant's programs on this machine connect."""
    return server.url.replace("nats://", f"nats://{LOCAL_USER}:{keys.application_password}@")


def _service_user(seed: str, allowed: Permissions) -> NkeyUser:
    return NkeyUser(nkey.public_key(seed), publish_allow=allowed.publish, subscribe_allow=allowed.subscribe)


def _local_user(keys: Keys) -> PasswordUser:
    allowed = local_permissions(keys.tenant)
    inboxes = tuple(f"_INBOX.{service}.>" for service in SERVICES)
    return PasswordUser(LOCAL_USER, keys.application_password, allowed.publish, allowed.subscribe, inboxes)
