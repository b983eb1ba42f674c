"""Where it is tried how numbers become a health score and recommendations, what answers cost, and what success is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.api.feedback_policy import SuccessDefinition
from contracts.api.metrics import ClassificationMetrics, CostMetrics, LatencyMetrics, VersionMetrics
from contracts.api.retraining import RetrainPolicy
from contracts.api.system_health import SystemStatus
from feedback.metrics import costs, judging, recommending, scoring
from feedback.metrics.costs import Price, Tokens
from feedback.metrics.recommending import Situation
from feedback.metrics.scoring import Vitals
from feedback.store.opinions import Opinion

THEN = datetime(2026, 1, 1, tzinfo=UTC)


def measured(
    *, errors: int = 0, right: int = 90, judged: int = 100, parked: int = 0, unknown: int = 0
) -> VersionMetrics:
    share = right / judged if judged else None
    return VersionMetrics(
        version_id=None, inferences=1000, errors=errors, error_rate=errors / 1000, mean_confidence=None,
        feedback=judged + parked, parked=parked,
        classification=ClassificationMetrics(
            judged=judged, accuracy=share, precision=None, recall=None, f1=None, acceptance=share, verdicts=judged
        ),
        latency=LatencyMetrics(p50_ms=50, p95_ms=100, p99_ms=200),
        cost=CostMetrics(
            usd=1.0, unknown=unknown, tokens_in=0, tokens_out=0, known=1000 - unknown, unknown_share=unknown / 1000
        ),
    )  # fmt: skip


def nothing() -> VersionMetrics:
    return measured(judged=0, right=0).model_copy(update={"inferences": 0})


def advice(total: VersionMetrics, confusion: Mapping[tuple[str, str], int], policy: RetrainPolicy | None) -> list[str]:
    return [each.name for each in recommending.recommend(Situation(Vitals(total), confusion, policy))]


def test_a_task_without_answers_has_no_score() -> None:
    health = scoring.score(Vitals(nothing()))

    assert (health.score, health.status) == (None, SystemStatus.NO_DATA)


def test_a_task_that_does_well_has_a_hundred_points() -> None:
    health = scoring.score(Vitals(measured(), measured()))

    assert (health.score, health.status, health.reasons) == (100, SystemStatus.HEALTHY, ())


def test_what_is_wrong_takes_points_and_is_named_the_worst_first() -> None:
    slow = LatencyMetrics(p50_ms=50, p95_ms=300, p99_ms=900)
    total = measured(errors=200, right=60, unknown=500, parked=100).model_copy(update={"latency": slow})

    health = scoring.score(Vitals(total, measured(), oldest_pending_days=60))

    names = [each.name for each in health.reasons]
    assert names == ["error_rate", "accuracy", "acceptance", "latency", "parked", "pending", "unknown_costs"]
    assert [each.points for each in health.reasons] == [35, 25, 15, 15, 10, 5, 5]
    assert (health.score, health.status) == (0, SystemStatus.UNHEALTHY)
    assert "fell from 90.0% before to 60.0%" in health.reasons[1].sentence


@given(some.integers(0, 1000), some.integers(0, 100), some.integers(0, 1000), some.floats(0, 1000))
def test_a_score_lies_between_none_and_a_hundred_and_more_errors_never_raise_it(
    errors: int, right: int, unknown: int, days: float
) -> None:
    worse = measured(errors=errors, right=right, unknown=unknown)
    better = measured(errors=errors // 2, right=right, unknown=unknown)

    score, above = (scoring.score(Vitals(each, measured(), days)).score for each in (worse, better))

    assert 0 <= (score or 0) <= (above or 0) <= 100


def test_a_few_opinions_say_nothing_about_a_fall() -> None:
    health = scoring.score(Vitals(measured(judged=5, right=0), measured()))

    assert "accuracy" not in [each.name for each in health.reasons]


def test_what_nobody_ever_tells_the_cost_of_is_not_held_against_a_task() -> None:
    untold = CostMetrics(usd=None, unknown=1000, tokens_in=0, tokens_out=0, known=0, unknown_share=1.0)

    health = scoring.score(Vitals(measured().model_copy(update={"cost": untold}), measured()))

    assert health.score == 100


def test_each_recommendation_has_its_evidence() -> None:
    confusion = {("billing", "shipping"): 40, ("shipping", "shipping"): 60, ("billing", "billing"): 900}
    total = measured(errors=100, right=10, judged=40, unknown=10, parked=20)
    vitals = Vitals(total, measured(), oldest_pending_days=10)

    found = {each.name: each for each in recommending.recommend(Situation(vitals, confusion, None))}

    assert list(found) == ["errors", "acceptance", "retraining", "confusion", "parked", "reviews", "unknown_costs"]
    assert found["confusion"].evidence == {"predicted": "billing", "actual": "shipping", "count": 40, "share": 0.4}
    assert "'shipping' was taken for 'billing' 40 times (40%)" in found["confusion"].sentence


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert advice(measured(right=99), {}, RetrainPolicy(enabled=True)) == []
    assert advice(measured(judged=3, right=3), {}, RetrainPolicy(enabled=True)) == ["judging"]
    assert advice(measured(), {("a", "b"): 3}, RetrainPolicy(enabled=True)) == []


@pytest.mark.parametrize(
    ("tokens", "rates", "cost"),
    [
        (Tokens(1_000_000, 500_000), (2_500_000_000, 10_000_000_000), 7_500_000_000),
        (Tokens(1, 0), (500_000, 0), 1),
        (Tokens(1, 0), (499_999, 0), 0),
        (Tokens(7, None), (1_000_000, 0), 7),
        (Tokens(7, None), (1_000_000, 1), None),
        (Tokens(None, None), (0, 0), None),
        (Tokens(2**31 - 1, 2**31 - 1), (10**15, 10**15), 2 * (2**31 - 1) * 10**9),
    ],
)
def test_cost_is_worked_out_in_whole_numbers_or_unknown(
    tokens: Tokens, rates: tuple[int, int], cost: int | None
) -> None:
    assert costs.nano(Price(THEN, *rates), tokens) == cost


def test_the_price_of_a_time_is_the_one_that_began_last() -> None:
    prices = [Price(THEN + timedelta(days=days), days, days) for days in (0, 10, 5)]

    found = [costs.at(prices, THEN + timedelta(days=days)) for days in (-1, 0, 7, 10, 99)]

    assert [price and price.input_nano_per_1m for price in found] == [None, 0, 5, 10, 10]


@pytest.mark.parametrize(
    ("definition", "hours", "success"),
    [
        ({}, 0, None),
        ({"metric": "basket"}, 0, 30.0),
        ({"metric": "other"}, 0, None),
        ({"metric": "basket", "type": "share", "threshold": 30}, 0, 1.0),
        ({"metric": "basket", "type": "share", "threshold": 31}, 0, 0.0),
        ({"metric": "basket", "type": "share", "threshold": 20, "direction": "lower"}, 0, 0.0),
        ({"metric": "basket", "window_hours": 2}, 2, 30.0),
        ({"metric": "basket", "window_hours": 2}, 2.001, None),
    ],
)
def test_success_is_what_the_policy_says(definition: dict[str, object], hours: float, success: float | None) -> None:
    told = Opinion(
        "acme", "k", "i", "tickets", "suggestion", "positive", None, None, None, None, None, None, None, None, "user",
        THEN + timedelta(hours=hours), "basket", 30.0,
    )  # fmt: skip

    assert judging.success_of(told, SuccessDefinition.model_validate(definition), THEN) == success


def test_success_is_the_outcome_where_nothing_else_is_said() -> None:
    told = Opinion(
        "acme", "k", None, "tickets", "outcome", "positive", 0.25, None, None, None, None, None, None, None, "user",
        THEN,
    )  # fmt: skip

    assert judging.success_of(told, SuccessDefinition(), None) == 0.25
    assert judging.success_of(told, SuccessDefinition(type="share"), None) == 0.0
