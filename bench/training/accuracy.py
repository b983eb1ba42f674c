"""Where forecasts are held against what came, with the measures that the competitions use."""

from dataclasses import dataclass

import numpy as np

from bench.training.series import Collection, Reals

PUBLISHED_NAIVE2 = (9.161, 2.777)
"""sMAPE and MASE of Naive2 on the weekly series of M4 (Makridakis, Spiliotis and Assimakopoulos 2020)."""


@dataclass(frozen=True)
class Accuracy:
    """Forecasts measured on one collection.

    `smape`: in per cent, as in M3 and M4. `mase`: by the naive errors within each history, one season apart in `mase`'s
    sense of the competition. `rmse`: mean over the series of each one's. `bias`: mean of forecast less actual.
    `wape`: sum of absolute errors by the sum of actuals. `rmsse`: mean over the series, by one-step naive errors.
    """

    smape: float
    mase: float
    rmse: float
    bias: float
    wape: float
    rmsse: float

    @property
    def owa(self) -> float:
        """The overall weighted average of M4's weekly series."""
        smape, mase = PUBLISHED_NAIVE2
        return (self.smape / smape + self.mase / mase) / 2


def measured(collection: Collection, forecasts: Reals, lag: int = 1) -> Accuracy:
    """Hold forecasts (series, horizon) against what came; `lag` is the season of MASE's denominator."""
    actual = collection.actual
    error = forecasts - actual
    size = np.abs(forecasts) + np.abs(actual)
    scale = _scales(collection.histories, lag)
    squares = np.sqrt((error**2).mean(axis=1))
    return Accuracy(
        smape=float(200 * np.divide(np.abs(error), size, out=np.zeros_like(error), where=size > 0).mean()),
        mase=_mean_ratio(np.abs(error).mean(axis=1), scale[0]),
        rmse=float(squares.mean()),
        bias=float(error.mean()),
        wape=float(np.abs(error).sum() / np.abs(actual).sum()),
        rmsse=_mean_ratio(squares, scale[1]),
    )


def _scales(histories: tuple[Reals, ...], lag: int) -> tuple[Reals, Reals]:
    """Mean absolute steps of one season, and root mean squared ones of one step; NaN where they cannot be."""
    absolute, squared = (np.full(len(histories), np.nan) for _ in range(2))
    for place, history in enumerate(histories):
        if len(history) > lag:
            absolute[place] = np.abs(history[lag:] - history[:-lag]).mean()
            squared[place] = np.sqrt((np.diff(history) ** 2).mean())
    return absolute, squared


def _mean_ratio(errors: Reals, scale: Reals) -> float:
    usable = np.isfinite(scale) & (scale > 0)
    return float((errors[usable] / scale[usable]).mean()) if usable.any() else float("nan")
