"""Where many series stand side by side, as the classical methods take them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Panel:
    """Series of one frequency, right-aligned: the last column is the newest step of all of them.

    `values`: float32 (series, steps); NaN before a series' start, none inside. What has gaps is filled by the caller.
    `starts`: int (series,), the column of a series' first value; equal to `steps` where a series has no value at all.
    `season`: steps after which the pattern repeats, such as 12 for months; 1 where there is none.
    """

    values: Floats
    starts: Integers
    season: int = 1

    @property
    def series(self) -> int:
        """How many series there are."""
        return self.values.shape[0]

    @property
    def steps(self) -> int:
        """How many columns there are: the length of the longest series, or more."""
        return self.values.shape[1]

    @property
    def lengths(self) -> Integers:
        """How many values each series has."""
        return self.steps - self.starts


def panel_of(series: Sequence[Sequence[float] | NDArray[np.floating]], season: int = 1) -> Panel:
    """The panel of series of any lengths that all end at the same step."""
    lengths = np.array([len(each) for each in series], np.int64)
    steps = int(lengths.max(initial=0))
    values = np.full((len(series), steps), np.nan, np.float32)
    for row, each in zip(values, series, strict=True):
        row[steps - len(each) :] = each
    return Panel(values, steps - lengths, season)


def chosen(panel: Panel, rows: Integers | Flags) -> Panel:
    """The panel of some series, by position or by a flag each; columns that none of them reaches are dropped."""
    starts = panel.starts[rows]
    unused = int(starts.min(initial=panel.steps))
    return Panel(panel.values[rows, unused:], starts - unused, panel.season)


def earlier(panel: Panel, steps: int) -> Panel:
    """The panel as it was `steps` ago; a series that had not begun then has no value."""
    kept = max(panel.steps - steps, 0)
    return replace(panel, values=panel.values[:, :kept], starts=np.minimum(panel.starts, kept))


def newest(panel: Panel, steps: int) -> Panel:
    """The panel of the newest `steps` only."""
    cut = max(panel.steps - steps, 0)
    return replace(panel, values=panel.values[:, cut:], starts=np.maximum(panel.starts - cut, 0))
