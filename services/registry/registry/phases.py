"""Where phases are opened and closed, and where it is taken in how their versions do."""

from chassis.database import Transaction
from contracts.api.route import Route
from contracts.events.phases import PhaseClosed, PhaseOpened, VersionPerformance
from contracts.ids import new_id
from registry.decisions import shares
from registry.decisions.shares import Shares
from registry.store import phases as stored
from registry.store.phases import Owner, Phase

_GROWTH = 1.02
"""What is kept to replay has two per cent more units than what was kept before: 500 times for a million units."""


async def hear(tx: Transaction, said: VersionPerformance) -> None:
    """Take in how the versions of a phase do; it is judged soon after."""
    if await stored.hear(tx, said):
        await stored.record(tx, said, growth=_GROWTH)


async def open_(tx: Transaction, route: Route, owner: Owner, owner_id: str, divided: Shares) -> None:
    """Divide units from the present revision of the route on."""
    opened = PhaseOpened(
        phase_id=new_id(),
        task=route.task,
        salt=route.salt,
        segments=divided.segments,
        versions=divided.versions,
        since=route.since,
    )
    await stored.insert(tx, opened, owner, owner_id)
    tx.publish(opened)


async def close(tx: Transaction, phase: Phase) -> None:
    """End a phase."""
    until = await stored.close(tx, phase.id)
    tx.publish(PhaseClosed(phase_id=phase.id, task=phase.task, until=until))


def is_same(phase: Phase, route: Route, divided: Shares) -> bool:
    """Say whether a phase divides units just so."""
    return (phase.salt, phase.segments, phase.versions) == (route.salt, divided.segments, divided.versions)


def weights(phase: Phase) -> dict[str, float]:
    """Give the share of each version that is compared, in their order."""
    return shares.of(phase.segments, phase.versions)
