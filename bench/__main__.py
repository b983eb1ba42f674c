"""Where benchmarks are chosen: `python -m bench` measures all, `python -m bench ingest` one."""

import argparse
import importlib

NAMES = (
    "system",
    "ingest",
    "lists",
    "phases",
    "jobs",
    "cluster",
    "predictions",
    "resolve",
    "versions",
    "calls",
    "listeners",
    "clinc150",
)
LONG = ("training", "decisions", "resolve-chaos", "producers-chaos", "quality", "metrics")
"""Those that take many minutes are only run by name."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Ratchet on this machine.")
    parser.add_argument("name", nargs="?", choices=NAMES + LONG, help="one benchmark; all short ones without it")
    chosen = parser.parse_args().name
    for name in (chosen,) if chosen else NAMES:
        importlib.import_module(f"bench.{name.replace('-', '_')}").main()


if __name__ == "__main__":
    main()
