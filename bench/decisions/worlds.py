"""Where units arrive: each is assigned to an arm and something comes of it, in batches, from a seed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.decisions.samples import Sample

Values = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, float], Values]
"""Draws so many values, of an arm whose mean is shifted by the last argument."""


def proportion(rate: float) -> Draw:
    return lambda random, count, shift: (random.random(count) < rate + shift).astype(float)


def normal(random: np.random.Generator, count: int, shift: float) -> Values:
    return random.normal(shift, 1, count)


def latency(random: np.random.Generator, count: int, shift: float) -> Values:
    """Draw milliseconds with a heavy tail: log-normal, median 100, the 99th percentile 33 times that."""
    return random.lognormal(np.log(100), 1.5, count) * (1 + shift)


METRICS: dict[str, Draw] = {
    "proportion, 30 %": proportion(0.3),
    "proportion, 1 %": proportion(0.01),
    "mean, normal": normal,
    "mean, heavy-tailed latency": latency,
}


@dataclass(frozen=True, slots=True)
class World:
    """So many units a look, of which a share gets the treatment, whose mean differs by `shift`."""

    draw: Draw
    share: float = 0.5
    shift: float = 0.0
    batch: int = 100
    looks: int = 100


def looks(world: World, random: np.random.Generator) -> Iterator[tuple[Sample, Sample]]:
    """Give what is known of control and treatment at every look."""
    units = world.batch * world.looks
    treated = random.random(units) < world.share
    values = np.where(treated, world.draw(random, units, world.shift), world.draw(random, units, 0.0))
    arms = [_sums(np.where(mine, values, 0), mine, world.batch) for mine in (~treated, treated)]
    yield from zip(*arms, strict=True)


def _sums(values: Values, mine: NDArray[np.bool_], batch: int) -> Iterator[Sample]:
    at = slice(batch - 1, None, batch)
    counts, totals, squares = (np.cumsum(each)[at] for each in (mine, values, values**2))
    return (Sample(int(n), float(s), float(q)) for n, s, q in zip(counts, totals, squares, strict=True))
