"""Where training is asked for because answers got worse or a version got old, and a policy is tried on the past."""

import pytest

from ratchet.sample import load
from tests.journeys.steps import Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
TICKETS = [(ticket.text, ticket.category) for ticket in load()][:120]
NOTHING = {"min_accuracy": None, "min_new_examples": None, "max_age_hours": None, "drift": None}


def test_a_policy_is_tried_on_the_past_and_then_asks_for_training_because_answers_got_worse(journey: Journey) -> None:
    journey.create_task()
    journey.teach(TICKETS)
    journey.train()
    path = f"/tasks/{journey.task}/retrain-policy"
    policy = NOTHING | {"min_accuracy": 0.9, "min_sample": 50, "cooldown_minutes": 0}
    journey.put(path, policy | {"enabled": False})
    complain(journey, 60)

    idle = journey.post(f"/tasks/{journey.task}/retrain-check")
    strict, lenient = (journey.post(f"{path}/replay", policy | {"min_accuracy": least}) for least in (0.9, 0.0))
    journey.put(path, policy)
    asked = eventually(lambda: of_policy(journey))
    journey.put(path, policy | {"cooldown_minutes": 60})
    job = journey.ended(asked["id"])
    held = journey.post(f"/tasks/{journey.task}/retrain-check")

    assert idle["reasons"][-1] == "The policy is switched off."
    assert (strict["fired"], strict["really_fired"], lenient["fired"]) == (1, 0, 0)
    assert "Live accuracy 0.000 over 60 opinions is below 0.9." in strict["requests"][0]["reasons"]
    assert (job["status"], job["reason"]) == ("succeeded", strict["requests"][0]["reasons"][0])
    assert not held["fired"]
    assert "The cooldown lasts another " in held["reasons"][-1]


def test_a_version_that_is_too_old_is_trained_anew_with_what_is_new(journey: Journey) -> None:
    journey.create_task()
    journey.teach(TICKETS)
    journey.train()
    journey.teach([("where is the parcel that I sent last week", "shipping")])
    journey.put(f"/tasks/{journey.task}/retrain-policy", NOTHING | {"max_age_hours": 0.0001, "cooldown_minutes": 0.01})

    asked = eventually(lambda: of_policy(journey))
    job = journey.ended(asked["id"])

    assert job["status"] == "succeeded"
    assert "it may be 0.0001 h old" in job["reason"]


def complain(journey: Journey, count: int) -> None:
    """Let the version that serves answer, and reject every answer."""
    answers = journey.predict(*(text for text, _ in TICKETS[:count]))["predictions"]
    rejected = [{"task": journey.task, "inference_id": each["inference_id"], "verdict": "negative"} for each in answers]
    journey.post("/feedback", rejected)
    journey.judged(count)


def of_policy(journey: Journey) -> dict[str, str] | None:
    """Give the job that the policy asked for; the clock comes by within seconds, and nobody has to wait for it."""
    journey.post(f"/tasks/{journey.task}/retrain-check")
    jobs = journey.get("/training/jobs", task=journey.task)["items"]
    return jobs[0] if len(jobs) == 2 else None
