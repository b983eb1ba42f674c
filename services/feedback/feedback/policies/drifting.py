"""Where it is judged whether what comes in or goes out has moved too far, and said in sentences."""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.api.drift import DriftPolicy, DriftSide, FeatureDrift, MeasuredDrift

_TOLD = 3
_NAMES = {
    "characters": "The lengths of inputs",
    "words": "The lengths of inputs in words",
    "vocabulary": "The words of inputs",
    "input": "The form of inputs",
    "kind": "What inputs have in field {field!r}",
    "number": "The numbers of field {field!r}",
    "value": "The values of field {field!r}",
    "label": "The labels of outputs",
    "confidence": "The confidence of outputs",
    "error": "The share of errors",
}
_MEASURES = {"psi": "PSI", "ks": "KS distance", "new_categories": "share of new values"}


class _Found(NamedTuple):
    ratio: float
    certain: bool
    sentence: str
    days: str


def judge(policy: DriftPolicy | None, min_sample: int, drift: MeasuredDrift | None) -> tuple[bool, str]:
    """Say whether anything moved further than it may, and what moved most."""
    if policy is None:
        return False, "Drift is not watched."
    sides = [side for side in (drift.inputs, drift.outputs) if side] if drift else []
    if not sides:
        return False, "Drift is not judged: there are no days yet to compare with those since."
    found = sorted((each for side in sides for each in _of(side, policy, min_sample)), reverse=True)
    if not found:
        return False, f"Drift is not judged: it counts from {min_sample:,} answers before and since."
    moved = [each for each in found if each.certain and each.ratio >= 1]
    if moved:
        return True, " ".join(f"{each.sentence} {each.days}." for each in moved[:_TOLD])
    return False, f"Nothing moved too far; most: {found[0].sentence}{'' if found[0].certain else ', maybe by chance'}."


def _of(side: DriftSide, policy: DriftPolicy, min_sample: int) -> Iterator[_Found]:
    days = f"from {side.reference_from} … {side.reference_to} to {side.current_from} … {side.current_to}"
    for feature in side.features:
        if min(feature.before, feature.now) >= min_sample and _is_watched(feature, policy):
            yield from _limits(feature, policy, days)


def _limits(feature: FeatureDrift, policy: DriftPolicy, days: str) -> Iterator[_Found]:
    name = _NAMES.get(feature.feature, feature.feature).format(field=feature.field)
    limits = {
        "psi": policy.words if feature.feature == "vocabulary" else policy.psi,
        "ks": policy.ks,
        "new_categories": policy.new_categories,
    }
    for measure, limit in limits.items():
        value: float | None = getattr(feature, measure)
        if value is not None and limit is not None:
            sentence = f"{name} moved: {_MEASURES[measure]} {value:.2f} ({limit:g} allowed)"
            yield _Found(value / limit, measure in feature.certain, sentence, days)


def _is_watched(feature: FeatureDrift, policy: DriftPolicy) -> bool:
    return not feature.field or policy.fields is None or feature.field in policy.fields
