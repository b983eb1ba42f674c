"""Where plain programs get the thread in which a watch runs beside them."""

import asyncio
import threading

from ratchet.resolving.watch import Watch

_JOIN_S = 5.0


class Background:
    """A thread with an event loop of its own, in which a watch runs until it is stopped."""

    def __init__(self, watch: Watch) -> None:
        """Prepare; nothing runs before `start`."""
        self._watch = watch
        self._loop = asyncio.new_event_loop()
        self._running: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="ratchet-resolver", daemon=True)

    def start(self) -> None:
        """Begin to run the watch."""
        self._running = self._loop.create_task(self._watch.run())
        self._thread.start()

    def stop(self) -> None:
        """Cancel the watch and wait for the thread."""
        if self._running:
            self._loop.call_soon_threadsafe(self._running.cancel)
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._running or asyncio.sleep(0))
        except asyncio.CancelledError:
            return
        finally:
            self._loop.close()
