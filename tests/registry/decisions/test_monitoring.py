"""Where monitors are tried: what is proven, what only seems so, and that a number on the edge does not flap."""

from fractions import Fraction
from math import comb, inf, isfinite
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.health import MonitorState, Severity
from contracts.api.monitor import DEFAULTS, WATCHABLE, Monitor, NewMonitors, written
from registry.decisions.health import monitoring, tipping
from registry.decisions.health.monitoring import Found, Share

LATENCY = Monitor(metric="latency_p95", direction="above", warning=1_000, alert=5_000, min_samples=1)
ACCURACY = Monitor(metric="accuracy", direction="below", warning=0.9, alert=0.8, min_samples=10)
DROP = Monitor(metric="accuracy_drop", direction="above", warning=0.05, alert=0.10, min_samples=10)
VALUES = st.floats(-1e12, 1e12)


def of(value: float) -> Found:
    return Found(value, 1_000)


@given(hits=st.integers(0, 40), misses=st.integers(0, 40), threshold=st.floats(0.01, 0.99))
def test_the_evidence_is_the_integral_in_its_definition(hits: int, misses: int, threshold: float) -> None:
    chance = Fraction(threshold)
    integral = sum(
        Fraction((-1) ** k * comb(misses, k), hits + k + 1) * chance ** (hits + k + 1) for k in range(misses + 1)
    )
    exact = integral / chance / (chance**hits * (1 - chance) ** misses)

    found = tipping.evidence_below(hits, hits + misses, threshold)

    expected = 1.0 if hits + misses == 0 else float(exact)
    assert found == pytest.approx(expected, rel=1e-6)


def test_looking_after_every_opinion_raises_hardly_any_false_alarm() -> None:
    random, alarms = Random(7), 0
    for _ in range(400):
        hits = 0
        for trials in range(1, 401):
            hits += random.random() < 0.9
            if tipping.is_below(hits, trials, 0.9):
                alarms += 1
                break

    assert alarms <= 3


def test_a_fall_of_fifteen_points_is_found_within_a_few_hundred_opinions() -> None:
    random, hits, trials = Random(7), 0, 0
    while not tipping.is_below(hits, trials, 0.85):
        hits, trials = hits + (random.random() < 0.7), trials + 1

    assert 20 < trials < 400


@given(hits=st.integers(0, 10_000_000), misses=st.integers(0, 10_000_000), threshold=st.floats(-1, 2))
def test_evidence_is_a_number_whatever_is_asked(hits: int, misses: int, threshold: float) -> None:
    found = tipping.evidence_below(hits, hits + misses, threshold)

    assert found >= 0
    assert isfinite(found) or (found == inf and threshold >= 1)


def test_three_bad_opinions_prove_nothing_and_that_is_said() -> None:
    said = monitoring.judge(ACCURACY.model_copy(update={"min_samples": 1}), Found(0.0, 3, Share(0, 3)), None)

    assert (said.state, said.note) == (MonitorState.OK, "beyond 80.0%, which 3 do not prove yet")


def test_too_few_are_no_data_and_how_many_are_missing_is_said() -> None:
    said = monitoring.judge(ACCURACY, Found(0.5, 8, Share(4, 8)), None)

    assert (said.state, said.note) == (MonitorState.NO_DATA, "8 of at least 10")


@pytest.mark.parametrize(
    ("right", "state"), [(930, MonitorState.OK), (850, MonitorState.WARNING), (700, MonitorState.ALERT)]
)
def test_a_share_is_judged_by_what_it_proves(right: int, state: MonitorState) -> None:
    plain = monitoring.judge(ACCURACY, Found(right / 1_000, 1_000, Share(right, 1_000)), None)
    fallen = monitoring.judge(DROP, Found(0.95 - right / 1_000, 1_000, Share(right, 1_000, 0.95)), None)

    assert (plain.state, fallen.state) == (state, state)


@pytest.mark.parametrize(
    ("held", "value", "state"),
    [
        (None, 1_000, "ok"),
        (None, 1_001, "warning"),
        ("warning", 999, "warning"),
        ("warning", 201, "warning"),
        ("warning", 200, "ok"),
        ("warning", 5_001, "alert"),
        ("alert", 4_900, "alert"),
        ("alert", 4_200, "warning"),
        ("alert", 900, "warning"),
        ("alert", 200, "ok"),
    ],
)
def test_a_level_is_left_only_when_the_number_is_well_back(held: str | None, value: float, state: str) -> None:
    assert monitoring.judge(LATENCY, of(value), Severity(held) if held else None).state == state


@given(value=VALUES, held=st.sampled_from([None, *Severity]), warning=VALUES, further=st.floats(0, 1e12))
def test_both_directions_are_mirror_images(value: float, held: Severity | None, warning: float, further: float) -> None:
    above = LATENCY.model_copy(update={"warning": warning, "alert": warning + further})
    below = above.model_copy(update={"direction": "below", "warning": -warning, "alert": -(warning + further)})

    assert monitoring.judge(above, of(value), held).state == monitoring.judge(below, of(-value), held).state


@given(value=VALUES, held=st.sampled_from([None, *Severity]))
def test_what_was_bad_makes_nothing_better_and_the_same_number_twice_changes_nothing(
    value: float, held: Severity | None
) -> None:
    rank = [MonitorState.OK, MonitorState.WARNING, MonitorState.ALERT].index

    fresh, said = monitoring.judge(LATENCY, of(value), None).state, monitoring.judge(LATENCY, of(value), held).state
    again = monitoring.judge(LATENCY, of(value), None if said is MonitorState.OK else Severity(said)).state

    assert rank(said) >= rank(fresh)
    assert again is said


@pytest.mark.parametrize("name", WATCHABLE)
def test_every_metric_can_be_watched_on_its_usual_side_and_written(name: str) -> None:
    limits = (1, 2) if WATCHABLE[name].bad == "above" else (2, 1)

    monitor = Monitor.model_validate({"metric": name, "warning": limits[0], "alert": limits[1]})

    assert monitor.direction == WATCHABLE[name].bad
    assert written(name, 0.5)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"metric": "karma", "direction": "above"}, "known are accuracy, accuracy_drop"),
        ({"warning": 3, "alert": 2}, "must be at least the warning"),
        ({"direction": "below", "warning": 1, "alert": 2}, "must be at most the warning"),
        ({"warning": float("nan")}, "finite"),
        ({"period": "month"}, "hour"),
        ({"min_samples": 0}, "greater than or equal to 1"),
        ({"thresholds": 1}, "Extra inputs"),
    ],
)
def test_a_monitor_that_makes_no_sense_is_refused_by_name(wrong: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Monitor.model_validate({"metric": "error_rate", "warning": 1, "alert": 2} | wrong)


def test_a_number_cannot_be_watched_twice_over_the_same_time() -> None:
    with pytest.raises(ValueError, match="error_rate/day is there more than once"):
        NewMonitors(monitors=(DEFAULTS[1], DEFAULTS[1]))
