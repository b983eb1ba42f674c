"""Where it is laid down what a model of all series learns from: which pasts, and which steps after each of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.methods.panel import Flags, Integers
from trainer.trainers.forecast.windows import CHANGE, LEAST_WIDTH, LEVEL, View

LEAST_PAST = 5
LEAST_WINDOWS = 150
PAST_SEASONS, LEAST_REACH = 3, 60
STEPS_A_WINDOW = 4
LONGEST_SEASON = 370
LONGER = {"hourly": 168, "half-hourly": 336, "quarter-hourly": 672, "daily": 364, "business-daily": 260}
"""A second, longer season, in steps."""


@dataclass(frozen=True)
class Settings:
    """How trees are grown: how many, how slowly, how large, and how many rows a leaf has at least."""

    trees: int = 150
    rate: float = 0.06
    leaves: int = 31
    least_rows: int = 40
    l2: float = 1.0


USUAL = {CHANGE: Settings(), LEVEL: Settings(trees=100, rate=0.05, leaves=15, least_rows=60)}


@dataclass(frozen=True)
class Lesson:
    """What to learn: from which series, towards which target, how far ahead, from how many rows, with which seed."""

    history: History
    rows: Flags
    target: str
    horizon: int
    most_rows: int
    seed: int
    settings: Settings

    @property
    def view(self) -> View:
        """How the pasts of this lesson are looked at."""
        panel = self.history.panel
        seasons = (_main(panel.season),)
        further = LONGER.get(self.history.frequency.name, 1)
        if seasons[0] < further <= int(np.median(panel.lengths[self.rows])) * 2 // 3:
            seasons = (*seasons, further)
        return View(self.target, seasons, max(LEAST_WIDTH, 3 * seasons[0] + 2, seasons[-1] + 2))

    @property
    def teaches(self) -> bool:
        """Whether there is enough to learn from."""
        return int(self.room.sum()) >= LEAST_WINDOWS

    @property
    def room(self) -> Integers:
        """How many steps of each series may be the end of a window: not the first ones, and not those long ago."""
        panel = self.history.panel
        reach = max(PAST_SEASONS * _main(panel.season), LEAST_REACH)
        return np.where(self.rows, np.clip(panel.lengths - LEAST_PAST, 0, reach), 0)


def sampled(lesson: Lesson, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """The series of each window and how many steps before its end it ends, for at most as many rows as are wanted."""
    room = lesson.room
    wanted = max(1, lesson.most_rows // min(STEPS_A_WINDOW, lesson.horizon))
    total = int(room.sum())
    chosen = np.arange(total) if total <= wanted else np.sort(rng.choice(total, wanted, replace=False))
    bounds = np.cumsum(room)
    series = np.searchsorted(bounds, chosen, side="right")
    return series, chosen - (bounds[series] - room[series]) + 1


def asked(behind: Integers, horizon: int, rng: np.random.Generator) -> Iterator[Integers]:
    """For each window a few steps ahead that have already come to pass, spread over the horizon; 0 for no step."""
    most = np.minimum(behind, horizon)
    count = min(STEPS_A_WINDOW, horizon)
    for place in range(count):
        low, high = place * most // count, (place + 1) * most // count
        yield np.where(high > low, low + 1 + (rng.random(len(most)) * (high - low)).astype(np.int64), 0)


def _main(season: int) -> int:
    return season if season <= LONGEST_SEASON else 1
