"""Where it is tested whether series repeat with their season, and where the season is taken out and put back in.

The test and its limit are those of the M competitions (Makridakis, Spiliotis and Assimakopoulos 2020, The M4
Competition, International Journal of Forecasting 36, section 3 and its R code: 90 % two-sided, Bartlett's formula);
the decomposition is the classical one by moving averages (Hyndman and Athanasopoulos 2021, section 3.4).
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.forecast.methods.batch import Batch, Reals

LIMIT = 1.6448536269514722
"""The normal quantile at .95."""

LEAST_FACTOR = 0.01
LEAST_SEASONS = 2
Fit = Callable[[Batch, int], Reals]


@dataclass(frozen=True)
class Season:
    """The season of each series: `factors` (season, series) multiply where `multiplies` (series,), else they add.

    The first factor belongs to a series' first step. Series without a season have factors 1, which multiply.
    """

    factors: Reals
    multiplies: NDArray[np.bool_]

    def removed(self, batch: Batch) -> Batch:
        """The series without their season."""
        factors = np.resize(self.factors, batch.steps.shape)
        plain = np.where(self.multiplies, batch.steps / factors, batch.steps - factors)
        return replace(batch, steps=np.where(batch.present, plain, 0.0))

    def restored(self, made: Reals, lengths: NDArray[np.int64]) -> Reals:
        """Forecasts (series, horizon) with the season that follows the series' last step."""
        phases = (lengths[:, None] + np.arange(made.shape[1])) % len(self.factors)
        factors = self.factors[phases, np.arange(len(lengths))[:, None]]
        return np.where(self.multiplies[:, None], made * factors, made + factors)


def season_removed(fit: Fit) -> Fit:
    """Make a forecast that works on the series without their season, where they have one, and puts it back in."""

    @functools.wraps(fit)
    def seasonal(batch: Batch, horizon: int) -> Reals:
        if batch.season == 1 or len(batch.steps) < LEAST_SEASONS * batch.season:
            return fit(batch, horizon)
        season = tested_season(batch)
        return season.restored(fit(season.removed(batch), horizon), batch.lengths)

    return seasonal


def tested_season(batch: Batch) -> Season:
    """The season of those series that pass the test; multiplicative where all values are positive, else additive."""
    season = decomposed(batch)
    none = ~is_seasonal(batch)
    return Season(np.where(none, 1.0, season.factors), season.multiplies | none)


def is_seasonal(batch: Batch) -> NDArray[np.bool_]:
    """Whether the autocorrelation at the season's lag is beyond its limit (series,); never below two seasons."""
    lag = batch.season
    present = batch.present
    mean = batch.steps.sum(axis=0) / batch.lengths
    centred = np.where(present, batch.steps - mean, 0.0)
    power = np.abs(np.fft.rfft(centred, 2 * len(centred), axis=0)) ** 2
    covariance = np.fft.irfft(power, 2 * len(centred), axis=0)[: lag + 1]
    correlation = covariance / np.maximum(covariance[0], 1e-300)
    limit = LIMIT * np.sqrt((1 + 2 * (correlation[1:lag] ** 2).sum(axis=0)) / batch.lengths)
    spread = covariance[0] > 1e-18 * (batch.steps**2).sum(axis=0)
    return (np.abs(correlation[lag]) > limit) & (batch.lengths >= LEAST_SEASONS * lag) & spread


def decomposed(batch: Batch, *, additive: bool = False) -> Season:
    """The season of all series by classical decomposition, multiplicative where it can be unless asked otherwise."""
    positive = (not additive) & (np.where(batch.present, batch.steps, np.inf) > 0).all(axis=0)
    trend, known = _trend(batch)
    ratio = _factors(np.where(known, batch.steps / np.where(trend > 0, trend, 1.0), 0.0), known, batch.season)
    ratio /= ratio.mean(axis=0)
    surplus = _factors(np.where(known, batch.steps - trend, 0.0), known, batch.season)
    surplus -= surplus.mean(axis=0)
    multiplies = positive & np.isfinite(ratio).all(axis=0) & (ratio >= LEAST_FACTOR).all(axis=0)
    return Season(np.where(multiplies, ratio, surplus), multiplies)


def _trend(batch: Batch) -> tuple[Reals, NDArray[np.bool_]]:
    """The centred moving average over one season, and where it is known; an even one is 2 x m."""
    season, steps = batch.season, batch.steps
    shift = steps[0]
    summed = np.vstack([np.zeros((1, steps.shape[1])), np.cumsum(steps - shift, axis=0)])
    windows = (summed[season:] - summed[:-season]) / season
    if season % 2 == 0:
        windows = (windows[1:] + windows[:-1]) / 2
    before = season // 2
    trend = np.zeros(steps.shape)
    trend[before : before + len(windows)] = windows + shift
    place = np.arange(len(steps))[:, None]
    return trend, (place >= before) & (place < batch.lengths - before)


def _factors(parts: Reals, known: NDArray[np.bool_], season: int) -> Reals:
    """The mean of each place in the season, over its known steps."""
    total = np.array([parts[place::season].sum(axis=0) for place in range(season)])
    count = np.array([known[place::season].sum(axis=0) for place in range(season)])
    return total / np.maximum(count, 1)
