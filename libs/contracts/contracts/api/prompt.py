"""Where prompts are described: the versions of a `chat` task as the texts that they are, and drafts of further ones."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from contracts.api.metrics import SuccessMetrics
from contracts.api.version import Bump, VersionSource, VersionStatus
from contracts.message import Message, Moment, Request

LONGEST = 200_000


def _without_nul(text: str) -> str:
    if "\x00" in text:
        message = "must not contain NUL characters"
        raise ValueError(message)
    return text


def _visible(text: str) -> str:
    if not text.strip():
        message = "must hold at least one character that can be seen"
        raise ValueError(message)
    return text


PromptText = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST), AfterValidator(_without_nul), AfterValidator(_visible)
]
"""The text of a prompt: 1 to 200,000 characters."""

Note = Annotated[
    str, StringConstraints(max_length=1_000), AfterValidator(_without_nul), Field(description="What was changed, why.")
]


class NewPrompt(Request):
    """A prompt to publish as the next version; with ``draft`` it is kept to be edited first."""

    text: PromptText
    note: Note = ""
    draft: Annotated[bool, Field(description="Keep it as a draft; nothing is published.")] = False
    bump: Annotated[Bump, Field(description="Which number of the label grows.")] = Bump.MINOR


class DraftChange(Request):
    """The fields of a draft to change; those not given stay."""

    text: PromptText | None = None
    note: Note | None = None


class Publication(Request):
    """How a draft is published."""

    note: Annotated[Note | None, Field(description="Instead of the draft's own note.")] = None
    bump: Annotated[Bump, Field(description="Which number of the label grows.")] = Bump.MINOR


class Activation(Request):
    """An order to serve a prompt to all units."""

    reason: Annotated[Note, Field(description="Why; kept in the ledger.")] = "activated by an admin"


class Draft(Message):
    """A prompt that is being written; ``revision`` grows with every change. A list leaves ``text`` out."""

    id: str
    task: str
    text: str | None = None
    beginning: str
    characters: int
    note: str
    revision: int
    created_at: Moment
    created_by: str
    changed_at: Moment
    changed_by: str


class PromptEntry(Message):
    """A version of a chat task in a list of prompts.

    ``number`` is the version's; ``source`` is ``prompt`` for texts that people wrote, ``trained`` for those composed of
    examples. ``weight`` is the share of units that it serves now. ``conversations`` and ``success`` are null while
    they are not known.
    """

    number: int
    version_id: str
    label: str
    status: VersionStatus
    source: VersionSource
    beginning: str
    characters: int
    note: str
    weight: float
    created_at: Moment
    created_by: str
    conversations: int | None = None
    success: SuccessMetrics | None = None


class Prompt(PromptEntry):
    """A version of a chat task with its text, which never changes."""

    task: str
    text: str


class ServedPrompt(Message):
    """The text of one version, as it is pushed to applications; it never changes."""

    task: str
    version_id: str
    number: int
    label: str
    text: str


class ActivePrompt(ServedPrompt):
    """The prompt that a unit gets, by which revision of the route, and why."""

    revision: int
    stale_seconds: float = 0
    reason: str = "route"


class Part(Message):
    """A piece of a line, and whether it is one that differs from the other text."""

    text: str
    changed: bool


class DiffLine(Message):
    """A line of either text with its number there, from 1: ``same`` has both numbers, the others one."""

    kind: Literal["same", "removed", "added"]
    from_line: int | None
    to_line: int | None
    parts: tuple[Part, ...]


class Differences(Message):
    """How one text differs from another.

    ``unified`` is a unified diff, which ``patch`` understands; ``added`` and ``removed`` count lines, and
    ``words_added`` and ``words_removed`` words. ``lines`` are the same for people, with what changed within each, and
    three lines around; ``lines_left_out`` of them were too many. ``coarse`` says that so much differs that some of it
    was not compared line by line or word by word.
    """

    unified: str
    added: int
    removed: int
    words_added: int
    words_removed: int
    lines: tuple[DiffLine, ...]
    lines_left_out: int = 0
    coarse: bool = False


class PromptDiff(Differences):
    """How one prompt of a task differs from another; the members are the numbers of the two."""

    task: str
    from_number: int
    to_number: int
