"""Where ``name=value`` on the command line becomes named values."""

import json
from collections.abc import Iterable
from typing import Any

from contracts.errors import InvalidInput


def read(written: Iterable[str]) -> dict[str, Any]:
    """Read settings; a value is JSON where it can be (numbers, true, null, lists), and text otherwise."""
    return dict(_setting(each) for each in written)


def _setting(written: str) -> tuple[str, Any]:
    name, equals, value = written.partition("=")
    if not (name and equals):
        raise InvalidInput(f"'{written}' is not of the form name=value.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
