"""Where corrections are reviewed by several people before anything learns from them."""

from collections.abc import Sequence
from typing import Any

import pytest

from ratchet.sample import load
from tests.journeys.steps import Body, Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
ROWS = [(ticket.text, ticket.category) for ticket in load()][:60]


class Person:
    """Somebody with a key of their own."""

    def __init__(self, journey: Journey, name: str) -> None:
        secret = journey.post("/api-keys", {"name": name, "role": "manager"})["secret"]
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._journey = journey

    def get(self, path: str, **parameters: Any) -> Body:
        answer = self._journey.ask("GET", path, params={"task": self._journey.task} | parameters, headers=self._headers)
        return self._journey.answered(answer)

    def post(self, path: str, body: Body) -> Body:
        return self._journey.answered(self._journey.ask("POST", path, json=body, headers=self._headers))

    def queue(self) -> Sequence[Body]:
        return self.get("/examples/queue", limit=1000)["items"]


def test_a_correction_that_two_reviewers_dispute_is_adjudicated_and_learnt_from(journey: Journey) -> None:
    grace, ada, joan = (Person(journey, f"{name} of {journey.task}") for name in ("grace", "ada", "joan"))
    journey.create_task()
    journey.put(f"/tasks/{journey.task}/feedback-policy", {"required_reviews": 2, "own_reviews": False})
    journey.post("/feedback", [{"task": journey.task, "input": text, "correction": label} for text, label in ROWS])
    eventually(lambda: len(journey.pending()) == len(ROWS) or None)

    doubtful, *others = [each["example"]["id"] for each in grace.queue()]
    first = grace.post("/examples/review", {"ids": [doubtful, *others], "verdict": "approve"})
    ada.post(f"/examples/{doubtful}/review", {"verdict": "reject", "note": "not a ticket"})
    second = ada.post("/examples/review", {"ids": others, "verdict": "approve"})
    (disputed,) = joan.queue()
    joan.post(f"/examples/{doubtful}/review", {"verdict": "approve"})
    job = journey.train()
    learnt = journey.get(f"/versions/{job['version_id']}/lineage/examples", limit=1000)["items"]
    insights = journey.get("/insights", task=journey.task)

    assert (first["waiting"], second["settled"]) == (len(ROWS), len(ROWS) - 1)
    assert disputed["example"]["id"] == doubtful
    assert [said["note"] for said in disputed["given"]] == [None, "not a ticket"]
    assert doubtful in {each["example_id"] for each in learnt}
    told = [each["what"] for each in journey.get(f"/examples/{doubtful}/history")["items"]]
    assert told == ["submitted", "reviewed", "reviewed", "disputed", "adjudicated", "settled"]
    reviews = insights["reviews"]
    assert (reviews["reviews"], reviews["disputed"], reviews["adjudicated"]) == (2 * len(ROWS) + 1, 1, 1)


def test_an_edit_names_the_text_it_was_made_of_and_work_is_given_to_people_that_there_are(journey: Journey) -> None:
    journey.create_task()
    made = journey.post("/examples", {"task": journey.task, "input": "where is it", "expected_output": "bug"})
    path = f"/examples/{made['id']}"
    operator = journey.post("/api-keys", {"name": f"op of {journey.task}", "role": "operator"})["secret"]
    as_operator = {"Authorization": f"Bearer {operator}"}

    answer = journey.ask("PATCH", path, json={"expected_output": "shipping"}, headers={"If-Match": '"1"'})
    stale = journey.refused("PATCH", path, json={"note": "x"}, headers={"If-Match": '"1"'})
    unseen = journey.refused("POST", f"{path}/review", json={"verdict": "approve"}, headers={"If-Match": '"1"'})
    foreign = journey.refused("PATCH", path, json={"note": "x"}, headers=as_operator)
    nobody = journey.refused("POST", f"{path}/assign", json={"to": ["grase"]})
    empty = journey.refused("PATCH", path, json={})

    assert (answer.json()["expected_output"], answer.headers["ETag"]) == ("shipping", '"2"')
    assert (stale["status"], unseen["status"], foreign["status"]) == (412, 412, 403)
    assert "'grase' is nobody who may review" in nobody["detail"]
    assert empty["status"] == 422
