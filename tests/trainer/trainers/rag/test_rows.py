"""Where uploaded rows are shown to become documents and judgements, whatever is wrong with some of them."""

from datetime import date

import polars as pl
import pytest

from tests.trainer.trainers.rag.collections import documents, judgements, snapshot, uploaded
from trainer.trainers.kind import UnfitTrainingRows
from trainer.trainers.rag import rows


def texts(*written: tuple[object, object]) -> pl.DataFrame:
    return pl.DataFrame(written, schema=["id", "text"], orient="row", strict=False)


def test_documents_are_learnt_from_and_queries_divided() -> None:
    split = snapshot(uploaded(documents(), judgements(documents())))

    tuning, held = rows.judgements(split.train), rows.judgements(split.holdout)

    assert rows.documents(split.train).height == 80
    assert tuning["query"].n_unique() + held["query"].n_unique() == 24
    assert not set(tuning["query"]) & set(held["query"])


def test_a_query_stays_on_its_side_when_others_are_judged() -> None:
    whole = judgements(documents())
    few = whole.filter(pl.col("query").is_in(whole["query"].unique(maintain_order=True)[:9].implode()))

    before = set(snapshot(uploaded(documents(), few)).holdout["query"])
    after = set(snapshot(uploaded(documents(), whole)).holdout["query"])

    assert before == after & set(few["query"])


def test_rows_without_the_name_of_a_table_are_judgements_if_they_have_a_query() -> None:
    unnamed = uploaded(documents(), judgements(documents())).drop("_table")

    split = snapshot(unnamed)

    assert rows.documents(split.train).height == 80
    assert split.holdout.height > 0


def test_of_one_id_the_last_document_counts() -> None:
    split = snapshot(texts(("a", "first"), ("b", "other"), ("a", "last")))

    assert rows.documents(split.train)["text"].to_list() == ["last", "other"]
    assert split.removed == {"duplicates": 1}


def test_documents_without_id_or_text_are_left_out_and_counted() -> None:
    split = snapshot(texts(("a", "words"), ("b", " \n"), ("c", None), (None, "words"), (" ", "words")))

    assert rows.documents(split.train)["id"].to_list() == ["a"]
    assert split.removed == {"blank": 4}


def test_numbers_as_ids_are_the_same_in_both_tables() -> None:
    numbered = pl.DataFrame({"id": [1.0, 2.0, 2.0], "text": ["x", "y", None], "query": [None, None, "why"]})

    split = snapshot(numbered)

    assert set(rows.documents(split.train)["id"]) == {"1", "2"}
    assert rows.judgements(split.holdout)["id"].to_list() + rows.judgements(split.train)["id"].to_list() == ["2"]


def test_further_fields_are_kept_as_json_can_hold_them() -> None:
    rich = texts(("a", "x"), ("b", "y")).with_columns(
        day=pl.lit(date(2026, 1, 31)), price=pl.Series([1.5, float("nan")]), tags=pl.Series([["x"], None]), none=None
    )

    kept = rows.documents(snapshot(rich).train)

    assert kept.columns == ["id", "title", "text", "day", "price", "tags"]
    assert kept.row(0)[3:] == ("2026-01-31", 1.5, '["x"]')
    assert kept.row(1)[3:] == ("2026-01-31", None, None)


@pytest.mark.parametrize("relevance", ["much", float("nan"), float("inf"), None])
def test_a_judgement_counts_only_with_a_usable_relevance(relevance: object) -> None:
    judged = pl.DataFrame({"query": ["x"], "id": ["d0001"], "relevance": [relevance]}, strict=False)

    split = snapshot(uploaded(documents(), judged.cast({"relevance": pl.String})))

    counted = split.holdout.height + rows.judgements(split.train).height
    assert counted == (1 if relevance is None else 0)
    assert split.removed.get("unusable_judgements", 0) == 1 - counted


def test_judgements_that_measure_nothing_are_left_out_and_counted() -> None:
    judged = pl.DataFrame(
        {
            "query": ["known", "known", "known", "unknown", "nothing", ""],
            "id": ["d0001", "d0001", "d0002", "gone", "d0003", "d0004"],
            "relevance": [1, 2, 0, 1, -3, 1],
        }
    )

    split = snapshot(uploaded(documents(), judged))

    assert split.removed == {
        "unusable_judgements": 1,
        "repeated_judgements": 1,
        "judgements_of_unknown_documents": 1,
        "judgements_without_a_relevant_document": 1,
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (pl.DataFrame(), "The data has no column 'id'; an index needs documents with the columns 'id' and 'text'."),
        (documents(3).drop("text"), "The data has no column 'text'"),
        (documents(2).clear(), "The data has no document"),
        (texts(("a", " "), ("b", None)), "The data is empty: none of the 2 documents has both an id and a text."),
        (
            uploaded(documents(2), pl.DataFrame({"query": ["q", "q"], "id": ["x", "y"], "relevance": [1, 1]})),
            "None of the 2 judgements is of a document in the data: 'x', 'y'.",
        ),
    ],
)
def test_rows_that_cannot_be_indexed_are_refused_with_what_is_missing(given: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(UnfitTrainingRows) as refused:
        snapshot(given)

    assert str(refused.value).startswith(sentence)


def test_too_many_documents_are_refused_with_both_numbers() -> None:
    with pytest.raises(UnfitTrainingRows, match="There are 80 documents; max_documents allows 79"):
        snapshot(documents(), max_documents=79)
