"""Where features are rounded to few different values, so that trees find their splits quickly."""

from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast.methods.panel import Flags, Floats

MOST_BINS = 128
LOOKED_AT = 20_000


@dataclass(frozen=True)
class Bins:
    """The bounds between the bins of each feature; nothing where a feature only names something and stays as it is.

    scikit-learn would find them as well, but with weights it takes a minute for what takes a second here.
    """

    bounds: list[Floats | None]

    def of(self, features: Floats) -> Floats:
        """The bin of each number (rows, features); NaN stays."""
        binned = np.empty(features.shape, np.float32, order="F")
        for column, bounds in enumerate(self.bounds):
            numbers = features[:, column]
            if bounds is None:
                binned[:, column] = numbers
            else:
                binned[:, column] = np.where(np.isnan(numbers), np.nan, np.searchsorted(bounds, numbers))
        return binned


def bins_of(features: Floats, categorical: Flags) -> Bins:
    """Bins that each hold about as many rows."""
    looked_at = features[:: max(1, len(features) // LOOKED_AT)]
    shares = np.linspace(0, 1, MOST_BINS + 1)[1:-1]
    return Bins(
        [None if flag else _bounds(column, shares) for column, flag in zip(looked_at.T, categorical, strict=True)]
    )


def _bounds(numbers: Floats, shares: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Floats:
    known = numbers[np.isfinite(numbers)]
    if not known.size:
        return np.empty(0, np.float32)
    return np.unique(np.quantile(known, shares)).astype(np.float32)
