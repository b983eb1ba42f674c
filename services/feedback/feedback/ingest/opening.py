"""Where the body of a message is opened: the items in it, right or broken."""

from functools import lru_cache
from typing import Any, cast

import orjson
from pydantic import TypeAdapter

from contracts import storable
from contracts.ids import Key

MOST_ITEMS = 1000
_NAME = TypeAdapter(Key)


def items(tenant: str, body: bytes) -> tuple[list[Any], bool]:
    """Give the items of a message, and whether they have to be looked through.

    Raises `ValueError` for what holds no items at all.
    """
    _check_name(tenant)
    value = _loaded(body)
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    if len(values) > MOST_ITEMS:
        message = f"{len(values):,} items; one message carries at most {MOST_ITEMS:,}"
        raise ValueError(message)
    return values, storable.suspect(body)


@lru_cache(maxsize=10_000)
def _check_name(tenant: str) -> None:
    _NAME.validate_python(tenant)


def _loaded(body: bytes) -> object:
    """Read JSON; where one item holds what cannot be stored, the others are read all the same."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if not storable.suspect(body):
            raise
        return storable.loaded(body)
