"""Where units are divided: shares add up, and a ramp moves no unit but to its candidate."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.phases import Segment
from registry.decisions import shares

POINTS = [(number + 0.5) / 997 for number in range(997)]
WEIGHTS = st.lists(st.floats(0.01, 1), min_size=1, max_size=6)


def divided(weights: Sequence[float]) -> tuple[Segment, ...]:
    whole = sum(weights)
    return shares.side_by_side({f"v{number}": weight / whole for number, weight in enumerate(weights)})


def assigned(segments: Sequence[Segment]) -> list[str]:
    ends = list(accumulate(segment.weight for segment in segments))
    return [segments[min(bisect_right(ends, point), len(ends) - 1)].version_id for point in POINTS]


@given(WEIGHTS, st.floats(0.001, 0.999))
def test_shares_add_up_to_one_and_the_candidate_gets_its_own(weights: list[float], share: float) -> None:
    segments = shares.ramp(divided(weights), "new", share)
    found = shares.of(segments, ["new", *(f"v{number}" for number in range(len(weights)))])

    assert sum(segment.weight for segment in segments) == pytest.approx(1)
    assert found["new"] == pytest.approx(share)
    assert found["v0"] == pytest.approx(weights[0] / sum(weights) * (1 - share))


@given(WEIGHTS, st.lists(st.floats(0.001, 0.999), min_size=2, max_size=6, unique=True))
def test_growing_moves_units_to_the_candidate_alone(weights: list[float], steps: list[float]) -> None:
    base, rising = divided(weights), sorted(steps)
    seen = [assigned(base), *(assigned(shares.ramp(base, "new", step)) for step in rising)]

    for before, after in pairwise(seen):
        assert all(later in {earlier, "new"} for earlier, later in zip(before, after, strict=True))


@given(WEIGHTS)
def test_a_version_that_has_nothing_gets_no_share(weights: list[float]) -> None:
    assert shares.of(divided(weights), ["elsewhere"]) == {"elsewhere": 0}
