"""Where searches are shown to be measured as people judged them, and the weight of words to be learnt."""

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.trainer.trainers.rag.collections import documents, index, judgements, snapshot, uploaded
from tests.trainer.trainers.rows import Remembered
from trainer.trainers.kind import Trained, Workshop
from trainer.trainers.rag import judging, kind

CRANFIELD = Path(__file__).parents[5] / "shared" / "data" / "cranfield"


def judged(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"query": pl.String, "id": pl.String, "relevance": pl.Float64}, orient="row")


def card(trained: Trained) -> dict[str, Any]:
    return json.loads(json.dumps(trained.card))


def pages() -> pl.DataFrame:
    return pl.DataFrame({"id": ["a", "b", "c"], "text": ["apple pie", "apple apple tree", "cherry stone"]})


def test_losses_follow_the_places_of_relevant_documents() -> None:
    artifact = index(pages(), weight=1.0).artifact
    holdout = judged(("cherry", "c", 1), ("apple", "a", 1), ("stone", "gone", 1))

    losses = kind.evaluate(artifact, holdout).losses

    by_query = dict(zip([each.query for each in judging.judged(holdout, 10)], losses, strict=True))
    assert by_query["cherry"] == 0
    assert by_query["apple"] == pytest.approx((1 - 1 / math.log2(3)) / 2)
    assert by_query["stone"] == 1


def test_graded_relevance_is_gained_at_its_place() -> None:
    artifact = index(pages(), weight=1.0).artifact

    metrics = kind.evaluate(artifact, judged(("apple", "a", 3), ("apple", "b", 1))).metrics

    assert metrics["ndcg_at_10"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert metrics["recall_at_100"] == metrics["mrr"] == 1


def test_the_order_of_the_judgements_does_not_change_that_of_the_losses() -> None:
    split = snapshot(uploaded(documents(), judgements(documents())))
    artifact = index(documents()).artifact

    assert kind.evaluate(artifact, split.holdout).losses == kind.evaluate(artifact, split.holdout.reverse()).losses


def test_the_metrics_of_a_training_are_those_of_evaluating_its_artifact() -> None:
    rows = uploaded(documents(), judgements(documents()))
    trained = index(rows)

    evaluation = kind.evaluate(trained.artifact, snapshot(rows).holdout)

    assert {name: trained.metrics[name] for name in evaluation.metrics} == evaluation.metrics
    assert len(evaluation.losses) == len(evaluation.baseline or ()) == evaluation.metrics["judged_queries"]


def test_without_judgements_nothing_is_measured_and_the_card_says_so() -> None:
    trained = index(documents())

    evaluation = kind.evaluate(trained.artifact, snapshot(documents()).holdout)

    assert (evaluation.metrics, list(evaluation.losses)) == ({}, [])
    assert "ndcg_at_10" not in trained.metrics
    assert card(trained)["method"]["weight"] == 0.7
    assert any("Relevance was not measured" in limit for limit in card(trained)["limits"])


def test_words_weigh_most_where_only_they_find_what_is_relevant() -> None:
    numbers = judged(*((f"number n{number}", f"d{number:04}", 1.0) for number in range(80)))

    trained = index(uploaded(documents(), numbers))

    assert card(trained)["method"]["weight"] >= 0.7
    assert trained.metrics["mrr"] > 0.9


def test_a_weight_that_was_learnt_is_kept_while_judgements_and_meanings_are_the_same() -> None:
    rows = uploaded(documents(), judgements(documents()))
    first = index(rows)

    second = index(rows, first.artifact)

    assert card(second)["method"]["weight"] == card(first)["method"]["weight"]
    assert card(second)["method"]["weight_came"].startswith("kept")


def test_a_weight_that_is_asked_for_is_used() -> None:
    trained = index(uploaded(documents(), judgements(documents())), weight=0.25)

    assert card(trained)["method"]["weight"] == 0.25


def test_the_card_is_json_and_says_what_was_left_out_and_how_it_was_made() -> None:
    rows = uploaded(documents(), pl.concat([judgements(documents()), judged(("lost", "gone", 1))]))

    said = card(index(rows))

    assert said["data"]["removed"] == {"judgements_of_unknown_documents": 1}
    assert "Judgements of documents that are not in the data were left out: 1." in said["limits"]
    assert {"data", "method", "metrics", "limits", "parameters", "seed", "versions"} <= set(said)


def test_the_metrics_tell_how_long_it_took_and_how_fast_queries_are() -> None:
    metrics = index(documents()).metrics

    assert metrics["duration_s"] > 0
    assert 0 < metrics["query_p50_ms"] <= metrics["query_p95_ms"]
    assert metrics["chunks"] == metrics["documents"] == 80


def test_progress_never_falls_and_ends_at_one() -> None:
    report = Remembered()
    split = snapshot(uploaded(documents(), judgements(documents())))

    kind.train(split, kind.parameters(), Workshop(report))

    fractions = [fraction for fraction, _ in report.steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert {"reading words", "learning meanings", "measuring searches"} <= {step for _, step in report.steps}


@pytest.mark.skipif(not CRANFIELD.exists(), reason="the Cranfield collection does not lie beside the repository")
def test_cranfield_is_searched_better_than_by_words_alone() -> None:
    corpus = pl.read_ndjson(CRANFIELD / "corpus.jsonl").select(pl.col("_id").alias("id"), "title", "text")
    queries = pl.read_ndjson(CRANFIELD / "queries.jsonl").select(pl.col("_id").alias("query-id"), query="text")
    qrels = pl.read_csv(CRANFIELD / "qrels" / "test.tsv", separator="\t", infer_schema=False)
    opinions = qrels.join(queries, on="query-id").select("query", id="corpus-id", relevance="score")

    metrics = index(uploaded(corpus, opinions)).metrics

    assert metrics["ndcg_at_10"] >= 0.40
    assert metrics["ndcg_at_10"] > metrics["ndcg_at_10_by_words_alone"]
