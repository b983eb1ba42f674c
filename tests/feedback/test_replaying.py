"""Where it is tried what a policy would have done over past checks, from their evidence alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from contracts.api.drift import DriftSide, FeatureDrift, MeasuredDrift
from contracts.api.retraining import RetrainPolicy
from feedback.policies import Evidence, decide
from feedback.policies.replaying import Check, replay

BEGIN = datetime(2026, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = RetrainPolicy(
    min_accuracy=None, min_new_examples=100, max_age_hours=None, drift=None, cooldown_minutes=90, min_sample=10
)


def lived(policy: RetrainPolicy, approved: list[int], *, takes: timedelta = HOUR / 2) -> list[Check]:
    """Live through checks of an hour each, in which a policy decides and its trainings really happen."""
    checks: list[Check] = []
    known = Evidence(at=BEGIN, champion="v1", champion_since=BEGIN)
    for hour, count in enumerate(approved):
        now = BEGIN + hour * HOUR
        known = replace(known, at=now, new_examples=known.new_examples + count)
        if known.queued_at and known.trained_at != known.queued_at + takes and now >= known.queued_at + takes:
            known = replace(known, trained_at=known.queued_at + takes, cut_off=known.queued_at, new_examples=count)
        fired = decide(policy, known).fired
        checks.append(Check(known, fired))
        if fired:
            known = replace(known, requested_at=now, queued_at=now)
    return checks


def fires(policy: RetrainPolicy, checks: list[Check], takes: timedelta = HOUR / 2) -> list[int]:
    """Give the hours in which a policy would have asked for training."""
    return [hour for hour, each in enumerate(replay(policy, checks, takes)) if each.decision.fired]


def really(checks: list[Check]) -> list[int]:
    return [hour for hour, each in enumerate(checks) if each.fired]


def quiet(**known: object) -> Iterator[Evidence]:
    """Give the evidence of hours in which nothing was asked for."""
    for hour in range(24):
        yield Evidence(**{"at": BEGIN + hour * HOUR, "champion": "v1", "champion_since": BEGIN} | known)


@given(some.lists(some.integers(0, 120), min_size=1, max_size=40), some.integers(20, 300), some.integers(0, 400))
def test_the_same_policy_would_have_done_what_it_did(approved: list[int], enough: int, cooldown: int) -> None:
    policy = POLICY.model_copy(update={"min_new_examples": enough, "cooldown_minutes": cooldown})
    checks = lived(policy, approved)

    assert fires(policy, checks) == really(checks)


@given(some.lists(some.integers(0, 120), min_size=1, max_size=40), some.integers(20, 300), some.integers(20, 300))
def test_another_policy_would_have_done_what_it_does_when_it_is_lived_with(
    approved: list[int], real: int, other: int
) -> None:
    lived_with, tried = (POLICY.model_copy(update={"min_new_examples": enough}) for enough in (real, other))

    assert fires(tried, lived(lived_with, approved)) == really(lived(tried, approved))


def test_a_policy_that_was_switched_off_is_replayed_as_if_it_had_been_on() -> None:
    off = POLICY.model_copy(update={"enabled": False})
    checks = lived(off, [50] * 6)

    assert really(checks) == []
    assert fires(off, checks) == [1, 3, 5]


def test_a_lower_accuracy_fires_once_and_again_only_after_as_many_new_opinions() -> None:
    policy = POLICY.model_copy(update={"min_accuracy": 0.9, "min_new_examples": None})
    checks = [Check(replace(each, judged=5 * hour, right=4 * hour), fired=False) for hour, each in enumerate(quiet())]

    assert fires(policy, checks)[:3] == [2, 4, 6]
    assert fires(policy.model_copy(update={"min_accuracy": 0.8}), checks) == []


def test_the_age_counts_from_the_trainings_of_the_replay() -> None:
    policy = POLICY.model_copy(update={"max_age_hours": 5, "min_new_examples": None})
    trained = {"trained_at": BEGIN, "cut_off": BEGIN}
    checks = [Check(replace(each, new_examples=hour), fired=False) for hour, each in enumerate(quiet(**trained))]

    assert fires(policy, checks, takes=HOUR) == [5, 11, 17, 23]


def test_a_training_that_no_policy_asked_for_happens_in_the_replay_too() -> None:
    checks = [Check(each, fired=False) for each in quiet()]
    for hour in range(24):
        known = replace(checks[hour].evidence, new_examples=30 * hour)
        if hour >= 10:
            by_hand = BEGIN + 9.5 * HOUR
            known = replace(known, cut_off=by_hand, queued_at=by_hand, trained_at=by_hand, new_examples=30 * (hour - 9))
        checks[hour] = Check(known, fired=False)

    assert fires(POLICY, checks) == [4, 8, 13, 17, 21]


def test_drift_asks_once_until_what_it_is_measured_against_changes() -> None:
    policy = RetrainPolicy(min_accuracy=None, min_new_examples=None, max_age_hours=None, min_sample=10)
    checks = [Check(replace(each, drift=moved(day=1 if each.at.hour < 12 else 5)), fired=False) for each in quiet()]

    assert fires(policy, checks) == [0, 12]
    assert fires(policy.model_copy(update={"drift": None}), checks) == []


def moved(day: int) -> MeasuredDrift:
    feature = FeatureDrift(
        feature="number", field="age", before=500, now=500, psi=0.4, ks=0.1, new_categories=None, certain=("psi",)
    )
    days = {
        "reference_from": BEGIN.date().replace(day=day),
        "reference_to": BEGIN.date().replace(day=day + 1),
        "current_from": BEGIN.date().replace(day=day + 2),
        "current_to": BEGIN.date().replace(day=day + 3),
    }
    return MeasuredDrift(measured_at=BEGIN, inputs=DriftSide(features=(feature,), **days), outputs=None)
