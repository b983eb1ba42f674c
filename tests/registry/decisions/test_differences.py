"""Where it is tried what is said of two versions side by side."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.version import Artifact, Gate, Verdict, Version, VersionStatus
from registry.decisions.gate import differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MEASURED = st.dictionaries(st.sampled_from(["accuracy", "mae", "bias", "x"]), st.floats(-1e6, 1e6))


def version(name: str = "a", against: str | None = None, **others: Any) -> Version:
    judged = Gate(verdict=Verdict.SHIP, reasons=("because",), evidence={"champion_version_id": against})
    given: dict[str, Any] = {"metrics": {}, "lineage": {}} | others
    return Version(
        id=name, task="tickets", number=1, label="1.0.0", status=VersionStatus.CANDIDATE, card={}, gate=judged,
        artifact=Artifact(sha256="a", size=1), created_at=datetime(2026, 1, 1, tzinfo=UTC), **given,
    )  # fmt: skip


def test_each_metric_has_its_difference_and_the_better_one() -> None:
    a = version(metrics={"accuracy": 0.8, "mae": 2.0, "samples": 10, "f1_macro": 0.5, "gone": 1})
    b = version("b", metrics={"accuracy": 0.9, "mae": 3.0, "samples": 20, "f1_macro": 0.5, "new": 2})

    found = {each.name: each for each in differences.between(a, b).metrics}

    assert found["accuracy"].difference == pytest.approx(0.1)
    assert [found[name].better for name in ("accuracy", "mae", "samples", "f1_macro")] == ["b", "a", None, "same"]
    assert [found[name].difference for name in ("gone", "new")] == [None, None]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("roc_auc", "higher"), ("ndcg_at_10", "higher"), ("smape", "lower"), ("log_loss", "lower"), ("brier", "lower"),
        ("latency_p95", "lower"), ("majority_accuracy", None), ("mape_rows", None), ("samples", None),
        ("ndcg_at_10_by_words_alone", None),
    ],
)  # fmt: skip
def test_the_name_of_a_metric_says_which_way_is_good_if_anything_does(name: str, wanted: str | None) -> None:
    assert differences.direction(name) == wanted


def test_parameters_libraries_and_rows_are_told_where_they_differ() -> None:
    a = version(lineage={"parameters": {"x": 1, "y": 2}, "versions": {"numpy": "1"}, "rows": 10, "snapshot": "s"})
    b = version("b", lineage={"parameters": {"y": 3, "z": 4}, "versions": {"numpy": "2"}, "rows": 12, "snapshot": "t"})

    found = differences.between(a, b)

    assert [(each.name, each.change) for each in found.parameters] == [
        ("x", "removed"),
        ("y", "changed"),
        ("z", "added"),
    ]
    assert [(each.name, each.a, each.b) for each in found.libraries] == [("numpy", "1", "2")]
    assert (found.a.rows, found.b.rows, found.same_rows) == (10, 12, False)


def test_the_gate_is_shown_if_b_was_judged_against_a() -> None:
    assert differences.between(version(), version("b", "a")).gate
    assert differences.between(version(), version("b", "c")).gate is None


@given(MEASURED, MEASURED)
def test_looking_from_the_other_side_turns_every_difference_round(a: dict[str, float], b: dict[str, float]) -> None:
    there = differences.between(version(metrics=a), version("b", metrics=b)).metrics
    back = differences.between(version("b", metrics=b), version(metrics=a)).metrics

    turned = {"a": "b", "b": "a", "same": "same", None: None}
    assert [each.better for each in back] == [turned[each.better] for each in there]
    assert [each.difference for each in back] == [
        None if each.difference is None else -each.difference for each in there
    ]


@given(st.dictionaries(st.sampled_from(["parameters", "versions", "datasets", "rows", "examples", "snapshot"]), JSON))
def test_whatever_a_lineage_from_elsewhere_holds_it_can_be_compared(lineage: dict[str, Any]) -> None:
    found = differences.between(version(lineage=lineage), version("b", lineage=lineage))

    assert (found.parameters, found.libraries) == ((), ())
