"""Where it is tried that one broken item of a list does not take the others with it, whatever is wrong with it."""

import json

from contracts.commands.metrics import ListFeedback
from feedback.ingest import reading
from feedback.ingest.reading import Delivered, Items, Where
from tests.feedback.running import NOW, Running, opinion

GOOD = {"task": "tickets", "verdict": "positive"}


def read(body: object) -> Items:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return reading.read([Delivered("ingest.acme.feedback", raw, lambda: Where("7", NOW))])


def test_each_broken_item_becomes_a_letter_that_names_its_place() -> None:
    broken = [
        GOOD | {"score": 2},
        GOOD | {"comment": "\ud83d"},
        GOOD | {"by": "a\x00b"},
        GOOD | {"input": {"a": 1e400}},
        7,
        None,
        [GOOD],
        {},
    ]

    items = read([GOOD | {"key": "first"}, *broken, GOOD | {"key": "last", "comment": "\U0001f600"}])

    assert [key for _, key in items.opinions] == ["first", "last"]
    places = [letter.reason.partition(":")[0] for letter in items.letters]
    assert places == [f"item {number}" for number in range(1, len(broken) + 1)]
    assert len({letter.message.headers["ratchet-origin"] for letter in items.letters}) == len(broken)


def test_of_items_with_the_same_key_the_first_counts() -> None:
    items = read([GOOD | {"key": "k", "comment": "one"}, GOOD | {"key": "k", "comment": "two"}])

    assert [each.comment for each in items.opinions.values()] == ["one"]


def test_a_letter_holds_what_was_sent_even_where_it_cannot_be_written_as_utf8() -> None:
    (letter,) = read([GOOD, GOOD | {"comment": "\ud83d"}]).letters

    assert json.loads(letter.message.body) == GOOD | {"comment": "\ud83d"}


async def test_a_mixed_list_over_nats_is_stored_but_for_its_broken_items(feedback: Running) -> None:
    good = [opinion(key="k1"), opinion(key="k2", comment="\U0001f600"), opinion(key="k1")]
    broken = [opinion(task="nowhere"), opinion(comment="\ud83d"), opinion(by="a\x00b"), opinion(confidence=1)]
    await feedback.send("feedback", json.dumps([*broken, *good]).encode())

    await feedback.settle()

    stored = {each.key for each in (await feedback.ask(ListFeedback(task="tickets"))).items}
    reasons = sorted(letter.reason.partition(":")[0] for letter in await feedback.letters())
    assert (stored, reasons) == ({"k1", "k2"}, [f"item {number}" for number in range(4)])
