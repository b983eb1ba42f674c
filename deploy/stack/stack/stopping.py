"""Where the stack is brought down: services first, then NATS, then Postgres, until nothing of it runs."""

from concurrent.futures import ThreadPoolExecutor

from chassis.embedded import nats, postgres, processes
from stack import home, keeper, local
from stack.home import Home
from stack.local import Local

SERVERS = frozenset({"postgres", "nats"})


def stop(place: Home) -> bool:
    """Stop everything, also what the processes started themselves; return whether anything ran."""
    if not place.folder.exists():
        return False
    with home.alone(place):
        keeper.end(place)
        before = local.read(place)
        ran = _stop_services(before) if before is not None else False
        ran = nats.find(place.nats) is not None or postgres.find(place.postgres) is not None or ran
        nats.stop(place.nats)
        postgres.stop(place.postgres)
        if before is not None:
            local.write(place, before.model_copy(update={"processes": {}, "created": {}}))
    return ran


def _stop_services(before: Local) -> bool:
    handles = [before.handle(name) for name in before.processes if name not in SERVERS]
    known = [handle for handle in handles if handle is not None]
    ran = any(processes.alive(handle) for handle in known)
    with ThreadPoolExecutor() as pool:
        list(pool.map(processes.stop, known))
    return ran
