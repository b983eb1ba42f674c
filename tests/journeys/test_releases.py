"""Where a candidate is rolled out, tested beside the champion, approved and rolled back, over the public API alone."""

from typing import Any

import pytest

from ratchet.sample import load
from tests.journeys.steps import Body, Journey, eventually
from tests.journeys.traffic import Conduct, Traffic, percentages, shares

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
TICKETS = [(ticket.text, ticket.category) for ticket in load()]
GOOD, BETTER, FAILING = Conduct(right=0.7), Conduct(right=0.86), Conduct(right=0.7, errors=0.2)


def two_versions(journey: Journey) -> tuple[str, str]:
    """Train a champion, and a candidate that passed the gate and waits."""
    journey.create_task()
    journey.teach(TICKETS[:150])
    champion = journey.train()["version_id"]
    journey.teach(TICKETS[150:1650])
    candidate = journey.train(auto_release=False)["version_id"]
    return champion, candidate


def roll_out(journey: Journey, candidate: str, **fields: Any) -> str:
    order = {"task": journey.task, "version_id": candidate, "interval_s": 0, "min_samples": 60}
    return journey.post("/rollouts", order | fields)["id"]


def ended(journey: Journey, path: str) -> Body | None:
    found = journey.get(path)
    return found if found["ended_at"] else None


def test_good_evidence_takes_a_canary_to_all_units_step_by_step(journey: Journey) -> None:
    champion, candidate = two_versions(journey)
    traffic = Traffic(journey, {champion: GOOD, candidate: BETTER})
    rollout = roll_out(journey, candidate, steps=[10, 25, 50, 100], goal="acceptance")

    found = traffic.comes_until(lambda: ended(journey, f"/rollouts/{rollout}"))

    assert (found["status"], found["verdict"]) == ("completed", "ship"), found["reasons"]
    assert percentages(found["history"]) == [10, 25, 50]
    assert shares(journey.get(f"/tasks/{journey.task}/route")) == {candidate: 1}
    newest, oldest = journey.versions()
    assert (newest["status"], oldest["status"]) == ("active", "deprecated")


def test_bad_evidence_takes_a_candidate_back_by_itself(journey: Journey) -> None:
    champion, candidate = two_versions(journey)
    traffic = Traffic(journey, {champion: GOOD, candidate: FAILING})
    rollout = roll_out(journey, candidate, steps=[10, 25, 50, 100])

    found = traffic.comes_until(lambda: ended(journey, f"/rollouts/{rollout}"))

    assert (found["status"], found["verdict"]) == ("rolled_back", "rollback"), found["reasons"]
    assert "error_rate" in found["reasons"][0]
    assert shares(journey.get(f"/tasks/{journey.task}/route")) == {champion: 1}


def test_an_experiment_finds_its_winner_and_ships_it(journey: Journey) -> None:
    champion, candidate = two_versions(journey)
    traffic = Traffic(journey, {champion: GOOD, candidate: BETTER})
    arms = [{"version_id": champion, "weight": 50}, {"version_id": candidate, "weight": 50}]
    order = {"task": journey.task, "arms": arms, "goal": "acceptance", "auto_ship": True}
    experiment = journey.post("/experiments", order)["id"]

    found = traffic.comes_until(lambda: ended(journey, f"/experiments/{experiment}"))

    assert (found["verdict"], found["winner"]) == ("ship", candidate), found["reasons"]
    assert found["confidence"] > 0.95
    assert shares(journey.get(f"/tasks/{journey.task}/route")) == {candidate: 1}
    lower, upper = found["arms"][1]["interval"]
    assert lower < 0.86 < upper


def test_an_experiment_between_equals_has_no_winner_and_says_so(journey: Journey) -> None:
    champion, candidate = two_versions(journey)
    traffic = Traffic(journey, {champion: GOOD, candidate: GOOD})
    arms = [{"version_id": champion, "weight": 0.5}, {"version_id": candidate, "weight": 0.5}]
    order = {"task": journey.task, "arms": arms, "goal": "acceptance", "max_samples": 4000}
    path = f"/experiments/{journey.post('/experiments', order)['id']}"

    found = traffic.comes_until(lambda: undecided(journey.get(path)))
    stopped = journey.post(f"{path}/stop", {"reason": "no difference"})

    assert (found["winner"], stopped["winner"], stopped["status"]) == (None, None, "stopped")
    assert "larger difference" in found["missing"]
    assert shares(journey.get(f"/tasks/{journey.task}/route")) == {champion: 1}


def undecided(experiment: Body) -> Body | None:
    return experiment if experiment["verdict"] == "inconclusive" else None


