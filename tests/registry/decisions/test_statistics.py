"""Where the exact tests are checked against values worked out by hand, and against scipy's."""

from fractions import Fraction
from math import comb, sqrt
from statistics import NormalDist

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binom

from registry.decisions.statistics import binomial_tail, mcnemar, rows_to_settle

COUNTS = st.integers(0, 3_000)
CHANCES = st.floats(0.001, 0.999)


@pytest.mark.parametrize(
    ("successes", "trials", "chance", "expected"),
    [
        (3, 3, 0.5, Fraction(1, 8)),
        (2, 3, 1 / 3, Fraction(7, 27)),
        (1, 4, 0.25, Fraction(175, 256)),
        (0, 10, 0.3, Fraction(1)),
        (11, 10, 0.3, Fraction(0)),
        (1, 5, 0, Fraction(0)),
        (5, 5, 1, Fraction(1)),
    ],
)
def test_a_binomial_tail_is_what_it_is_by_hand(successes: int, trials: int, chance: float, expected: Fraction) -> None:
    assert binomial_tail(successes, trials, chance) == pytest.approx(float(expected), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("better", "worse", "expected"),
    [(0, 0, 1), (5, 0, 1 / 32), (8, 2, 56 / 1024), (9, 1, 11 / 1024), (2, 8, 1013 / 1024), (10, 10, 616_666 / 2**20)],
)
def test_mcnemars_test_is_what_it_is_by_hand(better: int, worse: int, expected: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(expected, rel=1e-12)


def test_the_last_of_those_by_hand_is_the_upper_half_of_twenty_coins() -> None:
    assert sum(comb(20, count) for count in range(10, 21)) == 616_666


@given(COUNTS, COUNTS, CHANCES)
def test_a_binomial_tail_agrees_with_scipy(successes: int, others: int, chance: float) -> None:
    """Far out, scipy itself is off by more than 1e-8; there exact arithmetic is the witness, below."""
    trials = successes + others

    assert binomial_tail(successes, trials, chance) == pytest.approx(
        float(binom.sf(successes - 1, trials, chance)), rel=1e-8, abs=1e-100
    )


@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 63))
@example(1370, 15, 38)
def test_a_binomial_tail_is_that_of_exact_arithmetic_however_far_out(successes: int, others: int, parts: int) -> None:
    trials = successes + others
    terms = (comb(trials, n) * parts**n * (64 - parts) ** (trials - n) for n in range(successes, trials + 1))
    exact = float(Fraction(sum(terms), 64**trials))

    assert binomial_tail(successes, trials, parts / 64) == pytest.approx(exact, rel=1e-10, abs=1e-300)


def test_a_tail_of_a_million_trials_is_found_at_once() -> None:
    assert binomial_tail(501_000, 1_000_000, 0.5) == pytest.approx(float(binom.sf(500_999, 10**6, 0.5)), rel=1e-7)


@given(COUNTS, COUNTS)
def test_better_and_worse_change_places_in_mcnemars_test(better: int, worse: int) -> None:
    together = mcnemar(better, worse) + mcnemar(worse, better)
    both = float(binom.pmf(better, better + worse, 0.5))

    assert together == pytest.approx(1 + both, rel=1e-8)


@given(COUNTS, COUNTS)
def test_one_more_row_that_only_the_candidate_has_right_never_weakens_its_case(better: int, worse: int) -> None:
    assert mcnemar(better + 1, worse) <= mcnemar(better, worse) + 1e-12
    assert mcnemar(better, worse + 1) >= mcnemar(better, worse) - 1e-12


def test_rows_to_settle_are_what_they_are_by_hand() -> None:
    assert rows_to_settle(100, excess=10, variance=40, step=0, alpha=0.05) == 109  # 100 · 1.644854² · 40 / 10²
    assert rows_to_settle(100, excess=0, variance=40, step=2, alpha=0.05) is None


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 2_000))
def test_at_the_rows_to_settle_the_corrected_statistic_reaches_the_quantile(gain: int, worse: int, same: int) -> None:
    rows, changed = gain + 2 * worse + same, gain + 2 * worse

    needed = rows_to_settle(rows, excess=gain, variance=changed, step=2, alpha=0.05)

    factor = (needed or 0) / rows
    assert (factor * gain - 1) / sqrt(factor * changed) >= NormalDist().inv_cdf(0.95) - 1e-9
