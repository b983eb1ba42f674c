"""Where the rule is tried by which reviews settle an example, on votes alone."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.example import ExampleStatus, ReviewVerdict
from contracts.api.feedback_policy import Agreement
from feedback.reviews import agreement
from feedback.store.reviews import Vote

NOW = datetime(2026, 1, 1, tzinfo=UTC)
APPROVED, REJECTED, PENDING = ExampleStatus.APPROVED, ExampleStatus.REJECTED, ExampleStatus.PENDING


def votes(said: str, adjudicator: str = "") -> list[Vote]:
    """Make votes: ``x`` rejects, any other letter approves the answer of that name."""
    return [_vote(place, each, adjudicates=place >= len(said)) for place, each in enumerate(said + adjudicator)]


def _vote(place: int, said: str, *, adjudicates: bool) -> Vote:
    verdict = ReviewVerdict.REJECT if said == "x" else ReviewVerdict.APPROVE
    return Vote(str(place), f"p{place}", verdict, said.encode(), None, adjudicates, NOW)


@pytest.mark.parametrize(
    ("said", "required", "unanimous", "majority"),
    [
        ("", 1, PENDING, PENDING),
        ("a", 2, PENDING, PENDING),
        ("aa", 3, PENDING, PENDING),
        ("a", 1, APPROVED, APPROVED),
        ("xx", 2, REJECTED, REJECTED),
        ("ax", 2, None, None),
        ("ab", 2, None, None),
        ("aax", 3, None, APPROVED),
        ("aab", 3, None, APPROVED),
        ("axx", 3, None, REJECTED),
        ("abx", 3, None, None),
        ("aaxx", 4, None, None),
        ("aaax", 2, None, APPROVED),
    ],
)
def test_reviews_settle_an_example_if_enough_agree(
    said: str, required: int, unanimous: ExampleStatus | None, majority: ExampleStatus | None
) -> None:
    for rule, expected in ((Agreement.UNANIMOUS, unanimous), (Agreement.MAJORITY, majority)):
        outcome = agreement.decide(votes(said), required, rule)

        assert (outcome.status, outcome.disputed) == (expected or PENDING, expected is None)


@pytest.mark.parametrize(("last", "status"), [("x", REJECTED), ("c", APPROVED)])
def test_who_adjudicates_has_the_last_word(last: str, status: ExampleStatus) -> None:
    outcome = agreement.decide(votes("ax", last), 2, Agreement.UNANIMOUS)

    assert (outcome.status, outcome.disputed) == (status, False)
    assert outcome.sentence == "p2 decided, because the 2 others disagreed."


@given(st.text("abx", max_size=6), st.integers(1, 5), st.sampled_from(Agreement), st.randoms())
def test_the_order_of_reviews_does_not_matter(said: str, required: int, rule: Agreement, chance: Random) -> None:
    mixed = list(votes(said))
    chance.shuffle(mixed)

    here, there = agreement.decide(votes(said), required, rule), agreement.decide(mixed, required, rule)

    assert (here.status, here.disputed) == (there.status, there.disputed)
    if here.status is APPROVED:
        assert here.decisive
        assert there.decisive
        assert here.decisive.answer == there.decisive.answer
