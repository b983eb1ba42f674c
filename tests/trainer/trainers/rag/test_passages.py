"""Where documents are shown to be cut at the ends of sentences, whatever they are made of."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.trainers.rag import passages

SENTENCES = [f"This is sentence number {number} of the text. " for number in range(100)]


def cut(text: str, longest: int = 50, overlap: int = 10) -> list[str]:
    return passages.cut(pl.Series([text], dtype=pl.String), longest, overlap)["passage"].to_list()


def test_a_short_text_is_one_passage() -> None:
    assert cut("Two sentences. And no more.") == ["Two sentences. And no more."]


def test_a_long_text_is_cut_between_sentences_and_neighbours_share_some() -> None:
    found = cut("".join(SENTENCES))

    assert all(passage.startswith("This is sentence") and passage.endswith("text. ") for passage in found)
    assert all(len(passage.split()) <= 50 for passage in found)
    assert all(later.split(". ")[0] in earlier for earlier, later in pairwise(found))


def test_without_overlap_the_passages_are_the_text() -> None:
    text = "".join(SENTENCES)

    assert "".join(cut(text, overlap=0)) == text


@pytest.mark.parametrize(
    "text",
    [
        "word " * 5_000,
        "x" * 100_000,
        "字" * 10_000,
        "東京は首都です。" * 500,
        "a.b" * 9_000,
        "\n\n".join(["x y"] * 500),
    ],
)
def test_a_text_without_usual_sentences_is_cut_all_the_same(text: str) -> None:
    found = cut(text, overlap=0)

    assert len(found) > 5
    assert "".join(found) == text


@given(st.text(alphabet="ab .!?\n。字é\t", max_size=400), st.integers(2, 12))
@settings(max_examples=200, deadline=None)
def test_every_character_is_in_a_passage_and_every_span_names_its_passage(text: str, longest: int) -> None:
    found = passages.cut(pl.Series([text], dtype=pl.String), longest, longest // 2)

    covered = {place for _, start, end, _ in found.iter_rows() for place in range(start, end)}
    assert covered == set(range(len(text)))
    assert all(text[start:end] == passage for _, start, end, passage in found.iter_rows())


def test_passages_stand_in_the_order_of_their_documents() -> None:
    texts = pl.Series(["short.", "".join(SENTENCES), "short again."])

    found = passages.cut(texts, 50, 10)

    assert found["document"].to_list() == sorted(found["document"])
    assert set(found["document"]) == {0, 1, 2}


def test_a_passage_opens_with_its_best_sentence_unless_that_is_near_the_end() -> None:
    sentences = ["x" * 100] * 6

    assert passages.opening(sentences, [0, 0, 1, 0, 0, 0]) == 2
    assert passages.opening(sentences, [0, 0, 0, 0, 0, 1]) == 3
    assert passages.opening([], []) == 0
