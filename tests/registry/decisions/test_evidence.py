"""Where terms become plans, and what is known of each arm is told."""

import pytest

from contracts.api.measure import WatchedMetric
from contracts.api.performance import ArmPerformance, Summary
from contracts.api.rollout import Terms
from registry.decisions.trials import evidence
from registry.decisions.trials.plans import PERCENTILE, Arm

TERMS = Terms(goal=WatchedMetric(metric="accuracy"), guardrails=(WatchedMetric(metric="latency_p95", margin=0.1),))


def performance(version_id: str, right: int, units: int = 1_000) -> ArmPerformance:
    accuracy = Summary(units=units, total=right, squares=right)
    return ArmPerformance(
        version_id=version_id, units=units, metrics={"accuracy": accuracy}, latencies={200: units // 2, 210: units // 2}
    )


def arms(*performances: ArmPerformance, shares: tuple[float, ...] = (0.5, 0.5)) -> list[Arm]:
    return evidence.arms(dict(zip("abcdef", shares, strict=False)), performances)


def test_treatments_share_alpha_and_so_do_the_metrics_that_can_stop_one() -> None:
    plan = evidence.plan(TERMS, treatments=5, steps=2)

    assert plan.alpha == pytest.approx(0.01)
    assert plan.guarding_alpha == pytest.approx(0.01 / 4)
    assert plan.guardrails[0].better == "lower"
    assert plan.guardrails[0].relative


def test_arms_keep_the_order_of_the_shares_and_those_nobody_heard_of_are_empty() -> None:
    control, treatment, missing = arms(performance("b", 800), performance("a", 700), shares=(0.5, 0.4, 0.1))

    assert [each.version_id for each in (control, treatment, missing)] == ["a", "b", "c"]
    assert (control.units, missing.units) == (1_000, 0)


def test_each_metric_is_told_with_its_gain_over_the_control() -> None:
    control, treatment = arms(performance("a", 700), performance("b", 800))

    told = evidence.told(evidence.plan(TERMS), control, [treatment], {"a": "1.0.0"})

    assert [(each.role, each.label, each.mean) for each in told] == [("control", "1.0.0", 0.7), ("treatment", "", 0.8)]
    gain = told[1].metrics["accuracy"]
    assert (told[0].metrics["accuracy"].gain, gain.gain) == (None, pytest.approx(0.1))
    assert gain.gain_interval
    assert gain.gain_interval[0] < 0.1 < gain.gain_interval[1]
    assert told[1].metrics[PERCENTILE].mean == pytest.approx(66, rel=0.02)
    assert told[1].metrics[PERCENTILE].interval is None


def test_nothing_known_is_told_as_nothing() -> None:
    control, treatment = arms()

    told = evidence.told(evidence.plan(TERMS), control, [treatment], {})

    assert [(each.n, each.mean, each.interval) for each in told] == [(0, None, None)] * 2


def test_a_pair_among_several_is_planned_for_its_part_of_the_units() -> None:
    control, first, second = arms(shares=(0.5, 0.3, 0.2))
    plan = evidence.plan(TERMS, treatments=2)

    assert evidence.between(plan, control, first, [first, second]).tuned_for == 8_000
    assert evidence.between(plan, control, first, [first]).tuned_for == 10_000


def test_sample_ratios_are_told_with_a_p_value_that_holds_at_every_look() -> None:
    even, odd = (
        evidence.ratio(arms(performance("a", 0, 5_000), performance("b", 0, units))) for units in (5_000, 4_000)
    )

    assert (even.mismatch, even.p) == (False, 1)
    assert odd.mismatch
    assert odd.p < 0.001
