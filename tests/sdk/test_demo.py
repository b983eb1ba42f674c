"""Where the demo's tickets and its patience are checked; the whole play is a journey of its own."""

import itertools

import pytest

from ratchet.demo import waiting
from ratchet.demo.plan import Plan, deal


def test_no_ticket_is_in_two_parts_of_a_play() -> None:
    tickets = deal(Plan(), versions=0)

    parts = [{ticket.text for ticket in part} for part in (tickets.taught, tickets.judged, tickets.proof)]

    assert [len(part) for part in parts] == [150, 2_500, 600]
    assert not any(one & other for one, other in itertools.combinations(parts, 2))


def test_a_later_play_brings_tickets_that_the_first_one_did_not_have() -> None:
    first, later = deal(Plan(), versions=0), deal(Plan(), versions=2)

    seen = {ticket.text for ticket in (*first.taught, *first.judged, *first.proof)}

    assert len(later.judged) == 2_500
    assert not seen & {ticket.text for ticket in (*later.judged, *later.proof)}


def test_counting_ends_at_the_goal_and_never_beyond() -> None:
    counts = iter([0, 3, 3, 20])

    gains = list(waiting.counted(lambda: next(counts), 10))

    assert gains == [3, 7]


def test_counting_ends_where_nothing_moves_any_more() -> None:
    gains = list(waiting.counted(lambda: 4, 10, patience_s=0.5))

    assert gains == [4]


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(waiting.TookTooLong, match="no sign that pigs fly"):
        waiting.until(lambda: None, what="pigs fly", within_s=0.01)
