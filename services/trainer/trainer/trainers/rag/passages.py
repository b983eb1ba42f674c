"""Where documents are cut into passages at the ends of sentences, and a passage begins where it matters."""

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from trainer.trainers.rag.language import UNSPACED

CHARACTERS_A_WORD = 16
SHORTEST_SHOWN = 300
DOCUMENTS_AT_ONCE = 1_000
_SENTENCE = r"(?s).+?(?:[.!?…][\"'”’)\]]*\s+|[。！？]|\n\s*\n|{end})"  # noqa: RUF001 (other scripts end sentences too)
_SENTENCES = re.compile(_SENTENCE.replace("{end}", r"\Z"))
_UNITS = re.compile(rf"\S{{1,{CHARACTERS_A_WORD}}}\s*|\s+")


def cut(texts: pl.Series, longest: int, overlap: int) -> pl.DataFrame:
    """Cut every text into passages of at most `longest` words that share up to `overlap` words.

    Gives columns `document` (position of the text), `start` and `end` (in characters) and `passage`, in order. A text
    of at most `longest` words is one passage. Sentences are kept whole unless they are longer than that. In scripts
    without spaces a character is a word; 16 characters are at least one.
    """
    numbered = pl.DataFrame({"document": np.arange(texts.len(), dtype=np.int32), "passage": texts})
    is_long = _sizes(texts) > longest
    short = numbered.filter(~is_long).with_columns(
        pl.lit(0, pl.Int32).alias("start"), pl.col("passage").str.len_chars().cast(pl.Int32).alias("end")
    )
    blocks = numbered.filter(is_long).iter_slices(DOCUMENTS_AT_ONCE)
    long = [_cut_long(block, longest, overlap) for block in blocks if block.height]
    return pl.concat([short.select("document", "start", "end", "passage"), *long]).sort("document", "start")


def opening(sentences: Sequence[str], worth: Sequence[float]) -> int:
    """With which of a passage's sentences, `worth` so much each, to begin: with the best, or earlier near the end."""
    best = max(range(len(worth)), key=lambda position: worth[position], default=0)
    while best and sum(map(len, sentences[best:])) < SHORTEST_SHOWN:
        best -= 1
    return best


def sentences(text: str) -> list[str]:
    """The sentences of a text, which together are the text."""
    return _SENTENCES.findall(text)


def _sizes(texts: pl.Series) -> pl.Series:
    words = texts.str.count_matches(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
    characters = texts.str.len_chars() // CHARACTERS_A_WORD
    return words.zip_with(words > characters, characters)


def _cut_long(block: pl.DataFrame, longest: int, overlap: int) -> pl.DataFrame:
    split = block["passage"].str.extract_all(_SENTENCE.replace("{end}", r"\z"))
    flat = split.explode()
    sizes, lengths, first = _sizes(flat).to_list(), flat.str.len_chars().to_list(), 0
    rows: list[tuple[int, int, int, str]] = []
    for document, text, count in zip(block["document"], block["passage"], split.list.len(), strict=True):
        pieces = list(zip(sizes[first : first + count], lengths[first : first + count], strict=True))
        first += count
        spans = _spans(_fitting(text, pieces, longest), longest, overlap)
        rows += [(document, start, end, text[start:end]) for start, end in spans]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_SCHEMA = {"document": pl.Int32, "start": pl.Int32, "end": pl.Int32, "passage": pl.String}
Piece = tuple[int, int]
"""The size of a piece in words and its length in characters."""


def _fitting(text: str, pieces: list[Piece], longest: int) -> list[Piece]:
    """Cut up sentences that are longer than a passage."""
    if all(size <= longest for size, _ in pieces):
        return pieces
    found: list[Piece] = []
    start = 0
    for size, length in pieces:
        found += [(size, length)] if size <= longest else _runs(text[start : start + length], longest)
        start += length
    return found


def _runs(sentence: str, longest: int) -> list[Piece]:
    units = [len(unit) for unit in _UNITS.findall(sentence)]
    return [
        (len(units[first : first + longest]), sum(units[first : first + longest]))
        for first in range(0, len(units), longest)
    ]


def _spans(pieces: list[Piece], longest: int, overlap: int) -> list[tuple[int, int]]:
    """Fill passages piece by piece; the next begins as many pieces earlier as fit into the overlap."""
    starts = np.concatenate([[0], np.cumsum([length for _, length in pieces])]).tolist()
    spans: list[tuple[int, int]] = []
    first, held = 0, 0
    for position, (size, _) in enumerate(pieces):
        if held + size > longest:
            spans.append((starts[first], starts[position]))
            first, held = _step_back(pieces, position, min(overlap, longest - size))
        held += size
    return [*spans, (starts[first], starts[-1])]


def _step_back(pieces: list[Piece], position: int, allowed: int) -> tuple[int, int]:
    held = 0
    while held + pieces[position - 1][0] <= allowed:
        position -= 1
        held += pieces[position][0]
    return position, held
