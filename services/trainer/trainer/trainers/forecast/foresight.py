"""Where a blend and its bounds are laid down for each segment, and all series are forecast by them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.forecast import blending, history, intervals
from trainer.trainers.forecast.backtest import Trial
from trainer.trainers.forecast.blending import Blend
from trainer.trainers.forecast.candidates import AUTO
from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.intervals import Bounds
from trainer.trainers.forecast.learning import Learner, Models, can
from trainer.trainers.forecast.methods.panel import Floats
from trainer.trainers.forecast.model import Foreseen
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.past import Past
from trainer.trainers.forecast.segments import Segments, is_intermittent

UNTRIED = {
    True: {"imapa": 0.5, "tsb": 0.5},
    False: {"theta": 0.5, "naive": 0.25, "window_average": 0.25},
}
"""What forecasts intermittent series, and others, where none of them is long enough to be tried."""

ROOM = 2.0
LEAST_UNIT = 0.02


@dataclass(frozen=True)
class Plan:
    """For each segment, in order: its blend, its bounds and the scaled errors (trials, horizon) they come from."""

    segments: Segments
    blends: list[Blend]
    bounds: list[Bounds]
    errors: list[Floats]
    level: float
    non_negative: bool

    @property
    def described(self) -> list[str]:
        """The blend of each segment in words."""
        return [
            " + ".join(
                f"{weight:.0%} {name}"
                for name, weight in sorted(blend.weights.items(), key=lambda each: (-each[1], each[0]))
            )
            for blend in self.blends
        ]


def planned(segments: Segments, trials: Mapping[str, Trial], past: Past, parameters: ForecastParameters) -> Plan:
    """The plan that follows from trials; a segment without one follows the others, or what is usual."""
    blends: list[Blend] = []
    errors: list[Floats] = []
    tried = {name: blending.blended(trial) for name, trial in trials.items()}
    for name in segments.names:
        like = _likest(name, trials)
        blends.append(tried[like] if like else _usual(name, parameters.method))
        errors.append(_errors(trials[like], tried[like]) if like else np.empty((0, past.steps), np.float32))
    bounds = [intervals.bounds(each, parameters.level) for each in errors]
    return Plan(segments, blends, bounds, errors, parameters.level, past.non_negative)


def revised(plan: Plan, past: Past, before: Foreseen) -> Plan:
    """The plan with bounds that have also learnt from the errors on the holdout."""
    steps = before.values.shape[1]
    values = history_after(past, steps)
    unit = _units(past.known) * past.known.sizes
    errors = ((values - before.values) / unit[:, None]).astype(np.float32)
    merged = [
        np.concatenate([known, errors[plan.segments.of_series == place]]) for place, known in enumerate(plan.errors)
    ]
    return replace(plan, bounds=[intervals.bounds(each, plan.level) for each in merged], errors=merged)


def history_after(past: Past, steps: int) -> NDArray[np.float64]:
    """What came in the steps after the known past, (series, steps), NaN where nothing was observed."""
    values = past.grid.values
    columns = values.shape[1] - past.held[:, None] + np.arange(steps)
    there = columns < values.shape[1]
    return np.where(there, np.take_along_axis(values, np.minimum(columns, values.shape[1] - 1), axis=1), np.nan)


def foreseen(known: History, plan: Plan, learner: Learner) -> Foreseen:
    """The forecasts of all series after what is known of them, with their bounds, in their own units."""
    names = plan.segments.names
    wanted = {name: list(blend.weights) for name, blend in zip(names, plan.blends, strict=True)}
    models = learner.learn(known, plan.segments, wanted)
    made = np.zeros((known.panel.series, learner.horizon), np.float32)
    lower, upper = made.copy(), made.copy()
    for place, (blend, bounds) in enumerate(zip(plan.blends, plan.bounds, strict=True)):
        learner.say(0.5 + 0.5 * place / len(names), f"segment '{names[place]}'")
        rows = np.flatnonzero(plan.segments.of_series == place)
        some = history.part(known, rows)
        weights = _possible(blend.weights, models)
        made[rows] = _within_reason(blending.together(weights, learner.forecast(list(weights), some, models)), some)
        unit = _units(some)[:, None]
        lower[rows], upper[rows] = made[rows] - bounds.below * unit, made[rows] + bounds.above * unit
    sized = [_sized(each, known, plan) for each in (made, lower, upper)]
    return Foreseen(sized[0], sized[1], sized[2], known.ends)


def _likest(name: str, trials: Mapping[str, Trial]) -> str | None:
    alike = [other for other in trials if is_intermittent(other) == is_intermittent(name)]
    return name if name in trials else next(iter(alike), None)


def _usual(name: str, method: str) -> Blend:
    return Blend(UNTRIED[is_intermittent(name)] if method == AUTO else {method: 1.0}, {}, 0)


def _errors(trial: Trial, blend: Blend) -> Floats:
    made = blending.together(blend.weights, trial.made)
    errors = (trial.actual - made) / np.maximum(trial.unit, LEAST_UNIT)[:, :, None]
    return errors.reshape(-1, errors.shape[2]).astype(np.float32)


def _possible(weights: Mapping[str, float], models: Models) -> dict[str, float]:
    kept = {name: weight for name, weight in weights.items() if can(name, models)} or {"naive": 1.0}
    total = sum(kept.values())
    return {name: weight / total for name, weight in kept.items()}


def _units(known: History) -> Floats:
    return np.maximum(history.unit_of(known.panel), np.float32(LEAST_UNIT))


def _within_reason(made: Floats, known: History) -> Floats:
    """Forecasts (series, horizon) not farther outside of what a series has been than twice its range."""
    values = known.panel.values
    least = np.nanmin(np.where(np.isfinite(values), values, np.inf), axis=1, initial=np.inf)
    most = np.nanmax(np.where(np.isfinite(values), values, -np.inf), axis=1, initial=-np.inf)
    there = np.isfinite(least)
    room = np.where(there, most - least, 0) * ROOM
    low, high = np.where(there, least, 0) - room, np.where(there, most, 0) + room
    return np.clip(np.nan_to_num(made), low[:, None], high[:, None]).astype(np.float32)


def _sized(made: Floats, known: History, plan: Plan) -> Floats:
    """Forecasts in the units of their series."""
    sized = made * known.sizes[:, None]
    return np.maximum(sized, 0).astype(np.float32) if plan.non_negative else sized.astype(np.float32)


def shortened(foreseen: Foreseen, horizon: int) -> Foreseen:
    """The first steps of forecasts."""
    first = (np.ascontiguousarray(each[:, :horizon]) for each in (foreseen.values, foreseen.lower, foreseen.upper))
    values, lower, upper = first
    return Foreseen(values, lower, upper, foreseen.origins)
