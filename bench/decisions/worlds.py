"""Where units arrive: each is assigned to an arm and something comes of it, in batches, from a seed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from registry.decisions.trials.plans import PERCENTILE, Arm, Metric
from registry.decisions.trials.samples import Sample

Values = NDArray[np.float64]
Draw = Callable[[np.random.Generator, Values], Values]
"""Draws a value for each unit, whose mean is shifted by what is given for it."""

_LOG_GAMMA = log(1.01 / 0.99)


def proportion(rate: float) -> Draw:
    return lambda random, shifts: (random.random(len(shifts)) < rate + shifts).astype(float)


def normal(random: np.random.Generator, shifts: Values) -> Values:
    return random.normal(shifts, 1)


def latency(random: np.random.Generator, shifts: Values) -> Values:
    """Draw milliseconds with a heavy tail: log-normal, median 100, the 99th percentile 33 times that."""
    return random.lognormal(log(100), 1.5, len(shifts)) * (1 + shifts)


def steady(random: np.random.Generator, shifts: Values) -> Values:
    """Draw milliseconds that hardly differ: log-normal, median 100, nine in ten between 85 and 118."""
    return random.lognormal(log(100), 0.1, len(shifts)) * (1 + shifts)


@dataclass(frozen=True, slots=True)
class Kind:
    """What comes of a unit, and the metric that it is looked at by."""

    draw: Draw
    metric: Metric


KINDS: dict[str, Kind] = {
    "proportion, 30 %": Kind(proportion(0.3), Metric("accepted")),
    "proportion, 1 %": Kind(proportion(0.01), Metric("bought")),
    "mean, normal": Kind(normal, Metric("score")),
    "heavy-tailed latency, mean": Kind(latency, Metric("latency_ms", "lower", relative=True)),
    "heavy-tailed latency, p95": Kind(latency, Metric(PERCENTILE, "lower", relative=True)),
}


@dataclass(frozen=True, slots=True)
class World:
    """So many units a look, of which each treatment gets a share; the mean of theirs differs by `shift`."""

    kind: Kind
    share: float = 0.5
    shift: float = 0.0
    batch: int = 100
    looks: int = 100
    treatments: int = 1

    @property
    def units(self) -> int:
        """All that ever arrive."""
        return self.batch * self.looks


def looks(world: World, random: np.random.Generator) -> Iterator[tuple[Arm, ...]]:
    """Give what is known of the control and each treatment at every look."""
    shares = [1 - world.treatments * world.share, *[world.share] * world.treatments]
    assigned = np.searchsorted(np.cumsum(shares[:-1]), random.random(world.units), side="right")
    values = world.kind.draw(random, np.where(assigned > 0, world.shift, 0.0))
    watched = [_watched(world, values, assigned == number) for number in range(len(shares))]
    for seen in zip(*watched, strict=True):
        yield tuple(
            Arm(str(number), shares[number], units, outcomes, latencies)
            for number, (units, outcomes, latencies) in enumerate(seen)
        )


Seen = tuple[int, dict[str, Sample], dict[int, int]]


def _watched(world: World, values: Values, mine: NDArray[np.bool_]) -> Iterator[Seen]:
    """Give how many units an arm has at every look, and what came of them."""
    if world.kind.metric.name == PERCENTILE:
        yield from ((sum(counts.values()), {}, counts) for counts in _buckets(world, values, mine))
        return
    sums = _sums(np.where(mine, values, 0), mine, world.batch)
    yield from ((sample.units, {world.kind.metric.name: sample}, {}) for sample in sums)


def _sums(values: Values, mine: NDArray[np.bool_], batch: int) -> Iterator[Sample]:
    at = slice(batch - 1, None, batch)
    counts, totals, squares = (np.cumsum(each)[at] for each in (mine, values, values**2))
    return (Sample(int(n), float(s), float(q)) for n, s, q in zip(counts, totals, squares, strict=True))


def _buckets(world: World, values: Values, mine: NDArray[np.bool_]) -> Iterator[dict[int, int]]:
    numbers = np.ceil(np.log(values) / _LOG_GAMMA).astype(int)
    least = int(numbers.min())
    counts = np.zeros((world.looks, int(numbers.max()) - least + 1), int)
    np.add.at(counts, (np.flatnonzero(mine) // world.batch, numbers[mine] - least), 1)
    for row in np.cumsum(counts, axis=0):
        present = np.flatnonzero(row)
        yield dict(zip((present + least).tolist(), row[present].tolist(), strict=True))
