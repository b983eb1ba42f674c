"""Where an index's card is written: what can be found in it, how well, and how it was made."""

from dataclasses import dataclass

from trainer.trainers import cards
from trainer.trainers.kind import Snapshot
from trainer.trainers.rag.indexing import Made
from trainer.trainers.rag.judging import WEIGHTS
from trainer.trainers.rag.parameters import RagParameters

FEW_QUERIES = 50
COUNTED = ("documents", "added", "updated", "deleted", "skipped", "chunks")


@dataclass(frozen=True)
class Weighing:
    """The share of words in a score; a hash of what it was learnt from; how it was come by; nDCG@10 of all WEIGHTS."""

    weight: float
    tuned_on: str
    how: str
    means: list[float]


@dataclass(frozen=True)
class Facts:
    """All that a card is written from."""

    snapshot: Snapshot
    parameters: RagParameters
    made: Made
    weighing: Weighing
    metrics: dict[str, float]


def write(facts: Facts) -> dict[str, object]:
    """The card as plain JSON."""
    return {
        "data": _rows(facts),
        "method": _method(facts),
        "metrics": {name: figure for name, figure in facts.metrics.items() if name not in COUNTED},
        "limits": _limits(facts),
        **cards.made_with(facts.parameters, "tantivy"),
    }


def _rows(facts: Facts) -> dict[str, object]:
    return {
        "snapshot": facts.snapshot.sha256,
        **{name: int(facts.metrics[name]) for name in COUNTED},
        "removed": dict(facts.snapshot.removed),
        "split_rule": facts.snapshot.rule,
        "judged_queries_measured": int(facts.metrics.get("judged_queries", 0)),
    }


def _method(facts: Facts) -> dict[str, object]:
    made, weighing = facts.made, facts.weighing
    return {
        "words": f"BM25, stems in: {made.generation.language}",
        "meaning": f"latent semantic analysis in {made.generation.basis.axes.shape[1]} dimensions",
        "fusion": "the greatest over a document's passages of: weight x words + (1 - weight) x meaning",
        "weight": weighing.weight,
        "weight_came": weighing.how,
        "ndcg_at_10_by_weight": dict(zip(map(str, WEIGHTS), weighing.means, strict=False)),
        "generation": "made anew" if made.anew else "what had not changed was taken from the version before",
    }


def _limits(facts: Facts) -> list[str]:
    best = "Scores compare hits of one query; they are no probabilities, and every query has a best hit."
    return [best, *_limits_of_measuring(facts), *_limits_of_meaning(facts.made)]


def _limits_of_measuring(facts: Facts) -> list[str]:
    limits: list[str] = []
    queries = int(facts.metrics.get("judged_queries", 0))
    if not queries:
        limits.append("Relevance was not measured: there are no judged queries to measure it on.")
    elif queries < FEW_QUERIES:
        limits.append(f"Measured on {queries} judged queries only; the metrics are rough.")
    unknown = facts.snapshot.removed.get("judgements_of_unknown_documents", 0)
    if unknown:
        limits.append(f"Judgements of documents that are not in the data were left out: {unknown}.")
    return limits


def _limits_of_meaning(made: Made) -> list[str]:
    if not made.generation.basis.axes.shape[1]:
        return ["The documents are too few or too alike to learn meanings; words alone are searched."]
    if not made.anew:
        return ["Words that came up since meanings were last learnt are found as words only."]
    return []
