"""Where searches are shown to find what was meant, with its passage, and to take any query."""

from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainer.trainers.rag.collections import TOPICS, documents, found, index, judgements, uploaded
from trainer.trainers import archive
from trainer.trainers.archive import Contents
from trainer.trainers.kind import Predictor, Trained, UnreadableArtifact, UnusableInput
from trainer.trainers.rag import kind
from trainer.trainers.rag.generation import FORMAT


@cache
def trained() -> Trained:
    return index(uploaded(documents(), judgements(documents())))


@cache
def search() -> Predictor:
    return kind.load(trained().artifact)


def pages(*texts: str) -> pl.DataFrame:
    return pl.DataFrame({"id": [f"p{number}" for number in range(len(texts))], "text": texts})


def test_documents_on_the_topic_of_a_query_come_first() -> None:
    hits = found(trained().artifact, "forgotten password login")

    assert all(int(hit["id"][1:]) % len(TOPICS) == list(TOPICS).index("passwords") for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_a_hit_has_title_passage_and_further_fields_but_not_the_whole_text() -> None:
    hit = found(trained().artifact, "n13")[0]

    assert {name: hit[name] for name in ("id", "title", "page")} == {"id": "d0013", "title": "Note 13", "page": 13}
    assert hit["passage"] in documents()["text"][13]
    assert 0 < hit["score"] <= 1
    assert "text" not in hit


def test_as_many_hits_are_given_as_asked_for() -> None:
    answers = search().predict([{"query": "parcel"}, {"query": "parcel", "k": 3}, {"query": "parcel", "k": 100}])

    assert [len(answer["hits"]) for answer in answers][:2] == [10, 3]
    assert len(answers[2]["hits"]) > 10
    assert search().predict([]) == []


def test_the_words_of_one_thing_find_another_document_by_its_meaning() -> None:
    cars = ["The car engine needs oil.", "An automobile engine needs oil.", "A car and its engine, oil and wheels."]
    fruit = ["Apples and pears grow on trees.", "Pears are sweet fruit.", "Trees bear fruit: apples, sweet pears."]

    hits = found(index(pages(*cars * 3, *fruit * 3), weight=0.3).artifact, "car", 100)

    assert "p1" in {hit["id"] for hit in hits}
    assert "p9" not in {hit["id"] for hit in hits}


def test_inflected_words_are_found_in_a_language_that_was_found_out() -> None:
    english = pages(*["It was in the house that they were running to and from."] * 3, "The cat is of no use to us.")
    german = pages(*["Das ist nicht in den Häusern und auch nicht bei uns."] * 3, "Die Katze ist nicht für uns da.")

    assert found(index(english).artifact, "runs")[0]["id"] == "p0"
    assert found(index(german).artifact, "Haus")[0]["id"] == "p0"
    assert found(index(english, language="none").artifact, "runs") == []


def test_of_a_long_document_the_passage_that_answers_is_given() -> None:
    lines = [f"Chapter {number} speaks of plain matters at some length." for number in range(300)]
    lines[200] = "The zeppelin landed safely in Friedrichshafen."

    hit = found(index(pages(" ".join(lines), *lines[:20])).artifact, "zeppelin landing")[0]

    assert hit["id"] == "p0"
    assert "The zeppelin landed" in hit["passage"][:300]
    assert len(hit["passage"].split()) <= 200


def test_a_title_is_searched_along_with_every_passage() -> None:
    rows = pages(*["Nothing but plain words here."] * 5).with_columns(
        title=pl.Series(["Spanners", "Hammers", "Nails", None, " "])
    )

    assert found(index(rows, language="english").artifact, "hammer")[0]["id"] == "p1"


@pytest.mark.parametrize(
    "query", ['"', "a AND (b", "title:x^2~*", "-not +must", "\ud800", "😀", "\0", "the", "x" * 10**6]
)
def test_any_query_with_a_character_gets_an_answer(query: str) -> None:
    assert isinstance(search().predict([{"query": query}])[0]["hits"], list)


@given(st.text(min_size=1).filter(str.strip))
@settings(max_examples=100, deadline=None)
def test_queries_of_any_characters_never_raise(query: str) -> None:
    assert len(search().predict([{"query": query}])[0]["hits"]) <= 10


def test_what_occurs_nowhere_has_no_hits() -> None:
    assert found(trained().artifact, "qwertyuiop") == []


@pytest.mark.parametrize("asked", [{}, {"query": ""}, {"query": " \n"}, {"query": None}, {"query": 5}, {"text": "x"}])
def test_an_input_without_a_query_is_refused_by_its_position(asked: dict[str, object]) -> None:
    with pytest.raises(UnusableInput, match=r"inputs\[1\]\.query"):
        search().predict([{"query": "fine"}, asked])


@pytest.mark.parametrize("k", [0, -1, 101, 1.5, "3", True])
def test_an_unusable_number_of_hits_is_refused_by_its_position(k: object) -> None:
    with pytest.raises(UnusableInput, match=r"inputs\[0\]\.k"):
        search().predict([{"query": "fine", "k": k}])


@pytest.mark.parametrize("piece", [slice(0), slice(9), slice(-1), slice(100, None)])
def test_a_piece_of_an_artifact_cannot_be_loaded(piece: slice) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.load(trained().artifact[piece])


@pytest.mark.parametrize("lost", ["axes", "ground_terms", "ground_spans", "alive", "terms", "top_documents", "making"])
def test_an_artifact_without_one_of_its_parts_cannot_be_loaded(lost: str) -> None:
    held = archive.unpack(trained().artifact, FORMAT)
    parts = [
        {name: part for name, part in each.items() if name != lost} for each in (held.facts, held.arrays, held.members)
    ]

    with pytest.raises(UnreadableArtifact, match="does not hold an index"):
        kind.load(archive.pack(Contents(FORMAT, *parts)))


@pytest.mark.parametrize("name", ["axes", "ground_vectors", "ground_starts", "ground_hashes", "alive"])
def test_an_artifact_whose_parts_do_not_fit_cannot_be_loaded(name: str) -> None:
    held = archive.unpack(trained().artifact, FORMAT)
    arrays = {**held.arrays, name: held.arrays[name][:-1]}

    with pytest.raises(UnreadableArtifact, match="fit"):
        kind.load(archive.pack(Contents(FORMAT, held.facts, arrays, held.members)))
