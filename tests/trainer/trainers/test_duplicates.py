"""Where texts that nearly repeat another are shown to be found, and different ones to be left alone."""

from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.trainers import duplicates

LONG = "i have been waiting for my parcel since monday and the courier has not arrived at all"


def near(text: str | None, *others: str | None) -> bool:
    found = duplicates.near(pl.Series([text], dtype=pl.String), pl.Series(others, dtype=pl.String))
    return found.to_list() == [True]


def sentences(count: int, words: int, *, seed: int = 1) -> list[str]:
    random = Random(seed)
    known = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(3, 8))) for _ in range(3_000)]
    return [" ".join(random.choices(known, k=words)) for _ in range(count)]


@pytest.mark.parametrize(
    "edited",
    [
        LONG.upper(),
        LONG.replace(" ", "  ") + "!!!",
        LONG.replace("arrived", "arived"),
        LONG.replace("monday", "sunday"),
        LONG.replace("parcel", "packet"),
        "\uff49" + LONG[1:],
        LONG + " ok",
    ],
)
def test_a_trivial_edit_of_a_long_text_is_found(edited: str) -> None:
    assert near(edited, "something else entirely", LONG)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("what is my balance", "what is the balance"),
        ("set an alarm for 5 am", "set an alarm for 6 am"),
        ("i want to cancel my order", "i want to change my order"),
        ("yes", "no"),
        ("refund please", "refund"),
        (LONG, LONG[: len(LONG) // 2]),
        (LONG, LONG.replace("waiting for my parcel", "looking at your offers").replace("courier", "price")),
    ],
)
def test_a_different_text_is_left_alone(text: str, other: str) -> None:
    assert not near(text, other)


@pytest.mark.parametrize("text", ["", " ", "?!", None])
def test_a_blank_text_repeats_nothing(text: str | None) -> None:
    assert not near(text, text, "", "!")


@pytest.mark.parametrize("text", ["a", "日本", "yes", "x" * 50_000, "😀 hi", "\x00a"])
def test_an_equal_text_is_found_however_short_or_long(text: str) -> None:
    assert near(text, "b", text)


def test_without_texts_or_others_nothing_is_found() -> None:
    nothing = pl.Series([], dtype=pl.String)

    assert duplicates.near(nothing, pl.Series(["a"])).to_list() == []
    assert duplicates.near(pl.Series(["a"]), nothing).to_list() == [False]


def test_nearly_all_single_edits_are_found_among_thousands() -> None:
    texts = sentences(2_000, 15)
    random = Random(2)
    places = [random.randrange(len(text)) for text in texts]
    edited = [text[:place] + "q" + text[place + 1 :] for text, place in zip(texts, places, strict=True)]

    found = duplicates.near(pl.Series(edited), pl.Series(texts))

    assert found.sum() >= 1_990


def test_none_of_thousands_of_unrelated_texts_is_found() -> None:
    found = duplicates.near(pl.Series(sentences(2_000, 6)), pl.Series(sentences(2_000, 6, seed=9)))

    assert found.sum() == 0


@given(st.lists(st.text(max_size=30), max_size=20), st.lists(st.text(max_size=30), max_size=20))
def test_any_texts_are_compared_and_those_that_occur_among_the_others_are_found(
    texts: list[str], others: list[str]
) -> None:
    mine, theirs = pl.Series(texts, dtype=pl.String), pl.Series(texts + others, dtype=pl.String)

    found = duplicates.near(mine, theirs).to_list()

    assert found == [bool(normal) for normal in duplicates.normalised(mine)]
