"""Where something is run in a process of its own, and told what time and memory that took."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "POLARS_MAX_THREADS")


class Failed(Exception):
    """The process ended with an error; the message is the end of what it wrote."""


@dataclass(frozen=True)
class Cost:
    """What a process took: `seconds` on the wall from start to end, `cpu` seconds, `peak` memory in MB.

    Its own children are counted in `cpu`, not in `peak`.
    """

    seconds: float
    cpu: float
    peak: float


def threads() -> str:
    """Give how many threads or processes each side may use: RATCHET_BENCH_THREADS, else one.

    One is what a worker gets where there are as many workers as cores.
    """
    return os.environ.get("RATCHET_BENCH_THREADS", "1")


def run(command: Sequence[str], log: Path) -> Cost:
    """Run a program to its end, with as many threads as `threads` says; raises `Failed`."""
    environment = os.environ | dict.fromkeys(THREADS, threads())
    begun = time.perf_counter()
    with log.open("wb") as written:
        child = subprocess.Popen(command, env=environment, stdout=written, stderr=subprocess.STDOUT)
        status, usage, peak = _watched(child.pid)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failed(log.read_text(errors="replace")[-2000:])
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, peak)


def _watched(pid: int) -> tuple[int, resource.struct_rusage, float]:
    """Wait for a process; give its status, its usage and the most memory that it was seen to have, in MB.

    The usage also tells a most memory, but that begins with what this process had when it forked.
    """
    peak, known = 0.0, Path(f"/proc/{pid}/status")
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage, peak or usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        if known.exists():
            peak = max(peak, _high_water(known.read_text()))
        time.sleep(0.02)


def _high_water(status: str) -> float:
    kilobytes = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
    return kilobytes[0] / 2**10 if kilobytes else 0.0
