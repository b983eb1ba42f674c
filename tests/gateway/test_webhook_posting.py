"""Where it is tried what becomes of requests to receivers that are slow, broken or hostile."""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import pytest

from gateway.store.webhook_claims import Answered
from gateway.webhooks import addresses
from gateway.webhooks.dialing import Dialer
from gateway.webhooks.posting import Letter, Poster
from tests.gateway.receiver import DOWN, Receiver, receiving

HERE = addresses.networks("127.0.0.0/8")
BODY = b'{"id":"1"}'


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as listening:
        yield listening


async def post(url: str, *, timeout_s: float = 60, network: Dialer | None = None) -> Answered:
    letter = Letter(url, {"Content-Type": "application/json", "Ratchet-Event": "alert.raised"}, BODY)
    return await Poster(network or Dialer(HERE), timeout_s=timeout_s).post(letter)


async def test_a_request_carries_its_body_and_headers_and_nothing_of_ours_besides(receiver: Receiver) -> None:
    answered = await post(f"{receiver.url}?team=a%20b")

    (got,) = receiver.got
    host = urlsplit(receiver.url).netloc
    sent = {"host": host, "content-type": "application/json", "ratchet-event": "alert.raised", "content-length": "10"}
    assert (got.line, got.body, got.headers) == ("POST /hook?team=a%20b HTTP/1.1", BODY, sent)
    assert (answered.status, answered.start, answered.error) == (200, "taken", None)


async def test_an_answer_other_than_2xx_is_an_error_with_its_beginning(receiver: Receiver) -> None:
    receiver.answers = [DOWN]

    answered = await post(receiver.url)

    assert (answered.status, answered.start, answered.error) == (503, "busy", "it answered 503")


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    async with receiving() as inside:
        receiver.answers = [f"HTTP/1.1 307 Go\r\nLocation: {inside.url}\r\nContent-Length: 0\r\n\r\n".encode()]

        answered = await post(receiver.url)

        assert (answered.status, inside.got) == (307, [])
    assert answered.error == "it answered 307, and redirects are not followed"


async def test_a_private_network_is_not_reached_unless_it_is_allowed(receiver: Receiver) -> None:
    answered = await post(receiver.url, network=Dialer(()))

    assert receiver.got == []
    assert answered.status is None
    assert "RATCHET_WEBHOOK_NETWORKS" in (answered.error or "")


async def test_a_name_that_resolves_differently_a_moment_later_leads_nowhere_else(receiver: Receiver) -> None:
    port = urlsplit(receiver.url).port or 0
    answers = iter([["203.0.113.7", "127.0.0.1"], ["127.0.0.1"]])
    rebinding = Dialer((), known=lambda _host, _port: next(answers))

    found = [await post(f"http://hooks.example.com:{port}/", network=rebinding, timeout_s=0.5) for _ in range(2)]

    assert receiver.got == []
    assert all(answered.status is None and answered.error for answered in found)


async def test_the_address_that_was_allowed_is_the_one_that_is_connected_to(receiver: Receiver) -> None:
    port = urlsplit(receiver.url).port or 0
    dialer = Dialer(HERE, known=lambda _host, _port: ["10.0.0.1", "127.0.0.1"])

    answered = await post(f"http://hooks.example.com:{port}/", network=dialer)

    assert (answered.status, receiver.got[0].headers["host"]) == (200, f"hooks.example.com:{port}")


async def test_names_that_are_looked_up_for_ever_hold_nobody_else_up() -> None:
    go_on = threading.Event()

    def known(host: str, _: int) -> list[str]:
        return [] if host == "quick.example" else [str(go_on.wait(60))]

    dialer = Dialer((), known=known)
    slow = [asyncio.create_task(post("http://slow.example/", network=dialer, timeout_s=0.2)) for _ in range(8)]
    await asyncio.sleep(0.05)

    quick = await post("http://quick.example/", network=dialer, timeout_s=30)
    answers = await asyncio.gather(*slow)
    go_on.set()

    assert "not known" in (quick.error or "")
    assert {answer.error for answer in answers} == {"there was no answer within 0.2 s"}


async def test_a_name_that_nobody_knows_is_an_error_that_does_not_tell_it_from_a_private_one() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    answers = [
        await post("http://intranet/", network=Dialer((), known=known))
        for known in (unknown, lambda _h, _p: ["10.0.0.1"])
    ]

    assert answers[0].error == answers[1].error


async def test_an_answer_that_does_not_come_is_not_waited_for(receiver: Receiver) -> None:
    receiver.answers = [b""]

    answered = await post(receiver.url, timeout_s=0.1)

    assert (answered.status, answered.error) == (None, "there was no answer within 0.1 s")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly the beginning",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\nonly the beginning\r\nzz",
        b"HTTP/1.1 200 OK\r\n\r\nonly the beginning",
    ],
)
async def test_an_answer_that_breaks_off_after_its_status_counts_by_its_status(
    receiver: Receiver, answer: bytes
) -> None:
    receiver.answers = [answer]

    answered = await post(receiver.url)

    assert (answered.status, answered.start, answered.error) == (200, "only the beginning", None)


async def test_of_a_long_answer_only_the_beginning_is_read_and_nothing_unpacked(receiver: Receiver) -> None:
    packed = b"\x1f\x8b\0" + b"x" * 10_000_000
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    receiver.answers = [head + packed]

    answered = await post(receiver.url)

    assert (answered.status, len(answered.start), receiver.sent_to_the_end) == (200, 2000, 0)
    assert answered.start.startswith("\x1f\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}xxx")


@pytest.mark.parametrize(
    "answer", [b"\0\xff rubbish\r\n\r\n", b"HTTP/1.1 99999 x\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"a" * 300_000]
)
async def test_what_is_no_answer_is_an_error(receiver: Receiver, answer: bytes) -> None:
    receiver.answers = [answer]

    answered = await post(receiver.url)

    assert answered.status is None
    assert (answered.error or "").startswith("the connection broke")


async def test_nobody_there_is_an_error_in_words() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # nobody else can listen on its port meanwhile
        answered = await post(f"http://127.0.0.1:{silent.getsockname()[1]}/")

    assert (answered.status, answered.error) == (None, "nobody took the connection")


async def test_the_proxies_of_the_machine_are_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)

        answered = await post(receiver.url)

        assert (answered.status, len(receiver.got), proxy.got) == (200, 1, [])
