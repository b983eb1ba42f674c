"""Where two versions are put side by side."""

from chassis.database import Transaction
from contracts.api.difference import VersionDifference
from contracts.errors import InvalidInput
from registry.decisions.gate import differences
from registry.versions import finding


async def compare(tx: Transaction, a: str, b: str) -> VersionDifference:
    """Say how b differs from a; raises `UnknownVersion`, and `InvalidInput` for versions of two tasks."""
    before, after = await finding.get(tx, a), await finding.get(tx, b)
    if before.task != after.task:
        reason = f"is a version of {after.task!r} and {a!r} one of {before.task!r}; only versions of one task compare"
        raise InvalidInput.at("b", reason)
    return differences.between(before, after)
