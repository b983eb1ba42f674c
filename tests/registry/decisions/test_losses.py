"""Where verdicts on losses are shown to need evidence, and to say what they rest on."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Comparison, Verdict
from registry.decisions.gate import judge, objection


def compared(**facts: Any) -> Comparison:
    usual: dict[str, Any] = {
        "against": "the champion",
        "champion_version_id": "champion",
        "measure": "scaled squared error",
        "unit": "series",
        "units": 100,
        "left_out": 0,
        "candidate_loss": 0.8,
        "other_loss": 1.0,
        "gain": 0.2,
        "standard_error": 0.05,
        "better": 70,
        "worse": 30,
    }
    return Comparison.model_validate(usual | facts)


def verdict(champion: str | None = "champion", **facts: Any) -> Verdict:
    return judge({}, None, champion, compared(**facts)).verdict


def test_a_gain_of_four_standard_errors_ships_and_says_on_what() -> None:
    gate = judge({}, None, "champion", compared())

    assert gate.verdict is Verdict.SHIP
    assert "on 100 series its scaled squared error is 0.8 and that of the champion 1" in gate.reasons[0]
    assert objection(gate, "champion") is None


def test_a_gain_within_the_noise_is_inconclusive_and_says_how_much_more_would_settle_it() -> None:
    gate = judge({}, None, "champion", compared(gain=0.05))

    assert gate.verdict is Verdict.INCONCLUSIVE
    assert gate.reasons[1] == "About 171 more series would settle it if the gain stays the same."


def test_a_proven_loss_is_never_shipped_whatever_the_kind_requires() -> None:
    for required in ("better", "not worse", "not lower"):
        assert verdict(gain=-0.2, required=required) is Verdict.ROLLBACK


@pytest.mark.parametrize(
    ("required", "gain", "expected"),
    [
        ("better", 0.0, Verdict.INCONCLUSIVE),
        ("not worse", -0.01, Verdict.SHIP),
        ("not lower", 0.0, Verdict.SHIP),
        ("not lower", -0.01, Verdict.INCONCLUSIVE),
    ],
)
def test_a_kind_whose_versions_age_need_not_be_proven_better(required: str, gain: float, expected: Verdict) -> None:
    assert verdict(gain=gain, required=required) is expected


def test_a_first_version_of_such_a_kind_serves_unless_it_is_proven_worse_than_nothing() -> None:
    assert verdict(None, champion_version_id=None, gain=-0.01, required="not lower") is Verdict.SHIP
    assert verdict(None, champion_version_id=None, gain=-0.2, required="not lower") is Verdict.ROLLBACK


def test_few_units_are_judged_by_their_signs() -> None:
    assert verdict(units=6, better=6, worse=0) is Verdict.SHIP
    assert verdict(units=6, better=4, worse=2) is Verdict.INCONCLUSIVE


def test_a_baseline_judges_the_first_version() -> None:
    gate = judge({}, None, None, compared(champion_version_id=None, against="seasonal naive forecasts"))

    assert gate.verdict is Verdict.SHIP
    assert "seasonal naive forecasts" in gate.reasons[0]


def test_without_anything_to_measure_only_kinds_that_age_are_released() -> None:
    assert verdict(units=0, required="better") is Verdict.INCONCLUSIVE
    assert verdict(units=0, required="not worse") is Verdict.SHIP


def test_a_champion_that_changed_while_training_is_no_comparison() -> None:
    assert verdict(champion="another") is Verdict.INCONCLUSIVE


@given(gain=st.floats(-1, 1), error=st.floats(0, 1), better=st.integers(0, 50), worse=st.integers(0, 50))
def test_who_exchanges_the_two_exchanges_the_verdict(gain: float, error: float, better: int, worse: int) -> None:
    forth = verdict(gain=gain, standard_error=error, better=better, worse=worse)
    back = verdict(gain=-gain, standard_error=error, better=worse, worse=better)

    assert {forth, back} != {Verdict.SHIP}
    assert (forth is Verdict.SHIP) == (back is Verdict.ROLLBACK)
