"""Where candidates forecast parts of the past from what was known before, so that they can be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast import candidates, history
from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.learning import Learner, Models, can
from trainer.trainers.forecast.methods.panel import Floats, Integers
from trainer.trainers.forecast.segments import Segments

MOST_FOLDS, FEW_SERIES = 3, 50
MOST_FOLDS_OF_FEW = 6
MOST_SERIES = 1_500
LEARNT_FROM = 3
"""The part of the past that is never forecast is at least this many minus one times as long as the part that is."""


@dataclass(frozen=True)
class Trial:
    """What candidates forecast for the series `rows` of one segment, in all folds.

    `made`: (series, folds, horizon) by candidate, `actual`: the same of what came, NaN where nothing was observed.
    `unit`: (series, folds), how much the series lately changed from step to step before, `scale`: (series,), how much
    it does all in all; all in the unit of the panel.
    """

    rows: Integers
    made: Mapping[str, Floats]
    actual: Floats
    unit: Floats
    scale: Floats


def folds(known: History, horizon: int) -> int:
    """From how many steps of the past one can forecast and still have learnt enough before; 0 if from none."""
    least = max(known.frequency.habits.least, min(known.panel.season, 2 * horizon))
    longest = int(np.quantile(known.panel.lengths, 0.6)) if known.panel.series else 0
    most = MOST_FOLDS if known.panel.series >= FEW_SERIES else MOST_FOLDS_OF_FEW
    sparing = max(1, longest // (LEARNT_FROM * horizon))
    return int(np.clip((longest - least) // horizon, 0, min(most, sparing)))


def tried(known: History, segments: Segments, learner: Learner) -> dict[str, Trial]:
    """For each segment what its candidates would have forecast; segments that are too short are left out."""
    count = folds(known, learner.horizon)
    wanted = {name: _candidates(name, segments, learner) for name in segments.names}
    if not count:
        return {}
    chosen = {name: sampled(known, segments.rows(name), count * learner.horizon, learner) for name in segments.names}
    chosen = {name: rows for name, rows in chosen.items() if len(rows)}
    before = history.as_it_was(known, count * learner.horizon)
    models = learner.learn(before, segments, {name: wanted[name] for name in chosen})
    trials: dict[str, Trial] = {}
    for place, (name, rows) in enumerate(chosen.items()):
        learner.say(0.5 + 0.5 * place / len(chosen), f"{len(rows)} series ({name}) from {count} origins")
        names = [each for each in wanted[name] if can(each, models)] or ["naive"]
        trials[name] = _trial(history.part(known, rows), rows, (names, count), learner, models)
    return trials


def _candidates(segment: str, segments: Segments, learner: Learner) -> list[str]:
    names = candidates.names_for(segment, learner.method)
    return candidates.affordable(names, len(segments.rows(segment))) if len(names) > 1 else list(names)


def sampled(known: History, rows: Integers, needed: int, learner: Learner) -> Integers:
    """Of these series those that are long enough, or a part of them if they are many."""
    least = known.frequency.habits.least
    long = rows[known.panel.lengths[rows] >= needed + least]
    if len(long) <= MOST_SERIES:
        return long
    return np.sort(np.random.default_rng(learner.seed).choice(long, MOST_SERIES, replace=False))


def _trial(
    some: History,
    rows: Integers,
    asked: tuple[Sequence[str], int],
    learner: Learner,
    models: Models,
) -> Trial:
    names, count = asked
    made = {name: np.empty((len(rows), count, learner.horizon), np.float32) for name in names}
    for fold in range(count):
        before = history.as_it_was(some, (fold + 1) * learner.horizon)
        for name, forecasts in learner.forecast(names, before, models).items():
            made[name][:, fold] = forecasts
    return trial_of(some, rows, made)


def trial_of(some: History, rows: Integers, made: Mapping[str, Floats]) -> Trial:
    """The trial of forecasts (series, folds, horizon) of some series, the newest fold first."""
    _, count, horizon = next(iter(made.values())).shape
    before = [history.as_it_was(some, (fold + 1) * horizon).panel for fold in range(count)]
    unit = np.stack([history.unit_of(panel) for panel in before], axis=1)
    return Trial(rows, made, _actual(some, count, horizon), unit, history.changes_of(some.panel))


def _actual(some: History, count: int, horizon: int) -> Floats:
    """What came in each fold, the newest fold first."""
    values = np.where(some.observed, some.panel.values, np.nan)[:, some.panel.steps - count * horizon :]
    return values.reshape(len(values), count, horizon)[:, ::-1].astype(np.float32)
