"""Where the options are declared by which a release is decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from contracts.errors import InvalidInput

_WRITTEN = "A metric, with how much worse it may be before that counts: accuracy, or latency_p95:0.1."


@dataclass(frozen=True)
class Limits:
    """What stops or pauses a release, and how much evidence is asked for; what is not given is left to Ratchet."""

    guardrail: Annotated[
        list[str] | None,
        typer.Option(help=f"Rolls back when proven worse, instead of error_rate and accuracy. {_WRITTEN}"),
    ] = None
    signal: Annotated[list[str] | None, typer.Option(help=f"Pauses when proven worse. {_WRITTEN}")] = None
    min_samples: Annotated[int | None, typer.Option(help="Units an arm before anything is decided.")] = None
    max_samples: Annotated[int | None, typer.Option(help="Units in all after which an open goal is inconclusive.")] = (
        None
    )
    alpha: Annotated[float | None, typer.Option(help="How often a harmless version may be stopped.")] = None

    def given(self) -> dict[str, Any]:
        """Give the fields of a request that were named."""
        found = {
            "guardrails": _watched(self.guardrail),
            "signals": _watched(self.signal),
            "min_samples": self.min_samples,
            "max_samples": self.max_samples,
            "alpha": self.alpha,
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class Terms(Limits):
    """By what a release is decided."""

    goal: Annotated[str | None, typer.Option(help="What has to be proven better; or, with a margin, not worse.")] = None

    def given(self) -> dict[str, Any]:
        """Give the fields of a request that were named."""
        return Limits.given(self) | ({"goal": metric(self.goal)} if self.goal else {})


def metric(written: str) -> dict[str, Any]:
    """Read a metric with its margin, if it has one."""
    name, colon, margin = written.partition(":")
    if not colon:
        return {"metric": name}
    try:
        return {"metric": name, "margin": float(margin)}
    except ValueError as wrong:
        raise InvalidInput(f"'{written}' is not of the form metric:margin, such as latency_p95:0.1.") from wrong


def percentages(written: str) -> tuple[float, ...]:
    """Read the steps of a rollout."""
    try:
        return tuple(float(each) for each in written.split(","))
    except ValueError as wrong:
        raise InvalidInput(f"'{written}' are not steps in per cent, such as 10,25,50,100.") from wrong


def _watched(written: Iterable[str] | None) -> list[dict[str, Any]] | None:
    return None if written is None else [metric(each) for each in written]
