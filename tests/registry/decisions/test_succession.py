"""Where labels and the order of champions are tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.decisions.succession import predecessors
from registry.successions import Change, Succession


def successions(story: str) -> list[Succession]:
    """Read a story: ``+a`` promotes a, ``-a`` rolls back to a."""
    changes = {"+": Change.PROMOTED, "-": Change.ROLLED_BACK}
    return [Succession(step[1:], changes[step[0]]) for step in story.split()]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", ""),
        ("+a", ""),
        ("+a +b", "a"),
        ("+a +b +c", "ba"),
        ("+a +b -a", ""),
        ("+a +b +c -b", "a"),
        ("+a +b +c -a", ""),
        ("+a +b +a", "b"),
        ("+a +b +a -b", "a"),
        ("+a +b -a +c", "a"),
        ("+a +b -a -b", "a"),
    ],
)
def test_the_predecessors_are_found_the_nearest_first(story: str, expected: str) -> None:
    assert predecessors(successions(story)) == list(expected)


@given(st.lists(st.integers(), min_size=1, unique=True))
def test_rolling_back_again_and_again_goes_through_all_promotions_backwards(numbers: list[int]) -> None:
    history, gone_through = [Succession(str(number), Change.PROMOTED) for number in numbers], []

    while found := predecessors(history):
        gone_through.append(int(found[0]))
        history.append(Succession(found[0], Change.ROLLED_BACK))

    assert gone_through == numbers[:-1][::-1]
