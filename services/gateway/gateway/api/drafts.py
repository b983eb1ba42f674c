"""Where prompts that are being written are kept over HTTP."""

from fastapi import APIRouter

from chassis import editions
from contracts.api.page import Page
from contracts.api.prompt import Draft, DraftChange, Prompt, Publication
from contracts.commands.prompts import ChangeDraft, DeleteDraft, GetDraft, ListDrafts, PublishDraft, StorePrompt
from gateway.api import revisions
from gateway.api.asker import PageOf, Reader, Releaser
from gateway.api.looks import UNCHANGED, Looking
from gateway.api.revisions import Editing, Expected

router = APIRouter(prefix="/v1/tasks/{task}/prompts/drafts", tags=["prompts"])

_AS_IT_IS = Publication()


@router.get("")
async def list_drafts(reader: Reader, task: str, page: PageOf) -> Page[Draft]:
    """List the drafts of a task without their texts, newest first."""
    return await reader.ask(ListDrafts(task=task, **page.model_dump()))


@router.get("/{draft_id}", responses=UNCHANGED)
async def show_draft(reader: Reader, task: str, draft_id: str, look: Looking) -> Draft:
    """Show one draft with its text."""
    found = await reader.ask(GetDraft(task=task, draft_id=draft_id))
    return look.answer(found, revisions.etag(found))


@router.patch("/{draft_id}")
async def change_draft(releaser: Releaser, task: str, draft_id: str, change: DraftChange, edit: Editing) -> Draft:
    """Change the text or the note of a draft."""
    command = ChangeDraft(task=task, draft_id=draft_id, change=change, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))


@router.delete("/{draft_id}", status_code=204)
async def delete_draft(releaser: Releaser, task: str, draft_id: str, expected: Expected) -> None:
    """Take a draft away."""
    await releaser.ask(DeleteDraft(task=task, draft_id=draft_id, expected_revision=expected))


@router.post("/{draft_id}/publish", status_code=201)
async def publish_draft(
    releaser: Releaser, task: str, draft_id: str, expected: Expected, order: Publication = _AS_IT_IS
) -> Prompt:
    """Make the text of a draft the next version; the draft is gone then."""
    draft = await releaser.ask(GetDraft(task=task, draft_id=draft_id))
    editions.refuse_stale(expected, draft.revision, f"Draft {draft.id}")
    artifact = await releaser.ask(StorePrompt(text=draft.text or ""))
    command = PublishDraft(
        task=draft.task, draft_id=draft.id, publication=order, artifact=artifact, expected_revision=draft.revision
    )
    return await releaser.ask(command)
