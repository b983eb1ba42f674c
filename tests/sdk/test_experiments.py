"""Where the SDK and the command line ask for experiments, and draw them."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ratchet import Client
from ratchet.cli.app import app
from ratchet.errors import InvalidInput, Stale
from tests.sdk.fake_gateway import NOW, Gateway

ONE = "GET /v1/experiments/e1"
START, STOP, REPLAY = "POST /v1/experiments", "POST /v1/experiments/e1/stop", "POST /v1/experiments/e1/replay"


def run(gateway: Gateway, *words: str) -> Result:
    env = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test", "COLUMNS": "160"}
    return CliRunner(env=env).invoke(app, list(words))


def arm(label: str, role: str, mean: float, gain: float | None = None) -> dict[str, Any]:
    interval = [mean - 0.05, mean + 0.05]
    known = {"n": 500, "mean": mean, "interval": interval, "gain": gain}
    known["gain_interval"] = None if gain is None else [gain - 0.07, gain + 0.07]
    measured = {"accuracy": known, "latency_p95": {"n": 500, "mean": 120.0}, "cost_usd": {"n": 0}}
    shown = {"version_id": f"id-{label}", "label": label, "role": role, "weight": 0.5, "units": 510, "n": 500}
    return shown | {"mean": mean, "interval": interval, "metrics": measured}


def experiment(**others: object) -> dict[str, Any]:
    return {
        "id": "e1", "task": "tickets", "name": "greeting", "status": "running", "auto_ship": False, "rollout": None,
        "arms": [arm("1.0.0", "control", 0.8), arm("1.1.0", "treatment", 0.84, 0.04)],
        "terms": {"goal": {"metric": "accuracy"}}, "verdict": "continue", "confidence": 0.42,
        "reasons": ["1.1.0: Open: accuracy 0.84 against 0.8."], "missing": "more units, up to 10,000",
        "recommendation": "Wait for more units, up to 10,000.", "winner": None, "phase_id": "p1",
        "srm": {"mismatch": False, "p": 1.0, "evidence": 0.3, "alpha": 0.001}, "started_by": "ada", "created_at": NOW,
        "ended_at": None, "revision": 3, **others,
    }  # fmt: skip


ENDED = {"status": "concluded", "verdict": "ship", "winner": "id-1.1.0", "ended_at": NOW, "confidence": 0.99}


def test_a_client_starts_looks_and_stops(gateway: Gateway, client: Client) -> None:
    gateway.says(START, experiment(), 201)
    gateway.says(ONE, experiment())
    gateway.says(STOP, experiment(status="stopped", ended_at=NOW))
    arms: Any = [{"version_id": "a", "weight": 0.5}, {"version_id": "b", "weight": 0.5}]
    goal: Any = "accuracy"

    client.experiments.start(task="tickets", arms=arms, goal=goal)
    seen = client.experiments.get("e1")
    stopped = client.experiments.stop("e1", winner="b", revision=seen.revision)

    assert gateway.asked[0].body["arms"] == arms
    assert gateway.asked[2].body["winner"] == "b"
    assert gateway.asked[2].headers["If-Match"] == '"3"'
    assert stopped.status == "stopped"


def test_an_older_revision_is_stale_and_three_quarters_of_the_units_are_not_all(
    gateway: Gateway, client: Client
) -> None:
    gateway.refuses(STOP, 412, "stale", "Experiment e1 has revision 4 by now, not 3.")

    given: Any = {"task": "t", "goal": "accuracy"}
    given["arms"] = [{"version_id": "a", "weight": 0.5}, {"version_id": "b", "weight": 0.25}]

    with pytest.raises(Stale):
        client.experiments.stop("e1", revision=3)
    with pytest.raises(InvalidInput, match=r"arms: the weights .* add up to 0\.75"):
        client.experiments.start(**given)


def test_arms_are_named_by_label_or_id_with_weights_or_without(gateway: Gateway) -> None:
    version = {"id": "v1", "task": "t", "number": 1, "label": "1.0.0", "status": "active", "metrics": {}}
    version |= {"artifact": {"sha256": "a", "size": 1}, "lineage": {}, "card": {}, "created_at": NOW}
    version["gate"] = {"verdict": "ship", "reasons": [], "evidence": {}}
    gateway.says("GET /v1/tasks/t/versions", {"items": [version], "next_cursor": None})
    gateway.says(START, experiment(), 201)

    run(
        gateway, "experiment", "start", "t", "1.0.0=90", "v2=10", "--goal", "accuracy:0.02", "--guardrail", "error_rate"
    )
    run(gateway, "experiment", "start", "t", "a", "b", "c", "d", "--auto-ship", "--steps", "50,100", "--interval", "5")

    named, plain = [each.body for each in gateway.asked if each.method == "POST"]
    assert named["arms"] == [{"version_id": "v1", "weight": 90}, {"version_id": "v2", "weight": 10}]
    assert (named["goal"], named["guardrails"]) == ({"metric": "accuracy", "margin": 0.02}, [{"metric": "error_rate"}])
    assert [each["weight"] for each in plain["arms"]] == [0.25] * 4
    assert (plain["auto_ship"], plain["rollout"]) == (True, {"steps": [50, 100], "interval_s": 5})


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("a=90", "b"), "Either every version is given a weight"),
        (("a=x", "b=y"), "'x' is not a weight"),
        (("a=50", "b=40"), "add up to 90"),
        (("a=50", "a=50"), "more than one arm"),
    ],
)
def test_arms_that_make_no_sense_are_refused_in_a_sentence(
    gateway: Gateway, words: tuple[str, ...], complaint: str
) -> None:
    result = run(gateway, "experiment", "start", "t", *words)

    assert result.exit_code == 1
    assert complaint in result.stderr


def test_an_experiment_is_drawn_with_a_whisker_for_each_arm(gateway: Gateway) -> None:
    gateway.says(ONE, experiment(restated={"verdict": "ship", "reasons": ["so"], "changed": True}))

    result = run(gateway, "experiment", "show", "e1")

    assert result.exit_code == 0, result.output
    control, treatment = [line for line in result.stdout.splitlines() if "├" in line and "●" in line]
    assert "1.0.0" in control
    assert "+0.04 [-0.03, +0.11]" in treatment
    assert control.index("●") < treatment.index("●")
    assert "42.0% sure" in result.stdout
    assert "Wait for more units, up to 10,000." in result.stdout
    assert "What came late changes it: so" in result.stdout


def test_an_experiment_of_which_nothing_is_known_is_drawn_too(gateway: Gateway) -> None:
    nothing = {"version_id": "v", "label": "1.0.0", "role": "control", "weight": 0.5, "units": 0}
    gateway.says(ONE, experiment(arms=[nothing, nothing | {"role": "treatment"}]))

    assert run(gateway, "experiment", "show", "e1").exit_code == 0


def test_watching_ends_with_the_experiment(gateway: Gateway) -> None:
    gateway.says(ONE, experiment())
    gateway.says(ONE, experiment(**ENDED))

    shown, listed = run(gateway, "experiment", "watch", "e1"), run(gateway, "experiment", "watch", "e1", "--json")

    assert "concluded" in shown.stdout
    assert [json.loads(line)["status"] for line in listed.stdout.splitlines()] == ["concluded"]


def test_a_winner_may_be_named_by_its_label(gateway: Gateway) -> None:
    gateway.says(ONE, experiment())
    gateway.says(STOP, experiment(**ENDED))

    run(gateway, "experiment", "stop", "e1", "--winner", "1.1.0", "--revision", "3")

    assert gateway.asked[1].body["winner"] == "id-1.1.0"


def test_a_replay_keeps_the_terms_that_are_not_named(gateway: Gateway) -> None:
    gateway.says(ONE, experiment(terms={"goal": {"metric": "success"}, "min_samples": 77}))
    gateway.says(REPLAY, {"steps": [], "ends_with": "continue"})

    result = run(gateway, "experiment", "replay", "e1", "--alpha", "0.2", "--json")

    assert json.loads(result.stdout)["ends_with"] == "continue"
    asked = gateway.asked[1].body
    assert (asked["alpha"], asked["min_samples"], asked["goal"]["metric"]) == (0.2, 77, "success")


def test_lists_are_tables(gateway: Gateway) -> None:
    gateway.says("GET /v1/experiments", {"items": [experiment()], "next_cursor": None})

    result = run(gateway, "experiment", "list", "--task", "tickets", "--status", "running")

    assert "greeting" in result.stdout
    assert gateway.asked[0].query == {"task": ["tickets"], "status": ["running"], "limit": ["20"]}
