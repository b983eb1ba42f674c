"""Where the first hour of a new user is tried: what docs/getting-started.md promises, played by its script."""

from pathlib import Path

import pytest

from docs import getting_started
from ratchet import Client
from tests.journeys.steps import Journey

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]


def test_the_script_goes_from_nothing_to_served_and_judged_answers(
    journey: Journey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    local = journey.system.local

    with Client(local.gateway_url, local.admin_api_key) as client:
        accuracy = getting_started.play(client, journey.task, tmp_path)

    answers = journey.get("/inferences", task=journey.task, limit=100)["items"]
    fresh = len(getting_started.FRESH)
    assert accuracy > 0.7
    assert f"{fresh} tickets were answered here, and reported: {2 * fresh} reports" in capsys.readouterr().out
    assert len(answers) == fresh + 1
    assert {each["version_id"] for each in answers} == {journey.versions()[0]["id"]}


def test_the_script_can_be_played_again_on_its_task(journey: Journey, tmp_path: Path) -> None:
    local = journey.system.local

    with Client(local.gateway_url, local.admin_api_key) as client:
        accuracies = [getting_started.play(client, journey.task, tmp_path) for _ in range(2)]

    assert min(accuracies) > 0.7
