"""Where it is worked out what an answer cost that nobody said the cost of: from tokens and prices, in whole numbers."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

_MILLION = 1_000_000


class Price(NamedTuple):
    """What a million tokens cost from a time on, in thousand-millionths of a dollar."""

    since: datetime
    input_nano_per_1m: int
    output_nano_per_1m: int


class Tokens(NamedTuple):
    """How many tokens went in and came out, as far as that was reported."""

    input: int | None
    output: int | None


def at(prices: Iterable[Price], moment: datetime) -> Price | None:
    """Give the price of a time: the one that began last before it."""
    return max((price for price in prices if price.since <= moment), default=None)


def nano(price: Price, tokens: Tokens) -> int | None:
    """Give the cost in thousand-millionths of a dollar; None where tokens that cost something were not reported."""
    parts = ((tokens.input, price.input_nano_per_1m), (tokens.output, price.output_nano_per_1m))
    if tokens == (None, None) or any(count is None and rate for count, rate in parts):
        return None
    total = sum((count or 0) * rate for count, rate in parts)
    return (total + _MILLION // 2) // _MILLION
