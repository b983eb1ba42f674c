"""Where the best of many candidates is found for every series at once."""

from collections.abc import Callable

import numpy as np

from trainer.trainers.forecast.methods.batch import Reals

Judge = Callable[[Reals], tuple[Reals, tuple[Reals, ...]]]
"""Takes candidates (series, candidates); gives their losses in the same shape and what each of them led to."""

FIRST, NEXT, ROUNDS = 9, 6, 2


def along_a_line(judge: Judge, series: int, bounds: tuple[float, float]) -> tuple[Reals, tuple[Reals, ...]]:
    """The best number between the bounds for each series, and what it leads to, each (series,).

    An even grid first, so that a second valley of the loss is not missed; then twice a finer one around the best.
    """
    low, high = bounds
    spacing = (high - low) / (FIRST - 1)
    grid = np.broadcast_to(np.linspace(low, high, FIRST), (series, FIRST)).copy()
    best, loss, outcome = _best(judge, grid)
    for _ in range(ROUNDS):
        offsets = (np.arange(1, NEXT + 1) / (NEXT + 1) * 2 - 1) * spacing
        found, lower, led = _best(judge, np.clip(best[:, None] + offsets, low, high))
        better = lower < loss
        best, loss = np.where(better, found, best), np.where(better, lower, loss)
        outcome = tuple(np.where(better, new, old) for new, old in zip(led, outcome, strict=True))
        spacing *= 2 / (NEXT + 1)
    return best, outcome


def _best(judge: Judge, candidates: Reals) -> tuple[Reals, Reals, tuple[Reals, ...]]:
    losses, outcomes = judge(candidates)
    losses = np.where(np.isfinite(losses), losses, np.inf)
    rows, place = np.arange(len(losses)), losses.argmin(axis=1)
    return candidates[rows, place], losses[rows, place], tuple(each[rows, place] for each in outcomes)
