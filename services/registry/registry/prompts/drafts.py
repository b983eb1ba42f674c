"""Where drafts are written, changed by one person at a time, and published."""

from chassis import editions, pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.prompt import Draft, NewPrompt, Prompt
from contracts.commands.prompts import ChangeDraft, DeleteDraft, ListDrafts, PublishDraft, PublishPrompt
from contracts.errors import UnknownDraft
from contracts.ids import known_form
from registry import routes
from registry.prompts import publishing
from registry.store import drafts as stored


async def create(tx: Transaction, task: str, new: NewPrompt) -> Draft:
    publishing.demand_prompts(await routes.get(tx, task))
    return await stored.insert(tx, task, new)


async def get(tx: Transaction, task: str, draft_id: str) -> Draft:
    return await _lock(tx, task, draft_id, None)


async def list_(tx: Transaction, wanted: ListDrafts) -> Page[Draft]:
    publishing.demand_prompts(await routes.get(tx, wanted.task))
    before = pages.uuid(wanted.cursor)
    found = await stored.list_(tx, wanted.task, before=before, limit=wanted.limit + 1)
    return pages.cut(found, wanted.limit, lambda draft: draft.id)


async def change(tx: Transaction, command: ChangeDraft) -> Draft:
    await _lock(tx, command.task, command.draft_id, command.expected_revision)
    return await stored.change(tx, command.draft_id, command.change)


async def delete(tx: Transaction, command: DeleteDraft) -> Draft:
    draft = await _lock(tx, command.task, command.draft_id, command.expected_revision)
    await stored.delete(tx, command.draft_id)
    return draft


async def publish(tx: Transaction, command: PublishDraft) -> Prompt:
    """Make a draft the next version; the artifact was made of the text of the expected revision."""
    await routes.lock(tx, command.task)
    draft = await _lock(tx, command.task, command.draft_id, command.expected_revision)
    note = draft.note if command.publication.note is None else command.publication.note
    prompt = NewPrompt(text=draft.text or "", note=note, bump=command.publication.bump)
    published = await publishing.publish(tx, PublishPrompt(task=draft.task, prompt=prompt, artifact=command.artifact))
    await stored.delete(tx, command.draft_id)
    return published


async def _lock(tx: Transaction, task: str, draft_id: str, expected_revision: int | None) -> Draft:
    known = known_form(draft_id)
    draft = await stored.lock(tx, task, known) if known else None
    if draft is None:
        raise UnknownDraft(f"Task {task!r} has no draft {draft_id!r}; it may have been published.", draft_id=draft_id)
    editions.refuse_stale(expected_revision, draft.revision, f"Draft {draft_id}")
    return draft
