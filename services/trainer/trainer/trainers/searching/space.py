"""Where it is written down which settings a search may choose from."""

from collections.abc import Mapping
from dataclasses import dataclass

Setting = float | int | str | bool | None
Settings = Mapping[str, Setting]


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included; `log` searches by ratio instead of difference (`low` above 0).

    If both ends are whole numbers (`int`), so are the numbers between them.
    """

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Choice:
    """One of these values; there is no order among them."""

    options: tuple[Setting, ...]


Space = Mapping[str, Range | Choice]
