"""Where it is described what a stack runs beside its servers; the four services are one such plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chassis.embedded import ports
from chassis.embedded.nats import NatsServer
from chassis.embedded.postgres import PostgresServer
from stack.broker import Permissions
from stack.home import Home
from stack.keys import Keys
from stack.store import DATABASE

GATEWAY = "gateway"
DEFAULT_GATEWAY_PORT = 8080
DEFAULT_TENANT = "acme"


@dataclass(frozen=True, slots=True)
class Process:
    """A command to keep running; it answers `/readyz` with 200 on its port once it is ready."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    port: int

    @property
    def ready_url(self) -> str:
        """Where readiness is asked for."""
        return f"http://{ports.LOCALHOST}:{self.port}/readyz"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a process is told about the stack around it; `ports` holds its own by its name."""

    home: Home
    keys: Keys
    ports: Mapping[str, int]
    postgres: PostgresServer
    nats: NatsServer

    def database_url(self, role: str) -> str:
        """Return the URL of the stack's database for the role of a service."""
        return f"postgresql://{role}:{self.keys.passwords[role]}@{ports.LOCALHOST}:{self.postgres.port}/{DATABASE}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who runs: their NATS permissions by name, and their processes once the surroundings are known."""

    permissions: Mapping[str, Permissions]
    processes: Callable[[Surroundings], tuple[Process, ...]]
    tenant: str = DEFAULT_TENANT
    gateway_port: int | None = None
