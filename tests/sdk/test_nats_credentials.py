"""Where NATS credentials are made and revoked on the command line and with the SDK."""

import json
from pathlib import Path

from ratchet.client import Client
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

SHOP = {
    "id": "c1", "tenant": "acme", "name": "shop", "events": False, "public_key": "UABC", "inbox_prefix": "_INBOX.UABC",
    "publish": ["ingest.acme.inference"], "subscribe": ["_INBOX.UABC.>"], "created_by": "ada", "created_at": NOW,
    "revoked_at": None, "revoked_by": None,
}  # fmt: skip
MADE = SHOP | {"seed": "SUSECRET", "url": "nats://nats.example:4222", "admitted": True}


def test_a_seed_is_shown_once(gateway: Gateway) -> None:
    gateway.says("POST /v1/nats-credentials", MADE, 201)

    made = run(gateway, "nats", "create", "shop", "--events")
    as_json = run(gateway, "nats", "create", "shop", "--json")

    assert gateway.asked[0].body == {"name": "shop", "events": True}
    assert ("SUSECRET" in made.stdout, "not shown again" in made.stderr) == (True, True)
    assert json.loads(as_json.stdout)["seed"] == "SUSECRET"


def test_a_seed_goes_to_a_file_that_only_its_owner_reads(gateway: Gateway, tmp_path: Path) -> None:
    gateway.says("POST /v1/nats-credentials", MADE, 201)
    file = tmp_path / "shop.seed"

    made = run(gateway, "nats", "create", "shop", "--save", str(file))
    again = run(gateway, "nats", "create", "shop", "--save", str(file))

    assert (file.read_text(), file.stat().st_mode & 0o777) == ("SUSECRET\n", 0o600)
    assert "SUSECRET" not in made.stdout + made.stderr
    assert (again.exit_code, len(gateway.asked)) == (1, 1)


def test_no_file_is_left_behind_where_none_was_made(gateway: Gateway, tmp_path: Path) -> None:
    problem = {"type": "urn:ratchet:problem:name-taken", "title": "Taken", "status": 409, "detail": "name: taken"}
    gateway.says("POST /v1/nats-credentials", problem, 409)

    refused = run(gateway, "nats", "create", "shop", "--save", str(tmp_path / "shop.seed"))

    assert (refused.exit_code, "name: taken" in refused.stderr, list(tmp_path.iterdir())) == (1, True, [])


def test_it_is_said_when_nats_does_not_know_yet(gateway: Gateway) -> None:
    gateway.says("POST /v1/nats-credentials", MADE | {"admitted": False}, 201)

    made = run(gateway, "nats", "create", "shop")

    assert "could not be told yet" in made.stderr


def test_credentials_are_listed_shown_and_revoked(gateway: Gateway) -> None:
    revoked = SHOP | {"revoked_at": NOW, "revoked_by": "ada"}
    gateway.says("GET /v1/nats-credentials", {"items": [SHOP], "next_cursor": None})
    gateway.says("GET /v1/nats-credentials/c1", revoked)
    gateway.says("DELETE /v1/nats-credentials/c1", None, 204)

    listed, shown = run(gateway, "nats", "list"), run(gateway, "nats", "show", "c1")
    ended = run(gateway, "nats", "revoke", "c1", "--json")
    with Client(gateway.url, "rk_test") as client:
        found = client.nats_credentials.get("c1")

    assert ("shop" in listed.stdout, "ingest.acme.inference" in shown.stdout) == (True, True)
    assert (json.loads(ended.stdout)["revoked_by"], found.revoked_by) == ("ada", "ada")
