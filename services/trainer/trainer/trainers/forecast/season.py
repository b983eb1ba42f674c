"""Where the length of the season is found by autocorrelation, for steps that have no dates."""

import numpy as np

from trainer.trainers.forecast.frequency import Frequency
from trainer.trainers.forecast.grid import Numbers, interpolated
from trainer.trainers.forecast.parameters import ForecastParameters

LONGEST = 400
PERIODS = 3
LOOKED_AT = 300
STRONG = 0.3
ALMOST = 0.85


def season_length(values: Numbers, frequency: Frequency, parameters: ForecastParameters) -> int:
    """The steps after which series (series, steps) repeat: as asked for, usual for the frequency, or as found."""
    if parameters.season_length is not None:
        return parameters.season_length
    return _found(values) if frequency.name == "step" else frequency.habits.season


def _found(values: Numbers) -> int:
    """The shortest lag with nearly the highest mean autocorrelation of changes, if that is high; else 1."""
    lengths = np.isfinite(values).sum(axis=1)
    chosen = np.argsort(-lengths, kind="stable")[:LOOKED_AT]
    longest = min(LONGEST, int(np.median(lengths[chosen])) // PERIODS)
    if longest < 2:  # noqa: PLR2004 (a season has at least two steps)
        return 1
    correlation = _autocorrelation(interpolated(values[chosen]), longest)
    best = float(correlation[2:].max(initial=-1.0))
    if best < STRONG:
        return 1
    return int(2 + np.argmax(correlation[2:] >= max(STRONG, ALMOST * best)))


def _autocorrelation(values: Numbers, longest: int) -> Numbers:
    """The mean over series of the autocorrelation of their changes, at lags 0 to `longest`."""
    changes = np.nan_to_num(np.diff(values, axis=1))
    limit = 4 * np.sqrt((changes**2).mean(axis=1, keepdims=True))
    tame = np.clip(changes, -limit, limit)
    size = 2 ** int(np.ceil(np.log2(2 * max(2, tame.shape[1]))))
    power = np.abs(np.fft.rfft(tame, size, axis=1)) ** 2
    covariance = np.fft.irfft(power, size, axis=1)[:, : longest + 1]
    varied = covariance[:, 0] > 0
    if not varied.any():
        return np.zeros(longest + 1)
    return (covariance[varied] / covariance[varied, :1]).mean(axis=0)
