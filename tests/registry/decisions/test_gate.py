"""Where the promotion gate is tried: what ships, what is refused, and what is said about the rest."""

from math import comb

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.api.version import PairedResult, Verdict
from registry.decisions.gate import judge, objection

COUNTS = st.integers(0, 400)


def paired(both_right: int, better: int, worse: int, both_wrong: int, champion: str = "champion") -> PairedResult:
    return PairedResult(
        champion_version_id=champion,
        rows=both_right + better + worse + both_wrong,
        both_right=both_right,
        only_candidate_right=better,
        only_champion_right=worse,
        both_wrong=both_wrong,
    )


def measured(accuracy: float, majority: float, rows: int) -> dict[str, float]:
    return {"accuracy": accuracy, "majority_accuracy": majority, "samples": rows}


def test_a_candidate_that_is_better_beyond_chance_ships() -> None:
    gate = judge({}, paired(880, 45, 15, 60), "champion")

    assert gate.verdict is Verdict.SHIP
    assert gate.reasons == (
        (
            "Better: of 1,000 holdout rows it has 925 right and the champion 895, "
            "45 only itself and 15 only the champion (p < 0.0001)."
        ),
    )
    assert gate.evidence["gain"] == pytest.approx(0.03)
    assert gate.evidence["p_better"] == pytest.approx(sum(comb(60, count) for count in range(45, 61)) / 2**60)


@pytest.mark.parametrize(
    ("better", "worse", "verdict"), [(9, 1, Verdict.SHIP), (8, 2, Verdict.INCONCLUSIVE), (5, 0, Verdict.SHIP)]
)
def test_one_gain_in_twenty_by_chance_is_where_shipping_begins(better: int, worse: int, verdict: Verdict) -> None:
    assert judge({}, paired(90, better, worse, 0), "champion").verdict is verdict


def test_a_candidate_that_is_worse_beyond_chance_is_refused() -> None:
    gate = judge({}, paired(880, 15, 45, 60), "champion")

    assert gate.verdict is Verdict.ROLLBACK
    assert gate.reasons[0].startswith("Worse: of 1,000 holdout rows it has 895 right and the champion 925")


def test_a_gain_that_may_be_chance_says_how_many_rows_would_settle_it() -> None:
    gate = judge({}, paired(90, 5, 2, 3), "champion")

    assert gate.verdict is Verdict.INCONCLUSIVE
    assert gate.reasons[1] == "About 174 more holdout rows would settle it if the gain stays the same."
    assert gate.evidence["more_rows"] == 174


def test_without_a_gain_more_rows_are_not_promised_to_help() -> None:
    gate = judge({}, paired(90, 4, 4, 2), "champion")

    assert gate.verdict is Verdict.INCONCLUSIVE
    assert "no gain" in gate.reasons[1]
    assert gate.evidence["more_rows"] is None


def test_a_comparison_with_a_former_champion_proves_nothing() -> None:
    gate = judge({}, paired(0, 100, 0, 0, champion="former"), "champion")

    assert gate.verdict is Verdict.INCONCLUSIVE
    assert gate.reasons == ("The champion changed while training; train again.",)


@pytest.mark.parametrize("result", [None, paired(0, 0, 0, 0)])
def test_without_a_comparison_nothing_is_proven(result: PairedResult | None) -> None:
    assert judge(measured(1, 0.1, 1000), result, "champion").verdict is Verdict.INCONCLUSIVE


def test_a_first_version_ships_when_it_beats_the_commonest_label() -> None:
    gate = judge(measured(0.9, 0.3, 100), None, None)

    assert gate.verdict is Verdict.SHIP
    assert gate.reasons[0].startswith(
        "Better: of 100 holdout rows it has 90 right; always answering the commonest label would have 30"
    )


@pytest.mark.parametrize(
    ("accuracy", "majority", "rows", "verdict"),
    [
        (0.3, 0.3, 1000, Verdict.INCONCLUSIVE),
        (0.6, 0.5, 10, Verdict.INCONCLUSIVE),
        (0.1, 0.5, 100, Verdict.ROLLBACK),
        (1.0, 1.0, 100, Verdict.INCONCLUSIVE),
        (0.0, 0.5, 0, Verdict.INCONCLUSIVE),
    ],
)
def test_a_first_version_that_is_not_proven_better_does_not_ship(
    accuracy: float, majority: float, rows: int, verdict: Verdict
) -> None:
    assert judge(measured(accuracy, majority, rows), None, None).verdict is verdict


def test_a_first_version_without_metrics_does_not_ship() -> None:
    assert judge({"accuracy": 0.99}, None, None).verdict is Verdict.INCONCLUSIVE


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_what_ships_is_refused_when_the_two_change_places(
    both_right: int, better: int, worse: int, both_wrong: int
) -> None:
    mirrored = {Verdict.SHIP: Verdict.ROLLBACK, Verdict.ROLLBACK: Verdict.SHIP}
    forth = judge({}, paired(both_right, better, worse, both_wrong), "champion").verdict
    back = judge({}, paired(both_right, worse, better, both_wrong), "champion").verdict

    assert back is mirrored.get(forth, forth)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_what_ships_is_better_and_stays_so_with_one_more_row_right(
    both_right: int, better: int, worse: int, both_wrong: int
) -> None:
    gate = judge({}, paired(both_right, better, worse, both_wrong), "champion")
    assume(gate.verdict is Verdict.SHIP)

    assert gate.evidence["gain"] > 0
    assert judge({}, paired(both_right, better + 1, worse, both_wrong), "champion").verdict is Verdict.SHIP


def test_a_proven_candidate_may_take_the_place_of_the_champion_it_beat_and_of_no_other() -> None:
    gate = judge({}, paired(880, 45, 15, 60), "champion")

    assert objection(gate, "champion") is None
    assert "another champion" in (objection(gate, "newer") or "")


def test_a_candidate_that_did_not_pass_may_not_serve_for_the_gates_own_reasons() -> None:
    gate = judge({}, paired(880, 15, 45, 60), "champion")

    assert objection(gate, "champion") == gate.reasons[0]
