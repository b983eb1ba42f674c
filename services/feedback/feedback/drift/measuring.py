"""Where it is measured how far each feature of what comes in, or goes out, has moved: pure, from counts by day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from feedback.drift import binning, novelty, statistics
from feedback.drift.binning import Counts, Days
from feedback.drift.statistics import CERTAIN, Comparison

Feature = tuple[str, str]
"""What is counted, and of which field; the field is '' where it is the whole input or output."""
Shapes = Mapping[Feature, Mapping[date, Counts]]

Features = Mapping[Feature, Days]

INPUT: Feature = ("input", "")
_TEXTS: Feature = ("characters", "")
_ORDERED = frozenset({"characters", "words", "number", "confidence"})
_CATEGORICAL = frozenset({"value", "label"})
_MISSING = 9
_TESTS_A_FEATURE = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """How far one feature moved, ``before`` and ``now`` so many; only what is named ``certain`` is more than chance."""

    feature: str
    field: str
    before: int
    now: int
    psi: float
    ks: float | None
    new_categories: float | None
    certain: tuple[str, ...]


def compare(before: Shapes, now: Shapes) -> list[Moved]:
    """Compare every feature that there is on both sides."""
    kinds = {feature for feature in (*before, *now) if feature[0] == "kind"}
    earlier, later = _complete(before, kinds), _complete(now, kinds)
    features = sorted(earlier.keys() & later.keys())
    chance = CERTAIN / (_TESTS_A_FEATURE * max(len(features), 1))
    return [_moved(each, earlier, later, chance) for each in features]


def _moved(feature: Feature, earlier: Features, later: Features, chance: float) -> Moved:
    before, now = earlier[feature], later[feature]
    compared = _binned(feature[0], before, now)
    ks = statistics.greatest_distance(*binning.every(before, now)) if feature[0] in _ORDERED else None
    new = novelty.share(before, now) if feature[0] in _CATEGORICAL else None
    tests = {
        "psi": statistics.difference_is_certain(compared, chance),
        "ks": ks is not None and statistics.distance_is_certain(ks, compared, chance),
        "new_categories": new is not None
        and novelty.is_certain(new, (before, now), statistics.spread(compared), chance),
    }
    certain = tuple(name for name, holds in tests.items() if holds)
    sizes = _size(feature, earlier), _size(feature, later)
    return Moved(*feature, *sizes, statistics.stability_index(compared), ks, new, certain)


def _binned(feature: str, before: Days, now: Days) -> Comparison:
    if feature in _ORDERED:
        return Comparison(*binning.tenths(before, now))
    if feature != "vocabulary":
        return Comparison(*binning.frequent(before, now))
    telling = binning.without_commonest(before, now)
    return Comparison(*binning.frequent(*telling))


def _complete(shapes: Shapes, kinds: Iterable[Feature]) -> Features:
    """Give the days of each feature; a field's kinds say also how many inputs did not have it."""
    found: dict[Feature, Days] = {feature: list(days.values()) for feature, days in shapes.items()}
    inputs = {day: counts[1] for day, counts in shapes.get(INPUT, {}).items() if counts.get(1)}
    for kind in kinds if inputs else ():
        known = shapes.get(kind, {})
        found[kind] = [_with_missing(known.get(day, {}), size) for day, size in inputs.items()]
    return found


def _with_missing(counts: Counts, inputs: float) -> Counts:
    missing = inputs - sum(counts.values())
    return {**counts, _MISSING: missing} if missing > 0 else counts


def _size(feature: Feature, features: Features) -> int:
    """Give the number of answers; that of words is the number of their texts."""
    counted = features.get(_TEXTS, ()) if feature[0] == "vocabulary" else features[feature]
    return round(sum(sum(counts.values()) for counts in counted))
