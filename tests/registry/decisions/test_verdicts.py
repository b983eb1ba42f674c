"""Where arms are judged: what rolls back, what ships, what pauses, and what is said about what is missing."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Verdict
from registry.decisions.trials import samples, sequential
from registry.decisions.trials.plans import Arm, Judgement, Metric, Plan
from registry.decisions.trials.samples import Sample, counted
from registry.decisions.trials.verdicts import judge

ACCEPTED, ERRORS, LATENCY = Metric("acceptance"), Metric("error rate", "lower"), Metric("latency", "lower", margin=20)
PLAN = Plan(goal=ACCEPTED, guardrails=(ERRORS,), signals=(LATENCY,), min_units=200)


def arm(name: str, units: int, accepted: float, errors: float = 0.02, latency: float = 100) -> Arm:
    return Arm(
        name,
        share=0.5,
        units=units,
        outcomes={
            "acceptance": counted(round(accepted * units), units),
            "error rate": counted(round(errors * units), units),
            "latency": Sample(units, latency * units, (latency**2 + 30**2) * units),
        },
    )


def judged(control: Arm, treatment: Arm, plan: Plan = PLAN) -> Judgement:
    return judge(plan, control, treatment)


def test_a_treatment_that_is_better_ships_with_the_numbers() -> None:
    found = judged(arm("a", 5_000, 0.70), arm("b", 5_000, 0.76))

    assert found.verdict is Verdict.SHIP
    assert "acceptance 0.76 against 0.7 on 5,000 and 5,000 units" in found.reasons[0]


def test_a_guardrail_rolls_back_although_the_goal_is_met() -> None:
    found = judged(arm("a", 5_000, 0.70), arm("b", 5_000, 0.80, errors=0.08))

    assert found.verdict is Verdict.ROLLBACK
    assert found.reasons[0].startswith("Worse: error rate 0.08 against 0.02")


def test_a_signal_pauses_beyond_its_margin_only() -> None:
    within, beyond = (judged(arm("a", 5_000, 0.7), arm("b", 5_000, 0.76, latency=each)) for each in (115, 140))

    assert within.verdict is Verdict.SHIP
    assert (beyond.verdict, beyond.missing) == (Verdict.INCONCLUSIVE, "a person who says whether that matters")


def test_too_few_units_go_on_and_say_how_many_are_missing() -> None:
    found = judged(arm("a", 150, 0.2), arm("b", 180, 0.9))

    assert (found.verdict, found.missing) == (Verdict.CONTINUE, "50 more units on the arm with fewest")


def test_no_difference_is_open_until_the_planned_units_and_inconclusive_then() -> None:
    early = judged(arm("a", 2_000, 0.70), arm("b", 2_000, 0.70))
    late = judged(arm("a", 5_000, 0.70), arm("b", 5_000, 0.70))

    assert (early.verdict, late.verdict) == (Verdict.CONTINUE, Verdict.INCONCLUSIVE)
    assert "No difference was found" in late.reasons[0]


def test_units_that_do_not_arrive_in_their_shares_cast_doubt_on_everything() -> None:
    found = judged(arm("a", 5_000, 0.70), arm("b", 4_000, 0.90))

    assert found.verdict is Verdict.INCONCLUSIVE
    assert "5,000 instead of 4,500 and 4,000 instead of 4,500" in found.reasons[0]


def test_without_a_goal_a_version_ships_once_nothing_was_found_worse() -> None:
    plan = replace(PLAN, goal=None)

    assert judged(arm("a", 5_000, 0.7), arm("b", 5_000, 0.7), plan).verdict is Verdict.SHIP
    assert judged(arm("a", 100, 0.7), arm("b", 100, 0.7), plan).verdict is Verdict.CONTINUE


def test_a_metric_that_nobody_reported_decides_nothing() -> None:
    bare = [Arm(name, 0.5, 5_000) for name in "ab"]

    assert judged(*bare).verdict is Verdict.CONTINUE


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(200, 20_000))
def test_whoever_ships_would_be_rolled_back_in_the_others_place(before: float, after: float, units: int) -> None:
    forth = judged(arm("a", units, before), arm("b", units, after)).verdict
    back = judged(arm("b", units, after), arm("a", units, before)).verdict

    assert (forth is Verdict.SHIP) == (back is Verdict.ROLLBACK)


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_looking_after_every_hundred_units_seldom_finds_what_is_not_there(share: float) -> None:
    random, found = Random(7), 0

    for _ in range(120):
        found += _finds_something(random, share)

    assert found <= 6


def _finds_something(random: Random, share: float) -> bool:
    """Look at one A/A experiment with a rare success after every hundred units, as an impatient person would."""
    arms = [Sample(), Sample()]
    for _ in range(50):
        for _ in range(100):
            arms[random.random() < share] += samples.of([float(random.random() < 0.01)])
        if min(arm.units for arm in arms) >= 100:
            bounds = sequential.difference(*arms, 0.05, 5_000)
            if bounds.lower > 0 or bounds.upper < 0:
                return True
    return False
