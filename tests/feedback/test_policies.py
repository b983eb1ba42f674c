"""Where it is tried when a retrain policy asks for training, from evidence alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.api.retraining import RetrainPolicy
from feedback.policies import Evidence, decide

NOW = datetime(2026, 1, 10, tzinfo=UTC)
POLICY = RetrainPolicy(min_accuracy=0.9, min_new_examples=100, max_age_hours=24, cooldown_minutes=60, min_sample=50)
TRAINED = Evidence(
    at=NOW,
    champion="v1",
    champion_since=NOW - timedelta(hours=2),
    trained_at=NOW - timedelta(hours=2),
    queued_at=NOW - timedelta(hours=3),
)


def evidence(**others: object) -> Evidence:
    return Evidence(**({name: getattr(TRAINED, name) for name in TRAINED.__slots__} | others))


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (evidence(judged=50, right=44), "Live accuracy 0.880 over 50 opinions is below 0.9."),
        (evidence(new_examples=100), "100 approved examples since the last training; 100 are enough."),
        (evidence(new_examples=1, trained_at=NOW - timedelta(hours=24)), "The last training is 24.0 h old"),
        (Evidence(at=NOW, new_examples=100), "100 approved examples and no training yet; 100 are enough."),
    ],
)
def test_each_condition_fires_by_itself(known: Evidence, reason: str) -> None:
    decision = decide(POLICY, known)

    assert decision.fired
    assert len(decision.reasons) == 1
    assert decision.reasons[0].startswith(reason)


@pytest.mark.parametrize(
    "known",
    [
        evidence(judged=50, right=45),
        evidence(judged=49, right=0),
        evidence(new_examples=99),
        evidence(trained_at=NOW - timedelta(days=9)),
        Evidence(at=NOW, new_examples=99),
        Evidence(at=NOW),
    ],
)
def test_short_of_every_condition_nothing_fires_and_the_reasons_say_what_is_missing(known: Evidence) -> None:
    decision = decide(POLICY, known)

    assert not decision.fired
    assert len(decision.reasons) == 3


@pytest.mark.parametrize(
    ("against", "reason"),
    [
        ({"running_job": "j7"}, "Job j7 is under way."),
        ({"queued_at": NOW - timedelta(minutes=59)}, "The cooldown lasts another 1.0 min."),
        ({"requested_at": NOW - timedelta(minutes=30)}, "The cooldown lasts another 30.0 min."),
    ],
)
def test_what_stands_against_training_is_said_after_what_speaks_for_it(against: dict[str, object], reason: str) -> None:
    decision = decide(POLICY, evidence(new_examples=100, **against))

    assert not decision.fired
    assert decision.reasons[-1] == reason
    assert "are enough" in decision.reasons[0]


def test_a_request_that_no_job_answered_yet_holds_the_next_one_back_without_any_cooldown() -> None:
    policy = POLICY.model_copy(update={"cooldown_minutes": 0})
    asked = evidence(new_examples=100, requested_at=NOW - timedelta(seconds=5))

    assert not decide(policy, asked).fired
    assert decide(policy, evidence(new_examples=100, requested_at=NOW - timedelta(minutes=2))).fired


def test_a_policy_that_is_switched_off_never_fires() -> None:
    off = POLICY.model_copy(update={"enabled": False})

    assert not decide(off, evidence(new_examples=1000)).fired


@given(some.integers(0, 300), some.integers(0, 300), some.sampled_from([None, "j7"]))
def test_a_decision_always_has_reasons_and_never_fires_beside_a_running_job(
    new_examples: int, judged: int, running_job: str | None
) -> None:
    known = evidence(new_examples=new_examples, judged=judged, right=judged // 2, running_job=running_job)

    decision = decide(POLICY, known)

    assert decision.reasons
    assert not (running_job and decision.fired)
