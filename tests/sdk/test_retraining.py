"""Where it is tried that the past of a policy is drawn as a line, and sent for with the policy that is set."""

from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

STRETCH = {"at": NOW, "checks": 2, "fired": 0, "really_fired": 0, "accuracy": 0.9, "new_examples": 3}
REPLAY = {
    "task": "t",
    "since": NOW,
    "until": NOW,
    "complete": True,
    "checks": 8,
    "fired": 2,
    "really_fired": 2,
    "requests": [{"at": NOW, "really": False, "reasons": ["Live accuracy 0.880 is below 0.9."]}],
    "really": [NOW],
    "timeline": [
        STRETCH,
        STRETCH | {"fired": 1},
        STRETCH | {"really_fired": 1},
        STRETCH | {"fired": 1, "really_fired": 1},
    ],
    "assumptions": ["Accuracy stays that of the versions that really served."],
}


def test_a_replay_changes_fields_of_the_policy_and_draws_when_it_would_have_asked(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/retrain-policy", {"enabled": False, "cooldown_minutes": 7})
    gateway.says("POST /v1/tasks/t/retrain-policy/replay", REPLAY)

    result = run(gateway, "retrain", "replay", "t", "--set", "min_accuracy=0.9", "--from", "2026-01-01")

    assert result.exit_code == 0, result.stderr
    sent = gateway.asked[1].body
    assert (sent["min_accuracy"], sent["cooldown_minutes"], sent["to"]) == (0.9, 7, None)
    assert sent["from"].startswith(("2026-01-01", "2025-12-31"))
    assert "would have asked for training twice; really it was asked for twice." in result.stdout
    assert "·▲○●" in result.stdout
    assert "Live accuracy 0.880 is below 0.9." in result.stdout


def test_where_there_is_no_past_it_is_said_how_one_comes_about(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/retrain-policy", {"enabled": False})
    gateway.says(
        "POST /v1/tasks/t/retrain-policy/replay",
        REPLAY | {"checks": 0, "fired": 0, "really_fired": 0, "requests": [], "really": [], "timeline": []},
    )

    result = run(gateway, "retrain", "replay", "t")

    assert "There were no checks from" in result.stdout
    assert "ratchet retrain policy t --set enabled=false" in result.stdout.replace("\n", " ")


def test_what_held_a_policy_that_would_never_have_asked_is_said(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/retrain-policy", {"enabled": False})
    held = "3 approved examples since the last training; 1,000 are needed."
    never = {"fired": 0, "requests": [], "last_reasons": [held]}
    gateway.says("POST /v1/tasks/t/retrain-policy/replay", REPLAY | never)

    result = run(gateway, "retrain", "replay", "t")

    assert "would have asked for training never" in result.stdout
    assert f"What held it at the last check:\n  {held}" in result.stdout
