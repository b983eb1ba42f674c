"""Where it is tried that labels which moved are noticed, and that chance is not taken for a move."""

from math import isfinite, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.decisions.health import drift, tipping

LABELS = st.dictionaries(st.text(max_size=3), st.integers(0, 10_000), max_size=30)


def test_the_index_is_that_of_the_formula() -> None:
    found = drift.between({"a": 0.5, "b": 0.5}, {"a": 300, "b": 700})

    # The label for whatever else was predicted has half an answer on both sides, and adds nothing.
    assert found.index == pytest.approx(-0.2 * log(0.3 / 0.5) + 0.2 * log(0.7 / 0.5))
    assert found.evidence > 1 / tipping.ALPHA


def test_many_rare_labels_drawn_as_they_were_learnt_prove_nothing() -> None:
    random, names = Random(7), [f"label-{number}" for number in range(150)]
    drawn = [random.choice(names) for _ in range(3_000)]

    found = drift.between(dict.fromkeys(names, 1 / 150), {name: drawn.count(name) for name in names})

    assert found.evidence < 1 / tipping.ALPHA


def test_a_label_that_was_never_learnt_counts() -> None:
    assert drift.between({"a": 1.0}, {"a": 800, "new": 200}).index > 0.25


@given(learnt=LABELS, seen=LABELS)
def test_whatever_comes_gives_numbers(learnt: dict[str, int], seen: dict[str, int]) -> None:
    expected = {label: float(count) for label, count in learnt.items() if count}

    found = drift.between(expected, seen)

    assert found.index >= 0
    assert isfinite(found.index)
    assert found.evidence >= 0
    assert found.count == sum(seen.values())
