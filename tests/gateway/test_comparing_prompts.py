"""Where the difference of two prompts is held to be right, complete, and found in bounded time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.prompt import Differences
from gateway.prompts.differences import MOST_LINES, compare

TEXTS = st.text(alphabet="ab \n\r\u2028é", max_size=60)
HEADER = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n")
NO_END = "\\ No newline at end of file\n"


def applied(old: str, unified: str) -> str:
    """Change a text as the diff says, and complain where it is not the text that the diff was made of."""
    lines, written, at = re.findall(r"[^\n]*\n|[^\n]+", old), "", 0
    for line in re.findall(r"[^\n]*\n", unified.replace(f"\n{NO_END}", "\0\n")):
        content = line[1:].replace("\0\n", "")
        if header := HEADER.fullmatch(line):
            begin = int(header[1]) - (1 if int(header[2]) else 0)
            written += "".join(lines[at:begin])
            at = begin
        elif line[0] == "+":
            written += content
        else:
            assert lines[at] == content
            written += content if line[0] == " " else ""
            at += 1
    return written + "".join(lines[at:])


def words(diff: Differences, kind: str, *, changed: bool) -> list[str]:
    return [part.text for line in diff.lines if line.kind == kind for part in line.parts if part.changed is changed]


@given(TEXTS, TEXTS)
def test_the_unified_diff_makes_the_new_text_of_the_old_one(old: str, new: str) -> None:
    assert applied(old, compare(old, new).unified) == new


@given(TEXTS, TEXTS)
def test_the_lines_for_people_say_the_same_as_the_unified_diff(old: str, new: str) -> None:
    diff = compare(old, new)

    counted = {kind: sum(line.kind == kind for line in diff.lines) for kind in ("added", "removed")}
    added = [line for line in diff.lines if line.kind == "added"]
    written = new.split("\n")
    assert (counted["added"], counted["removed"]) == (diff.added, diff.removed)
    assert all(
        "".join(part.text for part in line.parts).rstrip("\n") == written[(line.to_line or 0) - 1] for line in added
    )


@given(TEXTS)
def test_the_same_text_has_no_differences(text: str) -> None:
    diff = compare(text, text)

    assert (diff.unified, diff.added, diff.removed, diff.lines) == ("", 0, 0, ())


def test_what_changed_within_a_line_stands_out() -> None:
    diff = compare("Answer politely.\nBe brief.\n", "Answer very politely.\nBe brief.\n")

    assert words(diff, "added", changed=True) == ["very "]
    assert words(diff, "removed", changed=True) == []
    assert (diff.added, diff.removed, diff.words_added, diff.words_removed) == (1, 1, 1, 0)


def test_a_sentence_that_was_only_broken_into_lines_keeps_its_words() -> None:
    diff = compare("one two three four", "one two\nthree four")

    assert (diff.words_added, diff.words_removed) == (0, 0)


def test_the_first_text_is_only_added() -> None:
    assert compare("", "a\nb\n").unified == "@@ -0,0 +1,2 @@\n+a\n+b\n"


HUGE = {
    "line feeds": ("\n" * 200_000, "a\n" * 100_000),
    "two letters": ("ab\n" * 66_000, "b\na\n" * 50_000),
    "one long line": ("ab " * 66_000, "a b" * 66_000),
    "all in reverse": tuple("\n".join(map(str, order)) for order in (range(30_000), range(30_000, 0, -1))),
}


@pytest.mark.parametrize("texts", HUGE.values(), ids=HUGE)
def test_what_differs_in_everything_is_told_in_time_and_completely(texts: tuple[str, str]) -> None:
    begun = time.process_time()

    diff = compare(*texts)

    assert time.process_time() - begun < 5  # of work, not of waiting; bench machines take well below one
    assert applied(texts[0], diff.unified) == texts[1]
    assert len(diff.lines) <= MOST_LINES


def test_a_few_changes_in_a_long_text_are_found_exactly() -> None:
    lines = [f"Rule {number}: be kind to customer {number % 7}.\n" for number in range(4_000)]
    changed = [line.replace("kind", "very kind") if number % 400 == 0 else line for number, line in enumerate(lines)]

    diff = compare("".join(lines), "".join(changed))

    assert (diff.added, diff.removed, diff.words_added, diff.coarse) == (10, 10, 10, False)
