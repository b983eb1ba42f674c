"""Where several treatments are judged against one control."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Verdict
from registry.decisions.trials import contests, sequential
from registry.decisions.trials.contests import Contest
from registry.decisions.trials.plans import Arm, Metric, Plan
from registry.decisions.trials.samples import Sample, counted

RIGHT, ERRORS, COST = Metric("accuracy"), Metric("error_rate", "lower"), Metric("cost_usd", "lower")
PLAN = Plan(goal=RIGHT, guardrails=(ERRORS,), signals=(COST,), alpha=0.025, guarding_alpha=0.01)
LABELS = {"a": "1.0.0", "b": "1.1.0", "c": "2.0.0"}


def arm(name: str, right: float, units: int = 4_000, *, errors: float = 0.02, cost: float = 1.0) -> Arm:
    return Arm(
        name,
        share=1 / 3,
        units=units,
        outcomes={
            "accuracy": counted(round(right * units), units),
            "error_rate": counted(round(errors * units), units),
            "cost_usd": Sample(units, cost * units, (cost**2 + 0.1) * units),
        },
    )


def judged(*arms: Arm, plan: Plan = PLAN) -> Contest:
    return contests.judge(plan, arms[0], arms[1:], LABELS)


def test_the_largest_gain_wins_among_those_that_are_better() -> None:
    found = judged(arm("a", 0.7), arm("b", 0.8), arm("c", 0.85))

    assert (found.verdict, found.winner) == (Verdict.SHIP, "c")
    assert [reason.split(":")[0] for reason in found.reasons] == ["2.0.0", "1.1.0"]
    assert found.advice == "Promote 2.0.0."


def test_harm_comes_before_a_winner() -> None:
    found = judged(arm("a", 0.7), arm("b", 0.9), arm("c", 0.7, errors=0.2))

    assert (found.verdict, found.winner) == (Verdict.ROLLBACK, None)
    assert found.reasons[0].startswith("2.0.0: Worse: error_rate")


def test_who_raises_a_doubt_does_not_win_and_does_not_keep_others_from_it() -> None:
    alone = judged(arm("a", 0.7), arm("b", 0.9, cost=2))
    beside = judged(arm("a", 0.7), arm("b", 0.9, cost=2), arm("c", 0.85))

    assert (alone.verdict, alone.winner) == (Verdict.INCONCLUSIVE, None)
    assert (beside.verdict, beside.winner) == (Verdict.SHIP, "c")


def test_only_all_of_them_being_worse_ends_it() -> None:
    some, all_ = (
        judged(arm("a", 0.8), arm("b", 0.7), arm("c", 0.8)),
        judged(arm("a", 0.8), arm("b", 0.7), arm("c", 0.7)),
    )

    assert some.verdict is Verdict.INCONCLUSIVE
    assert (all_.verdict, all_.advice) == (Verdict.ROLLBACK, "Keep 1.0.0: nothing that was tried is better.")


def test_the_planned_units_are_those_of_all_arms_together() -> None:
    early = judged(*(arm(name, 0.7, 3_300) for name in "abc"))
    late = judged(*(arm(name, 0.7, 3_334) for name in "abc"))

    assert (early.verdict, late.verdict) == (Verdict.CONTINUE, Verdict.INCONCLUSIVE)


def test_uneven_arms_cast_doubt_on_everything_and_say_what_to_look_at() -> None:
    found = judged(arm("a", 0.7), arm("b", 0.9), arm("c", 0.7, 3_400))

    assert (found.verdict, found.winner) == (Verdict.INCONCLUSIVE, None)
    assert "3,400 instead of 3,800" in found.reasons[0]
    assert "find out where units get lost" in found.advice


def test_arms_of_which_nothing_is_known_wait() -> None:
    found = judged(*(Arm(name, 1 / 3, 0) for name in "abc"))

    assert (found.verdict, found.confidence) == (Verdict.CONTINUE, 0)
    assert found.advice == "Wait for 100 more units on the arm with fewest."


def test_confidence_is_that_of_the_leader_after_bonferroni() -> None:
    arms = arm("a", 0.7), arm("b", 0.71), arm("c", 0.745)
    tuned = round(PLAN.tuned_for * 2 / 3)

    p = sequential.always_valid_p(arms[0].of(RIGHT), arms[2].of(RIGHT), tuned, PLAN.alpha)

    assert judged(*arms).confidence == pytest.approx(1 - 2 * p)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(200, 4_000), st.floats(0.001, 0.2))
def test_a_winner_is_as_confident_as_alpha_asks_for(before: float, after: float, units: int, alpha: float) -> None:
    plan = Plan(goal=RIGHT, alpha=alpha, guarding_alpha=alpha)
    control, treatment = (replace(arm(name, right, units), share=0.5) for name, right in (("a", before), ("b", after)))

    found = judged(control, treatment, plan=plan)

    assert 0 <= found.confidence <= 1
    assert (found.verdict in {Verdict.SHIP, Verdict.ROLLBACK}) == (found.confidence >= 1 - alpha)


@given(st.lists(st.floats(0.3, 0.9), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_treatments_does_not_matter(rates: list[float], random: Random) -> None:
    control, *treatments = [
        replace(arm(str(number), rate), share=1 / len(rates)) for number, rate in enumerate(dict.fromkeys(rates))
    ]
    shuffled = random.sample(treatments, len(treatments))
    if not treatments:
        return

    one, other = (contests.judge(PLAN, control, each, {}) for each in (treatments, shuffled))

    assert (one.verdict, one.confidence) == (other.verdict, pytest.approx(other.confidence))
    assert set(one.reasons) == set(other.reasons)
