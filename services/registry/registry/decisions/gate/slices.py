"""Where it is found out on which parts of the holdout a candidate is proven worse, though many parts are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.api.version import SliceResult
from registry.decisions.gate import losses
from registry.decisions.statistics import p_value


@dataclass(frozen=True, slots=True)
class Regression:
    """A part on which the candidate is worse; ``p`` is corrected for the number of parts."""

    slice: SliceResult
    p: float

    def sentence(self) -> str:
        """Say it to people."""
        each = self.slice
        return (
            f"Worse on {each.name}: of its {each.units:,} it lost more on {each.worse:,} and less on {each.better:,} "
            f"({p_value(self.p)}, corrected for all parts)."
        )


def regressions(slices: Sequence[SliceResult], alpha: float) -> list[Regression]:
    """Give the parts on which the candidate is proven worse, the surest first.

    Holm's step-down procedure (Scandinavian Journal of Statistics 6, 1979) keeps the chance of naming even one part
    wrongly below ``alpha``, however many there are.
    """
    tested = [(each, losses.chances(each)[1]) for each in slices if each.units]
    found: list[Regression] = []
    for place, (each, p) in enumerate(sorted(tested, key=lambda pair: pair[1])):
        corrected = max(min(1.0, p * (len(tested) - place)), found[-1].p if found else 0.0)
        if corrected > alpha:
            break
        found.append(Regression(each, corrected))
    return found
