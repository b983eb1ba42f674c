"""Where it is tried what becomes of a rollout at its step: on, held, paused or back, never on with a proven harm."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.measure import WatchedMetric
from contracts.api.performance import ArmPerformance, Summary
from contracts.api.rollout import Terms
from contracts.api.version import Verdict
from registry.decisions import shares
from registry.decisions.trials import evidence, steps, verdicts
from registry.decisions.trials.plans import Arm, Metric, Plan
from registry.decisions.trials.samples import counted
from registry.decisions.trials.steps import Action, Stand

ACCURACY, ERRORS, SLOWNESS = Metric("accuracy"), Metric("error_rate", "lower"), Metric("slowness", "lower")
PLAN = Plan(guardrails=(ERRORS,), signals=(SLOWNESS,), min_units=100, tuned_for=4_000)
WITH_GOAL = replace(PLAN, goal=ACCURACY)
HALFWAY, LAST, HELD = Stand(following=25), Stand(following=100), Stand(following=None)
RATES = st.floats(0, 1)


USUAL = {"right": 0.8, "errors": 0.02, "slow": 0.1}
METRICS = {"right": "accuracy", "errors": "error_rate", "slow": "slowness"}


def arm(name: str, units: int, *, share: float = 0.5, **rates: float) -> Arm:
    shown = {METRICS[each]: counted(round(rate * units), units) for each, rate in (USUAL | rates).items()}
    return Arm(name, share, units, shown)


CONTROL, SAME = arm("a", 2_000), arm("b", 2_000)
BETTER, FAILING, SLOWER = arm("b", 2_000, right=0.9), arm("b", 2_000, errors=0.2), arm("b", 2_000, slow=0.5)
FEWER = arm("b", 1_000)


@pytest.mark.parametrize(
    ("plan", "stand", "treatment", "action", "verdict"),
    [
        (PLAN, HALFWAY, SAME, Action.ADVANCE, Verdict.CONTINUE),
        (WITH_GOAL, HALFWAY, SAME, Action.ADVANCE, Verdict.CONTINUE),
        (PLAN, LAST, SAME, Action.PROMOTE, Verdict.SHIP),
        (WITH_GOAL, LAST, BETTER, Action.PROMOTE, Verdict.SHIP),
        (WITH_GOAL, LAST, SAME, Action.PAUSE, Verdict.INCONCLUSIVE),
        (PLAN, HELD, SAME, Action.PAUSE, Verdict.SHIP),
        (PLAN, replace(HELD, is_canary=True), SAME, Action.WAIT, Verdict.SHIP),
        (PLAN, replace(HALFWAY, is_canary=True), SAME, Action.WAIT, Verdict.SHIP),
        (PLAN, replace(LAST, rest_s=1), SAME, Action.WAIT, Verdict.SHIP),
        (PLAN, replace(HALFWAY, rest_s=1), SAME, Action.WAIT, Verdict.CONTINUE),
        (PLAN, LAST, arm("b", 99, share=0.05), Action.WAIT, Verdict.CONTINUE),
        (PLAN, LAST, FAILING, Action.ROLL_BACK, Verdict.ROLLBACK),
        (PLAN, replace(LAST, rest_s=1), FAILING, Action.ROLL_BACK, Verdict.ROLLBACK),
        (PLAN, replace(LAST, is_paused=True), FAILING, Action.ROLL_BACK, Verdict.ROLLBACK),
        (PLAN, replace(LAST, is_paused=True), SAME, Action.WAIT, Verdict.SHIP),
        (WITH_GOAL, HALFWAY, arm("b", 2_000, right=0.5), Action.ROLL_BACK, Verdict.ROLLBACK),
        (PLAN, LAST, SLOWER, Action.PAUSE, Verdict.INCONCLUSIVE),
        (PLAN, LAST, FEWER, Action.PAUSE, Verdict.INCONCLUSIVE),
        (PLAN, LAST, replace(FEWER, strayed=1_000), Action.PROMOTE, Verdict.SHIP),
    ],
)
def test_the_evidence_of_a_step_decides_what_follows(
    plan: Plan, stand: Stand, treatment: Arm, action: Action, verdict: Verdict
) -> None:
    control = replace(CONTROL, share=1 - treatment.share) if treatment.share < 0.5 else CONTROL

    move = steps.decide(plan, stand, control, treatment)

    assert (move.action, move.found.verdict) == (action, verdict)


@pytest.mark.parametrize(
    ("plan", "treatment", "worry"),
    [(PLAN, SLOWER, "slowness"), (PLAN, FEWER, steps.UNEVEN), (WITH_GOAL, SAME, steps.OPEN_GOAL)],
)
def test_what_a_person_let_pass_does_not_pause_again(plan: Plan, treatment: Arm, worry: str) -> None:
    move = steps.decide(plan, LAST, CONTROL, treatment)
    again = steps.decide(plan, replace(LAST, accepted=move.worries), CONTROL, treatment)

    assert (move.action, move.worries) == (Action.PAUSE, {worry})
    assert again.action is not Action.PAUSE


def test_another_worry_pauses_in_spite_of_the_one_that_was_let_pass() -> None:
    both = arm("b", 1_000, slow=0.5)

    move = steps.decide(PLAN, replace(LAST, accepted=frozenset({steps.UNEVEN})), CONTROL, both)

    assert (move.action, move.worries) == (Action.PAUSE, {"slowness"})


def test_a_guardrail_rolls_back_although_units_are_uneven_and_a_goal_does_not() -> None:
    failing = arm("b", 1_000, errors=0.3)
    losing = arm("b", 1_000, right=0.3)

    assert steps.decide(PLAN, LAST, CONTROL, failing).action is Action.ROLL_BACK
    assert steps.decide(WITH_GOAL, LAST, CONTROL, losing).action is Action.PAUSE


@pytest.mark.parametrize("without", ["control", "treatment"])
def test_an_arm_that_has_no_share_of_the_units_decides_nothing(without: str) -> None:
    arms = {"control": CONTROL, "treatment": FAILING}
    arms[without] = replace(arms[without], share=0, units=0, outcomes={})

    move = steps.decide(PLAN, LAST, arms["control"], arms["treatment"])

    assert (move.action, move.found.verdict) == (Action.WAIT, Verdict.CONTINUE)


@given(
    st.builds(
        Stand,
        following=st.sampled_from([None, 25.0, 100.0]),
        rest_s=st.sampled_from([-1.0, 0.0, 60.0]),
        is_canary=st.booleans(),
        is_paused=st.booleans(),
        accepted=st.frozensets(st.sampled_from([steps.UNEVEN, steps.OPEN_GOAL, steps.LAST_STEP, "slowness"])),
    ),
    st.tuples(RATES, RATES, RATES),
    st.integers(0, 5_000),
    st.integers(0, 5_000),
)
def test_a_rollout_never_goes_on_while_a_harm_is_proven_or_too_little_is_known(
    stand: Stand, rates: tuple[float, float, float], before: int, after: int
) -> None:
    right, errors, slow = rates
    control, treatment = arm("a", before), arm("b", after, right=right, errors=errors, slow=slow)

    move = steps.decide(WITH_GOAL, stand, control, treatment)

    guarded = replace(WITH_GOAL, signals=(), goal=None)
    harm = verdicts.against(guarded, control, treatment)
    goes_on = move.action in {Action.ADVANCE, Action.PROMOTE}
    assert not (goes_on and (harm or min(before, after) < WITH_GOAL.min_units))
    assert not (goes_on and (stand.is_paused or stand.is_canary or stand.rest_s > 0 or stand.following is None))
    assert (move.action is Action.PROMOTE) <= (stand.following == 100 and move.found.verdict is Verdict.SHIP)
    assert (move.action is Action.ROLL_BACK) >= bool(harm)


@given(st.lists(st.floats(0.05, 1), min_size=1, max_size=6), st.floats(0.001, 99.999))
def test_the_candidates_share_is_that_of_its_step_whatever_it_is_taken_from(
    weights: list[float], percent: float
) -> None:
    named = {str(place): weight / sum(weights) for place, weight in enumerate(weights)}

    divided = shares.ramp(shares.side_by_side(named), "candidate", percent / 100)

    assert shares.of(divided, ["candidate"])["candidate"] == pytest.approx(percent / 100)
    assert sum(each.weight for each in divided) == pytest.approx(1)


def test_answers_that_do_not_count_are_told_where_they_are_many() -> None:
    assert steps.remarks(units=1_000, strayed=50, unitless=50) == ()
    assert steps.remarks(units=0, strayed=0, unitless=312)[0].startswith("312 answers came without a unit")
    assert "another version than their unit is assigned to" in steps.remarks(units=0, strayed=1, unitless=0)[0]


SUMS = st.sampled_from([0.0, 5.0, -1e200, 1e308])
SUMMED = st.builds(Summary, units=st.integers(0, 2**40), total=SUMS, squares=SUMS)
PERFORMANCE = st.builds(
    ArmPerformance,
    version_id=st.sampled_from("ab"),
    units=st.integers(0, 2**40),
    metrics=st.dictionaries(st.sampled_from(["accuracy", "latency_ms"]), SUMMED),
    latencies=st.dictionaries(st.integers(-(10**9), 10**9), st.integers(0, 1_000), max_size=4),
)
WATCHED = st.builds(
    WatchedMetric,
    metric=st.sampled_from(["accuracy", "latency_ms", "latency_p95"]),
    margin=st.sampled_from([0.0, 1e200, 1.7e308]),
)
TERMS = st.builds(
    Terms,
    goal=WATCHED,
    guardrails=st.tuples(WATCHED),
    signals=st.tuples(WATCHED),
    alpha=st.sampled_from([5e-324, 0.05]),
    min_samples=st.just(1),
)


@given(st.lists(PERFORMANCE, max_size=2), TERMS)
def test_no_sums_and_no_terms_are_so_absurd_that_judging_fails(said: list[ArmPerformance], terms: Terms) -> None:
    decided = evidence.plan(terms, steps=6)
    control, treatment = evidence.arms({"a": 0.9, "b": 0.1}, said)

    assert steps.decide(decided, LAST, control, treatment).action in Action
    assert len(evidence.told(decided, control, [treatment], {})) == 2
