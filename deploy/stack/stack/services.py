"""Where the four services and their environment are listed."""

import sys

from chassis.embedded.nats_config import APPLICATIONS
from contracts import topology
from stack.keys import SYSTEM
from stack.plan import DEFAULT_TENANT, GATEWAY, Plan, Process, Surroundings


def ratchet(*, tenant: str = DEFAULT_TENANT, gateway_port: int | None = None) -> Plan:
    """Return the plan that runs the four services of this installation."""
    permissions = {str(name): topology.permissions(name) for name in topology.SERVICES}
    return Plan(permissions=permissions, processes=_processes, tenant=tenant, gateway_port=gateway_port)


def _processes(around: Surroundings) -> tuple[Process, ...]:
    return tuple(_process(str(name), around) for name in topology.SERVICES)


def _process(name: str, around: Surroundings) -> Process:
    env = {
        "RATCHET_DATABASE_URL": around.database_url(name),
        "RATCHET_NATS_URL": around.nats.url,
        "RATCHET_NATS_SEED": around.keys.seeds[name],
        "PYTHONUNBUFFERED": "1",
        **_own_settings(name, around),
    }
    return Process(name=name, command=(sys.executable, "-m", name), env=env, port=around.ports[name])


def _own_settings(name: str, around: Surroundings) -> dict[str, str]:
    port, artifacts = str(around.ports[name]), {"RATCHET_ARTIFACTS_URL": around.home.artifacts.as_uri()}
    if name == GATEWAY:
        return {
            "RATCHET_HOST": "127.0.0.1",
            "RATCHET_PORT": port,
            "RATCHET_BOOTSTRAP_ADMIN_KEY": around.keys.admin_api_key,
            "RATCHET_BOOTSTRAP_TENANT": around.keys.tenant,
            "RATCHET_NATS_SYSTEM_SEED": around.keys.seeds[SYSTEM],
            "RATCHET_NATS_APPLICATIONS_FILE": str(around.home.nats / APPLICATIONS),
            **artifacts,
        }
    return {"RATCHET_HEALTH_PORT": port, **(artifacts if name == "trainer" else {})}
