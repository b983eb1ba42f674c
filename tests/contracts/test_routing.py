"""Where it is tried that a unit is assigned to one version, always the same."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.api.route import Arm, Route
from contracts.routing import choose, point, resolve

UNITS = st.text(max_size=50)
DEFAULT = Arm(version_id="v9", label="9.0.0", artifact="0" * 64, weight=1.0)


def route(*weights: float) -> Route:
    arms = tuple(
        Arm(version_id=f"v{place}", label=f"1.0.{place}", artifact="0" * 64, weight=weight)
        for place, weight in enumerate(weights)
    )
    return Route(
        task="t", kind="classification", revision=2, phase="p", arms=arms, salt="salt", since=datetime.now(UTC)
    )


def test_the_point_of_a_unit_is_the_documented_one() -> None:
    assert point("salt", "ticket-1") == 0.4472417873445954


@given(UNITS)
def test_a_point_lies_between_zero_and_one(unit: str) -> None:
    assert 0 <= point("salt", unit) < 1


@given(UNITS)
def test_a_unit_keeps_its_arm_while_the_first_arm_grows(unit: str) -> None:
    before, after = choose(route(0.1, 0.9), unit), choose(route(0.5, 0.5), unit)

    assert before is not None
    assert after is not None
    assert not (before.version_id == "v0" and after.version_id == "v1")


def test_weights_decide_how_many_units_an_arm_gets() -> None:
    split = route(0.2, 0.8)

    share = sum(chosen.version_id == "v0" for unit in range(20_000) if (chosen := choose(split, str(unit)))) / 20_000

    assert abs(share - 0.2) < 0.01


def test_without_a_unit_the_champion_serves() -> None:
    chosen = choose(route(0.2, 0.8), None)
    named = choose(route(0.2, 0.8).model_copy(update={"champion_version_id": "v0"}), None)

    assert chosen is not None
    assert named is not None
    assert (chosen.version_id, named.version_id) == ("v1", "v0")


@given(UNITS)
def test_a_version_in_several_arms_gets_the_units_of_each(unit: str) -> None:
    first, second = route(0.1, 0.4).arms
    split = route().model_copy(update={"arms": (first, second, first, second)})

    chosen = choose(split, unit)

    assert chosen is not None
    assert chosen.version_id == ("v0" if point("salt", unit) % 0.5 < 0.1 else "v1")


@given(UNITS)
def test_weights_that_fall_short_of_one_leave_nobody_out(unit: str) -> None:
    assert choose(route(0.1, 0.2, 0.3), unit) is not None


@given(UNITS)
def test_half_a_surrogate_pair_counts_as_the_replacement_character(unit: str) -> None:
    half_a_pair = f"{unit}\ud83d"

    assert point("salt", half_a_pair) == point("salt", f"{unit}\ufffd")


@given(st.none() | UNITS)
def test_the_default_serves_all_units_while_there_are_no_arms(unit: str | None) -> None:
    empty, serving = (each.model_copy(update={"default": DEFAULT}) for each in (route(), route(1.0)))

    first, then = resolve(empty, unit), resolve(serving, unit)

    assert (first.version_id, first.reason, first.revision) == ("v9", "default", 2)
    assert (then.version_id, then.reason) == ("v0", "route")


def test_a_route_that_was_heard_long_ago_is_called_so() -> None:
    found = resolve(route(1.0), "user-1", stale_seconds=7.5)

    assert (found.version_id, found.stale_seconds, found.reason) == ("v0", 7.5, "last known route")


@given(UNITS)
def test_nothing_serves_on_a_route_without_arms(unit: str) -> None:
    assert choose(route(), unit) is None
