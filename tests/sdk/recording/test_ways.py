"""Where recording is tried over HTTP and over NATS, through their failures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js.api import StreamConfig

from chassis.embedded import nats as embedded
from chassis.testing.waiting import eventually
from contracts.errors import InvalidInput, NotAuthenticated, TooLarge
from contracts.topology import INGEST_STREAM
from ratchet import OverHttp, OverNats, Recorder
from ratchet.recording.sender import Sender
from tests.sdk.fake_gateway import Gateway, Reply

LONG_S = 60.0


def weighed(items: list[Any]) -> Reply:
    """Take a list as the gateway does: what is of task x is refused, and the whole where nothing else is in it."""
    wrong = [place for place, each in enumerate(items) if each["task"] == "x"]
    if len(wrong) == len(items):
        errors = [{"field": f"{place}.task", "reason": "There is no such task."} for place in wrong]
        title = {"type": "urn:ratchet:problem:invalid-input", "title": "No", "status": 422, "detail": "No."}
        return Reply(422, json.dumps(title | {"errors": errors}).encode(), "application/problem+json")
    refused = [{"index": each, "errors": [{"field": "task", "reason": "There is no task 'x'."}]} for each in wrong]
    taken = [each["id"] for each in items if each["task"] != "x"]
    return Reply(202, json.dumps({"accepted": len(taken), "ids": taken, "refused": refused}).encode())


def sent(gateway: Gateway, path: str) -> list[Any]:
    """Give all that was ever sent to a path, in however many lists."""
    return [each for asked in gateway.asked if asked.path == path for each in asked.body]


def test_the_gateway_gets_lists_and_what_it_refuses_is_not_sent_again(gateway: Gateway, tmp_path: Path) -> None:
    gateway.weighed["POST /v1/inferences"] = weighed
    gateway.says("POST /v1/feedback", {"accepted": 1, "ids": ["k"]}, 202)

    with Recorder(OverHttp(gateway.url, "rk_app"), folder=tmp_path) as recorder:
        recorder.log_inference(task="t", id="a", output="x")
        recorder.log_inference(task="x", id="b", output="x")
        recorder.log_feedback(task="t", key="k", correction="y")
        recorder.flush(LONG_S)

    assert [each["id"] for each in sent(gateway, "/v1/inferences")] == ["a", "b"]
    assert [each["key"] for each in sent(gateway, "/v1/feedback")] == ["k"]
    assert all(asked.headers["Authorization"] == "Bearer rk_app" for asked in gateway.asked)
    assert all(asked.headers["Idempotency-Key"] for asked in gateway.asked)
    assert (recorder.state().delivered, recorder.state().refused) == (2, 1)


def test_a_list_in_which_nothing_is_right_is_refused_without_asking_for_each(gateway: Gateway, tmp_path: Path) -> None:
    gateway.weighed["POST /v1/inferences"] = weighed

    with Recorder(OverHttp(gateway.url, "rk_app"), folder=tmp_path) as recorder:
        for number in range(3):
            recorder.log_inference(task="x", output=str(number))
        recorder.flush(LONG_S)

    assert recorder.state().refused == 3
    assert [each["output"] for each in sent(gateway, "/v1/inferences")] == ["0", "1", "2"]


@pytest.mark.parametrize(("status", "name"), [(403, "not-allowed"), (500, "internal-fault"), (404, "not-found")])
def test_what_is_not_the_items_fault_waits(gateway: Gateway, tmp_path: Path, status: int, name: str) -> None:
    gateway.refuses("POST /v1/inferences", status, name, "Not now.")
    gateway.says("POST /v1/inferences", {"accepted": 1, "ids": ["a"]}, 202)

    with Recorder(OverHttp(gateway.url, "rk_app"), folder=tmp_path) as recorder:
        recorder.log_inference(task="t", output="x")
        delivered = recorder.flush(LONG_S)

    assert delivered
    assert recorder.state().delivered == 1


def test_an_answer_that_is_none_of_ratchets_is_no_acceptance(gateway: Gateway, tmp_path: Path) -> None:
    gateway.gives("POST /v1/inferences", b"<html>Welcome to the hotel's network</html>")
    gateway.says("POST /v1/inferences", {"accepted": 1, "ids": ["a"]}, 202)

    with Recorder(OverHttp(gateway.url, "rk_app"), folder=tmp_path) as recorder:
        recorder.log_inference(task="t", output="x")
        recorder.flush(LONG_S)

    assert len(gateway.asked) == 2


def test_what_was_spooled_for_one_tenant_is_never_sent_to_another() -> None:
    ways = [
        OverHttp("http://here", "rk_a"),
        OverHttp("http://here", "rk_b"),
        OverHttp("http://there", "rk_a"),
        OverHttp("http://here", "rk_a", tenant="acme"),
        OverHttp("http://here", "rk_a", tenant="beta"),
        OverNats("nats://here", tenant="acme"),
        OverNats("nats://here", tenant="beta"),
    ]

    labels = [way.label for way in ways]

    assert len(set(labels)) == len(labels)
    assert OverHttp("http://here/", "rk_new", tenant="acme").label == labels[3]
    assert OverNats("nats://user:secret@here", "seed", tenant="acme").label == labels[5]
    assert not any("rk_" in label or "secret" in repr(way) for label, way in zip(labels, ways, strict=True))


@pytest.mark.parametrize(
    "way",
    [
        lambda: OverHttp("gateway:8080", "rk_a"),
        lambda: OverHttp("http://gateway", "rk_\n"),
        lambda: OverNats("nats://here", "SUnonsense", tenant="acme"),
    ],
)
def test_an_address_a_key_or_a_seed_that_can_be_none_is_refused_at_once(way: Callable[[], Sender]) -> None:
    with pytest.raises((InvalidInput, NotAuthenticated)) as refusal:
        way()

    assert "nonsense" not in str(refusal.value)


async def stored(url: str) -> list[tuple[str, str]]:
    connection = await nats.connect(url)
    jetstream = connection.jetstream()
    count = (await jetstream.stream_info(INGEST_STREAM)).state.messages
    messages = [await jetstream.get_msg(INGEST_STREAM, number) for number in range(1, count + 1)]
    await connection.close()
    return [(message.subject or "", each["output"]) for message in messages for each in json.loads(message.data or b"")]


async def create_stream(url: str) -> None:
    connection = await nats.connect(url)
    await connection.jetstream().add_stream(StreamConfig(INGEST_STREAM, subjects=["ingest.*.*"], max_msgs=50))
    await connection.close()


async def test_nats_gets_lists_and_is_waited_for_while_it_is_away(tmp_path: Path) -> None:
    with embedded.running(tmp_path / "nats") as server:
        await create_stream(server.url)
        url = server.url
    async with Recorder(OverNats(url, tenant="acme"), folder=tmp_path) as recorder:
        for number in range(250):
            recorder.log_inference(task="t", output=str(number))
        waited = await recorder.flush_async(0.3)

        with embedded.running(tmp_path / "nats"):
            delivered = await recorder.flush_async(LONG_S)
            found = await stored(url)

    assert (waited, delivered) == (False, True)
    assert {subject for subject, _ in found} == {"ingest.acme.inference"}
    assert {output for _, output in found} == {str(number) for number in range(250)}


async def test_an_item_that_no_message_can_hold_is_refused_and_no_other(nats_url: str) -> None:
    await create_stream(nats_url)

    async with OverNats(nats_url, tenant="acme").open() as line:
        with pytest.raises(TooLarge):
            await line.send("inference", [b'{"x":"%b"}' % (b"x" * 9_000_000)])
        accepted = await line.send("inference", [b'{"output":"x"}'])

    assert accepted == {}
    assert await eventually(lambda: stored(nats_url)) == [("ingest.acme.inference", "x")]


def test_a_recorder_without_a_gateway_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATCHET_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("RATCHET_URL", "RATCHET_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(Exception, match="ratchet up") as refusal:
        Recorder()

    assert not isinstance(refusal.value, InvalidInput)
