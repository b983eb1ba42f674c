"""Where a generation is shown to take over what has not changed, to forget what is gone, and to repeat itself."""

import math
import os
import subprocess
import sys
from hashlib import sha256
from typing import Any

import polars as pl
import pytest

from tests.trainer.trainers.rag.collections import documents, found, index, judgements, uploaded
from trainer.trainers.kind import Trained
from trainer.trainers.rag import generation

COUNTS = ("documents", "added", "updated", "deleted", "skipped")
INDEX_ELSEWHERE = """
import sys
sys.path[:0] = {path!r}
from hashlib import sha256
from tests.trainer.trainers.rag.collections import documents, index, judgements, uploaded
first = index(uploaded(documents(), judgements(documents())))
second = index(uploaded(documents(82), judgements(documents())), first.artifact)
print(sha256(first.artifact).hexdigest(), sha256(second.artifact).hexdigest())
"""


def counts(trained: Trained) -> tuple[float, ...]:
    return tuple(trained.metrics[name] for name in COUNTS)


def changed(rows: pl.DataFrame, *places: int) -> pl.DataFrame:
    """The documents with the word zanzibar in some of them."""
    is_changed = pl.int_range(pl.len()).is_in(list(places))
    return rows.with_columns(
        pl.when(is_changed).then(pl.col("text") + " A zanzibar.").otherwise(pl.col("text")).alias("text")
    )


def test_the_first_generation_adds_all_documents() -> None:
    assert counts(index(documents())) == (80, 80, 0, 0, 0)


def test_a_generation_of_the_same_documents_has_the_same_bytes_as_the_one_before() -> None:
    rows = uploaded(documents(), judgements(documents()))
    first = index(rows)

    second = index(rows, first.artifact)

    assert counts(second) == (80, 0, 0, 0, 80)
    assert second.artifact == first.artifact


def test_generations_made_in_another_interpreter_have_the_same_bytes() -> None:
    first = index(uploaded(documents(), judgements(documents())))
    second = index(uploaded(documents(82), judgements(documents())), first.artifact)

    there = subprocess.run(
        [sys.executable, "-c", INDEX_ELSEWHERE.format(path=[path for path in sys.path if path])],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "77"},
    )

    assert there.stdout.split() == [sha256(made.artifact).hexdigest() for made in (first, second)]


def test_the_order_of_rows_does_not_change_the_bytes() -> None:
    rows = uploaded(documents(), judgements(documents()))

    assert index(rows).artifact == index(rows.reverse()).artifact


def test_added_updated_and_deleted_documents_are_counted_and_searched() -> None:
    first = index(documents())
    today = changed(documents(82)[1:], 4)

    second = index(today, first.artifact)

    assert counts(second) == (81, 2, 1, 1, 78)
    assert found(second.artifact, "zanzibar")[0]["id"] == today["id"][4]
    assert found(second.artifact, "n81")[0]["id"] == "d0081"
    assert "d0000" in {hit["id"] for hit in found(first.artifact, "n0", 100)}
    assert "d0000" not in {hit["id"] for hit in found(second.artifact, "password", 100)}


def test_a_change_of_a_field_alone_updates_the_document_without_making_its_passages_anew() -> None:
    first = index(documents())
    repaged = documents().with_columns(page=pl.when(pl.col("id") == "d0003").then(999).otherwise(pl.col("page")))

    second = index(repaged, first.artifact)

    assert counts(second) == (80, 0, 1, 0, 79)
    assert [hit["page"] for hit in found(second.artifact, "n3") if hit["id"] == "d0003"] == [999]


def test_the_hits_of_a_renewed_generation_are_about_those_of_one_made_anew() -> None:
    today = changed(documents(82), 5, 50)
    renewed = index(today, index(documents()).artifact)

    anew = index(today, index(documents()).artifact, reindex_all=True)

    assert counts(anew)[-1] == 0
    assert found(renewed.artifact, "zanzibar")[0]["id"] in {"d0005", "d0050"}
    for query in ("forgotten password", "paper jam"):
        before, after = ({hit["id"] for hit in found(made.artifact, query)} for made in (renewed, anew))
        assert len(before & after) >= 7


def test_many_small_changes_lead_to_terms_and_meanings_learnt_again() -> None:
    artifact = index(documents()).artifact
    grounds: list[int] = []

    for count in range(82, 110, 2):
        artifact = index(documents(count), artifact).artifact
        grounds.append(generation.load(artifact).ground.documents.height)

    assert grounds[:5] == [80] * 5
    assert grounds[-1] > 80
    assert len(found(artifact, "n107")) > 0


def test_documents_that_were_deleted_and_come_back_are_found_again() -> None:
    first = index(documents())
    without = index(documents()[:-2], first.artifact)

    again = index(documents(), without.artifact)

    assert counts(again) == (80, 2, 0, 0, 78)
    assert found(again.artifact, "n79")[0]["id"] == "d0079"


@pytest.mark.parametrize("chosen", [{"chunk_words": 30, "overlap_words": 5}, {"dimensions": 16}, {"language": "none"}])
def test_with_other_settings_everything_is_made_anew(chosen: dict[str, Any]) -> None:
    first = index(documents())

    second = index(documents(), first.artifact, **chosen)

    assert counts(second) == (80, 0, 0, 0, 0)
    assert second.artifact == index(documents(), **chosen).artifact


def test_a_generation_of_another_format_is_no_help_and_no_hindrance() -> None:
    assert index(documents(), b"something else").artifact == index(documents()).artifact


@pytest.mark.parametrize(
    "given",
    [
        pl.DataFrame({"id": ["a"], "text": ["one"]}),
        pl.DataFrame({"id": ["a", "b"], "text": ["!?", "..."]}),
        pl.DataFrame({"id": ["a", "b", "c"], "text": ["the same text"] * 3}),
        pl.DataFrame({"id": [str(number) for number in range(40)], "text": [f"word{number}" for number in range(40)]}),
        pl.DataFrame(
            {"id": ["ü", "字"], "text": ["Müller naïve ①", "東京は首都です。大阪も。"], "title": [None, "日本"]}
        ),
        pl.DataFrame({"id": ["a", "b"], "text": ["x" * 300_000, "some words " * 100_000]}),
        pl.DataFrame({"id": ["a\0b", "a\nb"], "text": ["nul \0 byte", "line\r\nbreak"]}),
    ],
)
def test_odd_collections_are_indexed_and_answer_every_query(given: pl.DataFrame) -> None:
    trained = index(given)

    hits = found(trained.artifact, str(given["text"][0])[:40])

    assert len(hits) <= given.height
    assert all(math.isfinite(figure) for figure in trained.metrics.values())
    assert index(given, trained.artifact).artifact == trained.artifact
