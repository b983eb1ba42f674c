"""Where it is tried how labels are doubted by a classifier that learnt from other texts."""

import random

import pytest

from trainer.trainers.classification import assessing
from trainer.trainers.classification.assessing import Doubt
from trainer.trainers.kind import UnfitTrainingRows

WORDS = {
    "shipping": ["parcel", "courier", "delivery", "address", "late"],
    "billing": ["invoice", "charged", "refund", "card", "money"],
    "login": ["password", "account", "locked", "code", "email"],
}
LABELS = sorted(WORDS)


def texts_of(label: str, count: int, *, seed: int = 0) -> list[tuple[str, str]]:
    chance = random.Random(f"{label}{seed}")
    return [(f"{' '.join(chance.sample(WORDS[label], 3))} {label[0]}{number}", label) for number in range(count)]


def assess(rows: list[tuple[str, str]]) -> list[Doubt | None]:
    return assessing.assess([text for text, _ in rows], [label for _, label in rows], lambda _: None)


def test_a_wrong_label_is_found_beside_the_likely_one() -> None:
    rows = [row for label in LABELS for row in texts_of(label, 30)]
    rows[5] = (rows[5][0], "shipping")

    doubts = assess(rows)

    least = min(range(len(rows)), key=lambda row: doubts[row].p)  # type: ignore[union-attr]
    assert least == 5
    assert doubts[5].likely == "billing"  # type: ignore[union-attr]
    assert all(0 <= doubt.p <= doubt.p_likely <= 1 for doubt in doubts if doubt)


def test_two_labels_of_which_one_is_rare_are_told_apart() -> None:
    rows = texts_of("shipping", 200) + texts_of("billing", 8)
    rows[3] = (rows[3][0], "billing")

    doubts = assess(rows)

    assert doubts[3].p < 0.2 < min(doubt.p for doubt in doubts[200:] if doubt)  # type: ignore[union-attr]
    assert doubts[3].texts_per_label == (199 + 9) // 2  # type: ignore[union-attr]


def test_nothing_is_said_of_labels_that_have_fewer_than_five_different_texts() -> None:
    repeated = [("Where is my CODE?", "login"), ("where is my code", "login")] * 4
    rows = texts_of("shipping", 20) + texts_of("billing", 20) + repeated

    doubts = assess(rows)

    assert doubts[40:] == [None] * 8
    assert all(doubts[:40])


def test_a_text_does_not_vouch_for_its_own_label() -> None:
    """If equal texts were in different folds, four equal wrong labels would make one another likely."""
    rows = [row for label in LABELS for row in texts_of(label, 30)]
    wrong = [("Parcel delivery LATE", "login"), ("parcel, delivery late!", "login")] * 4

    doubts = assess(rows + wrong)

    assert all(doubt.p < 0.1 and doubt.likely == "shipping" for doubt in doubts[90:] if doubt)


def test_one_text_with_two_labels_is_judged_by_other_texts() -> None:
    rows = [row for label in LABELS for row in texts_of(label, 30)]

    right, wrong = assess([*rows, ("courier parcel late", "shipping"), ("Courier parcel late", "login")])[90:]

    assert right.p > 0.7  # type: ignore[union-attr]
    assert wrong.p < 0.1  # type: ignore[union-attr]


def test_the_same_rows_give_the_same_answer() -> None:
    rows = [row for label in LABELS for row in texts_of(label, 10)]

    assert assess(rows) == assess(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        texts_of("shipping", 50),
        texts_of("shipping", 50) + texts_of("billing", 4),
        [("!?", "a")] * 10 + [("…", "b")] * 10,
        [(f"{'?' * number}!", "ab"[number % 2]) for number in range(40)],
    ],
)
def test_where_nothing_can_be_learnt_it_is_said_why(rows: list[tuple[str, str]]) -> None:
    with pytest.raises(UnfitTrainingRows, match=r"\.$"):
        assess(rows)


def test_odd_texts_and_labels_break_nothing() -> None:
    odd = [
        ("", " shipping "),
        ("\x00", "billing"),
        ("😀" * 3, "login"),
        ("x" * 300_000, "shipping"),
        ("one", "y" * 200_000),
    ]
    rows = [row for label in LABELS for row in texts_of(label, 10)]

    doubts = assess(rows + odd)

    assert all(doubts[:-1])
    assert doubts[-1] is None
