"""Where a loaded index answers queries with documents and the passages that speak of what was asked."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer.trainers.archive import Floats
from trainer.trainers.kind import UnusableInput
from trainer.trainers.rag import generation, passages, searching
from trainer.trainers.rag.searching import Asked, Index, Scores

HITS, MOST_HITS = 10, 100


@dataclass(frozen=True)
class Search:
    """An index with the weight that words have against meaning."""

    index: Index
    weight: float

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer inputs `{"query": …, "k": 10}` with `{"hits": [{"id", "score", "title", "passage", …}]}`.

        At most `k` documents (1 to 100), best first; `score` is from 0 to 1 and compares hits of one query only.
        `passage` is the part of the document that fits best, from the sentence that fits best; further fields of the
        document follow. Raises `UnusableInput` if an input has no query or another `k`.
        """
        asked = [(_query(position, given), _most(position, given)) for position, given in enumerate(inputs)]
        read = self.index.read([query for query, _ in asked])
        found = zip(read, self.index.scores(read), asked, strict=True)
        return [{"hits": self._hits(each, scores, most)} for each, scores, (_, most) in found]

    def _hits(self, asked: Asked, scores: Scores, most: int) -> list[dict[str, Any]]:
        fused = scores.fused(self.weight)
        positions, reached = self.index.ranked(fused, most)
        documents = self.index.documents[positions].to_dicts() if len(positions) else []
        best = [self._best(fused, position, each["text"]) for position, each in zip(positions, documents, strict=True)]
        shown = self._opened(asked, best)
        return [_hit(*each) for each in zip(documents, reached.tolist(), shown, strict=True)]

    def _best(self, fused: Floats, position: int, text: str) -> str:
        """The best passage of a document."""
        first, spans = self.index.first, self.index.spans
        end = first[position + 1] if position + 1 < len(first) else len(spans)
        best = first[position] + int(np.argmax(fused[first[position] : end]))
        return text[spans[best, 1] : spans[best, 2]]

    def _opened(self, asked: Asked, found: list[str]) -> list[str]:
        """The passages, from the sentence on in which the rarest terms of the query occur."""
        rarity = self.index.rarity(asked.columns).tolist()
        worth = dict(zip(asked.columns.tolist(), rarity, strict=True))
        sentences = [passages.sentences(passage) for passage in found]
        terms = iter(self.index.found([each for passage in sentences for each in passage]))
        worths = [[sum(worth.get(term, 0.0) for term in set(next(terms))) for _ in each] for each in sentences]
        return [
            "".join(each[passages.opening(each, said) :]).strip() for each, said in zip(sentences, worths, strict=True)
        ]


def load(artifact: bytes) -> Search:
    """The search of an artifact; raises `UnreadableArtifact`."""
    held = generation.load(artifact)
    return Search(searching.index(held), held.weight)


def _hit(document: dict[str, Any], score: float, passage: str) -> dict[str, Any]:
    fields = {name: field for name, field in document.items() if field is not None and name != "text"}
    own = {"id": document["id"], "score": round(score, 6), "title": document["title"], "passage": passage}
    return own | {name: field for name, field in fields.items() if name not in own}


def _query(position: int, given: dict[str, Any]) -> str:
    query = given.get("query")
    if not isinstance(query, str) or not query.strip():
        raise UnusableInput(f"inputs[{position}].query: a text with at least one character is needed")
    return query


def _most(position: int, given: dict[str, Any]) -> int:
    most = given.get("k", HITS)
    if most is None:
        return HITS
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST_HITS:
        raise UnusableInput(f"inputs[{position}].k: a whole number from 1 to {MOST_HITS} is needed")
    return most
