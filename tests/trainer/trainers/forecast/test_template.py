"""Where the example that people are given to fill in is shown to be one that can be trained on."""

from io import StringIO

import polars as pl

from tests.trainer.trainers.forecast.series import train
from trainer.trainers.forecast import kind
from trainer.trainers.forecast.card import _doubtful_bounds


def test_the_template_can_be_trained_on_as_it_is() -> None:
    rows = pl.read_csv(StringIO(kind.tables[0].template))

    _, result = train(rows)

    answer = kind.load(result.artifact).predict([{"series": "A17", "horizon": 1}])[0]
    assert answer["values"][0]["date"] == "2026-03-30"
    assert answer["values"][0]["value"] == round(answer["values"][0]["value"], 8)


def test_bounds_that_hold_too_little_are_a_limit_of_the_card() -> None:
    assert _doubtful_bounds(0.88, 0.9) == []
    assert _doubtful_bounds(None, 0.9) == []
    assert _doubtful_bounds(0.05, 0.9) == [
        "Its bounds are too narrow here: 5% of the holdout lay within them, not 90%."
    ]
