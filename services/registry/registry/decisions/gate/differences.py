"""Where it is found out how two versions differ: how they measured, what they were made of, and with what."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from contracts.api.difference import (
    Compared,
    MetricDifference,
    ParameterDifference,
    VersionDifference,
    Which,
)
from contracts.api.measure import MEASURES, Better
from contracts.api.version import Gate, Version

_HIGHER = frozenset({"accuracy", "precision", "recall", "f1", "auc", "ndcg", "mrr", "map", "acceptance", "exact", "r2"})
_LOWER = frozenset(
    {"mae", "mape", "smape", "mase", "wape", "rmse", "rmsse", "mse", "brier", "loss", "logloss", "ece", "perplexity"}
)
_NO_SCORES = frozenset({"majority", "baseline", "naive", "alone", "rows"})


def between(a: Version, b: Version) -> VersionDifference:
    """Put two versions of a task side by side."""
    ours, theirs = _compared(a), _compared(b)
    return VersionDifference(
        task=a.task,
        a=ours,
        b=theirs,
        same_rows=ours.snapshot == theirs.snapshot if ours.snapshot and theirs.snapshot else None,
        metrics=tuple(_metric(name, a.metrics, b.metrics) for name in sorted(a.metrics.keys() | b.metrics.keys())),
        parameters=tuple(_changes(_part(a, "parameters"), _part(b, "parameters"))),
        libraries=tuple(_changes(_part(a, "versions"), _part(b, "versions"))),
        gate=_gate(a, b),
    )


def direction(name: str) -> Better | None:
    """Say which way a metric is good, by its name; None where the name does not tell."""
    if known := MEASURES.get(name):
        return known.better
    words = frozenset(name.lower().split("_"))
    if words & _NO_SCORES or bool(words & _HIGHER) == bool(words & _LOWER):
        return None
    return "higher" if words & _HIGHER else "lower"


def _metric(name: str, a: Mapping[str, float], b: Mapping[str, float]) -> MetricDifference:
    ours, theirs = a.get(name), b.get(name)
    difference = theirs - ours if ours is not None and theirs is not None else None
    return MetricDifference(name=name, a=ours, b=theirs, difference=difference, better=_better(name, difference))


def _better(name: str, difference: float | None) -> Which | None:
    if difference is None:
        return None
    if difference == 0:
        return "same"
    wanted = direction(name)
    return None if wanted is None else "b" if (difference > 0) == (wanted == "higher") else "a"


def _compared(version: Version) -> Compared:
    made_of = version.lineage
    datasets = made_of.get("datasets")
    return Compared(
        id=version.id,
        label=version.label,
        number=version.number,
        created_at=version.created_at,
        rows=_count(made_of.get("rows")),
        examples=_count(made_of.get("examples")),
        snapshot=_text(made_of.get("snapshot")),
        datasets=tuple(map(str, cast("list[object]", datasets))) if isinstance(datasets, list) else (),
    )


def _changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterable[ParameterDifference]:
    for name in sorted(a.keys() | b.keys()):
        if name not in a:
            yield ParameterDifference(name=name, change="added", b=b[name])
        elif name not in b:
            yield ParameterDifference(name=name, change="removed", a=a[name])
        elif a[name] != b[name]:
            yield ParameterDifference(name=name, change="changed", a=a[name], b=b[name])


def _part(version: Version, name: str) -> Mapping[str, Any]:
    part = version.lineage.get(name)
    return cast("Mapping[str, Any]", part) if isinstance(part, dict) else {}


def _gate(a: Version, b: Version) -> Gate | None:
    return b.gate if b.gate.evidence.get("champion_version_id") == a.id else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
