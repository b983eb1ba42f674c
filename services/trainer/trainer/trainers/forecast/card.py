"""Where a forecast's card is written: what it learnt from, where it is weak, and how it was made."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainer.trainers import cards
from trainer.trainers.forecast.foresight import Plan
from trainer.trainers.forecast.methods.panel import Flags, Integers
from trainer.trainers.forecast.model import Model
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.past import Past
from trainer.trainers.forecast.scoring import Answers, losses, measured
from trainer.trainers.kind import Snapshot
from trainer.trainers.searching.trials import Found

SHOWN = 20
FEW_HELD = 30
SHORT_OF_LEVEL = 0.15


@dataclass(frozen=True)
class Facts:
    """All that a card is written from, beside the answers to the holdout."""

    snapshot: Snapshot
    past: Past
    parameters: ForecastParameters
    plan: Plan
    model: Model
    search: Mapping[str, Found]


def write(facts: Facts, answers: Answers) -> dict[str, object]:
    """The card as plain JSON."""
    past, model = facts.past, facts.model
    return {
        "data": _rows(facts),
        "method": {
            "frequency": model.frequency.name,
            "season": past.known.panel.season,
            "horizon": model.horizon,
            "as_of": model.as_of,
            "level": model.level,
            "bounds": "conformal: quantiles of scaled errors of backtests and the holdout, by segment and step ahead",
            "segments": _segments(facts),
            "search": {target: found.card() for target, found in facts.search.items()},
        },
        "metrics": measured(answers),
        "slices": _slices(facts, answers),
        "series": _series(answers),
        "limits": _limits(facts, answers),
        **cards.made_with(facts.parameters),
    }


def _rows(facts: Facts) -> dict[str, object]:
    snapshot = facts.snapshot
    return {
        "snapshot": snapshot.sha256,
        "train_rows": snapshot.train.height,
        "holdout_rows": snapshot.holdout.height,
        "split_rule": snapshot.rule,
        "series": len(facts.model.names),
        "removed": dict(snapshot.removed),
        "features": [*facts.past.described.names, *facts.past.whole.dated.names],
        "features_not_used": facts.past.described.unused,
    }


def _segments(facts: Facts) -> list[dict[str, object]]:
    """How each segment is forecast, and how its candidates did in the backtest (mean scaled error, lower is better)."""
    plan = facts.plan
    return [
        {
            "segment": name,
            "series": int((plan.segments.of_series == place).sum()),
            "weights": {each: round(weight, 4) for each, weight in sorted(blend.weights.items())},
            "backtest": {each: round(loss, 6) for each, loss in sorted(blend.losses.items())},
            "series_tried": blend.trials,
        }
        for place, (name, blend) in enumerate(zip(plan.segments.names, plan.blends, strict=True))
    ]


def _slices(facts: Facts, answers: Answers) -> list[dict[str, object]]:
    """The metrics of each segment."""
    plan, model = facts.plan, facts.model
    segments = plan.segments.of_series[[model.places[name] for name in answers.names]]
    return [
        {"segment": name, **_rounded(measured(answers.of((segments == place)[answers.series])))}
        for place, name in enumerate(plan.segments.names)
        if (segments == place).any()
    ]


def _series(answers: Answers) -> dict[str, object]:
    """The best and the worst series by the root of their loss (RMSSE)."""
    roots = np.sqrt(losses(answers, answers.forecast))
    order = np.argsort(np.where(np.isfinite(roots), roots, np.inf), kind="stable")
    ranked = [{"series": answers.names[place], "rmsse": round(float(roots[place]), 6)} for place in order]
    known = [each for each, place in zip(ranked, order, strict=True) if np.isfinite(roots[place])]
    return {"best": known[:SHOWN], "worst": known[::-1][:SHOWN]}


def _rounded(metrics: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in metrics.items()}


def _limits(facts: Facts, answers: Answers) -> list[str]:
    past, model = facts.past, facts.model
    limits = [f"It forecasts {model.horizon} steps after each series' last date, the newest of which is {model.as_of}."]
    unheld = past.held == 0
    if unheld.any():
        limits.append(f"Too short to be measured on, so forecast like others: {_named(unheld, model)}.")
    ended = _ended(past.whole.ends, model.horizon, past.known.panel.season)
    if ended.any():
        limits.append(f"Ended long before the newest date, so perhaps discontinued: {_named(ended, model)}.")
    gaps = int((past.whole.panel.lengths - past.whole.observed.sum(axis=1)).clip(0).sum())
    if gaps:
        limits.append(
            f"{gaps} steps inside of series had no row and were filled ('missing' is '{facts.parameters.missing}')."
        )
    if len(answers.names) < FEW_HELD:
        limits.append(f"Measured on {len(answers.names)} series only; the metrics are rough.")
    limits += _doubtful_bounds(measured(answers).get("coverage"), facts.parameters.level)
    untried = [
        name for name, blend in zip(facts.plan.segments.names, facts.plan.blends, strict=True) if not blend.trials
    ]
    if untried:
        limits.append(f"Too short for a backtest, so forecast by the usual methods: {', '.join(untried)}.")
    return limits


def _doubtful_bounds(coverage: float | None, level: float) -> list[str]:
    """Warn of bounds that held far fewer values of the holdout than they should."""
    if coverage is None or coverage >= level - SHORT_OF_LEVEL:
        return []
    return [f"Its bounds are too narrow here: {coverage:.0%} of the holdout lay within them, not {level:.0%}."]


def _ended(ends: Integers, horizon: int, season: int) -> Flags:
    """Which series ended more than a horizon and a season before the newest, where most end with it."""
    ended = ends < ends.max() - max(horizon, season)
    return ended & (ended.mean() <= 0.5)  # noqa: PLR2004 (if half of them do, their steps are counted from other days)


def _named(chosen: Flags, model: Model) -> str:
    names = [model.names[place] for place in np.flatnonzero(chosen)]
    shown = ", ".join(names[:SHOWN])
    return f"{len(names)} series, {shown}" + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
