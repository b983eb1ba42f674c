"""Where the clients are held to what they promise: typed answers, refusals by class, nothing done twice."""

import socket

import pytest

import ratchet
from contracts import errors as known
from contracts.api.feedback import NewFeedback
from contracts.api.job import JobStatus
from ratchet import AsyncClient, Client, errors
from ratchet.wire.exchange import ATTEMPTS
from tests.sdk.fake_gateway import Gateway, job, line, task

STORY = "/v1/training/jobs/job-1/events"


def test_a_call_sends_the_key_and_the_fields_that_were_given(gateway: Gateway, client: Client) -> None:
    gateway.says("POST /v1/tasks", task(), 201)

    made = client.tasks.create(key="ticket-category", description="Which team.")

    assert made.key == "ticket-category"
    assert gateway.asked[0].headers["Authorization"] == "Bearer rk_test"
    assert gateway.asked[0].body == {"key": "ticket-category", "description": "Which team."}


async def test_the_async_client_makes_the_same_calls(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/ticket-category", task())

    async with AsyncClient(gateway.url, "rk_test") as client:
        found = await client.tasks.get("ticket-category")

    assert found.key == "ticket-category"


def test_a_refusal_becomes_the_class_that_the_service_raised(gateway: Gateway, client: Client) -> None:
    gateway.refuses("POST /v1/training/jobs", 409, "already-running", "A job is under way.", running_job_id="job-1")

    with pytest.raises(errors.AlreadyRunning, match="under way") as refusal:
        client.training.start(task="ticket-category")

    assert refusal.value.facts == {"running_job_id": "job-1"}


def test_the_reasons_for_each_field_come_along(gateway: Gateway, client: Client) -> None:
    wrong = [{"field": "inputs", "reason": "at most 1,000"}]
    gateway.refuses("POST /v1/tasks/t/predict", 422, "invalid-input", "inputs: at most 1,000", errors=wrong)

    with pytest.raises(errors.InvalidInput) as refusal:
        client.predictions.predict("t", ["hello"])

    assert [each.field for each in refusal.value.errors] == ["inputs"]


def test_fields_that_cannot_be_right_are_refused_before_anything_is_sent(gateway: Gateway, client: Client) -> None:
    with pytest.raises(errors.InvalidInput) as refusal:
        client.feedback.send(task="ticket-category", score=3)

    assert [each.field for each in refusal.value.errors] == ["score"]
    assert gateway.asked == []


def test_a_misspelt_field_is_named(client: Client) -> None:
    fields = {"task": "ticket-category", "corection": "billing"}

    with pytest.raises(errors.InvalidInput, match="corection: is not a known field"):
        client.feedback.send(**fields)


def test_an_answer_that_is_no_problem_document_is_quoted(gateway: Gateway, client: Client) -> None:
    gateway.says("GET /v1/me", "we are moving house", 500)

    with pytest.raises(errors.InternalFault, match="moving house"):
        client.me()


def test_what_fails_in_passing_is_tried_again_with_the_same_key(gateway: Gateway, client: Client) -> None:
    gateway.refuses("POST /v1/training/jobs", 503, "unavailable", "The trainer is away.")
    gateway.refuses("POST /v1/training/jobs", 504, "too-slow", "The trainer is slow.")
    gateway.says("POST /v1/training/jobs", job(), 202)

    started = client.training.start(task="ticket-category")

    assert started.id == "job-1"
    assert len(gateway.asked) == 3
    assert len({each.headers["Idempotency-Key"] for each in gateway.asked}) == 1


def test_two_calls_have_two_keys(gateway: Gateway, client: Client) -> None:
    gateway.says("POST /v1/training/jobs", job(), 202)

    for _ in range(2):
        client.training.start(task="ticket-category")

    assert len({each.headers["Idempotency-Key"] for each in gateway.asked}) == 2


def test_trying_again_ends_after_a_few_times(gateway: Gateway, client: Client) -> None:
    gateway.refuses("GET /v1/me", 503, "unavailable", "Feedback is away.")

    with pytest.raises(errors.Unavailable, match="Feedback is away"):
        client.me()

    assert 1 < len(gateway.asked) <= ATTEMPTS


def test_a_refusal_that_will_not_pass_is_not_tried_again(gateway: Gateway, client: Client) -> None:
    gateway.refuses("GET /v1/tasks/x", 404, "unknown-task", "There is no task 'x'.")

    with pytest.raises(errors.UnknownTask):
        client.tasks.get("x")

    assert len(gateway.asked) == 1


def test_a_gateway_that_is_not_there_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"

        with Client(url, "rk_test") as client, pytest.raises(errors.Unavailable, match=f"Is the gateway up.*{url}"):
            client.me()


def test_many_opinions_go_in_one_request(gateway: Gateway, client: Client) -> None:
    gateway.says("POST /v1/feedback", {"accepted": 2, "ids": ["a", "b"]}, 202)

    accepted = client.feedback.send_many([NewFeedback(task="t", key=key, correction="billing") for key in "ab"])

    assert accepted.accepted == 2
    assert gateway.asked[0].body[1] == {"key": "b", "task": "t", "correction": "billing"}


def test_all_pages_are_read_one_after_another(gateway: Gateway, client: Client) -> None:
    gateway.says("GET /v1/tasks", {"items": [task("a"), task("b")], "next_cursor": "b"})
    gateway.says("GET /v1/tasks", {"items": [task("c")], "next_cursor": None})

    found = [each.key for each in client.tasks.all(limit=2)]

    assert found == ["a", "b", "c"]
    assert gateway.asked[1].query == {"limit": ["2"], "cursor": ["b"]}


def test_a_name_with_a_slash_stays_one_part_of_the_address(gateway: Gateway, client: Client) -> None:
    with pytest.raises(errors.NotFound):
        client.tasks.get("a/../b")

    assert gateway.asked[0].path == "/v1/tasks/a%2F..%2Fb"


def test_a_broken_story_is_taken_up_again_where_it_stopped(gateway: Gateway, client: Client) -> None:
    gateway.streams(f"GET {STORY}", ":\n\n" + line(1, "progress", {"progress": 0.1}) + "event: progress\nid: 2\nda")
    gateway.refuses(f"GET {STORY}", 503, "unavailable", "The trainer is away.")
    gateway.streams(f"GET {STORY}", line(2, "metric", {"loss": 1}) + line(3, "state", {"status": "succeeded"}))

    told = [each.number for each in client.training.events("job-1")]

    assert told == [1, 2, 3]
    assert [each.headers.get("Last-Event-ID") for each in gateway.asked] == [None, "1", "1"]


async def test_the_async_client_takes_up_a_broken_story_too(gateway: Gateway) -> None:
    gateway.streams(f"GET {STORY}", line(4, "progress", {"progress": 0.1}))
    gateway.streams(f"GET {STORY}", line(5, "state", {"status": "failed"}))

    async with AsyncClient(gateway.url, "rk_test") as client:
        told = [each.number async for each in client.training.events("job-1", after=3)]

    assert told == [4, 5]
    assert [each.headers.get("Last-Event-ID") for each in gateway.asked] == ["3", "4"]


def test_a_retried_job_is_followed_beyond_its_first_end(gateway: Gateway, client: Client) -> None:
    first = line(1, "state", {"status": "failed"}) + line(2, "state", {"status": "queued"})
    gateway.streams(f"GET {STORY}", first)
    gateway.streams(f"GET {STORY}", line(3, "state", {"status": "succeeded"}) + "event: stream.ended\ndata: {}\n\n")

    told = [each.number for each in client.training.events("job-1")]

    assert told == [1, 2, 3]


def test_a_stream_that_was_closed_is_opened_again_and_one_that_has_ended_is_not(
    gateway: Gateway, client: Client
) -> None:
    closed = 'event: stream.closed\ndata: {"reason": "The gateway is stopping."}\n\n'
    gateway.streams(f"GET {STORY}", line(1, "progress", {}) + closed)
    gateway.streams(f"GET {STORY}", ":\n\nevent: stream.ended\ndata: {}\n\n")

    told = [each.number for each in client.training.events("job-1")]

    assert (told, len(gateway.asked)) == ([1], 2)


def test_the_story_of_an_unknown_job_is_refused_at_once(gateway: Gateway, client: Client) -> None:
    gateway.refuses(f"GET {STORY}", 404, "unknown-job", "There is no job 'job-1'.")

    with pytest.raises(errors.UnknownJob):
        next(client.training.events("job-1"))


def test_waiting_ends_with_the_job(gateway: Gateway, client: Client) -> None:
    for status in ("queued", "running", "failed"):
        gateway.says("GET /v1/training/jobs/job-1", job(status))

    ended = client.training.wait("job-1")

    assert ended.status is JobStatus.FAILED


def test_waiting_gives_up_after_the_time(gateway: Gateway, client: Client) -> None:
    gateway.says("GET /v1/training/jobs/job-1", job())

    with pytest.raises(errors.TooSlow, match="still running"):
        client.training.wait("job-1", timeout_s=0.1)


def test_every_refusal_can_be_imported_from_the_sdk() -> None:
    declared = {name for name, each in vars(known).items() if isinstance(each, type) and issubclass(each, Exception)}

    assert declared <= set(errors.__all__)


def test_every_class_that_the_package_names_can_be_imported_from_it() -> None:
    assert [getattr(ratchet, name).__name__ for name in ratchet.__all__] == ratchet.__all__
