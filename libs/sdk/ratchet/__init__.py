"""Where programs meet Ratchet: `Client` and `AsyncClient` for the gateway, `Resolver` for what serves.

`Recorder` reports what was answered and thought of it; `Predictor` answers with what serves, and reports it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratchet.client import AsyncClient, Client
    from ratchet.predictor import Predictor
    from ratchet.recorder import Recorder
    from ratchet.recording.over_http import OverHttp
    from ratchet.recording.over_nats import OverNats
    from ratchet.resolver import Resolver

__all__ = ["AsyncClient", "Client", "OverHttp", "OverNats", "Predictor", "Recorder", "Resolver"]

_MODULES = {
    "Client": "ratchet.client",
    "AsyncClient": "ratchet.client",
    "OverHttp": "ratchet.recording.over_http",
    "OverNats": "ratchet.recording.over_nats",
    "Predictor": "ratchet.predictor",
    "Recorder": "ratchet.recorder",
    "Resolver": "ratchet.resolver",
}


def __getattr__(name: str) -> object:
    """Import a class when it is first named, so that `ratchet --help` need not wait for HTTP and NATS."""
    if name not in _MODULES:
        message = f"module 'ratchet' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_MODULES[name]), name)
