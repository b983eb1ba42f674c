"""Where tests of the index get documents and judgements."""

from random import Random
from typing import Any

import polars as pl

from tests.trainer.trainers.rows import Remembered
from trainer.trainers.kind import Snapshot, Trained, Workshop
from trainer.trainers.rag import kind

TOPICS = {
    "passwords": ("password", "reset", "login", "code", "locked", "account", "sign", "forgotten"),
    "parcels": ("parcel", "courier", "tracking", "delivery", "box", "address", "late", "shipment"),
    "invoices": ("invoice", "payment", "charged", "card", "receipt", "refund", "price", "tax"),
    "printers": ("printer", "paper", "toner", "jam", "scanner", "ink", "driver", "cable"),
}
FILLING = ("please", "the", "a", "is", "of", "and", "to", "in", "it", "that", "for", "with", "on", "this")


def documents(count: int = 80, *, seed: int = 1, first: int = 0) -> pl.DataFrame:
    """Made-up notes, each on one of four topics in turn, with a page number as a further field."""
    random = Random(seed)
    names = list(TOPICS)
    rows: list[dict[str, Any]] = []
    for number in range(first, first + count):
        topic = TOPICS[names[number % len(names)]]
        words = [*random.choices(topic, k=8), *random.choices(FILLING, k=12)]
        random.shuffle(words)
        text = f"{' '.join(words[:10])}. {' '.join(words[10:])}. Number n{number}."
        rows.append({"id": f"d{number:04}", "title": f"Note {number}", "text": text, "page": number})
    return pl.DataFrame(rows)


def judgements(of: pl.DataFrame, count: int = 24, *, seed: int = 2) -> pl.DataFrame:
    """Queries of two words of a topic each, with the documents on that topic as relevant."""
    random = Random(seed)
    names = list(TOPICS)
    asked = {" ".join(random.sample(TOPICS[names[number % 4]], 3)): number % 4 for number in range(count)}
    return pl.DataFrame(
        [
            {"query": query, "id": id, "relevance": 1.0}
            for query, topic in asked.items()
            for place, id in enumerate(of["id"])
            if place % len(names) == topic
        ]
    )


def uploaded(documents: pl.DataFrame, judgements: pl.DataFrame | None = None) -> pl.DataFrame:
    """Rows of both tables, one below the other, as an upload gives them."""
    named = [documents.with_columns(pl.lit("documents").alias("_table"))]
    if judgements is not None:
        named.append(judgements.with_columns(pl.lit("judgements").alias("_table")))
    return pl.concat(named, how="diagonal")


def snapshot(rows: pl.DataFrame, **chosen: Any) -> Snapshot:
    return kind.split(rows, kind.parameters(**chosen), "hash")


def index(rows: pl.DataFrame, previous: bytes | None = None, **chosen: Any) -> Trained:
    return kind.train(snapshot(rows, **chosen), kind.parameters(**chosen), Workshop(Remembered(), previous))


def found(artifact: bytes, query: str, k: int = 10) -> list[dict[str, Any]]:
    return kind.load(artifact).predict([{"query": query, "k": k}])[0]["hits"]
