"""Where a candidate is compared with a champion or a baseline, and it is shown what the gate gets to see."""

import math
from dataclasses import replace

import polars as pl
import pytest

from tests.trainer.kinds.ratchet_test_kinds import QUICK
from trainer.executors.comparing import compare
from trainer.trainers.kind import Evaluation

HOLDOUT = pl.DataFrame({"text": ["a", "b", "c"]})
LOSSES = {b"good": (0.1, 0.2, math.nan), b"bad": (0.4, 0.2, 0.3), b"silent": (math.nan,) * 3}


def evaluate(artifact: bytes, _: pl.DataFrame) -> Evaluation:
    return Evaluation({}, LOSSES[artifact], "series", "error", (0.5, 0.5, 0.5), "naive forecasts")


GRADED = replace(QUICK, evaluate=evaluate)
AGEING = replace(GRADED, required="not worse")


def test_answers_that_are_right_or_wrong_are_counted() -> None:
    compared = compare(QUICK, b"a/0", HOLDOUT, ("champion", b"b/1"))

    assert compared.comparison is None
    assert compared.paired
    assert (compared.paired.rows, compared.paired.only_candidate_right) == (3, 3)


def test_losses_are_compared_where_both_can_be_measured() -> None:
    comparison = compare(GRADED, b"good", HOLDOUT, ("champion", b"bad")).comparison

    assert comparison
    assert (comparison.units, comparison.left_out, comparison.better, comparison.worse) == (2, 1, 1, 0)
    assert comparison.gain == pytest.approx(0.15)
    assert comparison.standard_error == pytest.approx(0.15)
    assert (comparison.against, comparison.champion_version_id) == ("the champion", "champion")


def test_the_first_version_is_compared_with_the_baseline() -> None:
    comparison = compare(GRADED, b"bad", HOLDOUT, None).comparison

    assert comparison
    assert (comparison.against, comparison.champion_version_id, comparison.units) == ("naive forecasts", None, 3)


def test_a_champion_that_says_nothing_about_this_holdout_is_replaced_by_the_baseline() -> None:
    comparison = compare(AGEING, b"bad", HOLDOUT, ("champion", b"silent")).comparison

    assert comparison
    assert (comparison.against, comparison.champion_version_id) == ("naive forecasts", "champion")


def test_without_champion_and_baseline_a_kind_that_must_prove_itself_has_no_comparison() -> None:
    bare = replace(GRADED, evaluate=lambda artifact, _: Evaluation({}, LOSSES[artifact]))

    assert compare(bare, b"bad", HOLDOUT, None).comparison is None
    ageing = compare(replace(bare, required="not lower"), b"bad", HOLDOUT, None).comparison
    assert ageing
    assert (ageing.units, ageing.required) == (0, "not lower")


def test_the_parts_of_a_holdout_are_compared_each_on_its_own() -> None:
    losses = {b"new": (0.0, 1.0, 1.0, 0.0, math.nan), b"old": (1.0, 0.0, 0.0, 0.0, 0.0)}

    def sliced(artifact: bytes, _: pl.DataFrame) -> Evaluation:
        return Evaluation({}, losses[artifact], slices=("a", "b", "b", "b", "a"))

    paired = compare(replace(QUICK, evaluate=sliced), b"new", HOLDOUT, ("champion", b"old")).paired

    assert paired
    assert [(each.name, each.units, each.better, each.worse) for each in paired.slices] == [
        ("b", 3, 0, 2),
        ("a", 1, 1, 0),
    ]
    assert [each.standard_error for each in paired.slices] == [0.0, 0.0]


def test_parts_with_losses_have_a_standard_error_and_a_single_part_is_the_whole() -> None:
    def sliced(artifact: bytes, _: pl.DataFrame) -> Evaluation:
        return Evaluation({}, [*LOSSES[artifact], 0.3, 0.9], slices=("a", "a", "a", "b", "b"))

    def whole(artifact: bytes, _: pl.DataFrame) -> Evaluation:
        return replace(sliced(artifact, _), slices=("a",) * 5)

    comparison = compare(replace(GRADED, evaluate=sliced), b"good", HOLDOUT, ("champion", b"bad")).comparison
    alone = compare(replace(GRADED, evaluate=whole), b"good", HOLDOUT, ("champion", b"bad")).comparison

    assert comparison
    assert alone
    assert [(each.name, each.units, each.gain) for each in comparison.slices] == [
        ("a", 2, pytest.approx(0.15)),
        ("b", 2, 0.0),
    ]
    assert comparison.slices[0].standard_error == pytest.approx(0.15)
    assert alone.slices == ()
