"""Where redaction is set on the command line, and clients are held to come again when they are told to."""

import json

import httpx
import pytest

from contracts.api.access import Me
from ratchet.errors import TooManyRequests
from ratchet.wire.call import get
from ratchet.wire.exchange import Pause, exchange
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

OWN = {"name": "customer", "pattern": "CUST-[0-9]+", "action": "mask"}
TOLD = {"type": "urn:ratchet:problem:too-many-requests", "title": "", "status": 429, "detail": "Later."}


def rules(*listed: object) -> dict[str, object]:
    return {"rules": listed, "set_by": "ada", "set_at": NOW}


def test_one_command_switches_all_detectors_on_and_keeps_what_is_your_own(gateway: Gateway) -> None:
    gateway.says("GET /v1/redaction", rules(OWN))
    gateway.says("PUT /v1/redaction", rules({"detector": "email"}, OWN))

    shown = run(gateway, "redaction", "on").stdout

    sent = [each.get("detector") or each["name"] for each in gateway.asked[-1].body["rules"]]
    assert sent == ["secret", "email", "iban", "card", "ssn", "ip", "phone", "customer"]
    assert "built in: email" in shown


def test_a_rule_of_your_own_is_added_changed_and_removed(gateway: Gateway) -> None:
    gateway.says("GET /v1/redaction", rules(OWN))
    gateway.says("PUT /v1/redaction", rules())

    run(gateway, "redaction", "add", "customer", "C-[0-9]+", "--action", "hash")
    changed = gateway.asked[-1].body["rules"]
    run(gateway, "redaction", "off", "customer")
    unknown = run(gateway, "redaction", "off", "nothing")

    assert [(each["pattern"], each["action"]) for each in changed] == [("C-[0-9]+", "hash")]
    assert gateway.asked[-2].body == {"rules": []}
    assert (unknown.exit_code, "there is no rule 'nothing'" in unknown.stderr) == (1, True)


def test_what_would_be_stored_is_shown(gateway: Gateway) -> None:
    gateway.says("POST /v1/redaction/preview", {"text": "ask [email]", "found": {"email": 1}})

    drawn = run(gateway, "redaction", "preview", "ask a@b.example").stdout
    written = json.loads(run(gateway, "redaction", "preview", "ask a@b.example", "--json").stdout)

    assert ("ask [email]" in drawn, "email 1" in drawn) == (True, True)
    assert written["found"] == {"email": 1}


def test_who_is_told_to_come_again_waits_as_long_and_no_longer_than_patience_lasts() -> None:
    steps = exchange(get("/v1/me", Me), lambda: 0.0)
    refused = [httpx.Response(429, json=TOLD, headers={"Retry-After": seconds}) for seconds in ("2", "60")]

    next(steps)
    pause = steps.send(refused[0])
    next(steps)
    with pytest.raises(TooManyRequests, match="Later"):
        steps.send(refused[1])

    assert isinstance(pause, Pause)
    assert 2 <= pause.seconds < 2.5
