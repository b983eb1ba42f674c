"""Where it is drawn what another retrain policy would have done."""

from rich.console import Group, RenderableType
from rich.text import Text

from contracts.api.retraining import ReplayStretch, RetrainReplay
from ratchet.cli.cells import cell
from ratchet.cli.output import table

_MOST_TOLD = 20
_BOTH, _WOULD, _DID, _NEITHER = "●", "▲", "○", "·"


def drawn(replay: RetrainReplay) -> RenderableType:
    """Draw a replay: how often, when, and why training would have been asked for."""
    if not replay.checks:
        return Text(_nothing(replay))
    parts: list[RenderableType] = [Text(_summed_up(replay)), _line(replay), Text(_legend(), style="dim")]
    if not replay.fired:
        parts.append(Text("\n  ".join(("What held it at the last check:", *replay.last_reasons))))
    if replay.requests:
        parts.append(table(replay.requests[:_MOST_TOLD], "at", "really", "reasons"))
    if len(replay.requests) > _MOST_TOLD:
        parts.append(Text(f"… and {replay.fired - _MOST_TOLD:,} more; --json shows them.", style="dim"))
    return Group(*parts, *(Text(f"  {each}", style="dim") for each in replay.assumptions))


def _summed_up(replay: RetrainReplay) -> str:
    told = f"In {replay.checks:,} checks this policy would have asked for training {_times(replay.fired)}"
    left = "" if replay.complete else " These are the newest; there were more checks than are replayed at once."
    return f"{told}; really it was asked for {_times(replay.really_fired)}.{left}"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _line(replay: RetrainReplay) -> Text:
    first, last = (cell(each.at).plain for each in (replay.timeline[0], replay.timeline[-1]))
    line = Text(f"{first} ", style="dim")
    for mark, style in map(_mark, replay.timeline):
        line.append(mark, style=style)
    return line.append(f" {last}", style="dim")


def _mark(stretch: ReplayStretch) -> tuple[str, str]:
    if stretch.fired:
        return (_BOTH, "green") if stretch.really_fired else (_WOULD, "yellow")
    return (_DID, "red") if stretch.really_fired else (_NEITHER, "dim")


def _legend() -> str:
    return f"{_WOULD} it would have asked   {_BOTH} it would, and it was asked   {_DID} it was asked, it would not have"


def _nothing(replay: RetrainReplay) -> str:
    return (
        f"There were no checks from {cell(replay.since).plain} to {cell(replay.until).plain}. A policy that is set is "
        f"checked all the time, and once an hour while it is switched off: "
        f"ratchet retrain policy {replay.task} --set enabled=false"
    )
