"""Where delivering is held to what it promises: whole batches, and one bad item spoils no other."""

import pytest

from contracts.errors import BrokenJson, InvalidInput, TooManyRequests, Unavailable
from ratchet.recording.delivery import deliver, wait_after
from ratchet.recording.items import Item
from ratchet.recording.sender import Most, batches
from tests.sdk.recording.other_end import OtherEnd, item


def test_a_batch_is_of_one_sort_and_neither_too_long_nor_too_large() -> None:
    mixed = [item(number, "feedback" if number % 2 else "inference", padding=10) for number in range(50)]

    found = list(batches(mixed, Most(10, 400)))

    assert all(len({each.sort for each in batch}) == 1 for batch in found)
    assert all(len(batch) <= 10 and sum(len(each.body) for each in batch) <= 400 for batch in found)
    assert sorted(each.body for batch in found for each in batch) == sorted(each.body for each in mixed)


def test_an_item_that_is_larger_than_a_batch_goes_alone() -> None:
    found = list(batches([item(1), item(2, padding=900), item(3)], Most(10, 500)))

    assert [len(batch) for batch in found] == [1, 1, 1]


async def test_what_the_other_end_names_as_wrong_is_refused_alone() -> None:
    other_end = OtherEnd(wrong=lambda each: each["number"] == 3)

    refused = await deliver(other_end, [item(number) for number in range(5)], other_end.most)

    assert [(each.item, each.reason) for each in refused] == [(item(3), "it is wrong")]
    assert len(other_end.sent) == 1


@pytest.mark.parametrize("refusal", [InvalidInput("no"), BrokenJson("no")])
async def test_a_batch_that_is_refused_as_a_whole_is_halved_until_the_bad_one_is_found(refusal: InvalidInput) -> None:
    other_end = OtherEnd(wrong=lambda each: each["number"] in {3, 17}, refusal=refusal)

    refused = await deliver(other_end, [item(number) for number in range(20)], other_end.most)

    accepted = {item["number"] for _, batch in other_end.sent for item in batch if not any(map(other_end.wrong, batch))}
    assert [each.item for each in refused] == [item(3), item(17)]
    assert accepted == set(range(20)) - {3, 17}


async def test_a_place_that_nobody_sent_is_nobodys_fault() -> None:
    confused = OtherEnd(answer={7: "what?", -1: "what?"})

    assert await deliver(confused, [item(1)], confused.most) == []


async def test_what_has_to_wait_is_told_to_the_caller() -> None:
    with pytest.raises(Unavailable):
        await deliver(OtherEnd(fault=Unavailable("later")), [item(1)], Most(10, 1000))


def test_pauses_grow_to_a_limit_and_are_as_long_as_was_asked_for() -> None:
    assert wait_after(1, None) <= 0.2
    assert 2.5 <= wait_after(10_000, None) <= 5
    assert 30 <= wait_after(1, TooManyRequests("slowly", retry_after_s=30)) <= 31


@pytest.mark.parametrize("line", [b"", b"\n", b"inference", b'inference {"a":1}', b'other {"a":1}\n', b"\xff\xfe {}\n"])
def test_a_line_that_was_cut_off_is_none(line: bytes) -> None:
    assert Item.read(line) is None


def test_a_line_is_read_as_it_was_written() -> None:
    written = item(7, "feedback")

    assert Item.read(written.line()) == written
