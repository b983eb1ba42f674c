"""Where better settings of the models of all series are searched for, by backtest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from trainer.trainers.forecast import backtest, blending, boosting, candidates, history
from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.learning import Learner
from trainer.trainers.forecast.lessons import USUAL, Lesson, Settings
from trainer.trainers.forecast.methods.panel import Integers
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.segments import Segments
from trainer.trainers.searching import space, trials
from trainer.trainers.searching.parameters import Optimize
from trainer.trainers.searching.space import Range
from trainer.trainers.searching.trials import Found, Search

SPACE = {
    "trees": Range(40, 400, log=True),
    "rate": Range(0.02, 0.2, log=True),
    "leaves": Range(6, 64, log=True),
    "least_rows": Range(10, 200, log=True),
    "l2": Range(0.1, 10.0, log=True),
}
MOST_SERIES = 500
MOST_ROWS = 50_000
Searched = dict[str, Found]


@dataclass(frozen=True)
class Case:
    """What settings are tried on: a lesson of the past, and the series (`some`) that are then forecast."""

    lesson: Lesson
    some: History
    rows: Integers
    folds: int


def tuned(known: History, segments: Segments, learner: Learner, parameters: ForecastParameters) -> Searched:
    """What was found for each model of all series that some segment may use; nothing if no search was asked for."""
    count = backtest.folds(known, learner.horizon)
    if parameters.optimize is None or not count:
        return {}
    cases = _cases(known, segments, learner, count)
    start, end, _ = learner.stage
    found: Searched = {}
    for place, (target, case) in enumerate(cases.items()):
        span = tuple(start + (end - start) * each / len(cases) for each in (place, place + 1))
        seconds = max(1.0, parameters.optimize.seconds / len(cases))
        optimize = Optimize(trials=parameters.optimize.trials, seconds=seconds)
        usual: space.Settings = {name: getattr(USUAL[target], name) for name in SPACE}
        asked = Search(SPACE, usual, optimize, learner.seed, f"{target}_loss", (span[0], span[1]))
        found[target] = trials.search(partial(loss, case), asked, learner.workshop)
    return found


def with_best(learner: Learner, found: Searched, ensemble: int) -> Learner:
    """A learner that averages, for each target, so many models: of the best settings found, else of the usual ones."""
    settings = {
        target: tuple(settings_of(each.settings) for each in found[target].best(ensemble))
        if target in found
        else (USUAL[target],) * ensemble
        for target in candidates.BOOSTED
    }
    return replace(learner, settings=settings)


def settings_of(found: Mapping[str, object]) -> Settings:
    """The settings that a search proposed."""
    return replace(Settings(), **found)  # pyright: ignore[reportArgumentType] (of the types of the space)


def loss(case: Case, found: space.Settings) -> float:
    """The mean scaled error of a model that learns with these settings."""
    lesson = replace(case.lesson, settings=settings_of(found))
    model, horizon = boosting.fit(lesson), lesson.horizon
    made = [
        boosting.forecast(model, history.as_it_was(case.some, (fold + 1) * horizon), horizon)
        for fold in range(case.folds)
    ]
    trial = backtest.trial_of(case.some, case.rows, {lesson.target: np.stack(made, axis=1)})
    return blending.loss(trial, trial.made[lesson.target])


def _cases(known: History, segments: Segments, learner: Learner, count: int) -> dict[str, Case]:
    before = history.as_it_was(known, count * learner.horizon)
    cases: dict[str, Case] = {}
    for target in candidates.BOOSTED:
        using = [name for name in segments.names if target in candidates.names_for(name, learner.method)]
        flags = np.isin(segments.of_series, [segments.names.index(name) for name in using])
        rows = backtest.sampled(known, np.flatnonzero(flags), count * learner.horizon, learner)[:MOST_SERIES]
        most = min(MOST_ROWS, learner.most_rows)
        lesson = Lesson(before, flags, target, learner.horizon, most, learner.seed, USUAL[target])
        if len(rows) and lesson.teaches:
            cases[target] = Case(lesson, history.part(known, rows), rows, count)
    return cases
