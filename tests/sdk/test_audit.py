"""Where the audit log is read from Python and from the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from contracts.api.audit import AuditFormat, NewAuditExport
from ratchet import Client
from ratchet.cli.app import app
from ratchet.cli.moments import moment
from ratchet.errors import InvalidInput
from tests.sdk.fake_gateway import NOW, Gateway

ENTRY = {
    "id": "e",
    "actor": "ada",
    "person": "user:1",
    "tenant": "acme",
    "action": "POST /v1/tasks",
    "target": "/v1/tasks",
    "status": 403,
    "outcome": "refused",
    "latency_ms": 1.5,
    "request_id": "r1",
    "address": "10.0.0.1",
    "at": NOW,
}


def run(gateway: Gateway, *words: str) -> Result:
    env = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test", "COLUMNS": "200"}
    return CliRunner(env=env).invoke(app, list(words))


def test_the_log_is_asked_for_by_its_terms(gateway: Gateway, client: Client) -> None:
    gateway.says("GET /v1/audit", {"items": [ENTRY], "next_cursor": None})

    found = client.audit.list(actor="ada", since=datetime(2026, 1, 1, tzinfo=UTC), limit=5)

    assert found.items[0].person == "user:1"
    assert gateway.asked[0].query == {"actor": ["ada"], "from": ["2026-01-01T00:00:00+00:00"], "limit": ["5"]}


def test_all_of_the_log_is_read_page_by_page(gateway: Gateway, client: Client) -> None:
    gateway.says("GET /v1/audit", {"items": [ENTRY], "next_cursor": "e"})
    gateway.says("GET /v1/audit", {"items": [ENTRY | {"id": "f"}], "next_cursor": None})

    assert [each.id for each in client.audit.all(actor="ada")] == ["e", "f"]
    assert gateway.asked[1].query == {"actor": ["ada"], "cursor": ["e"]}


def test_the_log_is_saved_as_a_file(gateway: Gateway, client: Client, tmp_path: Path) -> None:
    gateway.gives("POST /v1/audit/export", b"at,actor\n")

    saved = client.audit.export(tmp_path / "audit.csv", NewAuditExport(format=AuditFormat.CSV, actor="ada"))

    assert saved.read_bytes() == b"at,actor\n"
    assert gateway.asked[0].body == {"format": "csv", "actor": "ada"}


def test_the_log_is_listed_in_a_table(gateway: Gateway) -> None:
    gateway.says("GET /v1/audit", {"items": [ENTRY], "next_cursor": None})

    result = run(gateway, "audit", "list", "--outcome", "refused", "--request", "r1")

    assert (result.exit_code, "POST /v1/tasks" in result.stdout, "10.0.0.1" in result.stdout) == (0, True, True)
    assert gateway.asked[0].query == {"outcome": ["refused"], "request_id": ["r1"], "limit": ["50"]}


def test_the_format_of_an_export_follows_from_the_name_of_the_file(gateway: Gateway, tmp_path: Path) -> None:
    gateway.gives("POST /v1/audit/export", b"{}\n")

    result = run(gateway, "audit", "export", str(tmp_path / "a.jsonl"), "--action", "POST /v1/tasks", "--since", "7d")
    refused = run(gateway, "audit", "export", str(tmp_path / "a.xlsx"))

    assert (result.exit_code, refused.exit_code, len(gateway.asked)) == (0, 1, 1)
    assert (gateway.asked[0].body["format"], gateway.asked[0].body["action"]) == ("jsonl", "POST /v1/tasks")
    assert "must end in .csv or .jsonl" in refused.stderr


def test_events_begin_as_long_ago_as_is_said(gateway: Gateway) -> None:
    gateway.refuses("GET /v1/events", 403, "not-allowed", "That is enough.")

    run(gateway, "events", "tail", "--since", "2h", "--after", "a-7")

    (asked,) = gateway.asked
    assert asked.headers["Last-Event-ID"] == "a-7"
    assert datetime.now(UTC) - datetime.fromisoformat(asked.query["from"][0]) < timedelta(hours=2, minutes=1)


def test_a_gap_in_a_stream_is_said_in_words(gateway: Gateway) -> None:
    gap = {"id": "g", "type": "stream.gap", "at": NOW, "actor": "ratchet", "correlation_id": "c", "causation_id": None}
    told = json.dumps(gap | {"content": {"reason": "Some events are not kept any more."}})
    gateway.streams("GET /v1/alerts/events", f"event: stream.gap\ndata: {told}\n\nevent: stream.ended\ndata: {{}}\n\n")

    result = run(gateway, "alerts", "watch")

    assert (result.exit_code, "Some events are not kept any more." in result.stdout) == (0, True)


@pytest.mark.parametrize("said", ["", "yesterday", "7", "7y", "-7d", "99999999d", "999999w", "2026-13-01", "\x00"])
def test_a_time_that_is_none_is_refused_in_a_sentence(said: str) -> None:
    with pytest.raises(InvalidInput, match="neither a time"):
        moment(said, "since")


def test_a_time_may_be_a_date() -> None:
    assert moment("2026-01-31T12:30+00:00", "since") == datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
    assert moment(None, "since") is None
