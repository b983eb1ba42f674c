"""Where corrections go round the whole ring and come back as a better version that serves."""

from pathlib import Path

import pytest

from contracts.api.route import Resolution
from ratchet import Resolver
from ratchet.sample import load
from tests.journeys.steps import Body, Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
TICKETS = [(ticket.text, ticket.category) for ticket in load()]
FIRST, MORE, FRESH = TICKETS[:150], TICKETS[150:1650], TICKETS[1650:2050]


def test_corrections_become_a_better_version_that_serves_at_once(journey: Journey, tmp_path: Path) -> None:
    journey.create_task()
    journey.teach(FIRST)
    first = journey.train()
    before = answer_and_judge(journey)
    journey.put(f"/tasks/{journey.task}/retrain-policy", {"min_sample": 100, "cooldown_minutes": 0})
    journey.teach(MORE)

    # The clock may have checked a moment before; then it is its decision that fired.
    journey.post(f"/tasks/{journey.task}/retrain-check")
    job = eventually(lambda: job_of_policy(journey))
    second = journey.ended(job["id"])
    with resolver(journey, tmp_path) as followed:
        resolved = eventually(lambda: served(followed, journey.task, second["version_id"]))
    eventually(lambda: answered_by(journey, second["version_id"]))
    after = answer_and_judge(journey)

    decisions = journey.get(f"/tasks/{journey.task}/retrain-decisions")["items"]
    assert any(decision["fired"] for decision in decisions), decisions
    assert (first["status"], second["status"]) == ("succeeded", "succeeded")
    newest, oldest = journey.versions()
    assert newest["gate"]["verdict"] == "ship", newest["gate"]["reasons"]
    assert (newest["status"], oldest["status"]) == ("active", "deprecated")
    assert resolved.reason == "route"
    assert second["version_id"] == newest["id"]
    assert after[newest["id"]] > before[oldest["id"]] + 0.05


def served(followed: Resolver, task: str, version_id: str) -> Resolution | None:
    """Give what a resolver says once it says this; whoever told it all routes may have been a moment behind."""
    resolved = followed.resolve(task) if followed.route(task) else None
    return resolved if resolved and resolved.version_id == version_id else None


def answered_by(journey: Journey, version_id: str) -> Body | None:
    """Give an answer of this version: who predicts loads it before it serves, and the one before goes on meanwhile."""
    answer = journey.predict("where is my parcel")
    return answer if answer["version_id"] == version_id else None


def answer_and_judge(journey: Journey) -> dict[str, float]:
    """Let the version that serves answer fresh tickets, let people say what is right, and give accuracy by version."""
    answers = journey.predict(*(text for text, _ in FRESH))["predictions"]
    opinions = [
        {"task": journey.task, "inference_id": answer["inference_id"], **opinion(answer["label"], label)}
        for answer, (_, label) in zip(answers, FRESH, strict=True)
    ]
    known = journey.get("/metrics", task=journey.task, period="all")["metrics"]["classification"]["judged"]
    journey.post("/feedback", opinions)
    metrics = journey.judged(known + len(opinions))
    return {each["version_id"]: each["classification"]["accuracy"] for each in metrics["versions"]}


def opinion(said: str, label: str) -> dict[str, str]:
    return {"verdict": "positive"} if said == label else {"verdict": "negative", "correction": label}


def job_of_policy(journey: Journey) -> dict[str, str] | None:
    jobs = journey.get("/training/jobs", task=journey.task)["items"]
    return jobs[0] if len(jobs) == 2 else None


def resolver(journey: Journey, folder: Path) -> Resolver:
    local = journey.system.local
    return Resolver(local.nats_url, tenant=local.tenant, cache_folder=folder)


def test_a_version_can_be_rolled_back_and_the_ledger_says_what_served(journey: Journey) -> None:
    journey.create_task()
    journey.teach(FIRST)
    first = journey.train()
    journey.teach(MORE)
    second = journey.train()

    route = journey.post(f"/tasks/{journey.task}/rollback", {"reason": "it swears"})
    answered = eventually(lambda: answered_by(journey, first["version_id"]))
    ledger = journey.get(f"/tasks/{journey.task}/history")["items"]

    assert route["arms"][0]["version_id"] == first["version_id"]
    assert answered["predictions"]
    serving = [line["arms"][0]["version_id"] for line in ledger if line["arms"]]
    assert serving == [first["version_id"], second["version_id"], first["version_id"]]
    assert ledger[0]["reason"] == "it swears"


def test_an_equal_version_does_not_replace_the_champion(journey: Journey) -> None:
    journey.create_task()
    journey.teach(FIRST)
    first, second = journey.train(), journey.train()

    serving = journey.get(f"/tasks/{journey.task}/route")["arms"][0]["version_id"]
    refused = journey.refused("POST", f"/versions/{second['version_id']}/promote", json={})

    assert serving == first["version_id"]
    assert (refused["status"], refused["title"]) == (409, "The version did not pass the promotion gate")


def test_the_same_examples_give_the_same_artifact(journey: Journey) -> None:
    journey.create_task()
    journey.teach(FIRST)

    journey.train()
    journey.train()

    newest, oldest = journey.versions()
    assert newest["artifact"] == oldest["artifact"]
    assert newest["lineage"]["snapshot"] == oldest["lineage"]["snapshot"]
