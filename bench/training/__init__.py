"""Where it is measured how well and how fast each kind trains, beside the reference libraries."""

import importlib
import importlib.util
import os

from bench import report
from bench.training import table

KINDS = ("forecast", "risk", "classification", "rag")
ONLY = "RATCHET_BENCH_KINDS"


def main() -> None:
    """Print the table of every kind that has one; RATCHET_BENCH_KINDS=risk,rag names some."""
    wanted = os.environ.get(ONLY, ",".join(KINDS)).split(",")
    for kind in (each for each in KINDS if each in wanted):
        if importlib.util.find_spec(f"bench.training.{kind}") is None:
            report.say(f"{kind}: there is no bench/training/{kind}.py yet.")
            continue
        table.show(f"Training: {kind}", importlib.import_module(f"bench.training.{kind}").rows())
