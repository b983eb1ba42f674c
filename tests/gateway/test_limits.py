"""Where it is tried that a tenant which sends too much is told so, and that others are not."""

from collections.abc import AsyncGenerator, Callable

import pytest
from nats.js.api import StreamConfig

from contracts.errors import TooManyRequests
from contracts.service import Service
from gateway.access.limits import Limits, Rate
from tests.gateway.stage import Gateway, gateway_on

LIST = [{"task": "tickets", "verdict": "positive"}] * 100


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def limited(per_s: int, burst: int, clock: Clock) -> Limits:
    return Limits(Rate(per_s, burst), lambda _, __, wait: f"Come again in {wait} s.", "items_per_s", clock)


def sent(limits: Limits, items: int, tenant: str = "acme") -> bool:
    try:
        limits.admit(tenant)
    except TooManyRequests:
        return False
    limits.spend(tenant, items)
    return True


def test_a_burst_is_let_in_and_then_as_much_as_comes_back() -> None:
    clock = Clock()
    limits = limited(100, 200, clock)

    at_once = [sent(limits, 100) for _ in range(3)]
    clock.now = 0.5
    half_a_second_later = [sent(limits, 10) for _ in range(6)]
    clock.now = 1000
    after_a_long_pause = [sent(limits, 100) for _ in range(3)]

    assert at_once == [True, True, False]
    assert half_a_second_later == [True] * 5 + [False]
    assert after_a_long_pause == [True, True, False]


def test_a_list_larger_than_the_burst_is_let_in_whole_and_paid_for_afterwards() -> None:
    clock = Clock()
    limits = limited(100, 100, clock)
    sent(limits, 1000)

    with pytest.raises(TooManyRequests, match="again in 10 s") as refused:
        limits.admit("acme")
    clock.now = refused.value.facts["retry_after_s"]

    assert sent(limits, 1)


def test_what_one_tenant_sends_is_nothing_to_another() -> None:
    limits = limited(1, 1, Clock())
    sent(limits, 100)

    assert (sent(limits, 1), sent(limits, 1, "globex")) == (False, True)


def test_what_is_left_is_told_with_each_request() -> None:
    clock = Clock()
    limits = limited(2, 10, clock)

    first, second = limits.spend("acme", 1), limits.spend("acme", 4)
    clock.now = 60
    later = limits.spend("acme", 1)

    assert dict(first) == {b"ratelimit-limit": b"2", b"ratelimit-remaining": b"9", b"ratelimit-reset": b"1"}
    assert dict(second) == {b"ratelimit-limit": b"2", b"ratelimit-remaining": b"5", b"ratelimit-reset": b"3"}
    assert dict(later) == dict(first)


def test_somebody_may_have_a_rate_of_their_own() -> None:
    limits = limited(1, 1, Clock())

    answers = [sent(limits, 1), sent(limits, 1)]
    own = [limits.admit("globex", Rate(5, 2)) or limits.spend("globex", 1, Rate(5, 2)) for _ in range(2)]

    assert (answers, [dict(each)[b"ratelimit-remaining"] for each in own]) == ([True, False], [b"1", b"0"])


def test_buckets_that_are_full_again_are_forgotten() -> None:
    clock = Clock()
    limits = limited(10, 10, clock)
    for number in range(10_000):
        limits.spend(f"key {number}", 1)

    clock.now = 2
    limits.spend("one more", 1)

    assert len(limits._buckets) == 1


def test_many_who_come_at_once_do_not_fill_the_memory() -> None:
    limits = limited(10, 10, Clock())

    for number in range(25_000):
        limits.spend(f"network {number}", 1)

    assert len(limits._buckets) <= 10_000
    assert dict(limits.spend("network 24999", 1))[b"ratelimit-remaining"] == b"8"


@pytest.fixture
async def slow(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Gateway]:
    """Give a gateway that takes an item a second and tenant: what it took too much takes minutes to come back."""
    limits = {"ingest_items_per_s": 1, "ingest_burst": 101}
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **limits) as gateway:
        await gateway.create_route("tickets")
        yield gateway


async def test_too_much_is_an_answer_that_says_when_to_come_again_and_nothing_is_stored(slow: Gateway) -> None:
    answers = [await slow.admin.post("/v1/feedback", json=LIST) for _ in range(3)]

    refused = answers[2]
    told = [refused.headers[name] for name in ("ratelimit-limit", "ratelimit-remaining")]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert (told, refused.headers["content-type"]) == (["1", "0"], "application/problem+json")
    assert 60 < int(refused.headers["retry-after"]) <= 100
    assert (refused.json()["type"], refused.json()["items_per_s"]) == ("urn:ratchet:problem:too-many-requests", 1)
    assert len(await slow.stored("ingest.acme.feedback")) == 2


async def test_a_tenant_whose_share_of_the_stream_is_full_is_told_so_and_others_are_not(gateway: Gateway) -> None:
    jetstream = gateway.nats.jetstream()
    present = (await jetstream.stream_info("INGEST")).config
    await jetstream.update_stream(StreamConfig(**{**vars(present), "max_msgs_per_subject": 3}))
    await gateway.create_route("tickets")

    answers = [await gateway.admin.post("/v1/feedback", json=LIST) for _ in range(4)]
    other = await jetstream.publish("ingest.globex.feedback", b"{}")

    refused = answers[3]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert (refused.headers["retry-after"], "waiting to be stored" in refused.json()["detail"]) == ("2", True)
    assert other.seq > 0
