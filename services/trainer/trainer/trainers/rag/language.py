"""Where texts become words, and words their stems, in the language that the documents are written in."""

from collections.abc import Sequence
from functools import cache
from typing import get_args

import polars as pl
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from trainer.trainers.rag.parameters import Language

NONE: Language = "none"
WITHOUT_FUNCTION_WORDS = frozenset[Language]({"arabic", "greek", "romanian", "tamil", "turkish"})
GUESSED: tuple[Language, ...] = tuple(
    name for name in get_args(Language) if name not in {NONE, *WITHOUT_FUNCTION_WORDS}
)
LONGEST_WORD = 64
TEXTS_LOOKED_AT = 500
CHARACTERS_LOOKED_AT = 1_000
FUNCTION_WORDS = 0.2
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
"""Scripts that put no spaces between words, as the inside of a class of a regular expression."""

_WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED}]]+|[{UNSPACED}]"


def words(texts: pl.Series) -> pl.Series:
    """The words of every text in lower case, as lists; each character of scripts without spaces is a word.

    Texts other than ASCII are brought to Unicode NFKC first. Punctuation is no part of any word.
    """
    text = pl.col("text")
    given = pl.DataFrame({"text": texts})
    wide = given.select((text.str.len_bytes() != text.str.len_chars()).arg_true()).to_series()
    if wide.len():
        given = pl.DataFrame({"text": texts.scatter(wide, texts.gather(wide).str.normalize("NFKC"))})
    return given.select(text.str.to_lowercase().str.extract_all(_WORD)).to_series()


def stems(words: Sequence[str], language: Language) -> list[str]:
    """The stem of every word, without accents (Snowball stemmers); the word itself where the language is `none`.

    The stem of a word of more than LONGEST_WORD characters is empty: such a run is not written by people.
    """
    shortened = [word if len(word) <= LONGEST_WORD else "_" for word in words]
    found = _stemmer(language).analyze(" ".join(shortened))
    return ["" if stem == "_" else stem for stem in found]


def guess(texts: pl.Series) -> Language:
    """The language with the most function words in a part of the texts, `none` if they are below a fifth of all words.

    The part is taken at equal distances; the lists of function words are tantivy's, which has them for GUESSED.
    """
    looked_at = texts.gather_every(max(1, texts.len() // TEXTS_LOOKED_AT)).str.head(CHARACTERS_LOOKED_AT)
    found: list[str] = words(looked_at).explode().drop_nulls().to_list()
    if not found:
        return NONE
    together = " ".join(found)
    shares = {name: 1 - len(_content(name).analyze(together)) / len(found) for name in GUESSED}
    best = max(GUESSED, key=lambda name: shares[name])
    return best if shares[best] >= FUNCTION_WORDS else NONE


@cache
def _stemmer(language: Language) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.whitespace())
    if language != NONE:
        builder = builder.filter(Filter.stemmer(language))
    return builder.filter(Filter.ascii_fold()).build()


@cache
def _content(language: Language) -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stopword(language)).build()
