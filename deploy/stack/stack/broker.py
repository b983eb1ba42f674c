"""Where it is decided who may connect to the stack's NATS, and to which subjects."""

from collections.abc import Mapping
from typing import Protocol

from chassis.embedded import nats, nats_config
from chassis.embedded.nats import NatsServer
from chassis.embedded.nats_config import NkeyUser, PasswordUser, User
from contracts.topology import SERVICES, application_permissions
from stack import keys as key_store
from stack.home import Home
from stack.keys import Application, Keys

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
    """Return everybody who may connect: the services, applications, the first tenant's programs, the operator."""
    services = (_service_user(keys.seeds[name], allowed) for name, allowed in permissions.items())
    applications = (_application_user(application) for application in keys.applications.values())
    return (*services, *applications, _local_user(keys), nats_config.everything(keys.operator_seed))


def url_for_applications(server: NatsServer, keys: Keys) -> str:
    """Give the URL with which the first tenant's programs on this machine connect."""
    return server.url.replace("nats://", f"nats://{LOCAL_USER}:{keys.application_password}@")


def admit(home: Home, permissions: Mapping[str, Permissions], name: str, application: Application) -> NatsServer:
    """Let an application in, or change what it may do, without dropping anybody; the server must run."""
    keys = key_store.read(home)
    if keys is None:
        message = f"There is no stack in {home.folder} yet: start it with `ratchet up`."
        raise LookupError(message)
    admitted = keys.model_copy(update={"applications": keys.applications | {name: application}})
    key_store.write(home, admitted)
    return nats.reload(home.nats, users(admitted, permissions))


def _service_user(seed: str, allowed: Permissions) -> NkeyUser:
    return NkeyUser(nats_config.public_key(seed), publish_allow=allowed.publish, subscribe_allow=allowed.subscribe)


def _local_user(keys: Keys) -> PasswordUser:
    allowed = application_permissions(keys.tenant)
    inboxes = tuple(f"_INBOX.{service}.>" for service in SERVICES)
    return PasswordUser(LOCAL_USER, keys.application_password, allowed.publish, allowed.subscribe, inboxes)


def _application_user(application: Application) -> NkeyUser:
    return NkeyUser(application.public_key, application.publish, application.subscribe, allow_responses=False)
