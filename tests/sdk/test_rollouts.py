"""Where rollouts are called from Python and from the command line."""

import json

import pytest
from typer.testing import CliRunner, Result

from contracts.api.measure import WatchedMetric
from ratchet import Client
from ratchet.cli.app import app
from ratchet.errors import InvalidInput, Stale
from tests.sdk.fake_gateway import NOW, Gateway

SAID: dict[str, object] = {
    "at": NOW,
    "action": "started",
    "status": "running",
    "traffic_percent": 10.0,
    "actor": "ada",
    "evidence": {},
}
ARM = {"version_id": "w", "label": "1.0.0", "role": "control", "weight": 0.9, "units": 1800}
KNOWN = {"error_rate": {"n": 1800, "mean": 0.02}}
GAIN = {"n": 200, "mean": 0.01, "gain": 0.01, "gain_interval": [-0.01, 0.03]}
ROUTE = {
    "task": "t",
    "kind": "classification",
    "revision": 3,
    "phase": "rollout",
    "salt": "s",
    "since": NOW,
}


def rollout(status: str = "running", **others: object) -> dict[str, object]:
    return {
        "id": "r",
        "task": "t",
        "version_id": "v",
        "baseline_version_id": "w",
        "status": status,
        "is_canary": False,
        "steps": [10, 100],
        "step": 0,
        "traffic_percent": 10,
        "interval_s": 600,
        "terms": {},
        "attempt": 1,
        "verdict": "continue",
        "reasons": ["200 of at least 300 units an arm."],
        "missing": "100 more units on the arm with fewest",
        "arms": [
            ARM | {"metrics": KNOWN},
            ARM | {"version_id": "v", "label": "1.1.0", "weight": 0.1, "units": 200, "metrics": {"error_rate": GAIN}},
        ],
        "srm": {"mismatch": False, "p": 1, "evidence": 0.5, "alpha": 0.001},
        "phase_id": "p",
        "step_since": NOW,
        "next_step_at": NOW,
        "started_by": "ada",
        "created_at": NOW,
        "ended_at": None,
        "revision": 2,
        "history": [SAID | {"reasons": ["because"]}],
    } | others


def run(gateway: Gateway, *words: str) -> Result:
    env = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test", "COLUMNS": "150"}
    return CliRunner(env=env).invoke(app, list(words))


def version(identity: str, label: str) -> dict[str, object]:
    return {
        "id": identity,
        "task": "t",
        "number": 1,
        "label": label,
        "status": "candidate",
        "metrics": {},
        "artifact": {"sha256": "a", "size": 1},
        "lineage": {},
        "card": {},
        "gate": {"verdict": "ship", "reasons": [], "evidence": {}},
        "created_at": NOW,
    }


def test_a_rollout_is_started_with_the_fields_that_were_given(client: Client, gateway: Gateway) -> None:
    gateway.says("POST /v1/rollouts", rollout(), 201)

    started = client.rollouts.start(task="t", version_id="v", steps=(10, 100), goal=WatchedMetric(metric="acceptance"))

    assert started.traffic_percent == 10
    assert gateway.asked[0].body == {
        "task": "t",
        "version_id": "v",
        "steps": [10, 100],
        "goal": {"metric": "acceptance"},
    }
    with pytest.raises(InvalidInput, match="rise"):
        client.rollouts.start(task="t", version_id="v", steps=(50, 10))


def test_steering_sends_the_revision_that_was_seen(client: Client, gateway: Gateway) -> None:
    gateway.says("POST /v1/rollouts/r/pause", rollout("paused"))
    gateway.refuses("POST /v1/rollouts/r/abort", 412, "stale", "Rollout r has revision 3 by now.", revision=3)

    client.rollouts.pause("r", reason="lunch")
    with pytest.raises(Stale):
        client.rollouts.abort("r", revision=2)

    assert "If-Match" not in gateway.asked[0].headers
    assert gateway.asked[0].body == {"reason": "lunch"}
    assert gateway.asked[1].headers["If-Match"] == '"2"'


def test_a_rollout_is_started_from_the_command_line_by_label(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/versions", {"items": [version("w", "1.0.0"), version("v", "1.1.0")]})
    gateway.says("POST /v1/rollouts", rollout(), 201)

    words = "--steps 10,100 --interval 60 --goal acceptance:0.02 --guardrail latency_p95:0.1 --min-samples 50"
    result = run(gateway, "rollout", "start", "t", "1.1.0", *words.split())

    assert result.exit_code == 0, result.output
    assert "running at 10 %, continue: 200 of at least 300 units an arm." in " ".join(result.stdout.split())
    assert gateway.asked[1].body == {
        "task": "t",
        "version_id": "v",
        "steps": [10, 100],
        "interval_s": 60,
        "goal": {"metric": "acceptance", "margin": 0.02},
        "guardrails": [{"metric": "latency_p95", "margin": 0.1}],
        "min_samples": 50,
        "reason": "rolled out by an admin",
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--steps", "ten"), "'ten' are not steps"),
        (("--goal", "accuracy:little"), "'accuracy:little' is not of the form"),
        (("--steps", "50,10"), "steps: must rise"),
    ],
)
def test_what_cannot_be_read_is_named(gateway: Gateway, words: tuple[str, ...], said: str) -> None:
    result = run(gateway, "rollout", "start", "t", "v", *words)

    assert result.exit_code == 1
    assert said in result.stderr
    assert gateway.asked == []


