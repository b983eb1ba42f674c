"""Where the next generation of an index is trained: made, weighed, measured, and told about."""

import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np
import polars as pl

from trainer.trainers.kind import Report, Snapshot, Trained, UnreadableArtifact, Workshop
from trainer.trainers.rag import card, generation, indexing, judging, rows, searching
from trainer.trainers.rag.card import Facts, Weighing
from trainer.trainers.rag.generation import Generation
from trainer.trainers.rag.indexing import DEFAULT_WEIGHT, Made, Progress
from trainer.trainers.rag.judging import Judged
from trainer.trainers.rag.parameters import RagParameters
from trainer.trainers.rag.predicting import Search
from trainer.trainers.rag.searching import Index

WEIGHING, MEASURING, KEEPING = 0.85, 0.9, 0.97
TIMED_QUERIES = 20
CHARACTERS_A_QUERY = 60


def train(snapshot: Snapshot, parameters: RagParameters, workshop: Workshop) -> Trained:
    """Make the next generation out of the one that serves now, and measure it with the judgements of the holdout.

    The metrics that are durations differ from training to training; the artifact does not. `indexing_s` is what reading
    the generation before, making this one and writing it took; the rest of `duration_s` went into measuring searches.
    """
    started, report = time.perf_counter(), workshop.report
    documents = rows.documents(snapshot.train)
    made = indexing.make(documents, parameters, _previous(workshop), _part(report, WEIGHING))
    indexed = time.perf_counter()
    weighing, metrics = _searched(made, snapshot, parameters, report)
    report.progress(KEEPING, "keeping the generation", f"{documents.height:,} documents")
    measured = time.perf_counter()
    artifact = generation.dump(replace(made.generation, weight=weighing.weight, tuned_on=weighing.tuned_on))
    ended = time.perf_counter()
    durations = {"duration_s": ended - started, "indexing_s": ended - measured + indexed - started}
    metrics = durations | _counted(made) | metrics
    report.progress(1.0, "trained", f"{documents.height:,} documents")
    return Trained(artifact, metrics, card.write(Facts(snapshot, parameters, made, weighing, metrics)))


def _searched(
    made: Made, snapshot: Snapshot, parameters: RagParameters, report: Report
) -> tuple[Weighing, dict[str, float]]:
    """Search with all judged queries: learn the weight from some, measure with the others."""
    tuning = judging.judged(rows.judgements(snapshot.train), judging.MOST_TUNED_ON)
    held = judging.judged(snapshot.holdout, judging.MOST_MEASURED)
    timed = [each.query for each in held[:TIMED_QUERIES]] or _beginnings(made.generation.documents)
    index = searching.index(made.generation, [*(each.query for each in [*tuning, *held]), *timed])
    report.progress(WEIGHING, "weighing words against meaning", f"{len(tuning)} judged queries")
    weighing = _weighed(made, index, tuning, parameters.weight)
    report.progress(MEASURING, "measuring searches", f"{len(held)} judged queries")
    metrics = judging.measure(index, weighing.weight, held).metrics
    return weighing, metrics | _timed(Search(index, weighing.weight), timed)


def _previous(workshop: Workshop) -> Generation | None:
    """The generation that serves now; one of another format is no help."""
    if workshop.previous is None:
        return None
    try:
        return generation.load(workshop.previous)
    except UnreadableArtifact:
        return None


def _part(report: Report, share: float) -> Progress:
    return lambda fraction, step, message: report.progress(fraction * share, step, message)


def _weighed(made: Made, index: Index, tuning: Sequence[Judged], asked: float | None) -> Weighing:
    """The weight that was asked for, or is learnt; one that was learnt from the same is kept until all is made anew."""
    if asked is not None:
        return Weighing(asked, "", "as asked for", [])
    if not tuning:
        return Weighing(DEFAULT_WEIGHT, "", "by default, as there are no judgements to learn it from", [])
    tuned_on = sha256(repr([(each.query, sorted(each.relevance.items())) for each in tuning]).encode()).hexdigest()
    if not made.anew and made.generation.tuned_on == tuned_on:
        return Weighing(made.generation.weight, tuned_on, "kept: learnt before from the same judgements", [])
    weight, means = judging.learn_weight(index, tuning, DEFAULT_WEIGHT)
    return Weighing(weight, tuned_on, f"learnt from {len(tuning)} judged queries that nothing is measured on", means)


def _beginnings(documents: pl.DataFrame) -> list[str]:
    few = documents["text"].gather_every(max(1, documents.height // TIMED_QUERIES)).head(TIMED_QUERIES)
    return few.str.head(CHARACTERS_A_QUERY).to_list()


def _timed(search: Search, queries: Sequence[str]) -> dict[str, float]:
    """How long single queries take, without the way to the service and back."""
    taken: list[float] = []
    for query in queries:
        started = time.perf_counter()
        search.predict([{"query": query}])
        taken.append((time.perf_counter() - started) * 1000)
    return {f"query_p{share}_ms": float(np.percentile(taken, share)) for share in (50, 95)}


def _counted(made: Made) -> dict[str, float]:
    changes = made.changes
    counts = {
        "documents": len(changes.unchanged),
        "added": changes.added,
        "updated": changes.updated,
        "deleted": changes.deleted,
        "skipped": 0 if made.anew else int(changes.unchanged.sum()),
        "chunks": int(made.generation.alive_passages.sum()),
    }
    return {name: float(count) for name, count in counts.items()}
