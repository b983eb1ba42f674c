"""Where it is tried when a retrain policy asks for training, from evidence alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.api.drift import DriftSide, FeatureDrift, MeasuredDrift
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
    assert len(decision.reasons) == 4


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


def test_a_long_cooldown_is_told_in_hours() -> None:
    slow = POLICY.model_copy(update={"cooldown_minutes": 180})

    decision = decide(slow, evidence(new_examples=100, requested_at=NOW - timedelta(minutes=30)))

    assert decision.reasons[-1] == "The cooldown lasts another 2.5 h."
    assert "are enough" in decision.reasons[0]


def test_a_request_that_no_job_answered_yet_holds_the_next_one_back_without_any_cooldown() -> None:
    policy = POLICY.model_copy(update={"cooldown_minutes": 0})
    asked = evidence(new_examples=100, requested_at=NOW - timedelta(seconds=5))

    assert not decide(policy, asked).fired
    assert decide(policy, evidence(new_examples=100, requested_at=NOW - timedelta(minutes=2))).fired


def test_a_clock_that_was_set_back_holds_nothing_back_longer_than_the_cooldown() -> None:
    ahead = evidence(new_examples=100, queued_at=NOW + timedelta(days=300))
    a_little_ahead = evidence(new_examples=100, queued_at=NOW + timedelta(seconds=1))

    assert decide(POLICY, ahead).fired
    assert not decide(POLICY, a_little_ahead).fired


def test_a_cooldown_for_ever_is_a_year() -> None:
    decision = decide(POLICY.model_copy(update={"cooldown_minutes": 1e308}), evidence(new_examples=100))

    assert "The cooldown lasts another" in decision.reasons[-1]


@pytest.mark.parametrize(
    ("psi", "certain", "before", "fires"),
    [(0.3, ("psi",), 50, True), (0.3, (), 50, False), (0.1, ("psi",), 50, False), (0.3, ("psi",), 49, False)],
)
def test_drift_counts_where_it_is_large_and_certain_and_of_enough_answers(
    psi: float, certain: tuple[str, ...], before: int, *, fires: bool
) -> None:
    feature = FeatureDrift(
        feature="value", field="country", before=before, now=50, psi=psi, ks=None, new_categories=0.0,
        certain=certain,
    )  # fmt: skip
    day = NOW.date()
    side = DriftSide(reference_from=day, reference_to=day, current_from=day, current_to=day, features=(feature,))
    drift = MeasuredDrift(measured_at=NOW, inputs=side, outputs=None)

    decision = decide(POLICY, evidence(drift=drift))

    assert decision.fired == fires
    assert ("field 'country' moved: PSI 0.30 (0.2 allowed)" in decision.reasons[0]) == fires


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
