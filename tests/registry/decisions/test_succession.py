"""Where labels and the order of champions are tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.decisions.labels import following
from registry.decisions.succession import predecessor
from registry.successions import Change, Succession


def successions(story: str) -> list[Succession]:
    """Read a story: ``+a`` promotes a, ``-a`` rolls back to a."""
    changes = {"+": Change.PROMOTED, "-": Change.ROLLED_BACK}
    return [Succession(step[1:], changes[step[0]]) for step in story.split()]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", None),
        ("+a", None),
        ("+a +b", "a"),
        ("+a +b +c", "b"),
        ("+a +b -a", None),
        ("+a +b +c -b", "a"),
        ("+a +b +c -a", None),
        ("+a +b +a", "b"),
        ("+a +b +a -b", "a"),
        ("+a +b -a +c", "a"),
        ("+a +b -a -b", "a"),
    ],
)
def test_the_predecessor_is_found(story: str, expected: str | None) -> None:
    assert predecessor(successions(story)) == expected


@given(st.lists(st.integers(), min_size=1, unique=True))
def test_rolling_back_again_and_again_goes_through_all_promotions_backwards(numbers: list[int]) -> None:
    history, gone_through = [Succession(str(number), Change.PROMOTED) for number in numbers], []

    while (found := predecessor(history)) is not None:
        gone_through.append(int(found))
        history.append(Succession(found, Change.ROLLED_BACK))

    assert gone_through == numbers[:-1][::-1]


@pytest.mark.parametrize(
    ("previous", "same_parameters", "expected"),
    [("1.0.0", True, "1.0.1"), ("1.0.9", True, "1.0.10"), ("1.0.3", False, "1.1.0"), ("2.7.1", False, "2.8.0")],
)
def test_a_label_follows_another(previous: str, *, same_parameters: bool, expected: str) -> None:
    assert following(previous, same_parameters=same_parameters) == expected
