"""Where it is tried which label a version gets after another."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Bump
from registry.decisions.gate import labels

NUMBERS = st.integers(0, 10_000)
MADE_OF: dict[str, Any] = {"parameters": {"epochs": 3}, "datasets": ["d1"], "columns": ["label", "text"], "examples": 5}


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(Bump))
def test_every_label_is_higher_than_the_one_before(major: int, minor: int, patch: int, bump: Bump) -> None:
    following = labels.following(f"{major}.{minor}.{patch}", bump)

    assert tuple(map(int, following.split("."))) > (major, minor, patch)


@pytest.mark.parametrize(("label", "previous"), [("1.10.0", "1.9.9"), ("2.0.0", "1.99.99"), ("1.0.10", "1.0.9")])
def test_labels_are_ordered_by_their_numbers(label: str, previous: str) -> None:
    assert labels.is_higher(label, previous)
    assert not labels.is_higher(previous, label)
    assert not labels.is_higher(label, label)


@pytest.mark.parametrize(("bump", "label"), [(Bump.PATCH, "1.4.3"), (Bump.MINOR, "1.5.0"), (Bump.MAJOR, "2.0.0")])
def test_what_is_raised_sets_what_is_behind_it_to_nothing(bump: Bump, label: str) -> None:
    assert labels.following("1.4.2", bump) == label


@pytest.mark.parametrize(
    ("change", "bump"),
    [
        ({"examples": 900}, Bump.PATCH),
        ({"rows": 7}, Bump.PATCH),
        ({"parameters": {"epochs": 4}}, Bump.MINOR),
        ({"datasets": ["d2"]}, Bump.MINOR),
        ({"columns": ["label", "text", "colour"]}, Bump.MINOR),
        ({"examples": 0}, Bump.MINOR),
    ],
)
def test_more_rows_of_the_same_source_are_a_patch_and_all_else_is_a_minor(change: dict[str, Any], bump: Bump) -> None:
    assert labels.between(MADE_OF, MADE_OF | change) is bump


def test_what_an_older_version_did_not_write_down_makes_no_difference() -> None:
    assert labels.between({"parameters": {"epochs": 3}}, MADE_OF) is Bump.PATCH
