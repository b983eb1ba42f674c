"""Where the differences of two texts are drawn for people: lines in colour, what changed within them standing out."""

from rich.text import Text

from contracts.api.prompt import DiffLine, PromptDiff

_SIGNS = {"same": " ", "removed": "-", "added": "+"}
_COLOURS = {"same": "dim", "removed": "red", "added": "green"}


def drawn(diff: PromptDiff) -> Text:
    """Draw a comparison, its numbers last."""
    if not diff.unified:
        return Text(f"Prompts {diff.from_number} and {diff.to_number} of {diff.task} are the same text.")
    text, before = Text(), None
    for line in diff.lines:
        if before is not None and _is_apart(before, line):
            text.append("…\n", style="dim")
        text.append_text(_line(line))
        before = line
    return text.append_text(_numbers(diff))


def _line(line: DiffLine) -> Text:
    colour = _COLOURS[line.kind]
    drawn = Text(f"{line.to_line or line.from_line:>5} {_SIGNS[line.kind]} ", style=colour)
    for part in line.parts:
        stands_out = part.changed and not all(each.changed for each in line.parts)
        drawn.append(part.text.rstrip("\n"), style=f"{colour} reverse" if stands_out else colour)
    return drawn.append("\n")


def _is_apart(before: DiffLine, line: DiffLine) -> bool:
    """Say whether lines were left out between two of them; only lines that are the same are."""
    return before.kind == line.kind == "same" and (line.from_line or 0) - (before.from_line or 0) > 1


def _numbers(diff: PromptDiff) -> Text:
    told = Text(
        f"\nFrom {diff.from_number} to {diff.to_number}: {diff.added:,} lines and {diff.words_added:,} words added, "
        f"{diff.removed:,} lines and {diff.words_removed:,} words removed."
    )
    if diff.lines_left_out:
        told.append(f" {diff.lines_left_out:,} further lines are in --json (unified).", style="dim")
    if diff.coarse:
        told.append(" So much differs that not all of it was compared word by word.", style="dim")
    return told
