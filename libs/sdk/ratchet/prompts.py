"""Where the calls about prompts are described."""

from contracts.api.page import Page
from contracts.api.prompt import (
    Activation,
    ActivePrompt,
    Draft,
    DraftChange,
    NewPrompt,
    Prompt,
    PromptDiff,
    PromptEntry,
    Publication,
)
from contracts.api.route import Route
from contracts.api.version import Bump
from ratchet.wire.call import Call, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, filled


class Prompts(Noun[Way]):
    """Versions of chat tasks as the texts that they are, and drafts of further ones.

    A prompt's number is its version's, so it is rolled out, tested and compared like any version. All calls raise
    `UnknownTask`, and `NotAPromptTask` for tasks of another kind.
    """

    def _page(self, task: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[PromptEntry]]:
        """Give a page of a task's prompts without their texts, newest first."""
        return get(_at(task), Page[PromptEntry], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def get(self, task: str, number: int) -> Call[Prompt]:
        """Give one prompt with its text, its conversations and its success; raises `UnknownPrompt`."""
        return get(_at(task, str(number)), Prompt)

    @endpoint
    def publish(self, task: str, text: str, *, note: str = "", bump: Bump = Bump.MINOR) -> Call[Prompt]:
        """Make a text of up to 200,000 characters the next version; raises `SamePrompt`, `InvalidInput`."""
        return post(_at(task), Prompt, filled(NewPrompt, text=text, note=note, bump=bump))

    @endpoint
    def active(self, task: str, *, unit: str | None = None) -> Call[ActivePrompt]:
        """Give the prompt that a unit gets now; `ratchet.Resolver` does without a call. Raises `NothingServes`."""
        return get(_at(task, "active"), ActivePrompt, unit=unit)

    @endpoint
    def diff(self, task: str, before: int, after: int) -> Call[PromptDiff]:
        """Say how one prompt differs from another; raises `UnknownPrompt`."""
        return get(_at(task, "diff"), PromptDiff, **{"from": before, "to": after})

    @endpoint
    def activate(
        self, task: str, number: int, *, reason: str = "activated by an admin", revision: int | None = None
    ) -> Call[Route]:
        """Serve a prompt to all units; ``revision`` is that of the route that was seen.

        Raises `UnknownPrompt`, `NotReleasable`, `ApprovalNeeded`, `Stale`.
        """
        order = filled(Activation, reason=reason)
        return only_if(revision, post(_at(task, str(number), "activate"), Route, order))

    @endpoint
    def draft(self, task: str, text: str, *, note: str = "") -> Call[Draft]:
        """Keep a text to be edited; raises `InvalidInput`."""
        return post(_at(task), Draft, filled(NewPrompt, text=text, note=note, draft=True))

    def _page_of_drafts(self, task: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Draft]]:
        """Give a page of a task's drafts without their texts, newest first."""
        return get(_at(task, "drafts"), Page[Draft], limit=limit, cursor=cursor)

    drafts = endpoint(_page_of_drafts)
    all_drafts = every(_page_of_drafts)

    @endpoint
    def get_draft(self, task: str, draft_id: str) -> Call[Draft]:
        """Give one draft with its text and its revision; raises `UnknownDraft`."""
        return get(_at(task, "drafts", draft_id), Draft)

    @endpoint
    def change_draft(
        self,
        task: str,
        draft_id: str,
        *,
        text: str | None = None,
        note: str | None = None,
        revision: int | None = None,
    ) -> Call[Draft]:
        """Change a draft if it still has this revision; raises `UnknownDraft`, `Stale`, `InvalidInput`."""
        given = {name: value for name, value in (("text", text), ("note", note)) if value is not None}
        return only_if(revision, patch(_at(task, "drafts", draft_id), Draft, filled(DraftChange, **given)))

    @endpoint
    def delete_draft(self, task: str, draft_id: str, *, revision: int | None = None) -> Call[None]:
        """Take a draft away; raises `UnknownDraft`, `Stale`."""
        return only_if(revision, delete(_at(task, "drafts", draft_id)))

    @endpoint
    def publish_draft(
        self, task: str, draft_id: str, *, note: str | None = None, bump: Bump = Bump.MINOR, revision: int | None = None
    ) -> Call[Prompt]:
        """Make a draft the next version; raises `UnknownDraft`, `SamePrompt`, `Stale`."""
        order = filled(Publication, note=note, bump=bump)
        return only_if(revision, post(_at(task, "drafts", draft_id, "publish"), Prompt, order))


def _at(task: str, *more: str) -> str:
    return at("tasks", task, "prompts", *more)
