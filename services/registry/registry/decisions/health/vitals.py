"""Where the numbers that monitors watch are taken from what is known of a version and of its live answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil, isfinite

from contracts.api.metrics import Metrics, Period, VersionMetrics
from contracts.api.version import Version
from registry.decisions.health import drift, tipping
from registry.decisions.health.monitoring import Found, Share


@dataclass(frozen=True, slots=True)
class Live:
    """What feedback said of each period, in all and of the champion alone; ``away`` says why it said nothing."""

    metrics: Mapping[Period, Metrics] = field(default_factory=dict[Period, Metrics])
    champion: Mapping[Period, Metrics] = field(default_factory=dict[Period, Metrics])
    away: str = ""

    def of(self, version_id: str | None, period: Period) -> VersionMetrics | None:
        """Give the numbers of a version; None where it gave no answer."""
        said = self.metrics.get(period)
        return next((each for each in said.versions if each.version_id == version_id), None) if said else None


@dataclass(frozen=True, slots=True)
class Served:
    """A version that serves, its share of the units, its age, and whether it is the champion."""

    version: Version
    weight: float
    age_days: float
    is_champion: bool


def read(metric: str, served: Served, live: Live, period: Period) -> Found:
    """Give a number of a version."""
    if metric == "age_days":
        return Found(served.age_days, None)
    if metric.startswith(_TRAINING):
        return _trained(served.version, metric.removeprefix(_TRAINING))
    if metric == "drift":
        return _drift(served, live, period)
    found = live.of(served.version.id, period)
    if found is None or not found.inferences + found.feedback:
        return Found(None, 0, note=live.away or f"no answers in the last {period}")
    return _drop(served, found) if metric == "accuracy_drop" else _LIVE[metric](found)


def unversioned(live: Live, period: Period) -> Found:
    """Give the share of a task's answers that name no version."""
    said = live.metrics.get(period)
    if said is None or not said.metrics.inferences:
        return Found(None, 0, note=live.away or f"no answers in the last {period}")
    nameless = live.of(None, period)
    return _share(nameless.inferences if nameless else 0, said.metrics.inferences, "answers")


_TRAINING = "training_"


def _accuracy(found: VersionMetrics) -> Found:
    judged = found.classification.judged
    return _share(round((found.classification.accuracy or 0.0) * judged), judged, "judged answers")


def _acceptance(found: VersionMetrics) -> Found:
    verdicts = found.classification.verdicts
    return _share(round((found.classification.acceptance or 0.0) * verdicts), verdicts, "verdicts")


def _success(found: VersionMetrics) -> Found:
    """A sum of scores between 0 and 1 proves no more than as many hits; what is left over counts as one more."""
    told, rate = found.success.count, found.success.rate
    if not told or rate is None:
        return Found(None, 0, note="no outcomes")
    return Found(rate, told, Share(ceil(rate * told - 1e-9), told))


def _error_rate(found: VersionMetrics) -> Found:
    return _share(found.errors, found.inferences, "answers")


def _latency(found: VersionMetrics) -> Found:
    return _plain(found.latency.p95_ms, found.inferences, "nobody reported latencies")


def _confidence(found: VersionMetrics) -> Found:
    return _plain(found.mean_confidence, found.inferences, "nobody reported confidences")


def _cost(found: VersionMetrics) -> Found:
    known = found.inferences - found.cost.unknown
    if found.cost.usd is None or known <= 0:
        return Found(None, 0, note="nobody reported what the answers cost")
    return Found(found.cost.usd / known, known, note=_left_out(found.cost.unknown))


_LIVE: dict[str, Callable[[VersionMetrics], Found]] = {
    "accuracy": _accuracy,
    "acceptance": _acceptance,
    "success": _success,
    "error_rate": _error_rate,
    "latency_p95": _latency,
    "confidence": _confidence,
    "cost_usd": _cost,
}


def _drop(served: Served, found: VersionMetrics) -> Found:
    trained, live = served.version.metrics.get("accuracy"), _accuracy(found)
    if trained is None or not isfinite(trained):
        return Found(None, live.n, note="the version has no accuracy from training")
    if live.value is None or live.share is None:
        return live
    return Found(trained - live.value, live.n, Share(live.share.hits, live.share.trials, trained))


def _drift(served: Served, live: Live, period: Period) -> Found:
    said, expected = live.champion.get(period), prevalence(served.version)
    if not served.is_champion or not expected:
        note = "" if served.is_champion else "only the champion's labels are compared"
        return Found(None, None, note=note or "the card does not say which labels were learnt from")
    if said is None or said.metrics.version_id != served.version.id:
        return Found(None, None, note=live.away or "the champion has just changed")
    moved = drift.between(expected, said.distributions.get("predicted", {}))
    doubt = "" if moved.evidence >= 1 / tipping.ALPHA else f"{moved.count:,} answers do not prove it yet"
    return Found(
        moved.index if moved.count else None, moved.count, doubt=doubt, note="" if moved.count else "no labels"
    )


def prevalence(version: Version) -> dict[str, float]:
    """Give the shares of the labels that a version learnt from, if its card says so."""
    learnt = version.card.get("data")
    shares = learnt.get("prevalence") if isinstance(learnt, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(shares, Mapping):
        return {}
    return {str(label): float(share) for label, share in shares.items() if isinstance(share, int | float) and share > 0}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _trained(version: Version, name: str) -> Found:
    value, samples = version.metrics.get(name), version.metrics.get("samples")
    if value is None or not isfinite(value):
        return Found(None, None, note=f"the version has no {name} from training")
    return Found(value, int(samples) if samples is not None and isfinite(samples) else None)


def _share(hits: int, trials: int, what: str) -> Found:
    return Found(hits / trials, trials, Share(hits, trials)) if trials else Found(None, 0, note=f"no {what}")


def _plain(value: float | None, n: int, missing: str) -> Found:
    return Found(value, n) if value is not None else Found(None, 0, note=missing)


def _left_out(unknown: int) -> str:
    return f"{unknown:,} answers of unknown cost are left out" if unknown else ""
