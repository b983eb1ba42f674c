"""Where versions from elsewhere are judged by the metrics that came with them."""

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Verdict
from registry.decisions.gate import judge_reported, objection
from registry.decisions.gate.demands import Demands
from registry.decisions.gate.reported import Champion

CHAMPION = Champion("champion", {"accuracy": 0.8, "samples": 500})
METRICS = st.dictionaries(st.sampled_from(["accuracy", "samples", "loss"]), st.floats(allow_nan=True))


def test_the_first_version_may_serve() -> None:
    judged = judge_reported({}, None, Demands(), first=True)

    assert judged.verdict is Verdict.SHIP
    assert objection(judged, None) is None
    assert objection(judged, "champion")


@pytest.mark.parametrize(
    ("accuracy", "verdict"), [(0.9, Verdict.SHIP), (0.81, Verdict.INCONCLUSIVE), (0.7, Verdict.ROLLBACK)]
)
def test_accuracies_on_holdouts_of_their_own_are_compared(accuracy: float, verdict: Verdict) -> None:
    judged = judge_reported({"accuracy": accuracy, "samples": 500}, CHAMPION, Demands(), first=False)

    assert judged.verdict is verdict
    assert "each on rows of its own" in judged.reasons[0]


def test_the_p_value_is_that_of_the_pooled_test_of_two_proportions() -> None:
    judged = judge_reported({"accuracy": 0.84, "samples": 500}, CHAMPION, Demands(), first=False)

    assert judged.evidence["p_better"] == pytest.approx(0.0502, abs=5e-4)


@pytest.mark.parametrize(
    "metrics",
    [{}, {"accuracy": 0.99}, {"accuracy": 99, "samples": 500}, {"accuracy": 0.9, "samples": 0}, {"samples": 500}],
)
def test_without_both_numbers_it_is_tried_in_steps(metrics: dict[str, float]) -> None:
    judged = judge_reported(metrics, CHAMPION, Demands(), first=False)

    assert judged.verdict is Verdict.INCONCLUSIVE
    assert "roll it out in steps" in judged.reasons[0]


@given(METRICS, METRICS)
def test_whatever_is_reported_there_is_a_verdict_with_reasons(ours: dict[str, float], theirs: dict[str, float]) -> None:
    judged = judge_reported(ours, Champion("champion", theirs), Demands(), first=False)

    assert judged.reasons
    assert all(isfinite(each) for each in judged.evidence.values() if isinstance(each, float))


def test_a_gain_that_is_too_small_does_not_ship() -> None:
    judged = judge_reported({"accuracy": 0.9, "samples": 500}, CHAMPION, Demands(minimum_gain=0.2), first=False)

    assert judged.verdict is Verdict.INCONCLUSIVE
