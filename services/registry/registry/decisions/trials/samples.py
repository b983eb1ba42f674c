"""Where a metric of one arm is summed up: all that a decision needs to know of any number of units."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite, sqrt


@dataclass(frozen=True, slots=True)
class Sample:
    """So many units, the sum of their values and of the squares of these; a proportion is a mean of zeros and ones."""

    units: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "Sample") -> "Sample":
        return Sample(self.units + other.units, self.total + other.total, self.squares + other.squares)

    def shifted(self, by: float) -> "Sample":
        """The same units with so much more of value each."""
        squares = self.squares + 2 * by * self.total + self.units * by * by
        return Sample(self.units, self.total + self.units * by, squares)

    def scaled(self, factor: float) -> "Sample":
        """The same units with so many times their value each."""
        return Sample(self.units, self.total * factor, self.squares * factor * factor)

    @property
    def mean(self) -> float:
        """The mean; 0 of nothing."""
        return self.total / self.units if self.units else 0.0

    @property
    def variance(self) -> float:
        """The unbiased variance; 0 of fewer than two units, infinite where the sums are too large to tell."""
        if self.units < 2:  # noqa: PLR2004 (one value has no variance)
            return 0.0
        spread = self.squares - self.total * self.total / self.units
        return max(0.0, spread / (self.units - 1)) if isfinite(spread) else inf

    @property
    def standard_error(self) -> float:
        """The standard error of the mean; 0 of fewer than two units."""
        return sqrt(self.variance / self.units) if self.units else 0.0


def of(values: Iterable[float]) -> Sample:
    """Sum up single values."""
    kept = list(values)
    return Sample(len(kept), sum(kept), sum(value * value for value in kept))


def counted(successes: int, units: int) -> Sample:
    """Sum up zeros and ones."""
    return Sample(units, float(successes), float(successes))
