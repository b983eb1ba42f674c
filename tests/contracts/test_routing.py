"""Where it is tried that a unit is assigned to one version, always the same."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.api.route import Arm, Route
from contracts.routing import choose, point

UNITS = st.text(max_size=50)


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

    assert chosen is not None
    assert chosen.version_id == "v1"


@given(UNITS)
def test_nothing_serves_on_a_route_without_arms(unit: str) -> None:
    assert choose(route(), unit) is None
