"""Where it is tried that what moved is found, and that nothing is found where nothing moved."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from feedback.drift import buckets, counting, spans
from feedback.drift.fields import MOST_FIELDS
from feedback.drift.measuring import compare
from tests.feedback.shaping import FIRST, Make, certain, moved, row, shapes

SUBJECTS = ("parcel courier tracking delivery", "invoice payment refund card", "password login account browser")
PHRASES = ("please", "can", "you", "help", "me", "with", "the", "my", "is", "it", "where", "what")
INTEGERS = some.integers(-(2**63), 2**63 - 1)
ANY = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**63 - 1)
    | some.floats(allow_nan=False)
    | some.text(max_size=80),
    lambda each: some.lists(each, max_size=2) | some.dictionaries(some.text(max_size=5), each, max_size=2),
    max_leaves=4,
)
INPUTS = some.text(max_size=100) | some.dictionaries(some.sampled_from(["text", "a", "b", "c"]), ANY, max_size=4)


def ask(random: Random, subjects: tuple[int, ...] = (5, 3, 2)) -> dict[str, Any]:
    """Ask something as people do, with some fields beside it."""
    subject = random.choices(SUBJECTS, subjects)[0].split()
    words = [
        *random.choices(["please", "can", "you", "help", "me", "with", "the", "my", "is", "it", "where", "what"], k=8),
        *subject[:2],
    ]
    random.shuffle(words)
    return {
        "text": " ".join(words),
        "amount": round(random.lognormvariate(3, 1), 2),
        "country": random.choices(["de", "fr", "it", "es"], [6, 3, 2, 1])[0],
        "urgent": random.random() < 0.2,
        "order": str(random.random()),
    }


def order(random: Random) -> dict[str, Any]:
    return {"order": str(random.random())}


def dearer(random: Random) -> dict[str, Any]:
    asked = ask(random)
    return asked | {"amount": asked["amount"] * 3}


def elsewhere(random: Random) -> dict[str, Any]:
    return ask(random) | ({"country": "pl"} if random.random() < 0.3 else {})


def unpriced(random: Random) -> dict[str, Any]:
    asked = ask(random)
    return {name: value for name, value in asked.items() if name != "amount" or random.random() < 0.6}


def about_logins(random: Random) -> dict[str, Any]:
    return ask(random, (1, 1, 12))


def longer(random: Random) -> dict[str, Any]:
    asked = ask(random)
    return asked | {"text": f"{asked['text']} {ask(random)['text']} {ask(random)['text']}"}


@pytest.mark.parametrize(
    ("now", "what"),
    [
        (dearer, ("number", "amount", "psi")),
        (dearer, ("number", "amount", "ks")),
        (elsewhere, ("value", "country", "new_categories")),
        (elsewhere, ("value", "country", "psi")),
        (unpriced, ("kind", "amount", "psi")),
        (about_logins, ("vocabulary", "", "psi")),
        (longer, ("characters", "", "ks")),
    ],
)
def test_what_moved_is_found(now: Make, what: tuple[str, str, str]) -> None:
    assert what in certain(moved(ask, now))


@pytest.mark.parametrize("bursts", [1, 4])
@pytest.mark.parametrize("seed", range(4))
def test_where_nothing_moved_nothing_is_found_however_people_repeat_themselves(seed: int, bursts: int) -> None:
    found = moved(ask, ask, seed=seed * 10, bursts=bursts)

    assert certain(found) == set()
    assert {each.feature for each in found} >= {"vocabulary", "number", "value", "kind", "characters", "words"}


@pytest.mark.parametrize("seed", range(4))
def test_orders_that_are_asked_about_again_and_again_are_no_drift(seed: int) -> None:
    found = moved(order, order, seed=seed, bursts=20, a_day=300)

    assert ("value", "order", "psi") not in certain(found)


def test_two_days_are_too_few_to_say_that_anything_moved_a_little() -> None:
    day = [row({"rate": 1 + number % 3}) for number in range(150)]
    other = [row({"rate": 1 + (number + number % 2) % 3}, date(2026, 1, 2)) for number in range(150)]

    assert certain(compare(shapes(day), shapes(other))) == set()


@given(some.lists(some.tuples(INPUTS, some.sampled_from(["v1", "v2", None])), max_size=8), some.integers(0, 8))
@settings(max_examples=100)
def test_any_order_and_any_batches_are_counted_alike(asked: list[tuple[Any, str | None]], cut: int) -> None:
    rows = [row(said, version_id=version, label="a", confidence=0.95) for said, version in asked]
    parts = [counting.of(rows[cut:]), counting.of(rows[:cut])]

    whole = counting.of(rows)

    summed = {bucket: sum(part.get(bucket, 0) for part in parts) for part in parts for bucket in part}
    assert whole == summed


def test_outputs_are_counted_by_version() -> None:
    rows = [row("hi", version_id="v1", label="a"), row("hi", version_id="v2", label="a", error="x", confidence=1.0)]

    found = {(each.version_id, each.feature, each.number): count for each, count in counting.of(rows).items()}

    assert found["v1", "error", 0] == found["v2", "error", 1] == found["v2", "confidence", 9] == 1
    assert found["v1", "label", buckets.hashed("a", buckets.VALUES)] == 1


def test_a_hundred_thousand_fields_take_no_more_room_than_fifty() -> None:
    hostile = {f"field {number}": number for number in range(100_000)} | {"x" * 500: "long", "\U0001f600": 1e308}

    counts = counting.of([row(hostile), row({f"field {number}": "a" for number in range(100_000)})])

    assert len({bucket.field for bucket in counts if bucket.feature == "kind"}) == MOST_FIELDS
    assert len(counts) < 10 * MOST_FIELDS
    assert all(abs(bucket.number) < 2**15 for bucket in counts)


def test_a_language_without_spaces_has_words_too() -> None:
    assert len([each for each in counting.of([row("荷物はどこですか")]) if each.feature == "vocabulary"]) > 4


def test_a_task_is_compared_with_the_days_before_its_training_or_else_with_the_first_ones_after() -> None:
    trained, today = date(2026, 3, 1), date(2026, 3, 20)

    before, after = spans.around(trained, today, 7)

    assert before == ((date(2026, 1, 31), trained), (date(2026, 3, 14), today))
    assert after == ((trained, date(2026, 3, 13)), (date(2026, 3, 14), today))
    assert list(spans.around(trained, trained, 7)) == []
    assert list(spans.after(FIRST, FIRST, 1)) == []
