"""Where it is tried what stands of several opinions about one answer."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from feedback import standing
from feedback.ingest import asides
from feedback.store.asides import Why
from feedback.store.opinions import Opinion

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

said = some.fixed_dictionaries(
    {
        "at": some.integers(0, 3),
        "about": some.sampled_from(["i1", "i2", None]),
        "operation": some.sampled_from(["classification", "outcome"]),
        "source": some.sampled_from(["user", "expert"]),
    },
    optional={
        "verdict": some.sampled_from(["positive", "negative"]),
        "score": some.sampled_from([0.0, 0.5]),
        "used": some.booleans(),
        "correction": some.sampled_from(['"a"', '"b"']),
        "comment": some.just("well"),
        "attached": some.booleans(),
        "late": some.booleans(),
        "alone": some.booleans(),
    },
)


def opinion(key: str, *, at: float = 0, about: str | None = "i1", **others: Any) -> Opinion:
    told: dict[str, Any] = dict.fromkeys(
        ("verdict", "score", "input", "correction", "comment", "used", "helpful", "by")
    )
    told |= {"operation": "classification", "source": "user"} | others
    told["label"] = told["correction"] and told["correction"].strip('"')
    told["attached"] = told.get("attached", False) or told.get("late", False)
    told |= {"tenant": "acme", "key": key, "inference_id": about, "task": "tickets"}
    return Opinion(**told, occurred_at=NOON + timedelta(hours=at))


def test_each_facet_is_taken_from_the_latest_opinion_that_says_it() -> None:
    first = opinion("k1", at=1, verdict="negative", correction='"a"', used=True)
    second = opinion("k2", at=2, verdict="positive", correction='"b"')
    third = opinion("k3", at=3, helpful=False)

    (stands,) = standing.merge([second, third, first])

    assert (stands.verdict, stands.label, stands.used, stands.helpful) == ("positive", "b", True, False)


def test_what_stands_counts_when_it_was_revised_last_and_a_comment_alone_revises_nothing() -> None:
    told = [opinion("k1", at=1, verdict="negative"), opinion("k2", at=2, used=True), opinion("k3", at=3, comment="!")]

    (stands,) = standing.merge(told)

    assert stands.occurred_at == NOON + timedelta(hours=2)


def test_of_opinions_given_at_the_same_time_the_one_with_the_greater_key_counts() -> None:
    told = [opinion("k2", verdict="negative"), opinion("k1", verdict="positive")]

    for order in (told, told[::-1]):
        (stands,) = standing.merge(order)

        assert (stands.key, stands.verdict) == ("k2", "negative")


@pytest.mark.parametrize(
    "others",
    [{"operation": "suggestion"}, {"source": "expert"}, {"metric": "clicks", "value": 1.0}, {"about": "i2"}],
)
def test_opinions_of_another_operation_source_metric_or_answer_stand_beside_each_other(others: dict[str, Any]) -> None:
    told = [opinion("k1", verdict="negative"), opinion("k2", verdict="positive", **others)]

    assert standing.merge(told) == told


def test_opinions_about_no_answer_and_those_from_before_the_rule_stand_alone() -> None:
    told = [
        *(opinion(key, about=None, verdict="positive") for key in ("k1", "k2")),
        *(opinion(key, alone=True, verdict="positive") for key in ("k3", "k4")),
    ]

    assert standing.merge(told) == told


@pytest.mark.parametrize(("operation", "label"), [("classification", None), ("suggestion", "a")])
def test_who_says_later_that_an_answer_was_classified_rightly_takes_the_correction_back(
    operation: str, label: str | None
) -> None:
    first = opinion("k1", at=1, operation=operation, verdict="negative", correction='"a"')
    second = opinion("k2", at=2, operation=operation, verdict="positive")

    (stands,) = standing.merge([first, second])

    assert stands.label == label
    assert standing.outdated([first, second]) == ({("acme", "k1"): second} if label is None else {})


def test_what_came_too_late_stands_aside_but_replaces_a_correction_to_learn_from() -> None:
    first, late = opinion("k1", correction='"a"', attached=True), opinion("k2", at=9, correction='"b"', late=True)

    assert standing.merge([first, late]) == [first]
    assert standing.successors([first, late]) == {}
    assert standing.outdated([late, first]) == {("acme", "k1"): late}


def test_an_opinion_is_superseded_when_all_that_it_says_was_said_again() -> None:
    first, second = opinion("k1", at=1, verdict="negative", used=True), opinion("k2", at=2, verdict="positive")
    third = opinion("k3", at=3, used=False)

    assert standing.successors([first, second]) == {}
    assert standing.successors([first, second, third]) == {("acme", "k1"): third}


@given(some.lists(said, max_size=7), some.data())
def test_told_in_any_order_and_any_parts_the_same_stands(drawn: list[dict[str, Any]], data: some.DataObject) -> None:
    told = [opinion(f"k{number}", **each) for number, each in enumerate(drawn)]
    order = data.draw(some.permutations(told))
    cut = data.draw(some.integers(0, len(told)))

    first = standing.change([], [], order[:cut])
    second = standing.change([each for each in first.after if not each.superseded], [], order[cut:])

    counted = [*first.counted, *second.counted]
    assert added_up(counted) == added_up((each, 1) for each in standing.merge(told))
    assert superseded(told, first, second) == set(standing.successors(told))


@given(some.lists(said, max_size=6))
def test_what_waits_and_meets_its_answer_later_comes_to_what_it_would_have_been(drawn: list[dict[str, Any]]) -> None:
    told = [
        opinion(f"k{number}", **each | {"attached": come, "late": come and each.get("late", False)})
        for number, each in enumerate(drawn)
        for come in [each["about"] == "i1"]
    ]

    waiting = standing.change([], [], [each.detached for each in told])
    marked = {standing.id_of(each): each.superseded for each in waiting.after}
    met = [each._replace(superseded=marked[standing.id_of(each)]) for each in told if each.attached]
    meeting = standing.change([], met, [])

    assert added_up([*waiting.counted, *meeting.counted]) == added_up((each, 1) for each in standing.merge(told))
    assert aside(waiting, meeting) == plainly_aside(told)


def added_up(changes: Iterable[tuple[Opinion, int]]) -> dict[Opinion, int]:
    """Add up what counts, without the texts, which are read back no more."""
    sums: dict[Opinion, int] = {}
    for each, sign in changes:
        bare = each._replace(correction=None, comment=None, input=None, superseded=False)
        sums[bare] = sums.get(bare, 0) + sign
    return {each: count for each, count in sums.items() if count}


def superseded(told: Iterable[Opinion], *changes: standing.Change) -> set[standing.Id]:
    marks = dict.fromkeys((standing.id_of(each) for each in told), False)
    for change in changes:
        marks |= change.turned
    return {id for id, is_so in marks.items() if is_so}


def aside(*changes: standing.Change) -> dict[Why, int]:
    counts = dict.fromkeys(Why, 0)
    for change in changes:
        for each, count in asides.of(change).items():
            counts[Why(each.why)] += count
    return counts


def plainly_aside(told: list[Opinion]) -> dict[Why, int]:
    return {
        Why.LATE: sum(each.late for each in told),
        Why.SUPERSEDED: len(standing.successors(told)),
    }
