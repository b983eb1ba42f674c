"""Where it is held fast what is sent again, for how long, and what an answer that makes no sense is called."""

import io
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contracts.api.access import Me
from contracts.api.dataset import Dataset
from contracts.errors import DomainError, InternalFault, TooSlow, Unavailable, UnknownTask
from contracts.raising import from_problem
from ratchet import Client, errors
from ratchet.wire.call import Call, at, delete, get, send
from ratchet.wire.exchange import PATIENCE_S, Pause, Reply, exchange
from ratchet.wire.files import Upload
from tests.sdk.fake_gateway import Gateway, dataset

REQUEST = httpx.Request("GET", "http://gateway:8080/v1/me")


def attempts(call: Call[Any], replies: Iterator[Reply], clock: Callable[[], float] = lambda: 0.0) -> int:
    """Carry a call out without waiting, and say how often it was sent; raises what it raises."""
    sent, steps = 0, exchange(call, clock)
    reply: Reply = None
    try:
        while True:
            step = steps.send(reply)
            if isinstance(step, Pause):
                reply = None
                continue
            sent += 1
            reply = next(replies)
    except StopIteration:
        return sent


def answer(status: int, body: bytes = b"") -> httpx.Response:
    return httpx.Response(status, content=body, request=REQUEST)


def test_an_answer_that_is_no_answer_is_said_to_be_none() -> None:
    with pytest.raises(InternalFault, match=r"http://gateway:8080 cannot be read. Is that a gateway"):
        attempts(get(at("me"), Me), iter([answer(200, b"<html>login to the hotel network</html>")]))


def test_what_was_deleted_by_an_attempt_whose_answer_got_lost_is_deleted() -> None:
    lost = httpx.ReadError("gone", request=REQUEST)

    sent = attempts(delete(at("tasks", "t")), iter([lost, answer(404)]))

    assert sent == 2


def test_what_was_never_there_cannot_be_deleted() -> None:
    with pytest.raises(errors.NotFound):
        attempts(delete(at("tasks", "t")), iter([answer(404)]))


def test_a_file_from_a_pipe_is_sent_once() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    call = send(at("datasets"), Dataset, Upload({}, Pipe(b"rows"), "rows.csv"))

    with pytest.raises(Unavailable):
        attempts(call, iter([answer(503, b"")]))


def test_a_file_whose_sending_broke_off_is_sent_again_from_its_beginning() -> None:
    upload = Upload({}, io.BytesIO(b"x" * 3_000_000), "rows.csv")

    first = upload.blocks()
    begun = next(first) + next(first)
    whole = b"".join(upload.blocks())

    assert upload.repeatable
    assert len(begun) < len(whole) == int(upload.headers()["Content-Length"])


def test_an_upload_that_the_gateway_could_not_take_arrives_whole(gateway: Gateway, client: Client) -> None:
    gateway.refuses("POST /v1/datasets", 503, "unavailable", "Soon.")
    gateway.says("POST /v1/datasets", dataset(), 201)

    client.datasets.upload(io.BytesIO(b"text\nhello\n"), task="t")

    assert [b"text\nhello\n" in asked.body for asked in gateway.asked] == [True, True]


def test_what_goes_on_failing_is_tried_five_times_and_not_a_sixth() -> None:
    replies = [answer(503)] * 9
    waiting = iter(replies)

    with pytest.raises(Unavailable):
        attempts(get(at("me"), Me), waiting)

    assert len(replies) - len(list(waiting)) == 5


def test_an_attempt_that_took_all_the_time_is_the_last() -> None:
    slow = httpx.ReadTimeout("slow", request=REQUEST)
    clock = itertools.count(0.0, PATIENCE_S)

    with pytest.raises(TooSlow, match="No answer in time from http://gateway"):
        attempts(get(at("me"), Me), iter([slow]), lambda: next(clock))


@pytest.mark.parametrize("known", [each for name in errors.__all__ if isinstance(each := getattr(errors, name), type)])
def test_every_refusal_comes_back_as_the_class_that_it_left_as(known: type[DomainError]) -> None:
    left = known("Because.", task="t")

    came = from_problem(left.problem())

    assert type(came) is known
    assert (came.detail, came.facts) == ("Because.", {"task": "t"})


def test_a_refusal_that_this_sdk_is_too_old_for_is_the_nearest_one_it_knows() -> None:
    newer = UnknownTask("There is none.").problem().model_copy(update={"type": "urn:ratchet:problem:unknown-planet"})

    assert type(from_problem(newer)) is errors.NotFound


@pytest.mark.parametrize(
    ("status", "known"),
    [
        (405, errors.MethodNotAllowed),
        (412, errors.Stale),
        (413, errors.TooLarge),
        (429, errors.TooManyRequests),
        (418, errors.DomainError),
        (502, errors.Unavailable),
    ],
)
def test_a_refusal_of_something_in_between_is_known_by_its_status(status: int, known: type[DomainError]) -> None:
    with pytest.raises(known) as refusal:
        attempts(get(at("me"), Me), iter([answer(status, b"from a proxy")] * 5))

    assert type(refusal.value) is known
