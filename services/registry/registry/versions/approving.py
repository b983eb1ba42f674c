"""Where a second person says that a version may serve."""

from chassis.database import Transaction
from contracts.api.version import Version
from registry import admissions
from registry.store import approvals
from registry.versions import finding


async def approve(tx: Transaction, version_id: str, note: str) -> Version:
    """Note that whoever asks approves a version; once is as good as twice. Raises `UnknownVersion`, `NotReleasable`."""
    admissions.refuse_archived(await finding.get(tx, version_id))
    await approvals.insert(tx, version_id, note)
    return await finding.get(tx, version_id)
