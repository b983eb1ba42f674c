"""Where it is tried that webhooks are looked after on the command line, and what they post can be believed."""

import json
import time
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from contracts import signing
from ratchet import Client
from ratchet import webhooks as receiving_end
from ratchet.cli.app import app
from ratchet.errors import BadSignature, InvalidInput, UnknownWebhook
from tests.sdk.fake_gateway import NOW, Gateway

SECRET = "whsec_" + "s" * 43
EVENT = {
    "id": "e1", "type": "alert.raised", "at": NOW, "tenant": "acme", "actor": "ratchet", "correlation_id": "c1",
    "causation_id": None, "content": {"task": "tickets"},
}  # fmt: skip


def webhook(**fields: Any) -> dict[str, Any]:
    return {
        "id": "w1", "name": "pager", "url": "https://hooks.example.com/x", "types": ["alert.raised"], "task": None,
        "enabled": True, "failures": 0, "failing_since": None, "last_delivered_at": None, "switched_off_at": None,
        "off_reason": None, "former_secret_until": None, "revision": 1, "created_at": NOW, "created_by": "ada",
    } | fields  # fmt: skip


def delivery(**fields: Any) -> dict[str, Any]:
    return {
        "id": "d1", "webhook_id": "w1", "event_id": "e1", "type": "alert.raised", "task": "tickets", "status": "failed",
        "tries": 8, "response_status": 503, "latency_ms": 12.5, "error": "it answered 503", "next_try_at": None,
        "created_at": NOW, "ended_at": NOW,
    } | fields  # fmt: skip


def story(**fields: Any) -> dict[str, Any]:
    tried = {
        "at": NOW,
        "response_status": 503,
        "response_start": "busy",
        "latency_ms": 12.5,
        "error": "it answered 503",
    }
    return delivery() | {"body": '{"id":"e1"}', "story": [tried]} | fields


def run(gateway: Gateway, *words: str) -> Result:
    env = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test", "COLUMNS": "200"}
    return CliRunner(env=env).invoke(app, ["webhook", *words])


def test_a_program_that_receives_an_event_can_believe_it() -> None:
    body = json.dumps(EVENT).encode()
    header = signing.header(body, [SECRET], int(time.time()))

    event = receiving_end.verify(body, header, SECRET)

    assert (event.id, event.type, event.content) == ("e1", "alert.raised", {"task": "tickets"})
    assert receiving_end.verify(body.decode(), header, SECRET) == event


@pytest.mark.parametrize("header", [None, "", "t=1,v1=00"])
def test_a_program_does_not_believe_what_is_not_signed(header: str | None) -> None:
    with pytest.raises(BadSignature):
        receiving_end.verify(json.dumps(EVENT), header, SECRET)


def test_what_is_signed_and_no_event_is_not_believed_either() -> None:
    body = b'{"id": 1'

    with pytest.raises(BadSignature, match="no event of Ratchet's"):
        receiving_end.verify(body, signing.header(body, [SECRET], int(time.time())), SECRET)


def test_a_webhook_is_changed_only_if_it_is_the_one_that_was_seen(gateway: Gateway) -> None:
    gateway.says("PATCH /v1/webhooks/w1", webhook(name="siren", revision=2))

    with Client(gateway.url, "rk_test") as client:
        changed = client.webhooks.change("w1", revision=1, name="siren", task=None)

    assert (changed.name, gateway.asked[0].headers["If-Match"]) == ("siren", '"1"')
    assert gateway.asked[0].body == {"name": "siren", "task": None}


def test_the_secret_of_a_new_webhook_is_shown_with_the_hint_to_keep_it(gateway: Gateway) -> None:
    gateway.says("POST /v1/webhooks", webhook(secret=SECRET), 201)

    words = ["create", "https://hooks.example.com/x", "--type", "alert.raised", "--type", "model.promoted"]
    result = run(gateway, *words, "--name", "pager")

    assert result.exit_code == 0, result.output
    assert SECRET in result.stdout
    assert "not shown again" in result.stderr
    sent = gateway.asked[0].body
    assert (sent["types"], sent["name"]) == (["alert.raised", "model.promoted"], "pager")


def test_only_what_is_named_is_changed_and_an_empty_task_means_any(gateway: Gateway) -> None:
    gateway.says("PATCH /v1/webhooks/w1", webhook())

    results = [run(gateway, "change", "w1", "--task", ""), run(gateway, "enable", "w1")]

    assert [result.exit_code for result in results] == [0, 0]
    assert [asked.body for asked in gateway.asked] == [{"task": None}, {"enabled": True}]


def test_a_test_that_is_not_taken_shows_the_answer_and_ends_with_1(gateway: Gateway) -> None:
    gateway.says("POST /v1/webhooks/w1/test", story())

    result = run(gateway, "test", "w1")

    assert result.exit_code == 1
    for told in ("it answered 503", "busy", '{"id":"e1"}'):
        assert told in result.stdout


def test_deliveries_are_listed_by_status_and_type_and_sent_again(gateway: Gateway) -> None:
    gateway.says("GET /v1/webhooks/w1/deliveries", {"items": [delivery()], "next_cursor": None})
    gateway.says("POST /v1/webhooks/deliveries/d1/resend", delivery(status="waiting"), 202)

    listed = run(gateway, "deliveries", "w1", "--status", "failed", "--type", "alert.raised")
    again = run(gateway, "resend", "d1")

    assert (listed.exit_code, again.exit_code) == (0, 0), listed.output + again.output
    assert {"status": ["failed"], "type": ["alert.raised"]}.items() <= gateway.asked[0].query.items()
    assert "it answered 503" in listed.stdout
    assert "waiting" in again.stdout


def test_programs_manage_webhooks_and_get_the_classes_of_what_goes_wrong(gateway: Gateway) -> None:
    gateway.says("GET /v1/webhooks", {"items": [webhook()], "next_cursor": None})
    gateway.refuses("GET /v1/webhooks/w2", 404, "unknown-webhook", "There is no webhook 'w2'.")

    with Client(gateway.url, "rk_test") as client:
        found = [each.name for each in client.webhooks.all()]
        with pytest.raises(UnknownWebhook, match="w2"):
            client.webhooks.get("w2")
        with pytest.raises(InvalidInput, match="url"):
            client.webhooks.create(url="")

    assert found == ["pager"]
