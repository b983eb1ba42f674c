"""Where series are divided into segments that are forecast alike: by how often they are zero, and by their length."""

from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.methods.panel import Integers

INTERMITTENT_SHARE = 0.3
LONG_SEASONS = 2
LONG_STEPS = 24
FEWEST = 20
EMPTY, INTERMITTENT, REGULAR = "without values", "intermittent", "regular"


@dataclass(frozen=True)
class Segments:
    """`names` of segments and, for each series, the place of its own in them."""

    names: list[str]
    of_series: Integers

    def rows(self, name: str) -> Integers:
        """The series of a segment."""
        return np.flatnonzero(self.of_series == self.names.index(name))


def segmented(history: History) -> Segments:
    """The segments of series; one of fewer than `FEWEST` series joins the other of the same intermittency."""
    panel = history.panel
    known = np.isfinite(panel.values)
    zeros = (panel.values == 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    intermittent = zeros > INTERMITTENT_SHARE
    long = panel.lengths >= max(LONG_STEPS, LONG_SEASONS * panel.season)
    for kind in (intermittent, ~intermittent):
        counts = int((kind & long).sum()), int((kind & ~long).sum())
        if min(counts) < FEWEST:
            long[kind] = counts[0] >= counts[1]
    names = [f"{manner}, {length} history" for manner in (REGULAR, INTERMITTENT) for length in ("long", "short")]
    places = 2 * intermittent.astype(np.int64) + (~long).astype(np.int64)
    used, of_series = np.unique(places, return_inverse=True)
    return Segments([names[place] for place in used], of_series.astype(np.int64))


def is_intermittent(name: str) -> bool:
    """Whether a segment is one of intermittent series."""
    return name.startswith(INTERMITTENT)
