"""Where what was counted is read back, version by version."""

from collections.abc import Mapping

from chassis.database import Transaction
from feedback.metrics.counted import Counted
from feedback.store import measures, spreads
from feedback.store.measures import Span
from feedback.store.spreads import OpinionTotals

_MOST_OUTCOMES = 1000


async def counted(tx: Transaction, span: Span) -> Mapping[str, Counted]:
    """Give all that was counted of each version."""
    found = await _in_outline(tx, span)
    if found:
        for version, predicted, actual, count in await spreads.confusion(tx, span):
            _of(found, version).confusion[predicted, actual] += count
        for each in await spreads.opinions(tx, span):
            _add_opinions(_of(found, each.version_id), each)
        for version, metric, count, nano in await spreads.outcomes(tx, span, most=_MOST_OUTCOMES):
            _of(found, version).outcomes[metric] += count
            _of(found, version).outcomes_nano[metric] += nano
    return found


async def outline(tx: Transaction, span: Span) -> list[Counted]:
    """Give the totals and histograms of each version alone."""
    return list((await _in_outline(tx, span)).values())


async def _in_outline(tx: Transaction, span: Span) -> dict[str, Counted]:
    found = {totals.version_id: Counted(totals) for totals in await measures.by_version(tx, span)}
    for version, measure, bucket, count in await spreads.histograms(tx, span) if found else ():
        part = _of(found, version)
        (part.latencies if measure == "latency" else part.confidences)[bucket] += count
    return found


def _of(found: Mapping[str, Counted], version: str) -> Counted:
    """Give the version's, or one that nobody looks at where all that was said of a version was taken back."""
    return found.get(version) or Counted()


def _add_opinions(part: Counted, each: OpinionTotals) -> None:
    counts = {name: getattr(each, name) for name in OpinionTotals._fields[4:]}
    part.opinions.update({(each.operation, name): count for name, count in counts.items()})
    part.opinions[each.operation, each.verdict] += each.opinions
    part.sources[each.source] += each.opinions
