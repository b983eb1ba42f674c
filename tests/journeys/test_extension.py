"""Where a kind that a user installed is taken from corrections to an answer, by a whole running system."""

from collections.abc import Iterator

import pytest

from ratchet.sample import load
from stack import temporary
from tests.journeys.steps import Journey
from tests.trainer.installing_example import install_example

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
TICKETS = [(ticket.text, ticket.category) for ticket in load()[:400]]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Give a way into a system of its own, whose trainer finds the example."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", install_example(tmp_path_factory.mktemp("site")))
        with temporary.running() as system, Journey(system) as begun:
            yield begun


def test_an_installed_kind_is_shown_with_its_form_and_template(journey: Journey) -> None:
    sheets = {sheet["name"]: sheet for sheet in journey.get("/kinds")["items"]}

    words = sheets["keywords"]["parameters"]["properties"]["words"]
    assert (words["default"], words["minimum"], words["maximum"]) == (50, 1, 10_000)
    assert words["description"] == "Most telltale words to keep for each label."
    assert sheets["keywords"]["tables"][0]["template"].startswith("text,label\n")


def test_corrections_become_a_version_of_an_installed_kind_that_serves(journey: Journey) -> None:
    journey.create_task(kind="keywords")
    journey.teach(TICKETS)

    refused = journey.refused("POST", "/training/jobs", json={"task": journey.task, "parameters": {"words": 0}})
    job = journey.train(parameters={"words": 30})
    answer = journey.predict(TICKETS[0][0])

    assert [each["field"] for each in refused["errors"]] == ["parameters.words"]
    assert job["status"] == "succeeded", job["error"]
    assert journey.get(f"/versions/{job['version_id']}")["gate"]["verdict"] == "ship"
    assert answer["version_id"] == job["version_id"]
    assert 0 < answer["predictions"][0]["confidence"] <= 1
