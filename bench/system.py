"""Where it is measured how soon a system is ready, and how much memory it takes while idle."""

import time

import psutil

from bench import report
from stack import keeper
from stack.home import Home
from stack.temporary import Temporary, running

SETTLE_S = 15.0


def main() -> None:
    report.title("Start-up and memory of the idle system")
    with running() as stacked:
        first_s = stacked.ready_s
        time.sleep(SETTLE_S)
        kept = keeper.running(Home(stacked.folder))
        pids = stacked.local.processes | ({"keeper": kept.pid} if kept else {})
        rows = [_row(name, pid) for name, pid in sorted(pids.items())]
        report.table(("process", "processes", "proportional MB", "resident MB"), [_shown(row) for row in rows])
        again_s = _restart(stacked)
    total, resident = sum(row[2] for row in rows), sum(row[3] for row in rows)
    report.say(f"memory {total:,.0f} MB (shared pages counted once; {resident:,.0f} MB resident); wanted: below 700 MB")
    report.say(f"ready in {first_s:.1f} s from nothing, {again_s:.1f} s on existing files; wanted: below 10 s")


def _row(name: str, pid: int) -> tuple[str, int, float, float]:
    parent = psutil.Process(pid)
    members = [parent, *parent.children(recursive=True)]
    memory = [member.memory_full_info() for member in members]
    return name, len(members), sum(each.pss for each in memory) / 2**20, sum(each.rss for each in memory) / 2**20


def _shown(row: tuple[str, int, float, float]) -> tuple[str, ...]:
    name, members, proportional, resident = row
    return name, str(members), f"{proportional:.0f}", f"{resident:.0f}"


def _restart(stacked: Temporary) -> float:
    stacked.command("down")
    begun = time.perf_counter()
    stacked.command("up")
    return time.perf_counter() - begun