def test_a_label_that_no_version_has_is_named(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/versions", {"items": [version("w", "1.0.0")]})

    result = run(gateway, "rollout", "start", "t", "9.9.9")

    assert (result.exit_code, "There is no version 9.9.9 of 't'." in result.stderr) == (1, True)


def test_an_earlier_champion_may_be_named_by_its_label(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/versions", {"items": [version("w", "1.0.0")]})
    gateway.says("POST /v1/tasks/t/rollback", ROUTE | {"arms": []})

    result = run(gateway, "model", "rollback", "t", "--to", "1.0.0")

    assert (result.exit_code, gateway.asked[1].body["to"]) == (0, "w"), result.output


def test_a_rollout_that_reached_all_units_stands_at_its_last_step(gateway: Gateway) -> None:
    gateway.says("GET /v1/rollouts/r", rollout(status="completed", traffic_percent=100))

    assert "10 > [100] %" in run(gateway, "rollout", "show", "r").stdout


def test_a_rollout_is_shown_with_its_arms_and_its_history(gateway: Gateway) -> None:
    gateway.says("GET /v1/rollouts/r", rollout(srm={"mismatch": True, "p": 0, "evidence": 9999, "alpha": 0.001}))

    shown = " ".join(run(gateway, "rollout", "show", "r").stdout.split())

    for expected in (
        "[10] > 100 %",
        "1.1.0 (10% of the units)",
        "gain +0.01 [-0.01, +0.03]",
        "because",
        "do not arrive",
    ):
        assert expected in shown


def changed(action: str) -> str:
    told = {
        "id": action,
        "type": "rollout.changed",
        "at": NOW,
        "actor": "ada",
        "correlation_id": "c",
        "causation_id": None,
        "content": {"rollout_id": "r", "action": action},
    }
    return f"event: rollout.changed\nid: e-{action}\ndata: {json.dumps(told)}\n\n"


def test_a_rollout_is_watched_until_it_ends(gateway: Gateway) -> None:
    for each in (rollout(), rollout(), rollout("rolled_back", reasons=["Worse: error_rate."], traffic_percent=0)):
        gateway.says("GET /v1/rollouts/r", each)
    gateway.streams("GET /v1/rollouts/r/events", changed("started"))
    gateway.streams("GET /v1/rollouts/r/events", changed("rolled_back") + "event: stream.ended\ndata: {}\n\n")

    result = run(gateway, "rollout", "watch", "r", "--json")

    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["running", "rolled_back"]
    assert (result.exit_code, "was rolled back. Worse: error_rate." in result.stderr) == (1, True)
    assert [each.headers.get("Last-Event-ID") for each in gateway.asked if "events" in each.path] == [None, "e-started"]


def test_other_terms_replace_only_those_that_are_named(gateway: Gateway) -> None:
    gateway.says("GET /v1/rollouts/r", rollout(terms={"min_samples": 60}))
    gateway.says("POST /v1/rollouts/r/replay", {"steps": [], "ends_with": "continue"})

    result = run(gateway, "rollout", "replay", "r", "--alpha", "0.01")

    assert result.exit_code == 0
    assert (gateway.asked[1].body["min_samples"], gateway.asked[1].body["alpha"]) == (60, 0.01)


@pytest.mark.parametrize("action", ["pause", "resume", "advance", "abort", "retry"])
def test_every_way_to_steer_is_a_command(gateway: Gateway, action: str) -> None:
    gateway.says(f"POST /v1/rollouts/r/{action}", rollout())

    result = run(gateway, "rollout", action, "r", "--reason", "why", "--revision", "2")

    assert result.exit_code == 0
    assert (gateway.asked[0].body, gateway.asked[0].headers["If-Match"]) == ({"reason": "why"}, '"2"')


def test_a_percentage_is_set_from_the_command_line(gateway: Gateway) -> None:
    gateway.says("POST /v1/versions/v/canary", ROUTE)
    gateway.says("POST /v1/versions/v/promote", ROUTE)

    results = [run(gateway, "model", *words.split()) for words in ("canary v 10", "promote v 50", "promote v")]

    assert [each.exit_code for each in results] == [0, 0, 0]
    assert [asked.body["traffic_percent"] for asked in gateway.asked] == [10, 50, 100]
