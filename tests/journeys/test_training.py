"""Where jobs are asked for, watched, refused and cancelled as a user would."""

import json
from collections.abc import Iterator

import pytest

from contracts.api.live_event import ENDED
from ratchet.sample import load
from tests.journeys.steps import Journey

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
ROWS = [(ticket.text, ticket.category) for ticket in load()[:200]]


def test_a_watcher_who_comes_late_sees_the_whole_story_and_can_resume_it(journey: Journey) -> None:
    journey.create_task()
    journey.teach(ROWS)
    job = journey.train()

    story = list(watch(journey, job["id"]))
    rest = list(watch(journey, job["id"], after=story[2][0]))

    assert [number for number, _, _ in story] == list(range(1, len(story) + 1))
    assert story[-1][1:] == ("state", story[-1][2])
    assert story[-1][2]["status"] == "succeeded"
    assert any(kind == "progress" and content["progress"] > 0 for _, kind, content in story)
    assert rest == story[3:]


def watch(journey: Journey, job_id: str, after: int = 0) -> Iterator[tuple[int, str, dict[str, object]]]:
    """Give the lines of the story, up to the word that it has ended."""
    headers = {"Last-Event-ID": str(after)} if after else {}
    with journey.http.stream("GET", f"/training/jobs/{job_id}/events", headers=headers) as answer:
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line and name:
                event[name] = value
            elif event.get("event") == ENDED:
                return
            elif "data" in event:
                content = json.loads(event["data"])
                yield int(event["id"]), event["event"], content.get("content", content)
                event = {}


def test_a_task_with_one_label_cannot_be_trained_and_the_job_says_why(journey: Journey) -> None:
    journey.create_task()
    journey.teach([(text, "billing") for text, _ in ROWS[:50]])

    job = journey.train()

    assert job["status"] == "failed"
    assert "billing" in job["error"]
    assert "two" in job["error"]


def test_four_rows_are_too_few_and_the_job_says_how_many_are_needed(journey: Journey) -> None:
    journey.create_task()
    journey.teach(ROWS[:4])

    job = journey.train()

    assert job["status"] == "failed"
    assert "4" in job["error"]


def test_a_second_job_is_refused_and_names_the_first(journey: Journey) -> None:
    journey.create_task()
    journey.teach(ROWS)
    first = journey.post("/training/jobs", {"task": journey.task})

    refused = journey.refused("POST", "/training/jobs", json={"task": journey.task})

    assert (refused["status"], refused["running_job_id"]) == (409, first["id"])
    journey.ended(first["id"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"parameters": {"epochs": 3}}, "parameters.epochs"),
        ({"parameters": {"c": -1}}, "parameters.c"),
        ({"parameters": {"seed": "many"}}, "parameters.seed"),
        ({"dataset": "x"}, "dataset"),
    ],
)
def test_wrong_parameters_are_refused_by_name(journey: Journey, body: dict[str, object], field: str) -> None:
    journey.create_task()

    refused = journey.refused("POST", "/training/jobs", json={"task": journey.task} | body)

    assert refused["status"] == 422
    assert field in [each["field"] for each in refused["errors"]]


def test_a_task_without_a_version_says_what_to_do(journey: Journey) -> None:
    journey.create_task()

    refused = journey.refused("POST", f"/tasks/{journey.task}/predict", json={"inputs": [{"text": "hello"}]})

    assert refused["status"] == 409
    assert "train" in refused["detail"]
