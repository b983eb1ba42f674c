"""Where texts of several labels are found on every machine: docstrings of the packages that are installed."""

import ast
import importlib.util
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

Row = tuple[str, str]
PACKAGES = ("sklearn", "scipy", "numpy", "polars", "hypothesis", "rich", "pydantic", "fastapi", "asyncpg", "nats")
SHORTEST, MOST_OF_PACKAGE, FEWEST_OF_PACKAGE = 4, 300, 30


def docstrings() -> list[Row]:
    """Give the first sentences of docstrings, labelled by package."""
    found: list[Row] = []
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            told = dict.fromkeys(text for file in sorted(Path(folder).rglob("*.py")) for text in _told(file))
            texts = [text for text in told if len(text.split()) >= SHORTEST]
            if len(texts) >= FEWEST_OF_PACKAGE:
                chosen = random.Random(package).sample(sorted(texts), min(len(texts), MOST_OF_PACKAGE))
                found += [(text, package) for text in chosen]
    return found


def _told(file: Path) -> Iterator[str]:
    """Give the first sentences of the functions' and classes' docstrings."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and (
            told := ast.get_docstring(node)
        ):
            yield told.strip().split("\n\n")[0].replace("\n", " ")


def skewed(rows: Sequence[Row]) -> list[Row]:
    """Leave half as many of each label as of the one before."""
    left = {label: max(20, MOST_OF_PACKAGE >> place) for place, label in enumerate(Counter(label for _, label in rows))}
    kept: Counter[str] = Counter()
    return [row for row in rows if kept.update([row[1]]) or kept[row[1]] <= left[row[1]]]


def two() -> list[Row]:
    """Give those of two packages alone."""
    return [row for row in docstrings() if row[1] in {"scipy", "rich"}]
