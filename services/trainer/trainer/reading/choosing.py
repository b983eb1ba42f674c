"""Where it is decided which of a kind's tables an upload is, from the names of its columns."""

from collections.abc import Sequence
from difflib import get_close_matches

from trainer.reading.problems import UnusableUpload, quoted
from trainer.trainers.tables import Table

ANY = Table("rows", "Rows of any sort.", (), "")
_MOST_NAMED = 12


def known_names(tables: Sequence[Table]) -> frozenset[str]:
    """Give the names of all columns that the tables know, in lower case."""
    return frozenset(column.name.casefold() for table in tables for column in table.columns)


def choose(tables: Sequence[Table], names: Sequence[str]) -> Table:
    """Give the table whose required columns are all there; of several, the one that requires most.

    Raises `UnusableUpload`, which says what the likeliest table lacks and which names are nearly right.
    """
    if not tables:
        return ANY
    given = [name.casefold() for name in names]
    whole = [table for table in tables if not _missing(table, given)]
    if whole:
        return max(whole, key=lambda table: len(table.required))
    likeliest = min(tables, key=lambda table: (len(_missing(table, given)), -len(table.required)))
    raise _lacking(likeliest, names, _missing(likeliest, given))


def renamed(table: Table, names: Sequence[str]) -> dict[str, str]:
    """Give the new names of columns that the table knows in other cases: ``Text`` is ``text``."""
    by_folded = {column.name.casefold(): column.name for column in table.columns}
    changes = {name: by_folded[name.casefold()] for name in names if by_folded.get(name.casefold(), name) != name}
    return {name: new for name, new in changes.items() if new not in names}


def _missing(table: Table, given: Sequence[str]) -> list[str]:
    lacking = [name for name in table.required if name.casefold() not in given]
    if not lacking and table.any_of and len(set(given)) <= len(table.required):
        return ["*"]
    return lacking


def _lacking(table: Table, names: Sequence[str], missing: Sequence[str]) -> UnusableUpload:
    needs = f"The table '{table.name}' needs the columns {', '.join(table.required)}"
    if missing == ["*"]:
        needs, missing = f"{needs} and at least one more", ()
    found = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    lacks = f"; {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing" if missing else ""
    near = {name: _near(name, names) for name in missing}
    hints = "".join(f" Is {quoted(wrong)} meant to be '{right}'?" for right, wrong in near.items() if wrong)
    sentence = f"{needs}{lacks}. Found in the first line: {found}.{hints}"
    errors = (
        (right, f"is missing; is {quoted(wrong)} meant?" if wrong else "is missing") for right, wrong in near.items()
    )
    return UnusableUpload(sentence, *errors)


def _near(name: str, names: Sequence[str]) -> str | None:
    folded = {each.casefold(): each for each in names}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else None
