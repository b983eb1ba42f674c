"""Where it is named what may forecast a segment, and each is run on the series of one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.methods import METHODS
from trainer.trainers.forecast.methods.panel import Floats, Integers, Panel, chosen, newest
from trainer.trainers.forecast.segments import is_intermittent
from trainer.trainers.forecast.windows import CHANGE, LEVEL
from trainer.trainers.kind import Spread, UnfitTrainingRows

REGULAR = (
    "naive", "seasonal_naive", "seasonal_average", "ses", "damped", "theta", "dynamic_optimised_theta", "ets",
)  # fmt: skip
INTERMITTENT = ("average", "window_average", "ses", "croston_sba", "tsb", "adida", "imapa", "seasonal_average")
BOOSTED = (CHANGE, LEVEL)
AUTO = "auto"
MOST_COST = 100_000
"""The most that the cost of a method times the number of series may be."""

CHUNK = 2_500
LEAST_LOOKED_BACK, SEASONS_LOOKED_BACK = 300, 6


@dataclass(frozen=True)
class Classical:
    """One classical method to be run on a part of the series."""

    method: str
    panel: Panel
    horizon: int


def names_for(segment: str, method: str) -> tuple[str, ...]:
    """The candidates of a segment, or the one method asked for. Raises `UnfitTrainingRows` if there is no such one."""
    if method != AUTO:
        if method not in (*METHODS, *BOOSTED):
            known = ", ".join((AUTO, *BOOSTED, *METHODS))
            raise UnfitTrainingRows(f"There is no method '{method}'; there are: {known}.")
        return (method,)
    return (*INTERMITTENT, LEVEL) if is_intermittent(segment) else (*REGULAR, CHANGE, LEVEL)


def affordable(names: Sequence[str], series: int) -> list[str]:
    """The candidates that do not take too long for so many series."""
    return [name for name in names if name not in METHODS or METHODS[name].cost * series <= MOST_COST]


def classical(names: Sequence[str], history: History, rows: Integers, horizon: int, spread: Spread) -> list[Floats]:
    """The forecasts of classical methods for some series, each (series, horizon) in the unit of the panel."""
    panel = recent(chosen(history.panel, rows))
    parts = [np.arange(begin, min(begin + CHUNK, len(rows))) for begin in range(0, len(rows), CHUNK)]
    work = [Classical(name, chosen(panel, part), horizon) for name in names for part in parts]
    made = spread(run, work)
    count = len(parts)
    return [np.concatenate(made[place * count : (place + 1) * count]) for place in range(len(names))]


def run(work: Classical) -> Floats:
    """Run one classical method."""
    return METHODS[work.method].forecast(work.panel, work.horizon)


def recent(panel: Panel) -> Panel:
    """The panel as far back as classical methods look."""
    return newest(panel, max(LEAST_LOOKED_BACK, SEASONS_LOOKED_BACK * panel.season))
