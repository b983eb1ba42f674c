"""Where it is tried how answers are judged, and what latencies and labels come to."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from feedback.metrics import confusion, latency
from feedback.metrics.judging import Judgement, judge


@pytest.mark.parametrize(
    ("predicted", "corrected", "verdict", "judged"),
    [
        ("a", "a", None, Judgement(right=True, actual="a")),
        ("a", "b", None, Judgement(right=False, actual="b")),
        ("a", "b", "positive", Judgement(right=False, actual="b")),
        ("a", None, "positive", Judgement(right=True, actual="a")),
        ("a", None, "negative", Judgement(right=False, actual=None)),
        (None, "b", "negative", Judgement(right=False, actual=None)),
        (None, "b", None, None),
        ("a", None, None, None),
    ],
)
def test_a_correction_judges_before_a_verdict_does(
    predicted: str | None, corrected: str | None, verdict: str | None, judged: Judgement | None
) -> None:
    assert judge(predicted, corrected, verdict) == judged


@given(some.lists(some.floats(0.001, 86_400_000), min_size=1), some.sampled_from([0, 0.5, 0.95, 0.99, 1]))
def test_a_percentile_is_within_one_per_cent_of_the_exact_one(values: list[float], share: float) -> None:
    counts: dict[int, int] = {}
    for value in values:
        counts[latency.bucket(value)] = counts.get(latency.bucket(value), 0) + 1

    found = latency.percentile(counts, share)

    exact = sorted(values)[math.floor(share * (len(values) - 1))]
    assert found == pytest.approx(exact, rel=latency.ACCURACY * 1.0001)


def test_without_answers_there_is_no_percentile() -> None:
    assert latency.percentile({}, 0.5) is None


def test_precision_recall_and_f1_are_macro_averages_over_all_labels() -> None:
    scores = confusion.scores({("a", "a"): 8, ("a", "b"): 2, ("b", "b"): 4, ("b", "a"): 1, ("b", "c"): 1})

    assert scores.precision == pytest.approx((8 / 10 + 4 / 6 + 0) / 3)
    assert scores.recall == pytest.approx((8 / 9 + 4 / 6 + 0) / 3)
    assert scores.f1 == pytest.approx((16 / 19 + 8 / 12 + 0) / 3)


def test_without_judgements_there_are_no_scores() -> None:
    assert confusion.scores({("a", "b"): 0}) == confusion.Scores(None, None, None)
