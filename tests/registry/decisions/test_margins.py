"""Where margins are granted: in the metric's unit, as a share of an uncertain mean, and of a percentile."""

from collections import Counter
from math import ceil, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Verdict
from registry.decisions.trials import margins, percentiles, samples
from registry.decisions.trials.plans import PERCENTILE, Arm, Metric, Plan
from registry.decisions.trials.verdicts import judge

GAMMA = 1.01 / 0.99
VALUES = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30)


def arm(*values: float, metric: str = "m") -> Arm:
    return Arm("x", 0.5, len(values), {metric: samples.of(values)})


def timed(latencies: list[float]) -> Arm:
    buckets = Counter(ceil(log(each) / log(GAMMA)) for each in latencies)
    return Arm("x", 0.5, len(latencies), latencies=dict(buckets))


@given(VALUES, st.floats(-10, 10))
def test_a_shifted_sample_is_the_sample_of_shifted_values(values: list[float], by: float) -> None:
    shifted, again = samples.of(values).shifted(by), samples.of([value + by for value in values])

    assert (shifted.units, shifted.mean) == (again.units, pytest.approx(again.mean, abs=1e-6))
    assert shifted.variance == pytest.approx(again.variance, rel=1e-6, abs=1e-3)


@given(VALUES, st.floats(-3, 3))
def test_a_scaled_sample_is_the_sample_of_scaled_values(values: list[float], factor: float) -> None:
    scaled, again = samples.of(values).scaled(factor), samples.of([value * factor for value in values])

    assert (scaled.mean, scaled.variance) == (
        pytest.approx(again.mean, abs=1e-6),
        pytest.approx(again.variance, abs=1e-3),
    )


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("mean", [100.0, -100.0])
def test_a_treatment_that_is_worse_by_just_the_margin_is_compared_as_alike(
    better: str, mean: float, *, relative: bool
) -> None:
    metric = Metric("m", "higher" if better == "higher" else "lower", 0.2, relative)
    allowed = 20.0 if relative else 0.2
    worse = mean - allowed if better == "higher" else mean + allowed

    before, after = margins.compared(metric, arm(mean, mean), arm(worse, worse), 0.2)

    assert after.mean == pytest.approx(before.mean)


def test_the_percentile_is_read_off_within_one_per_cent() -> None:
    latencies = [float(number) for number in range(1, 10_001)]

    assert percentiles.value(timed(latencies).latencies) == pytest.approx(9_500, rel=0.011)
    assert percentiles.value({}) == 0


@given(st.dictionaries(st.integers(-50, 800), st.integers(1, 1_000), min_size=1))
def test_the_percentile_lies_between_the_least_and_the_most(counts: dict[int, int]) -> None:
    assert GAMMA ** (min(counts) - 1) <= percentiles.value(counts) <= GAMMA ** max(counts)


@given(st.dictionaries(st.integers(-50, 800), st.integers(1, 1_000), min_size=1), st.integers(1, 60))
def test_an_arm_that_is_slower_by_a_factor_has_a_percentile_that_is_larger_by_it(
    counts: dict[int, int], buckets: int
) -> None:
    slower = {bucket + buckets: count for bucket, count in counts.items()}

    assert percentiles.value(slower) == pytest.approx(percentiles.value(counts) * GAMMA**buckets)
    before, after = percentiles.exceeding(counts, slower, 0.0)
    alike, just = percentiles.exceeding(counts, slower, GAMMA**buckets - 1)
    assert after.total >= before.total
    assert just.total == alike.total


def test_at_most_a_twentieth_of_the_control_lies_above_its_percentile() -> None:
    random = Random(3)
    control = timed([random.lognormvariate(4, 1.5) for _ in range(2_000)])

    before, _ = percentiles.exceeding(control.latencies, control.latencies, 0.0)

    assert 0.03 < before.mean <= 0.05


def test_a_slow_tail_is_found_by_the_percentile_and_a_faster_one_ships() -> None:
    random = Random(4)
    usual = timed([random.lognormvariate(4, 1) for _ in range(5_000)])
    slow, fast = (timed([random.lognormvariate(4, 1) * factor for _ in range(5_000)]) for factor in (1.6, 0.6))
    metric = Metric(PERCENTILE, "lower", relative=True)

    assert judge(Plan(guardrails=(metric,)), usual, slow).verdict is Verdict.ROLLBACK
    assert judge(Plan(goal=metric), usual, fast).verdict is Verdict.SHIP
    assert judge(Plan(guardrails=(metric,)), usual, usual).verdict is Verdict.SHIP
