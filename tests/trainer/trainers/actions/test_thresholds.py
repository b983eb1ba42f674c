"""Where thresholds are shown to change only on evidence, and to reach the precision that they promise."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from trainer.trainers.actions import thresholds
from trainer.trainers.actions.parameters import ActionsParameters

COUNTS = st.tuples(st.integers(0, 60), st.integers(1, 60)).filter(lambda pair: pair[0] <= pair[1])
SURE = ActionsParameters(target_precision=0.7, confidence=0.95)


@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_at_the_lower_bound_so_many_acceptances_would_be_just_that_rare(
    counts: tuple[int, int], confidence: float
) -> None:
    accepted, shown = counts
    assume(accepted > 0)

    bound = thresholds.lower_bound(accepted, shown, confidence)

    assert 0 < bound < accepted / shown
    assert binom.sf(accepted - 1, shown, bound) == pytest.approx(1 - confidence, rel=1e-6)


@given(COUNTS)
def test_the_bound_rises_with_acceptances_and_falls_with_confidence(counts: tuple[int, int]) -> None:
    accepted, shown = counts

    bound = thresholds.lower_bound(accepted, shown, 0.95)

    assert thresholds.lower_bound(accepted + 1, shown + 1, 0.95) > bound
    assert thresholds.lower_bound(accepted, shown, 0.99) <= bound


def test_nothing_accepted_promises_nothing() -> None:
    assert thresholds.lower_bound(0, 1_000, 0.95) == 0


def test_the_lowest_threshold_that_surely_reaches_the_target_is_chosen() -> None:
    scores = np.arange(1_000) / 1_000

    chosen = thresholds.choose(scores, (scores >= 0.4).astype(float), 0.5, SURE)

    assert chosen == pytest.approx(0.2)
    assert (scores[scores >= chosen] >= 0.4).mean() >= 0.7


def test_a_rule_that_surely_misses_the_target_is_never_recommended() -> None:
    assert thresholds.choose(np.linspace(0, 1, 1_000), np.zeros(1_000), 0.5, SURE) is None


def test_a_rule_about_which_nothing_is_sure_keeps_its_threshold() -> None:
    accepted = np.tile([1.0, 1.0, 0.0], 13)

    assert thresholds.choose(np.linspace(0, 1, 39), accepted, 0.42, SURE) == 0.42


def test_all_scores_alike_are_recommended_or_not_together() -> None:
    scores = np.full(200, 0.123456789123)

    chosen = thresholds.choose(scores, np.ones(200), 0.5, SURE)

    assert chosen is not None
    assert (scores >= chosen).all()


def test_where_scores_tell_nothing_the_target_is_wrongly_promised_in_one_of_twenty_cases_at_most() -> None:
    random = np.random.default_rng(1)

    promised = [
        thresholds.choose(random.random(200), (random.random(200) < 0.7).astype(float), None, SURE) is not None
        for _ in range(400)
    ]

    assert 0 < sum(promised) <= 20
