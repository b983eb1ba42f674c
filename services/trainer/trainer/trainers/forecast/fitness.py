"""Where it is decided whether series are long and alike enough to be forecast, and how far ahead."""

import numpy as np

from trainer.trainers.forecast.grid import Grid
from trainer.trainers.forecast.methods.panel import Flags, Integers
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.rows import listed
from trainer.trainers.kind import UnfitTrainingRows

MOST_UNFIT = 0.5
MOST_OTHERS = 0.1
APART, ROWS, EVEN = 3.0, 6, 0.15


def horizon(whole: Grid, parameters: ForecastParameters) -> int:
    """The steps to forecast: as asked for, else usual ones, fewer where half of the series are too short for them."""
    if parameters.horizon is not None:
        return parameters.horizon
    habits = whole.frequency.habits
    longest = int(np.median(whole.lengths)) - habits.least
    return max(1, min(habits.horizon, longest))


def require_holdout(whole: Grid, held: Integers) -> None:
    """Raise `UnfitTrainingRows` if most series are too short to learn from, or none can be measured on."""
    habits, names = whole.frequency.habits, whole.names
    short = whole.lengths < habits.least
    article = "An" if whole.frequency.name[0] in "aeiouh" and whole.frequency.name != "half-hourly" else "A"
    least = f"{article} {whole.frequency.name} forecast needs at least {habits.least} {habits.step}s"
    if short.mean() > MOST_UNFIT or short.all():
        raise UnfitTrainingRows(f"{least}; {_counted(short, names)} fewer: {_named(short, names)}.")
    if not held.any():
        longest = int(whole.lengths.max())
        raise UnfitTrainingRows(
            f"{least} and its horizon to be measured on; the longest of {len(names)} series, "
            f"'{names[int(whole.lengths.argmax())]}', has {longest}, so the horizon may be {longest - habits.least} at "
            "most."
        )


def require_one_frequency(whole: Grid) -> None:
    """Raise `UnfitTrainingRows` if more than a few series have evenly spaced dates that are several steps apart."""
    others = _evenly_apart(whole)
    if others.mean() > MOST_OTHERS and not others.all():
        name = whole.frequency.name
        raise UnfitTrainingRows(
            f"The series have different frequencies: most are {name}, but {_counted(others, whole.names)} dates "
            f"further apart: {_named(others, whole.names)}. Train them as tasks of their own, or give the frequency "
            "that all of them can have in the parameter 'frequency'."
        )


def _evenly_apart(whole: Grid) -> Flags:
    """Which series have rows that are all equally many steps apart, and more than two."""
    present = whole.present
    count = present.sum(axis=1)
    spacing = (whole.lengths - 1) / np.maximum(count - 1, 1)
    others = (count >= ROWS) & (spacing >= APART)
    for row in np.flatnonzero(others):
        gaps = np.diff(np.flatnonzero(present[row]))
        others[row] = gaps.std() <= EVEN * gaps.mean()
    return others


def _counted(chosen: Flags, names: list[str]) -> str:
    count = int(chosen.sum())
    return f"{count} of {len(names)} series {'has' if count == 1 else 'have'}"


def _named(chosen: Flags, names: list[str]) -> str:
    return listed([names[place] for place in np.flatnonzero(chosen)])
