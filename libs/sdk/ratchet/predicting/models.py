"""Where models are loaded one after another in a thread, and the last few are kept in memory."""

import logging
import threading
import time
from collections import OrderedDict
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass

from ratchet.predicting.kinds import Load, Model
from ratchet.predicting.shelf import Shelf

_log = logging.getLogger("ratchet")
_AGAIN_S = 5.0
_PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A version that is to be loaded: how, which, and the SHA-256 of its bytes."""

    load: Load
    version_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Entry:
    loading: Future[Model]
    began: float

    def failed_lately(self) -> bool:
        """Say whether it is too early to try again."""
        return time.monotonic() - self.began < _AGAIN_S


class Models:
    """The models that were used last."""

    def __init__(self, shelf: Shelf, most: int) -> None:
        """Begin with none; no thread runs before one is wanted."""
        self._shelf = shelf
        self._most = most
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._changing = threading.Lock()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="ratchet-predictor")
        self._closed = False

    def get(self, wanted: Wanted) -> Model | None:
        """Give a model, and wait a while until it is loaded; None where it cannot be."""
        loading = self.begin(wanted)
        if loading is None:
            return None
        try:
            failure = loading.exception(_PATIENCE_S)
        except (TimeoutError, CancelledError):
            return None
        return None if failure else loading.result()

    def begin(self, wanted: Wanted) -> Future[Model] | None:
        """Begin to load a model, unless that was begun already; None once this is closed."""
        with self._changing:
            entry = self._entries.get(wanted.digest)
            if entry is None or (_failed(entry) and not entry.failed_lately()):
                if self._closed:
                    return None
                entry = _Entry(self._executor.submit(self._loaded, wanted), time.monotonic())
                entry.loading.add_done_callback(_told)
                self._entries[wanted.digest] = entry
            self._entries.move_to_end(wanted.digest)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
            return entry.loading

    def close(self) -> None:
        """Load nothing more; what is loaded goes on answering."""
        with self._changing:
            self._closed = True
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _loaded(self, wanted: Wanted) -> Model:
        return wanted.load(self._shelf.get(wanted.version_id, wanted.digest))


def _failed(entry: _Entry) -> bool:
    loading = entry.loading
    return loading.done() and (loading.cancelled() or loading.exception() is not None)


def _told(loading: Future[Model]) -> None:
    failure = None if loading.cancelled() else loading.exception()
    if failure:
        _log.warning("A version cannot be loaded here, the gateway is asked: %s", failure)
