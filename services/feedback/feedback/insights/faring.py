"""Where it is summed up how examples fare, by source and by submitter: pure, from counts."""

from collections import Counter
from collections.abc import Iterable, Sequence

from contracts.api.example import ExampleStatus
from contracts.api.insights import Approvals, InsightTotals
from feedback.store.insights import MOST, MOST_TEXTS, Fared


def totals(counted: InsightTotals, fared: Sequence[Fared], corrections: int) -> InsightTotals:
    """Add the examples to what sums say."""
    by = _by_status(fared)
    return counted.model_copy(
        update={
            "corrections": corrections,
            "examples": by.total(),
            "pending": by[ExampleStatus.PENDING],
            "approved": by[ExampleStatus.APPROVED],
            "rejected": by[ExampleStatus.REJECTED],
        }
    )


def by_source(fared: Sequence[Fared]) -> tuple[Approvals, ...]:
    """Sum up by source."""
    return _ranked(_grouped((each.source, each) for each in fared))


def by_submitter(fared: Sequence[Fared], *, most: int = 10) -> tuple[Approvals, ...]:
    """Sum up by submitter, those who submitted most first."""
    return _ranked(_grouped((each.submitted_by, each) for each in fared))[:most]


def bounds(fared: Sequence[Fared], corrections: int) -> Iterable[str]:
    """Say where only the newest rows were looked at."""
    if sum(each.examples for each in fared) >= MOST:
        yield f"Examples are those of the newest {MOST:,} of the period."
    if corrections >= MOST_TEXTS:
        yield f"Corrections are those among the newest {MOST_TEXTS:,} examples of the period."


def _grouped(named: Iterable[tuple[str, Fared]]) -> dict[str, list[Fared]]:
    grouped: dict[str, list[Fared]] = {}
    for name, each in named:
        grouped.setdefault(name, []).append(each)
    return grouped


def _ranked(grouped: dict[str, list[Fared]]) -> tuple[Approvals, ...]:
    found = [_approvals(name, members) for name, members in grouped.items()]
    return tuple(sorted(found, key=lambda each: (-each.examples, each.of)))


def _approvals(name: str, members: Iterable[Fared]) -> Approvals:
    by = _by_status(members)
    approved, rejected = by[ExampleStatus.APPROVED], by[ExampleStatus.REJECTED]
    settled = approved + rejected
    return Approvals(
        of=name, examples=by.total(), pending=by[ExampleStatus.PENDING], approved=approved, rejected=rejected,
        rate=approved / settled if settled else None,
    )  # fmt: skip


def _by_status(fared: Iterable[Fared]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for each in fared:
        counts[each.status] += each.examples
    return counts
