"""Where it is tried what a task asks of its versions besides being better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Comparison, PairedResult, SliceResult, Verdict
from registry.decisions import gate
from registry.decisions.gate import slices
from registry.decisions.gate.demands import Demands

PARTS = st.lists(
    st.builds(
        lambda better, worse, even: part("x", better, worse, even),
        st.integers(0, 60),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    max_size=20,
)


def part(name: str, better: int, worse: int, even: int = 10) -> SliceResult:
    units = better + worse + even
    return SliceResult(name=name, units=units, better=better, worse=worse, gain=(better - worse) / max(units, 1))


def paired(*parts: SliceResult, better: int = 60, worse: int = 20) -> PairedResult:
    return PairedResult(
        champion_version_id="champion",
        rows=1000,
        both_right=1000 - better - worse,
        only_candidate_right=better,
        only_champion_right=worse,
        both_wrong=0,
        slices=parts,
    )


def test_a_part_that_got_worse_is_named_but_does_not_stop_a_better_version() -> None:
    judged = gate.judge({}, paired(part("label = refund", 1, 15), part("label = login", 20, 3)), "champion")

    assert judged.verdict is Verdict.SHIP
    assert judged.reasons[1] == (
        "Worse on label = refund: of its 26 it lost more on 15 and less on 1 (p = 0.0005, corrected for all parts)."
    )
    assert [each["name"] for each in judged.evidence["worse_slices"]] == ["label = refund"]
    assert "slices" not in judged.evidence


def test_a_part_that_got_worse_stops_it_where_the_task_asks_for_that() -> None:
    judged = gate.judge({}, paired(part("a", 1, 15)), "champion", None, Demands(block_on_slice_regression=True))

    assert judged.verdict is Verdict.INCONCLUSIVE
    assert "worse on a part" in judged.reasons[-1]


def test_one_bad_part_among_very_many_may_be_chance() -> None:
    alone = slices.regressions([part("a", 0, 6)], 0.05)
    among_many = slices.regressions([part("a", 0, 6), *(part(str(n), 5, 5) for n in range(40))], 0.05)

    assert (len(alone), len(among_many)) == (1, 0)


@given(PARTS)
def test_parts_are_named_by_falling_certainty_and_never_more_of_them_than_without_correction(
    parts: list[SliceResult],
) -> None:
    found = slices.regressions(parts, 0.05)

    assert [each.p for each in found] == sorted(each.p for each in found)
    assert all(each.p <= 0.05 and each.slice.worse > each.slice.better for each in found)


def test_a_part_of_losses_is_judged_by_its_mean_once_it_is_large() -> None:
    large = SliceResult(name="a", units=400, better=150, worse=250, gain=-0.5, standard_error=0.1)

    assert len(slices.regressions([large], 0.05)) == 1
    assert slices.regressions([large.model_copy(update={"standard_error": 0.5, "gain": -0.1})], 0.05) == []


@pytest.mark.parametrize(
    ("minimum", "verdict"), [(0.0, Verdict.SHIP), (0.04, Verdict.SHIP), (0.05, Verdict.INCONCLUSIVE)]
)
def test_a_gain_that_is_too_small_does_not_ship(minimum: float, verdict: Verdict) -> None:
    judged = gate.judge({}, paired(), "champion", None, Demands(minimum_gain=minimum))

    assert judged.verdict is verdict


def test_a_version_that_need_not_be_better_ships_with_a_loss_unless_a_gain_is_asked_for() -> None:
    kept = Comparison(
        against="the champion", champion_version_id="champion", measure="error", unit="series", units=100, left_out=0,
        candidate_loss=1.01, other_loss=1.0, gain=-0.01, standard_error=0.1, better=50, worse=50, required="not worse",
    )  # fmt: skip

    assert gate.judge({}, None, "champion", kept).verdict is Verdict.SHIP
    assert gate.judge({}, None, "champion", kept, Demands(minimum_gain=0.1)).verdict is Verdict.INCONCLUSIVE


def test_a_first_version_has_no_champion_to_gain_over() -> None:
    first = {"accuracy": 0.9, "majority_accuracy": 0.2, "samples": 1000}

    assert gate.judge(first, None, None, None, Demands(minimum_gain=0.9)).verdict is Verdict.SHIP


def test_parts_compared_with_a_former_champion_say_nothing() -> None:
    judged = gate.judge({}, paired(part("a", 0, 30)), "another")

    assert judged.reasons == ("The champion changed while training; train again.",)


def test_what_waits_for_approval_says_so() -> None:
    judged = gate.judge({}, paired(), "champion", None, Demands(approvals=1))

    assert judged.verdict is Verdict.SHIP
    assert "approval of a second person" in judged.reasons[-1]
