"""Where searches are measured with what people judged, and the weight of words against meaning is learnt."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.archive import Floats
from trainer.trainers.kind import Evaluation
from trainer.trainers.rag import searching
from trainer.trainers.rag.generation import load
from trainer.trainers.rag.searching import Index, Scores

Key = TypeVar("Key")

TOP, DEPTH = 10, 100
MOST_TUNED_ON, MOST_MEASURED = 300, 1_000
WEIGHTS = tuple(round(step / 10, 1) for step in range(1, 11))
ROUNDING = 1e-9
CANDIDATES = 300
UNIT, MEASURE, BASELINE = "queries", "shortfall of nDCG@10 and recall@100", "search by words alone"


@dataclass(frozen=True)
class Judged:
    """A query and the relevance of the documents that were judged for it, by id; at least one is above 0."""

    query: str
    relevance: dict[str, float]


@dataclass(frozen=True)
class Quality:
    """How good one ranking is: nDCG@10, the share of relevant documents in the first 100, 1 / the first one's rank."""

    ndcg: float
    recall: float
    first: float

    @property
    def loss(self) -> float:
        """What is missing to a perfect ranking: the mean of what nDCG@10 and recall@100 fall short of 1."""
        return 1 - (self.ndcg + self.recall) / 2


def judged(judgements: pl.DataFrame, most: int) -> list[Judged]:
    """The judged queries in order of their hashes, at most so many."""
    if judgements.is_empty():
        return []
    groups = judgements.group_by("query").agg("id", "relevance")
    found = [Judged(query, dict(zip(ids, grades, strict=True))) for query, ids, grades in groups.iter_rows()]
    return sorted(found, key=lambda each: sha256(each.query.encode()).digest())[:most]


def evaluate(artifact: bytes, holdout: pl.DataFrame) -> Evaluation:
    """Measure an artifact with judgements (query, id, relevance): one loss for each judged query.

    Queries stand in order of their hashes, at most 1,000 of them. Raises `UnreadableArtifact`.
    """
    generation, asked = load(artifact), judged(holdout, MOST_MEASURED)
    return measure(searching.index(generation, [each.query for each in asked]), generation.weight, asked)


def measure(index: Index, weight: float, asked: Sequence[Judged]) -> Evaluation:
    """Measure searches with judged queries; without any, there are no metrics and no losses."""
    if not asked:
        return Evaluation({}, [], UNIT, MEASURE)
    fused: list[Quality] = []
    plain: list[Quality] = []
    for each, scores in zip(asked, _scored(index, asked), strict=True):
        fused.append(quality(_ids(index, scores.fused(weight)), each.relevance))
        plain.append(quality(_ids(index, scores.words), each.relevance))
    metrics = {
        "ndcg_at_10": float(np.mean([each.ndcg for each in fused])),
        "recall_at_100": float(np.mean([each.recall for each in fused])),
        "mrr": float(np.mean([each.first for each in fused])),
        "ndcg_at_10_by_words_alone": float(np.mean([each.ndcg for each in plain])),
        "judged_queries": float(len(asked)),
    }
    losses, baseline = [each.loss for each in fused], [each.loss for each in plain]
    return Evaluation(metrics, losses, UNIT, MEASURE, baseline, BASELINE)


def learn_weight(index: Index, asked: Sequence[Judged], otherwise: float) -> tuple[float, list[float]]:
    """The weight to use, and the mean nDCG@10 of all WEIGHTS.

    Of the weights that are within one standard error of the best one, query by query, it is the nearest to `otherwise`
    (the one-standard-error rule of Breiman et al., Classification and Regression Trees, 1984): few queries move little.
    """
    positions = {id: position for position, id in enumerate(index.documents["id"])}
    reached: list[list[float]] = []
    for each, scores in zip(asked, _scored(index, asked), strict=True):
        relevance = {positions[id]: grade for id, grade in each.relevance.items() if id in positions}
        reached.append(_by_weight(index, scores, relevance))
    table = np.array(reached)
    means = table.mean(axis=0).round(9)
    behind = table[:, [int(means.argmax())]] - table
    close = behind.mean(axis=0) <= behind.std(axis=0) / math.sqrt(len(asked)) + ROUNDING
    return min(
        (weight for weight, is_close in zip(WEIGHTS, close, strict=True) if is_close),
        key=lambda weight: abs(weight - otherwise),
    ), means.tolist()


def _scored(index: Index, asked: Sequence[Judged]) -> Iterator[Scores]:
    return index.scores(index.read([each.query for each in asked]))


def _ids(index: Index, scores: Floats) -> list[str]:
    return index.documents["id"].gather(index.ranked(scores, DEPTH)[0]).to_list()


def _by_weight(index: Index, scores: Scores, relevance: dict[int, float]) -> list[float]:
    """nDCG@10 for each of WEIGHTS, among the passages that are best by words or best by meaning."""
    rows = np.union1d(_best(scores.words), _best(scores.meaning))
    few = Scores(scores.words[rows], scores.meaning[rows])
    documents = index.spans[rows, 0]
    found = [_first_seen(documents[np.argsort(-few.fused(weight), kind="stable")]) for weight in WEIGHTS]
    return [quality(ranking[:TOP], relevance).ndcg for ranking in found]


def _best(scores: Floats) -> NDArray[np.intp]:
    return np.argpartition(-scores, CANDIDATES)[:CANDIDATES] if len(scores) > CANDIDATES else np.arange(len(scores))


def _first_seen(documents: NDArray[np.int32]) -> list[int]:
    return documents[np.sort(np.unique(documents, return_index=True)[1])].tolist()


def quality(ranking: Sequence[Key], relevance: Mapping[Key, float]) -> Quality:
    """Graded as by trec_eval: the gain of a document is its relevance (Järvelin and Kekäläinen, TOIS 2002)."""
    gains = [relevance.get(each, 0.0) for each in ranking]
    ideal = sorted(relevance.values(), reverse=True)
    relevant = sum(grade > 0 for grade in ideal)
    hits = [place for place, gain in enumerate(gains, 1) if gain > 0]
    ndcg = _discounted(gains) / _discounted(ideal) if relevant else 0.0
    return Quality(ndcg, len(hits) / max(1, relevant), 1 / hits[0] if hits else 0.0)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains[:TOP], 1))
