"""Where a candidate is compared with the champion, or with having learnt nothing, on the same holdout."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

import polars as pl

from contracts.api.version import Comparison, PairedResult
from trainer.executors import slicing
from trainer.trainers.kind import Evaluation, Kind

Pairs = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Compared:
    """The result in counts, where every answer is right or wrong, or in losses."""

    paired: PairedResult | None
    comparison: Comparison | None


def compare(kind: Kind[Any], artifact: bytes, holdout: pl.DataFrame, champion: tuple[str, bytes] | None) -> Compared:
    """Measure an artifact beside the champion's id and artifact; where there is none, beside the kind's baseline.

    Raises `UnreadableArtifact` if the champion's cannot be read.
    """
    candidate = kind.evaluate(artifact, holdout)
    if champion is None:
        return Compared(None, _with_baseline(kind, candidate, None))
    champion_id, before = champion[0], kind.evaluate(champion[1], holdout)
    if candidate.counts and before.counts and kind.required == "better":
        counted = _counted(champion_id, _pairs(candidate.losses, before.losses))
        return Compared(counted.model_copy(update={"slices": slicing.parts(candidate, before.losses)}), None)
    comparison = _comparison(kind, candidate, before.losses, ("the champion", champion_id))
    if not comparison.units:
        return Compared(None, _with_baseline(kind, candidate, champion_id))
    return Compared(None, comparison.model_copy(update={"slices": slicing.parts(candidate, before.losses)}))


def _with_baseline(kind: Kind[Any], candidate: Evaluation, champion_id: str | None) -> Comparison | None:
    if candidate.baseline is None and kind.required == "better":
        return None
    name = candidate.baseline_name or "nothing"
    return _comparison(kind, candidate, candidate.baseline or (), (name, champion_id))


def _comparison(
    kind: Kind[Any], candidate: Evaluation, other: Sequence[float], against: tuple[str, str | None]
) -> Comparison:
    pairs = _pairs(candidate.losses, other) if len(other) else []
    gains = [theirs - ours for ours, theirs in pairs]
    return Comparison(
        against=against[0],
        champion_version_id=against[1],
        measure=candidate.measure,
        unit=candidate.unit,
        units=len(pairs),
        left_out=len(candidate.losses) - len(pairs),
        candidate_loss=fmean(ours for ours, _ in pairs) if pairs else 0.0,
        other_loss=fmean(theirs for _, theirs in pairs) if pairs else 0.0,
        gain=fmean(gains) if gains else 0.0,
        standard_error=stdev(gains) / math.sqrt(len(gains)) if len(gains) > 1 else 0.0,
        better=sum(gain > 0 for gain in gains),
        worse=sum(gain < 0 for gain in gains),
        required=kind.required,
    )


def _pairs(ours: Sequence[float], theirs: Sequence[float]) -> Pairs:
    both = zip(ours, theirs, strict=True)
    return [(float(mine), float(other)) for mine, other in both if math.isfinite(mine) and math.isfinite(other)]


def _counted(champion_id: str, pairs: Pairs) -> PairedResult:
    return PairedResult(
        champion_version_id=champion_id,
        rows=len(pairs),
        both_right=pairs.count((0.0, 0.0)),
        only_candidate_right=pairs.count((0.0, 1.0)),
        only_champion_right=pairs.count((1.0, 0.0)),
        both_wrong=pairs.count((1.0, 1.0)),
    )
