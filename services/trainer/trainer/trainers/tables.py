"""Where it is said which columns the rows of a kind have, so that uploads are checked and people shown an example."""

from dataclasses import dataclass
from typing import Literal

Holds = Literal["text", "number", "moment", "two values"]
"""`moment` is a date, a time or an integer step; a column of `two values` has exactly two different ones."""


@dataclass(frozen=True)
class Column:
    """A column that a kind knows: its values, what they mean, and whether it may be absent or blank.

    A blank cell in a `required` column is a problem of its line; in others it is a missing value. `choices` are the
    only values allowed, compared without regard to case.
    """

    name: str
    holds: Holds
    meaning: str
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of rows: its name, what one row is, its columns, and a small example as CSV.

    `further` says what columns that are not named here are taken for; empty where they are ignored.
    `any_of`: at least one column beside those required must be there.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    template: str
    further: str = ""
    any_of: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)
