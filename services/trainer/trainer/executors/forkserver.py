"""Where children are forked from a process that has imported everything already; it and they end with their parent.

Ours rather than multiprocessing's, which would import the service's main module into every child, keep a process more
for tracking resources, and outlive its parent as long as any child does.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import orjson

from trainer.executors.frames import Frame

_FDS_AT_ONCE = 32


class Nursery:
    """The children that were forked and have not ended, by process id."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, int] = {}
        self._received = b""
        self._sockets: list[int] = []
        self._ended, ended = socket.socketpair()
        for end in (self._ended, ended):
            end.settimeout(0)
        self._ending = ended
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(ended.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Fork and kill as told, until whoever tells is gone."""
        self._tell({"warm": os.getpid()})
        while True:
            ready, _, _ = select.select([self._control, self._ended], [], [])
            if self._ended in ready:
                self._reap()
            if self._control in ready and not self._listen():
                return

    def end(self) -> None:
        """Kill all children; that they end is nobody's concern any more."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        for pid in self._children:
            _kill(pid)

    def _listen(self) -> bool:
        received, sockets, _, _ = socket.recv_fds(self._control, 65_536, _FDS_AT_ONCE)
        self._received += received
        self._sockets += sockets
        *lines, self._received = self._received.split(b"\n")
        for line in lines:
            self._obey(orjson.loads(line))
        return bool(received)

    def _obey(self, order: Frame) -> None:
        if "kill" in order:
            for pid in [pid for pid, child in self._children.items() if child == order["kill"]]:
                _kill(pid)
            return
        descriptor = self._sockets.pop(0)
        pid = _forked()
        if pid == 0:
            self._become(order["call"], descriptor)
        os.close(descriptor)
        if pid is None:
            self._tell({"ended": order["child"], "code": None})
            return
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        self._children[pid] = order["child"]
        self._tell({"started": order["child"], "pid": pid})

    def _become(self, call: str, descriptor: int) -> NoReturn:
        """Be the child: a process group of its own, with nothing of the nursery's but its memory."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        for end in (self._control, self._ended, self._ending):
            end.close()
        for other in self._sockets:
            os.close(other)
        run(call, socket.socket(fileno=descriptor))

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._ended.recv(4096)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                child = self._children.pop(pid)
                self._tell({"ended": child, "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, frame: Frame) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._control.sendall(orjson.dumps(frame) + b"\n")


def run(call: str, connection: socket.socket) -> NoReturn:
    """Do a child's work and end the process, whatever happens; what went wrong is left to standard error."""
    code = 1
    try:
        _resolve(call)(connection)
        code = 0
    except BaseException as fault:
        sys.excepthook(type(fault), fault, fault.__traceback__)
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(arguments: Sequence[str]) -> None:
    """Import the modules that are named after the number of the control socket, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(arguments[0]))
    for module in arguments[1:]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    nursery = Nursery(control)
    nursery.serve()
    nursery.end()


def _resolve(call: str) -> Callable[[socket.socket], None]:
    module, _, name = call.partition(":")
    return getattr(importlib.import_module(module), name)


def _wake(_signal: int, _frame: object) -> None:
    """Python writes to the wake-up socket by itself, but only for signals that have a handler."""


def _forked() -> int | None:
    """Fork; None where the machine has no room for one more process, which is no reason to end the others."""
    try:
        return os.fork()
    except OSError as full:
        sys.stderr.write(f"no child was forked: {full}\n")
        return None


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
