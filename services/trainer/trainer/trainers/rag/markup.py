"""Where the words that readers see are taken from documents that are HTML."""

import re
from html import unescape

import polars as pl

PAGE = r"(?is)^(<!doctype html|<html[\s>]|<([a-z][a-z0-9]*)(\s[^<>]*)?>.*</[a-z][a-z0-9]*\s*>)"
"""A page, or a part of one that begins with an element; a text that mentions elements further on is none."""

INLINE = frozenset({
    "a", "abbr", "b", "code", "em", "font", "i", "img", "small", "span", "strong", "sub", "sup", "u",
})  # fmt: skip
BLOCKS = frozenset({
    "!doctype", "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "details", "div", "dl", "dt",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li", "main", "nav",
    "ol", "p", "pre", "section", "style", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
})  # fmt: skip

_FIRST = re.compile(r"<(!doctype|[a-z][a-z0-9]*)", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<[!?][^<>]*>", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"""</?([a-z][a-z0-9:-]*)(?:[\s/](?:[^<>"']|"[^"]*"|'[^']*')*)?>""", re.IGNORECASE)


def read(texts: pl.Series) -> pl.Series:
    """Texts, those that are HTML without their markup; blocks become lines, and what is not shown is left out."""
    pages = texts.filter(texts.str.contains(PAGE).fill_null(value=False)).unique()
    return texts.replace({page: _seen(page) for page in pages if _begins_like_a_page(page)})


def _begins_like_a_page(text: str) -> bool:
    first = _FIRST.match(text)
    return first is not None and first[1].lower() in INLINE | BLOCKS


def _seen(page: str) -> str:
    shown = _UNSEEN.sub(" ", page).replace("\n", " ")
    lines = unescape(_TAG.sub(_break, shown)).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _break(tag: re.Match[str]) -> str:
    return "" if tag[1].lower() in INLINE else "\n"
