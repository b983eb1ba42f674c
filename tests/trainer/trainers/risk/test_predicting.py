"""Where a trained risk is shown to answer rows as they come, to say why, and to refuse nonsense by its field."""

import math
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainer.trainers.risk.deliveries import deliveries, fitted
from trainer.trainers import archive
from trainer.trainers.archive import Contents
from trainer.trainers.kind import UnreadableArtifact, UnusableInput
from trainer.trainers.risk import kind, model, scoring
from trainer.trainers.risk.model import FORMAT, Model

RISKY = {"carrier": "Northbound", "distance_km": 1_400.0, "weight_kg": 12.0, "express": False}
cells = st.one_of(st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=5), st.just([1]), st.just({}))


@cache
def artifact() -> bytes:
    return fitted(deliveries(400, days=60)).artifact


@cache
def known() -> Model:
    return model.load(artifact())


def predict(*inputs: dict[str, Any]) -> list[dict[str, Any]]:
    return known().predict(list(inputs))


def test_a_risk_is_called_with_its_probability_and_reasons_in_words() -> None:
    answer = predict(RISKY)[0]

    assert answer["label"] == "late"
    assert answer["probability"] == answer["confidence"] > 0.6
    assert "'carrier' of 'Northbound' raises the risk" in answer["reasons"]


def test_the_confidence_of_no_risk_is_the_rest_of_the_probability() -> None:
    answer = predict({**RISKY, "carrier": "Swift", "distance_km": 20})[0]

    assert answer["label"] == "on time"
    assert answer["confidence"] == pytest.approx(1 - answer["probability"], abs=1e-6)


def test_a_row_is_answered_as_it_is_in_a_table() -> None:
    rows = deliveries(60, days=60, seed=9)

    single = [each["probability"] for each in predict(*rows.to_dicts())]

    assert single == pytest.approx(scoring.ask(known(), rows).probabilities, abs=2e-6)


def test_every_way_to_write_a_row_gives_one_answer() -> None:
    written = {"carrier": " NORTHBOUND", "distance_km": "1400", "weight_kg": "12,0", "express": "false", "note": [1]}

    plain, as_text = predict(RISKY, written)

    assert plain["probability"] == as_text["probability"]


def test_missing_and_unseen_values_are_answered() -> None:
    answers = predict(
        {"carrier": "Brand New"}, {"carrier": None}, {"distance_km": math.nan, "weight_kg": "n/a"}, {"express": True}
    )

    assert all(0 < answer["probability"] < 1 for answer in answers)


def test_a_missing_value_can_be_a_reason() -> None:
    rows = deliveries(300).with_columns(pl.when(pl.col("label") == "late").then(None).otherwise(1.5).alias("paid"))

    answer = kind.load(fitted(rows, method="boosting").artifact).predict([{"carrier": "Swift"}])[0]

    assert "missing 'paid' raises the risk" in answer["reasons"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"distance_km": "far"}, r"inputs\[1\]\.distance_km: a number is needed, not 'far'"),
        ({"distance_km": [3]}, r"inputs\[1\]\.distance_km: a number is needed"),
        ({"carrier": {"name": "Swift"}}, r"inputs\[1\]\.carrier: a text is needed"),
        ({"date": "yesterday"}, r"inputs\[1\]\.date: a date such as 2026-01-31 is needed, not 'yesterday'"),
        ({"date": 5}, r"inputs\[1\]\.date: a date such as"),
    ],
)
def test_nonsense_is_refused_by_its_field(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(UnusableInput, match=said):
        predict(RISKY, {**RISKY, **wrong})


@pytest.mark.parametrize("empty", [{}, {"note": "x"}, {"Carrier": "Swift"}])
def test_a_row_without_any_column_learnt_from_is_refused(empty: dict[str, object]) -> None:
    with pytest.raises(UnusableInput, match=r"inputs\[0\]: has none of the columns learnt from, such as 'carrier'"):
        predict(empty)


def test_no_inputs_have_no_answers() -> None:
    assert predict() == []


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(("carrier", "distance_km", "weight_kg", "express", "date"), cells)))
def test_any_row_is_answered_or_refused(row: dict[str, Any]) -> None:
    probability = 0.5

    with suppress(UnusableInput):
        probability = predict(row)[0]["probability"]

    assert 0 <= probability <= 1


def test_dates_are_learnt_from_in_parts() -> None:
    rows = deliveries(400, days=400).with_columns(
        (pl.col("date") - pl.duration(days=pl.when(pl.col("label") == "late").then(30).otherwise(3))).alias("ordered")
    )

    found = kind.load(fitted(rows, method="boosting").artifact).predict(
        [{"date": "2027-05-31", "ordered": ordered} for ordered in (date(2027, 5, 1), "2027-05-28T10:00:00Z")]
    )

    assert [answer["label"] for answer in found] == ["late", "on time"]


def test_a_loaded_artifact_is_packed_to_the_same_bytes() -> None:
    assert model.dump(known()) == artifact()


def altered(**changes: object) -> bytes:
    contents = archive.unpack(artifact(), FORMAT)
    facts = {**contents.facts, **{name: value for name, value in changes.items() if name in contents.facts}}
    arrays = {
        name: array if isinstance(changes.get(name[2:], 0), int | str) else changes[name[2:]]
        for name, array in contents.arrays.items()
    }
    return archive.pack(Contents(FORMAT, facts, arrays))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "damaged",
    [
        {"members": []},
        {"members": [{"method": "magic", "start": 0}]},
        {"pair": ["late"]},
        {"features": []},
        {"features": [{"name": "x"}]},
        {"threshold": "high"},
        {"calibration": {"tilt": 1}},
        {"roots": archive.np.array([10**6], "i4")},
        {"left": archive.np.zeros(3, "i4")},
        {"weights": archive.np.zeros(1)},
        {"design_source": archive.np.array([99], "i4")},
    ],
)
def test_a_damaged_artifact_is_refused(damaged: dict[str, object]) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.load(altered(**damaged))


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"PK\x03\x04"])
def test_rubbish_is_no_artifact(rubbish: bytes) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.evaluate(rubbish, deliveries(10))
