"""Where it is decided which versions may serve: as the champion, or some units at first."""

from chassis.database import Transaction
from contracts.api.version import Verdict, Version, VersionStatus
from contracts.errors import ApprovalNeeded, GateNotPassed, NotReleasable
from registry.decisions import gate
from registry.store import approvals, experiments, tasks
from registry.store import serving as ledger


async def demand_promotable(tx: Transaction, version: Version, champion_id: str | None) -> None:
    """Refuse a version that may not take the champion's place.

    It may if it passed the gate, was champion before, or an experiment found it better than the champion. Raises
    `NotReleasable`, `GateNotPassed`.
    """
    refuse_archived(version)
    objection = gate.objection(version.gate, champion_id)
    if objection and not await has_served(tx, version) and not await _has_won(tx, version, champion_id):
        raise GateNotPassed(f"Version {version.label} may not serve. {objection}", verdict=version.gate.verdict)


async def _has_won(tx: Transaction, version: Version, champion_id: str | None) -> bool:
    return champion_id is not None and await experiments.find_proof(tx, version.id, champion_id) is not None


async def demand_triable(tx: Transaction, version: Version) -> None:
    """Refuse a version that may not even serve some units under guardrails.

    That is one which is archived, or proven worse than the champion of its time and was never champion itself. One
    that is not proven better may be tried: live evidence then decides what the holdout could not. Raises
    `NotReleasable`, `GateNotPassed`.
    """
    refuse_archived(version)
    if version.gate.verdict is Verdict.ROLLBACK and not await has_served(tx, version):
        detail = f"Version {version.label} may not serve. {' '.join(version.gate.reasons)}"
        raise GateNotPassed(detail, verdict=version.gate.verdict)


async def demand_approved(tx: Transaction, version: Version) -> None:
    """Refuse a version that nobody else has approved, where the task asks for that; raises `ApprovalNeeded`."""
    task = await tasks.find(tx, version.task)
    if task is None or not task.approvals or await approvals.count_others(tx, version.id) >= task.approvals:
        return
    so_far = ", ".join(each.by for each in version.approvals) or "nobody"
    raise ApprovalNeeded(
        f"Version {version.label} has to be approved by somebody other than {tx.cause.actor} before it may serve; it "
        f"was approved by {so_far} so far, and whoever made a key is no other person than that key. Another manager or "
        f"admin does that with POST /v1/versions/{version.id}/approve or `ratchet model approve`.",
        version_id=version.id,
        approved_by=[each.by for each in version.approvals],
    )


async def has_served(tx: Transaction, version: Version) -> bool:
    """Say whether a version ever was the champion."""
    return await ledger.has_led(tx, version.task, version.id)


def refuse_archived(version: Version) -> None:
    """Refuse a version that was set aside for good; raises `NotReleasable`."""
    if version.status is VersionStatus.ARCHIVED:
        detail = f"Version {version.label} is archived and may not serve again."
        raise NotReleasable(detail, version_id=version.id)
