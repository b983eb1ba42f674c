"""Where settings are shown and changed on the command line and with the SDK."""

import json

import pytest

from ratchet.client import Client
from ratchet.errors import InvalidInput
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

TRAINING = {
    "name": "training_enabled", "value": False, "source": "platform", "default": True, "platform": False,
    "leeway": "narrow", "may_set": ["platform", "tenant"], "takes": {"type": "boolean"},
    "description": "Whether trainings are accepted, and begun.", "set_by": "ada", "set_at": NOW,
}  # fmt: skip
TYPES = TRAINING | {"name": "allowed_file_types", "value": ["csv", "json"], "source": "default", "set_by": None}
HELD = {"tenant": "acme", "revision": 3, "training_enabled": False, "settings": [TRAINING, TYPES]}


def test_what_holds_is_shown_with_where_it_comes_from(gateway: Gateway) -> None:
    gateway.says("GET /v1/settings", HELD)

    every = run(gateway, "settings", "show").stdout
    one = run(gateway, "settings", "show", "allowed_file_types").stdout

    assert "platform, set by ada" in every
    assert ("csv, json" in one, "training_enabled" in one) == (True, False)


def test_values_are_sent_as_what_they_are_and_taken_back_as_null(gateway: Gateway) -> None:
    gateway.says("PATCH /v1/settings", HELD)

    changed = run(
        gateway, "settings", "set", "training_enabled=false", "allowed_file_types=csv,json", "--scope", "tenant",
        "--revision", "3",
    )  # fmt: skip
    run(gateway, "settings", "reset", "softPromptEnabled")

    assert changed.exit_code == 0, changed.stderr
    assert gateway.asked[0].body == {"training_enabled": False, "allowed_file_types": ["csv", "json"]}
    assert (gateway.asked[0].query, gateway.asked[0].headers["If-Match"]) == ({"scope": ["tenant"]}, '"3"')
    assert (gateway.asked[1].body, gateway.asked[1].query) == ({"soft_prompt_enabled": None}, {})


def test_a_wrong_value_is_refused_before_it_is_sent(gateway: Gateway) -> None:
    wrong = run(gateway, "settings", "set", "max_training_runtime_minutes=0")
    with Client(gateway.url, "rk_test") as client, pytest.raises(InvalidInput, match="trainin_enabled"):
        client.settings.set(trainin_enabled=True)

    assert (wrong.exit_code, "max_training_runtime_minutes" in wrong.stderr) == (1, True)
    assert gateway.asked == []


def test_the_history_is_a_table_or_json(gateway: Gateway) -> None:
    change = {
        "number": 7, "name": "training_enabled", "scope": "platform", "old": None, "new": False, "by": "ada",
        "at": NOW, "request_id": "r",
    }  # fmt: skip
    gateway.says("GET /v1/settings/history", {"items": [change], "next_cursor": "7"})

    drawn = run(gateway, "settings", "history", "training_enabled", "--limit", "1")
    written = run(gateway, "settings", "history", "--json").stdout

    assert ("off" in drawn.stdout, "--cursor 7" in drawn.stderr) == (True, True)
    assert gateway.asked[0].query == {"name": ["training_enabled"], "limit": ["1"]}
    assert json.loads(written)["items"][0]["new"] is False
