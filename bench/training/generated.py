"""Where demand is generated: seeded, so that it is always the same, and shaped like that of shops and stores.

No method knows how it is made. Each series has a level, a trend that changes its direction, a yearly season (for days a
weekly one too), promotions, and demand that comes one by one; some are slow movers, some new, some discontinued.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from bench.training.series import Collection, Reals

SEED = 20_261_121
GROUP = 100
"""Articles on average that have the same yearly season."""


@dataclass(frozen=True)
class Shape:
    """How many series and steps, how many of them to forecast, and how long a year and the shorter season are."""

    series: int
    steps: int
    horizon: int
    year: float
    cycle: int = 1


def stock_keeping(shape: Shape, seed: int = SEED) -> Reals:
    """Demand (series, steps + horizon) of a mixed range; NaN before a new article comes."""
    random = np.random.default_rng(seed)
    level = np.exp(random.normal(2.2, 1.4, (shape.series, 1)))
    expected = (
        level * _trend(random, shape) * _yearly(random, shape) * _cycle(random, shape) * _promotions(random, shape)
    )
    loose = random.gamma(8.0, 1 / 8.0, expected.shape)
    return _living(random, shape, random.poisson(np.minimum(expected * loose, 1e6)).astype(np.float64))


def slow_moving(shape: Shape, seed: int = SEED) -> Reals:
    """Demand that comes rarely and then several at once, at rates that change over the years."""
    random = np.random.default_rng(seed)
    chance = random.beta(1.2, 4.0, (shape.series, 1)) * _trend(random, shape) * _yearly(random, shape)
    size = 1 + random.negative_binomial(1.5, 0.35, (shape.series, shape.steps + shape.horizon))
    return np.where(random.random(size.shape) < chance, size, 0).astype(np.float64)


def metered(shape: Shape, seed: int = SEED) -> Reals:
    """Hourly use with a day, a week in which the weekend differs, weather that lasts, and noise."""
    random = np.random.default_rng(seed)
    hours = np.arange(shape.steps + shape.horizon)
    day = _waves(random, shape, 24, 3) * 0.35
    weekend = (hours // 24 % 7 >= 5) * random.uniform(-0.5, 0.3, (shape.series, 1))
    weather = _lasting(random, shape, 0.98) * 0.03
    noise = random.normal(0, 0.05, (shape.series, len(hours)))
    return np.exp(random.normal(3, 1, (shape.series, 1))) * np.maximum(1.2 + day + weekend + weather + noise, 0.05)


def collection(name: str, rhythm: tuple[str, int], values: Reals, horizon: int) -> Collection:
    """The collection of generated values whose last `horizon` columns are the test."""
    histories = tuple(row[np.isfinite(row)] for row in values[:, :-horizon])
    return Collection(f"{name} ({len(histories):,})", *rhythm, histories, values[:, -horizon:], dated=True)


def _trend(random: Generator, shape: Shape) -> Reals:
    """Growth a year that takes another direction once in a while."""
    turns = random.random((shape.series, shape.steps + shape.horizon)) < 0.5 / shape.year
    growth = np.where(turns, random.normal(0, 0.25, turns.shape), 0.0)
    growth[:, 0] = random.normal(0.02, 0.15, shape.series)
    place = np.maximum.accumulate(
        np.where(turns | (np.arange(turns.shape[1]) == 0), np.arange(turns.shape[1]), 0), axis=1
    )
    rate = np.take_along_axis(growth, place, axis=1) / shape.year
    return np.exp(np.clip(np.cumsum(rate, axis=1), -1.5, 1.5))


def _yearly(random: Generator, shape: Shape) -> Reals:
    """A year that the articles of one group share, each to its own degree."""
    groups = replace(shape, series=max(1, shape.series // GROUP))
    waves = _waves(random, groups, shape.year, 2)[random.integers(0, groups.series, shape.series)]
    return np.exp(waves * random.choice([0.0, 0.2, 0.5], (shape.series, 1)))


def _cycle(random: Generator, shape: Shape) -> Reals:
    factors = np.exp(random.normal(0, 0.3, (shape.series, shape.cycle)))
    factors /= factors.mean(axis=1, keepdims=True)
    return factors[:, np.arange(shape.steps + shape.horizon) % shape.cycle]


def _promotions(random: Generator, shape: Shape) -> Reals:
    promoted = random.random((shape.series, shape.steps + shape.horizon)) < 0.04
    return np.where(promoted, random.uniform(1.3, 2.5, promoted.shape), 1.0)


def _living(random: Generator, shape: Shape, values: Reals) -> Reals:
    """One in ten articles is new, one in twenty is no longer sold."""
    steps = np.arange(values.shape[1])
    born = np.where(random.random(shape.series) < 0.1, random.uniform(0, 0.9, shape.series) * shape.steps, 0)
    dead = np.where(random.random(shape.series) < 0.05, random.uniform(0.5, 1.0, shape.series) * shape.steps, np.inf)
    values[steps > dead[:, None]] = 0.0
    values[(steps < born[:, None]) & (steps < shape.steps - 3)] = np.nan
    return values


def _waves(random: Generator, shape: Shape, length: float, most: int) -> Reals:
    steps = np.arange(shape.steps + shape.horizon)
    waves = np.zeros((shape.series, len(steps)))
    for number in range(1, most + 1):
        phase, height = random.uniform(0, 2 * np.pi, (shape.series, 1)), random.normal(0, 1 / number, (shape.series, 1))
        waves += height * np.sin(2 * np.pi * number * steps / length + phase)
    return waves


def _lasting(random: Generator, shape: Shape, kept: float) -> Reals:
    values = random.normal(0, 1, (shape.series, shape.steps + shape.horizon))
    for step in range(1, values.shape[1]):
        values[:, step] += kept * values[:, step - 1]
    return values
