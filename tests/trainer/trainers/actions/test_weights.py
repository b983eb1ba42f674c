"""Where the weights of signals are shown to be the likeliest ones, never below 0, and held to today's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from trainer.trainers.actions import weights
from trainer.trainers.actions.weights import Outcomes, Weights
from trainer.trainers.replaying import Doubles

SEEDS = st.integers(0, 10_000)


def outcomes(seed: int, rows: int = 200, signals: int = 3, rules: int = 2) -> Outcomes:
    random = np.random.default_rng(seed)
    values, of_rules = random.normal(size=(rows, signals)), random.integers(0, rules, rows)
    likely = values @ np.arange(signals) / 2 + of_rules
    return Outcomes(values, of_rules, (random.random(rows) < expit(likely)).astype(float))


def anchor(of_signals: Doubles, rules: int = 2) -> Weights:
    return Weights(of_signals, 0.0, np.zeros(rules))


def posterior(known: Outcomes, at: Weights, around: Weights, caution: float) -> float:
    """The negative log posterior, written down once more and slowly."""
    of_signals = np.broadcast_to(at.of_signals, (len(at.offsets), known.signals.shape[1]))
    lost = 0.0
    for signals, rule, accepted in zip(known.signals, known.rules, known.accepted, strict=True):
        chance = expit(signals @ of_signals[rule] + at.intercept + at.offsets[rule])
        lost -= np.log(chance if accepted else 1 - chance)
    strayed = caution * np.square(at.of_signals - around.of_signals).sum()
    return float(lost + strayed / 2 + np.square(at.offsets - around.offsets).sum() / 2 + 1e-6 * at.intercept**2 / 2)


@given(SEEDS, st.sampled_from([1, 2]), st.sampled_from([0.1, 1.0, 30.0]))
@settings(max_examples=15, deadline=None)
def test_no_weights_nearby_are_likelier(seed: int, rows: int, caution: float) -> None:
    known, around = outcomes(seed), anchor(np.ones((rows, 3)))
    found = weights.fit(known, around, caution)
    random = np.random.default_rng(seed)

    for _ in range(5):
        moved = np.maximum(found.of_signals + random.normal(scale=0.02, size=found.of_signals.shape), 0)
        other = Weights(moved, found.intercept, found.offsets + random.normal(scale=0.02, size=2))
        assert posterior(known, other, around, caution) > posterior(known, found, around, caution) - 1e-4


@given(SEEDS, st.sampled_from([1, 2]))
@settings(max_examples=20, deadline=None)
def test_no_weight_is_below_zero_though_its_signal_speaks_against(seed: int, rows: int) -> None:
    known = outcomes(seed)
    against = Outcomes(-known.signals, known.rules, known.accepted)

    found = weights.fit(against, anchor(np.ones((rows, 3))), 0.1)

    assert (found.of_signals >= 0).all()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_more_caution_the_closer_to_the_anchor(seed: int) -> None:
    known, start = outcomes(seed), np.ones((1, 3))

    strayed = [
        np.square(weights.fit(known, anchor(start), caution).of_signals - start).sum() for caution in (1, 100, 1e6)
    ]

    assert strayed[0] >= strayed[1] >= strayed[2]
    assert strayed[2] < 1e-3


def test_with_many_outcomes_the_true_weights_are_found() -> None:
    found = weights.fit(outcomes(1, rows=50_000), anchor(np.ones((1, 3))), 1.0)

    assert found.of_signals[0].tolist() == pytest.approx([0.0, 0.5, 1.0], abs=0.05)
    assert found.offsets[1] - found.offsets[0] == pytest.approx(1.0, abs=0.1)


def test_the_order_of_rows_makes_no_difference() -> None:
    known = outcomes(3)
    order = np.random.default_rng(1).permutation(200)
    shuffled = Outcomes(known.signals[order], known.rules[order], known.accepted[order])

    first, second = (weights.fit(each, anchor(np.ones((2, 3))), 1.0) for each in (known, shuffled))

    assert first.of_signals.ravel().tolist() == pytest.approx(second.of_signals.ravel().tolist(), rel=1e-4)


@pytest.mark.parametrize("accepted", [0.0, 1.0])
def test_outcomes_that_are_all_alike_give_finite_weights(accepted: float) -> None:
    known = outcomes(1)

    found = weights.fit(Outcomes(known.signals, known.rules, np.full(200, accepted)), anchor(np.ones((1, 3))), 1.0)

    assert np.isfinite(found.of_signals).all()
    assert np.isfinite(found.intercept)


def test_a_rule_without_outcomes_keeps_its_anchor() -> None:
    known, start = outcomes(1), Weights(np.full((3, 3), 2.0), 0.0, np.array([0.0, 0.0, 0.7]))

    found = weights.fit(known, start, 1.0)

    assert found.of_signals[2].tolist() == [2.0, 2.0, 2.0]
    assert found.offsets[2] == pytest.approx(0.7)


def test_a_typical_log_takes_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    known, start = outcomes(1, rows=2_000, signals=6, rules=8), anchor(np.ones((1, 6)), rules=8)

    unhurried = weights.fit(known, start, 10.0)
    monkeypatch.setattr(weights, "MOST_STEPS", 80)
    hurried = weights.fit(known, start, 10.0)

    assert hurried.of_signals.tolist() == unhurried.of_signals.tolist()
