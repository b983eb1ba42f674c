"""Where a margin is granted: what is compared is alike exactly if the treatment is worse by just that much."""

from math import copysign

from registry.decisions.trials import percentiles
from registry.decisions.trials.plans import PERCENTILE, Arm, Metric
from registry.decisions.trials.samples import Sample


def compared(metric: Metric, control: Arm, treatment: Arm, margin: float) -> tuple[Sample, Sample]:
    """Give control and treatment, of which the one makes up for the margin.

    A relative margin is a share of a mean that is itself uncertain: the control is scaled, and so is what is not known
    of it (Fieller's comparison of a ratio with a constant, Supplement to the Journal of the Royal Statistical Society
    7, 1940).
    """
    worse = margin if metric.better == "lower" else -margin
    if metric.name == PERCENTILE:
        return percentiles.exceeding(control.latencies, treatment.latencies, worse)
    before, after = control.of(metric), treatment.of(metric)
    if metric.relative:
        return before.scaled(1 + copysign(worse, worse * before.mean)), after
    return before, after.shifted(-worse)


def around(metric: Metric, margin: float) -> tuple[float, float]:
    """Give the margins that can be told apart from smaller and larger ones: at most as large as this, and at least.

    Who is to be proven not worse is held to the smaller one, who is to be proven worse to the larger one.
    """
    factor = 1 + (margin if metric.better == "lower" else -margin)
    if metric.name != PERCENTILE or factor <= 0:
        return margin, margin
    near, far = percentiles.around(factor)
    return abs(near - 1), abs(far - 1)
