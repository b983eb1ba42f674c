"""Where the stack is brought up: servers side by side, then database and keys, then whatever does not run yet."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.embedded import nats, ports, postgres, processes
from chassis.embedded.nats import NatsServer
from chassis.embedded.postgres import PostgresServer
from chassis.embedded.processes import DidNotStart, Handle
from stack import broker, home, keys, local, store
from stack.home import Home
from stack.keys import Keys
from stack.local import Local
from stack.plan import DEFAULT_GATEWAY_PORT, GATEWAY, Plan, Process, Surroundings
from stack.readiness import wait_until_ready

PORT_TAKEN = "address already in use"

Tell = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Started:
    """The stack as it runs now, and the names of those that had to be started for it."""

    local: Local
    fresh: tuple[str, ...]


def start(place: Home, plan: Plan, tell: Tell) -> Started:
    """Start what does not run, and wait until all of it is ready; `tell(name, state)` hears of every step.

    A port can be taken between our look and the process's: then it is tried once more, on another port. Raises
    DidNotStart with the end of the log of the process that died or was not ready in time.
    """
    home.prepare(place)
    with home.alone(place):
        try:
            return _start(place, plan, tell)
        except DidNotStart as failure:
            if PORT_TAKEN not in str(failure).lower():
                raise
            return _start(place, plan, tell)


def _start(place: Home, plan: Plan, tell: Tell) -> Started:
    before = local.read(place)
    kept = _running(before)
    _stop_all([handle for name, handle in _recorded(before).items() if name not in kept])
    around = _surroundings(place, plan, before, tell)
    if before is not None and _addresses(before) != _addresses_now(around):
        _stop_all(kept.values())
        kept = {}
    listed = plan.processes(around)
    handles = {each.name: kept.get(each.name) or _spawn(each, place) for each in listed}
    fresh = _fresh_names(around, before, [name for name in handles if name not in kept])
    written = _local(around, handles, before if not fresh else None)
    local.write(place, written)
    servers = {name: handle for name in ("postgres", "nats") if (handle := written.handle(name))}
    wait_until_ready([(each, handles[each.name], place.log(each.name)) for each in listed], servers, tell)
    return Started(local=written, fresh=fresh)


def _surroundings(place: Home, plan: Plan, before: Local | None, tell: Tell) -> Surroundings:
    known = keys.ensure(place, plan.permissions, tenant=plan.tenant)
    database, broker_server = _servers(place, plan, known, tell)
    asyncio.run(store.prepare(database.url, database.url_of(store.DATABASE), known.passwords))
    tell("postgres", "ready")
    return Surroundings(place, known, _ports(plan, before), database, broker_server)


def _servers(place: Home, plan: Plan, known: Keys, tell: Tell) -> tuple[PostgresServer, NatsServer]:
    for name in ("postgres", "nats"):
        tell(name, "starting")
    with ThreadPoolExecutor(max_workers=2) as pool:
        database = pool.submit(postgres.start, place.postgres, log=place.log("postgres"))
        users = broker.users(known, plan.permissions)
        broker_server = pool.submit(nats.start, place.nats, users, log=place.log("nats")).result()
        tell("nats", "ready")
        return database.result(), broker_server


def _ports(plan: Plan, before: Local | None) -> Mapping[str, int]:
    """Keep the port of whoever runs; the others get the one they had, where it is still free."""
    known = before.ports if before else {}
    chosen = {name: known[name] for name in _running(before) if name in known}
    for name in plan.permissions:
        wishes = (plan.gateway_port, known.get(name), DEFAULT_GATEWAY_PORT) if name == GATEWAY else (known.get(name),)
        while chosen.get(name) is None:
            port = ports.choose(*wishes)
            if port not in chosen.values():
                chosen[name] = port
            wishes = ()
    return chosen


def _running(before: Local | None) -> dict[str, Handle]:
    return {name: handle for name, handle in _recorded(before).items() if processes.alive(handle)}


def _recorded(before: Local | None) -> dict[str, Handle]:
    """Return the services that were started before, with the servers left out: those know themselves."""
    if before is None:
        return {}
    handles = {name: before.handle(name) for name in before.processes if name not in {"postgres", "nats"}}
    return {name: handle for name, handle in handles.items() if handle is not None}


def _spawn(process: Process, place: Home) -> Handle:
    return processes.spawn(process.command, log=place.log(process.name), env=process.env)


def _stop_all(handles: Iterable[Handle]) -> None:
    """Stop services; of those that have died, whatever they left running."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(processes.stop, handles))


def _addresses(before: Local) -> tuple[str, str]:
    return before.nats_url, before.postgres_url


def _addresses_now(around: Surroundings) -> tuple[str, str]:
    return broker.url_for_applications(around.nats, around.keys), _database(around)


def _database(around: Surroundings) -> str:
    return around.postgres.url_of(store.DATABASE)


def _fresh_names(around: Surroundings, before: Local | None, services: Sequence[str]) -> tuple[str, ...]:
    known = before.processes if before else {}
    servers = {"postgres": around.postgres.pid, "nats": around.nats.pid}
    return (*(name for name, pid in servers.items() if known.get(name) != pid), *services)


def _local(around: Surroundings, services: Mapping[str, Handle], unchanged: Local | None) -> Local:
    if unchanged is not None:
        return unchanged
    servers = {"nats": around.nats.pid, "postgres": around.postgres.pid}
    born = {name: processes.handle(pid) for name, pid in servers.items()}
    handles = {**services, **{name: handle for name, handle in born.items() if handle is not None}}
    return Local(
        gateway_url=f"http://{ports.LOCALHOST}:{around.ports.get(GATEWAY, 0)}",
        nats_url=broker.url_for_applications(around.nats, around.keys),
        postgres_url=_database(around),
        admin_api_key=around.keys.admin_api_key,
        tenant=around.keys.tenant,
        processes={name: handle.pid for name, handle in handles.items()},
        created={name: handle.created for name, handle in handles.items()},
        ports=dict(around.ports),
        boot=processes.boot(),
        logs=str(around.home.logs),
        started_at=datetime.now(UTC),
    )
