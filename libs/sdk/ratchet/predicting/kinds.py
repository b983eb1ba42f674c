"""Where it is found out which kinds of version can be loaded here: those that are installed beside the SDK."""

import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

_log = logging.getLogger("ratchet")
GROUP = "ratchet.kinds"


class Model(Protocol):
    """A loaded version; keeps no state between calls and may be shared by threads."""

    def predict(self, inputs: list[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """Answer every input, in order; raises `ValueError` if one of them cannot be answered."""
        ...


Load = Callable[[bytes], Model]
"""Makes a model of the bytes of a version; never runs code that is in them."""


@lru_cache(maxsize=64)
def find(name: str) -> Load | None:
    """Give what loads the versions of a kind; None where that kind is not installed, or cannot be."""
    found = next((point for point in entry_points(group=GROUP) if point.name == name), None)
    if found is None:
        return None
    try:
        kind: Any = found.load()
    except ImportError as missing:
        _log.warning("Versions of kind '%s' cannot be loaded here, the gateway is asked: %s", name, missing)
        return None
    return cast("Load", kind.load)
