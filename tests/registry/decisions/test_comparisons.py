"""Where comparisons are held against values in closed form and against what must hold of any two samples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from registry.decisions.trials import comparisons, samples, sequential, tails
from registry.decisions.trials.samples import Sample, counted

CONTROL, TREATMENT = counted(100, 1000), counted(120, 1000)
UNITS = st.integers(2, 5_000)
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50)


@st.composite
def proportion(draw: st.DrawFn) -> Sample:
    units = draw(UNITS)
    return counted(draw(st.integers(0, units)), units)


def test_two_proportions_are_compared_as_the_books_do() -> None:
    found = comparisons.proportions(CONTROL, TREATMENT)

    assert found.statistic == pytest.approx(1.42930, abs=5e-6)
    assert found.p == pytest.approx(0.152918, abs=5e-7)
    assert (found.lower, found.upper) == pytest.approx((-0.007492, 0.047551), abs=5e-7)


def test_the_chance_to_beat_and_the_expected_loss_are_exact() -> None:
    assert comparisons.chance_to_beat(CONTROL, TREATMENT) == pytest.approx(0.923183, abs=5e-7)
    assert comparisons.expected_loss(CONTROL, TREATMENT) == pytest.approx(0.000484614, abs=5e-10)


def test_a_sample_ratio_has_its_chi_square() -> None:
    assert comparisons.sample_ratio([1000, 1100], [0.5, 0.5]) == pytest.approx(0.0290963, abs=5e-8)
    assert comparisons.sample_ratio([], []) == 1.0


def test_the_mixture_likelihood_ratio_has_its_value() -> None:
    assert sequential.mixture_likelihood_ratio(0.1, 1000, 1, 0.01) == pytest.approx(3.27872, abs=5e-6)


@given(st.floats(0, 500), st.integers(1, 40))
def test_the_chi_square_tail_is_that_of_scipy(statistic: float, freedom: int) -> None:
    assert tails.chi_square_tail(statistic, freedom) == pytest.approx(stats.chi2.sf(statistic, freedom), rel=1e-9)


@given(st.floats(-50, 50), st.floats(1, 1e6))
def test_the_tail_of_student_is_that_of_scipy(statistic: float, freedom: float) -> None:
    assert tails.student_tail(statistic, freedom) == pytest.approx(stats.t.sf(statistic, freedom), rel=1e-7, abs=1e-200)


@given(VALUES, VALUES)
def test_welch_is_that_of_scipy(control: list[float], treatment: list[float]) -> None:
    first, second = samples.of(control), samples.of(treatment)
    if min(first.variance, second.variance) <= 1e-3 * max(abs(value) for value in control + treatment):
        return

    found = comparisons.means(first, second)

    expected = stats.ttest_ind(treatment, control, equal_var=False)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-3, abs=1e-6)


@given(VALUES, VALUES)
def test_samples_add_up_as_their_values_do(first: list[float], second: list[float]) -> None:
    together, apart = samples.of(first + second), samples.of(first) + samples.of(second)

    assert together.units == apart.units
    assert together.total == pytest.approx(apart.total, abs=1e-6)
    assert together.squares == pytest.approx(apart.squares)


@given(proportion(), proportion())
def test_exchanging_the_arms_turns_the_difference_round(control: Sample, treatment: Sample) -> None:
    forth, back = comparisons.proportions(control, treatment), comparisons.proportions(treatment, control)

    assert forth.gain == -back.gain
    assert (forth.lower, forth.upper) == pytest.approx((-back.upper, -back.lower))
    chances = comparisons.chance_to_beat(control, treatment), comparisons.chance_to_beat(treatment, control)
    assert sum(chances) == pytest.approx(1, abs=1e-6)


@given(proportion(), proportion(), st.integers(100, 100_000))
def test_a_look_is_significant_exactly_where_its_interval_excludes_zero(
    control: Sample, treatment: Sample, tuned_for: int
) -> None:
    bounds = sequential.difference(control, treatment, 0.05, tuned_for)
    p = sequential.always_valid_p(control, treatment, tuned_for)

    assert bounds.lower <= bounds.gain <= bounds.upper
    if math.isfinite(bounds.lower) and control.variance + treatment.variance > 0 and abs(p - 0.05) > 1e-9:
        assert (p < 0.05) == (bounds.lower > 0 or bounds.upper < 0)


@given(proportion(), proportion())
def test_peeking_costs_width(control: Sample, treatment: Sample) -> None:
    once = comparisons.means(control, treatment)
    always = sequential.difference(control, treatment, 0.05, control.units + treatment.units)

    assert always.upper - always.lower >= once.upper - once.lower


def test_evidence_against_the_shares_grows_with_the_units_that_are_missing() -> None:
    assert sequential.ratio_evidence([5_000, 5_000], [1, 1]) < 1
    assert sequential.ratio_evidence([4_600, 5_400], [1, 1]) > 1e6
    assert sequential.ratio_evidence([0, 0], [1, 1]) == pytest.approx(1)


def test_an_arm_without_units_is_no_arm() -> None:
    with pytest.raises(ValueError, match="without units"):
        comparisons.proportions(Sample(), TREATMENT)
