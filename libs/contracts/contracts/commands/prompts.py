"""Where the commands about prompts are declared: the registry owns them, the trainer makes their artifacts."""

from contracts.api.page import Page
from contracts.api.prompt import (
    Activation,
    Draft,
    DraftChange,
    NewPrompt,
    Prompt,
    PromptEntry,
    PromptText,
    Publication,
    ServedPrompt,
)
from contracts.api.route import Route
from contracts.api.version import Artifact
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class StorePrompt(Command[Artifact]):
    """Make the artifact of a prompt; the same text gives the same artifact, however often it is asked for."""

    subject = "prompts.store"
    owner = Service.TRAINER

    text: PromptText


class PublishPrompt(Command[Prompt]):
    """Make a text the next version of a chat task; raises `UnknownTask`, `NotAPromptTask`, `SamePrompt`.

    ``artifact`` is what `StorePrompt` gave for this text.
    """

    subject = "prompts.publish"
    owner = Service.REGISTRY

    task: str
    prompt: NewPrompt
    artifact: Artifact


class ListPrompts(Command[Page[PromptEntry]], Listing):
    """Give the prompts of a task without their texts, newest first; raises `UnknownTask`, `NotAPromptTask`."""

    subject = "prompts.list"
    owner = Service.REGISTRY

    task: str


class GetPrompt(Command[Prompt]):
    """Give one prompt by its number; raises `UnknownTask`, `NotAPromptTask`, `UnknownPrompt`."""

    subject = "prompts.get"
    owner = Service.REGISTRY

    task: str
    number: int


class GetPromptOfVersion(Command[ServedPrompt]):
    """Give the text of a version; raises `UnknownPrompt`."""

    subject = "prompts.of_version"
    owner = Service.REGISTRY

    version_id: str


class ActivatePrompt(Command[Route]):
    """Serve a prompt to all units; raises `UnknownPrompt`, `NotReleasable`, `ApprovalNeeded`, `Stale`.

    ``expected_revision`` is that of the route the asker has seen.
    """

    subject = "prompts.activate"
    owner = Service.REGISTRY

    task: str
    number: int
    activation: Activation
    expected_revision: int | None = None


class CreateDraft(Command[Draft]):
    """Keep a text to be edited; raises `UnknownTask`, `NotAPromptTask`."""

    subject = "prompts.create_draft"
    owner = Service.REGISTRY

    task: str
    prompt: NewPrompt


class ListDrafts(Command[Page[Draft]], Listing):
    """Give the drafts of a task without their texts, newest first; raises `UnknownTask`, `NotAPromptTask`."""

    subject = "prompts.list_drafts"
    owner = Service.REGISTRY

    task: str


class GetDraft(Command[Draft]):
    """Give one draft; raises `UnknownDraft`."""

    subject = "prompts.get_draft"
    owner = Service.REGISTRY

    task: str
    draft_id: str


class ChangeDraft(Command[Draft]):
    """Change a draft; raises `UnknownDraft`, and `Stale` if it is no longer of the expected revision."""

    subject = "prompts.change_draft"
    owner = Service.REGISTRY

    task: str
    draft_id: str
    change: DraftChange
    expected_revision: int | None = None


class DeleteDraft(Command[Draft]):
    """Take a draft away and give it; raises `UnknownDraft`, `Stale`."""

    subject = "prompts.delete_draft"
    owner = Service.REGISTRY

    task: str
    draft_id: str
    expected_revision: int | None = None


class PublishDraft(Command[Prompt]):
    """Make the text of a draft the next version, and take the draft away; raises `UnknownDraft`, `SamePrompt`.

    ``artifact`` is what `StorePrompt` gave for the text of this revision of the draft; raises `Stale` if there is a
    later one.
    """

    subject = "prompts.publish_draft"
    owner = Service.REGISTRY

    task: str
    draft_id: str
    publication: Publication
    artifact: Artifact
    expected_revision: int
