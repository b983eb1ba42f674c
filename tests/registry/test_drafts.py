"""Where drafts are written by several people, one at a time, and published."""

import asyncio

import pytest

from chassis.service import Parts
from contracts.api.prompt import Draft, DraftChange, Prompt, Publication
from contracts.commands.prompts import ChangeDraft, DeleteDraft, GetDraft, ListDrafts, PublishDraft
from contracts.errors import NotAPromptTask, SamePrompt, Stale, UnknownDraft
from tests.registry.prompting import TASK, artifact, create_chat, draft, publish
from tests.registry.scene import create_task, tell


async def change(parts: Parts, draft_id: str, expected: int | None = None, **fields: str) -> Draft:
    command = ChangeDraft(task=TASK, draft_id=draft_id, change=DraftChange(**fields), expected_revision=expected)
    return await tell(parts, command, actor="grace")


async def find(parts: Parts, draft_id: str, tenant: str = "acme") -> Draft:
    return await tell(parts, GetDraft(task=TASK, draft_id=draft_id), tenant)


async def publish_draft(parts: Parts, written: Draft, note: str | None = None) -> Prompt:
    return await tell(
        parts,
        PublishDraft(
            task=TASK,
            draft_id=written.id,
            publication=Publication(note=note),
            artifact=artifact(written.text or ""),
            expected_revision=written.revision,
        ),
    )


async def test_a_draft_is_changed_in_part_and_says_by_whom(registry: Parts) -> None:
    await create_chat(registry)
    written = await draft(registry)

    changed = await change(registry, written.id, text="Be very kind.")

    assert (changed.text, changed.note, changed.revision) == ("Be very kind.", "first try", 2)
    assert (changed.created_by, changed.changed_by) == ("ada", "grace")
    assert await find(registry, written.id) == changed


async def test_of_two_changes_made_with_the_same_revision_in_view_one_is_refused(registry: Parts) -> None:
    await create_chat(registry)
    written = await draft(registry)

    results = await asyncio.gather(
        *(change(registry, written.id, 1, text=f"change {number}") for number in range(2)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in results) == ["Draft", "Stale"]


async def test_a_published_draft_is_a_version_and_no_draft_any_more(registry: Parts) -> None:
    await create_chat(registry)
    written = await draft(registry)

    made = await publish_draft(registry, written)

    assert (made.number, made.text, made.note) == (1, "Be kind.", "first try")
    with pytest.raises(UnknownDraft):
        await find(registry, written.id)


async def test_a_draft_that_was_changed_meanwhile_is_not_published(registry: Parts) -> None:
    await create_chat(registry)
    written = await draft(registry)
    await change(registry, written.id, text="other")

    with pytest.raises(Stale):
        await publish_draft(registry, written)


async def test_a_draft_that_is_refused_stays(registry: Parts) -> None:
    await create_chat(registry)
    await publish(registry, "Be kind.")
    written = await draft(registry)

    with pytest.raises(SamePrompt):
        await publish_draft(registry, written)

    assert await find(registry, written.id) == written


async def test_a_draft_can_be_taken_away(registry: Parts) -> None:
    await create_chat(registry)
    written = await draft(registry)

    await tell(registry, DeleteDraft(task=TASK, draft_id=written.id))

    assert (await tell(registry, ListDrafts(task=TASK))).items == ()


async def test_drafts_are_listed_in_pages_newest_first_without_their_texts(registry: Parts) -> None:
    await create_chat(registry)
    made = [await draft(registry, f"draft {number}") for number in range(3)]

    first = await tell(registry, ListDrafts(task=TASK, limit=2))
    second = await tell(registry, ListDrafts(task=TASK, limit=2, cursor=first.next_cursor))

    found = [*first.items, *second.items]
    assert [each.id for each in found] == [each.id for each in reversed(made)]
    assert {each.text for each in found} == {None}


@pytest.mark.parametrize("draft_id", ["nonsense", "", "019a0000-0000-7000-8000-000000000000"])
async def test_an_unknown_draft_is_refused(registry: Parts, draft_id: str) -> None:
    await create_chat(registry)

    with pytest.raises(UnknownDraft):
        await find(registry, draft_id)


async def test_drafts_belong_to_their_tenant_and_to_chat_tasks(registry: Parts) -> None:
    await create_chat(registry)
    written = await draft(registry)
    await create_task(registry, key=TASK, tenant="globex")

    with pytest.raises(UnknownDraft):
        await find(registry, written.id, "globex")
    with pytest.raises(NotAPromptTask):
        await draft(registry, tenant="globex")