def test_a_second_person_has_to_approve_where_the_task_asks_for_it(journey: Journey) -> None:
    _, candidate = two_versions(journey)
    journey.answered(journey.ask("PATCH", f"/tasks/{journey.task}", json={"approvals": 1}))
    second = journey.post("/api-keys", {"name": "grace", "role": "admin"})["secret"]

    first_try = journey.refused("POST", f"/versions/{candidate}/promote", json={})
    journey.post(f"/versions/{candidate}/approve", {"note": "by myself"})
    still = journey.refused("POST", f"/versions/{candidate}/promote", json={})
    approval = journey.ask("POST", f"/versions/{candidate}/approve", headers={"Authorization": f"Bearer {second}"})
    route = journey.post(f"/versions/{candidate}/promote", {"reason": "grace agrees"})

    assert (first_try["status"], still["status"]) == (409, 409)
    assert "approve" in first_try["detail"]
    assert approval.status_code == 200, approval.text
    assert shares(route) == {candidate: 1}


def test_a_prompt_is_edited_rolled_out_and_judged_by_its_conversations(journey: Journey) -> None:
    journey.create_task(kind="chat")
    prompts = f"/tasks/{journey.task}/prompts"
    first = journey.post(prompts, {"text": "Answer politely."})
    journey.post(f"{prompts}/{first['number']}/activate", {})
    draft = journey.post(prompts, {"text": "Answer politely and briefly.", "draft": True})
    edited = journey.ask(
        "PATCH",
        f"{prompts}/drafts/{draft['id']}",
        json={"text": "Answer briefly.\n" * 4_000},
        headers={"If-Match": '"1"'},
    )
    second = journey.post(f"{prompts}/drafts/{draft['id']}/publish", {})
    traffic = Traffic(journey, {first["version_id"]: GOOD, second["version_id"]: BETTER}, operation="outcome")
    rollout = roll_out(journey, second["version_id"], steps=[20, 50, 100], goal="success")

    found = traffic.comes_until(lambda: ended(journey, f"/rollouts/{rollout}"))
    listed = eventually(lambda: with_conversations(journey.get(prompts)["items"]))

    assert edited.status_code == 200, edited.text
    assert (found["status"], found["verdict"]) == ("completed", "ship"), found["reasons"]
    assert journey.get(f"{prompts}/active")["text"].startswith("Answer briefly.\nAnswer")
    newest, oldest = listed
    assert newest["success"]["rate"] > oldest["success"]["rate"]


def with_conversations(prompts: list[Body]) -> list[Body] | None:
    return prompts if all(each["conversations"] for each in prompts) else None


def test_a_rollback_ends_what_is_open_and_is_heard_at_once(journey: Journey) -> None:
    champion, candidate = two_versions(journey)
    rollout = roll_out(journey, candidate, steps=[50, 100])

    route = journey.post(f"/tasks/{journey.task}/rollback", {"reason": "it swears"})

    assert shares(route) == {champion: 1}
    assert journey.get(f"/rollouts/{rollout}")["status"] == "aborted"
    assert eventually(lambda: journey.predict("where is it")["version_id"] == champion or None)


@pytest.mark.parametrize(
    ("order", "status", "said"),
    [
        ({"arms": [60, 30]}, 422, "add up"),
        ({"steps": [50, 10]}, 422, "rise"),
        ({"steps": [0, 100]}, 422, "0.001"),
        ({"arms": [50, 50], "goal": "no such thing!"}, 422, "goal"),
    ],
)
def test_orders_that_make_no_sense_are_refused_with_the_reason(
    journey: Journey, order: Body, status: int, said: str
) -> None:
    journey.create_task()
    if "arms" in order:
        arms = [{"version_id": f"v{index}", "weight": weight} for index, weight in enumerate(order["arms"])]
        refused = journey.refused(
            "POST", "/experiments", json={"goal": "accuracy"} | order | {"task": journey.task, "arms": arms}
        )
    else:
        refused = journey.refused("POST", "/rollouts", json={"task": journey.task, "version_id": "v1"} | order)

    assert refused["status"] == status
    assert said in refused["detail"]


def test_a_second_rollout_and_an_archived_version_and_a_stale_edit_are_refused(journey: Journey) -> None:
    _, candidate = two_versions(journey)
    journey.teach(TICKETS[1650:2600])
    other = journey.train(auto_release=False)["version_id"]
    old = journey.ask("GET", f"/tasks/{journey.task}/route").headers["etag"]
    rollout = roll_out(journey, candidate, steps=[10, 100], interval_s=3600)

    second = journey.refused("POST", "/rollouts", json={"task": journey.task, "version_id": other, "steps": [10, 100]})
    stale = journey.refused("POST", f"/versions/{other}/promote", json={}, headers={"If-Match": old})
    journey.post(f"/rollouts/{rollout}/abort", {})
    journey.post(f"/versions/{candidate}/archive")
    archived = journey.refused("POST", "/rollouts", json={"task": journey.task, "version_id": candidate})

    assert [each["status"] for each in (second, stale, archived)] == [409, 412, 409]
    assert rollout in second["detail"] or "rollout" in second["detail"]
    assert "archived" in archived["detail"]
