"""Where all that is known of a series and the step asked for becomes one row of features."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast import lessons, windows
from trainer.trainers.forecast.calendar import calendar
from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.lessons import Lesson
from trainer.trainers.forecast.methods.panel import Flags, Floats, Integers
from trainer.trainers.forecast.windows import CHANGE, View, Window

CHUNK = 8_192


@dataclass(frozen=True)
class Question:
    """Windows of series `rows` that end at the steps `ends`, and for some of them (`which`) how many `steps` ahead."""

    past: Window
    plain: Floats
    rows: Integers
    ends: Integers
    which: Integers
    steps: Integers


def portions(lesson: Lesson, view: View) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Features, targets and weights of what is to be learnt, a few thousand rows at a time."""
    rng = np.random.default_rng(lesson.seed)
    history, padded = lesson.history, _padded(lesson.history, view)
    series, back = lessons.sampled(lesson, rng)
    for begin in range(0, len(series), CHUNK):
        rows, behind = series[begin : begin + CHUNK], back[begin : begin + CHUNK]
        last = padded.shape[1] - behind
        past = windows.window(padded[rows[:, None], last[:, None] + np.arange(-view.width, 0)], view)
        plain = windows.described(past)
        for steps in lessons.asked(behind, lesson.horizon, rng):
            which = np.flatnonzero((steps > 0) & (past.unit > windows.NOTHING))
            question = Question(past, plain, rows, history.ends[rows] - behind, which, steps[which])
            actual = padded[rows[which], last[which] + steps[which] - 1]
            targets = (actual - past.start[which]) / past.unit[which]
            yield features(history, question), targets, _weights(history, question)


def questions(history: History, view: View, horizon: int) -> Iterator[Question]:
    """All steps ahead of all series after their end, a few thousand at a time."""
    padded, portion = _padded(history, view), max(1, CHUNK // horizon)
    for begin in range(0, history.panel.series, portion):
        rows = np.arange(begin, min(history.panel.series, begin + portion))
        past = windows.window(padded[rows, -view.width :], view)
        steps, which = np.tile(np.arange(1, horizon + 1), len(rows)), np.repeat(np.arange(len(rows)), horizon)
        yield Question(past, windows.described(past), rows, history.ends[rows], which, steps)


def features(history: History, asked: Question) -> Floats:
    """One row for each step asked for; the features that only name something come first."""
    rows, past = asked.rows[asked.which], asked.past
    some = Window(past.values[asked.which], past.start[asked.which], past.unit[asked.which], past.view)
    ends = asked.ends[asked.which]
    parts = (
        history.features[rows],
        history.dated.at(rows, ends, asked.steps),
        np.log(np.maximum(some.unit * history.sizes[rows], windows.NOTHING)),
        asked.plain[asked.which],
        windows.ahead(some, asked.steps),
        _calendar(history, ends + asked.steps),
    )
    return np.column_stack(parts).astype(np.float32)


def categorical(history: History, count: int) -> Flags:
    """Which of so many features only name something."""
    flags = np.zeros(count, np.bool_)
    flags[: len(history.categorical)] = history.categorical
    return flags


def _calendar(history: History, ordinals: Integers) -> Floats:
    """The calendar of steps; each different one is looked up once."""
    if not ordinals.size:
        return calendar(history.frequency, ordinals)
    first = int(ordinals.min())
    return calendar(history.frequency, np.arange(first, int(ordinals.max()) + 1))[ordinals - first]


def _weights(history: History, asked: Question) -> Floats:
    """Levels count by the root of their size, changes all alike."""
    if asked.past.view.target == CHANGE:
        return np.ones(len(asked.which), np.float32)
    return np.sqrt(asked.past.unit[asked.which] * history.sizes[asked.rows[asked.which]]).astype(np.float32)


def _padded(history: History, view: View) -> Floats:
    return np.pad(history.panel.values, ((0, 0), (view.width, 0)), constant_values=np.nan)
