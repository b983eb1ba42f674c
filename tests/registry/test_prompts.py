"""Where prompts are published, found, activated, pushed and told apart."""

import asyncio

import asyncpg
import pytest

from chassis.service import Parts
from contracts.api.prompt import PromptEntry, ServedPrompt
from contracts.api.registration import NewApproval
from contracts.api.version import Verdict, Version, VersionSource
from contracts.commands.prompts import GetPrompt, GetPromptOfVersion, ListPrompts
from contracts.commands.versions import ApproveVersion, GetVersion
from contracts.errors import ApprovalNeeded, NotAPromptTask, SamePrompt, Stale, UnknownPrompt, UnknownTask
from contracts.topology import PROMPTS_BUCKET, prompt_address
from registry.reconciliation import reconcile
from tests.registry.prompting import TASK, activate, create_chat, get, publish, pushed, roll_back
from tests.registry.scene import create_task, register, route_of, tell, trained

LONG = "Zeile mit Ümläuten, 漢字 und 🙂.\n" * 6_000


async def listed(parts: Parts) -> list[PromptEntry]:
    return list((await tell(parts, ListPrompts(task=TASK))).items)


async def version_of(parts: Parts, number: int) -> Version:
    return await tell(parts, GetVersion(version_id=(await get(parts, number)).version_id))


async def test_a_published_prompt_is_a_version_with_its_text(registry: Parts) -> None:
    await create_chat(registry)

    made = await publish(registry, "Be kind.", note="the first")

    version = await version_of(registry, 1)
    assert (made.number, made.text, made.note, made.created_by) == (1, "Be kind.", "the first", "ada")
    assert (version.source, version.status, version.number) == (VersionSource.PROMPT, "candidate", 1)
    assert "judged by conversations" in version.gate.reasons[0]


@pytest.mark.parametrize("text", ["x", LONG[:200_000], "\ud7ff\ufffd𐀀\r\n\t{}%s'\"\\", "a" * 200_000])
async def test_any_text_comes_back_as_it_was(registry: Parts, text: str) -> None:
    await create_chat(registry)

    await publish(registry, text)

    found = await get(registry, 1)
    assert (found.text, found.characters, found.beginning) == (text, len(text), text[:200])


async def test_the_text_of_the_newest_version_is_not_published_again(registry: Parts) -> None:
    await create_chat(registry)
    await publish(registry, "one")

    with pytest.raises(SamePrompt, match="Prompt 1"):
        await publish(registry, "one")

    assert (await publish(registry, "two")).number == 2
    assert (await publish(registry, "one")).number == 3


async def test_the_same_text_published_at_once_becomes_one_version(registry: Parts) -> None:
    await create_chat(registry)

    results = await asyncio.gather(*(publish(registry, "at once") for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(each, SamePrompt) for each in results) == 4
    assert len(await listed(registry)) == 1


async def test_prompts_are_listed_newest_first_without_their_texts(registry: Parts) -> None:
    await create_chat(registry)
    for text in ("one", "two", "three"):
        await publish(registry, text)
    await activate(registry, 2)

    found = await listed(registry)

    assert [(each.number, each.beginning, each.weight) for each in found] == [
        (3, "three", 0), (2, "two", 1), (1, "one", 0)
    ]  # fmt: skip
    assert not hasattr(found[0], "text")


async def test_the_first_prompt_is_activated_at_once_and_a_later_one_too(registry: Parts) -> None:
    await create_chat(registry)
    first, second = await publish(registry, "one"), await publish(registry, "two")

    await activate(registry, 1)
    route = await activate(registry, 2)

    assert route.champion_version_id == second.version_id
    assert (await roll_back(registry)).champion_version_id == first.version_id


async def test_a_prompt_needs_the_approval_that_its_task_asks_for(registry: Parts) -> None:
    await create_chat(registry, approvals=1)
    made = await publish(registry, "one")

    with pytest.raises(ApprovalNeeded, match="approved"):
        await activate(registry, 1)

    await tell(registry, ApproveVersion(version_id=made.version_id, approval=NewApproval()), actor="grace")
    assert (await activate(registry, 1)).champion_version_id == made.version_id


async def test_an_order_made_with_an_older_route_in_view_is_refused(registry: Parts) -> None:
    await create_chat(registry)
    await publish(registry, "one")

    with pytest.raises(Stale):
        await activate(registry, 1, expected=7)

    assert (await activate(registry, 1, expected=1)).revision == 2


async def test_a_trained_version_does_not_take_a_prompts_place_by_itself(registry: Parts) -> None:
    await create_chat(registry)
    written = await publish(registry, "one")
    await activate(registry, 1)

    made = await register(registry, trained(TASK, against=written.version_id))

    assert made.gate.verdict is Verdict.INCONCLUSIVE
    assert (await route_of(registry, TASK)).champion_version_id == written.version_id


async def test_a_version_composed_by_a_training_is_a_prompt_too(registry: Parts) -> None:
    await create_chat(registry)
    composed = trained(TASK).model_copy(update={"card": {"prompt": "Be brief.\n\nQuestion: a\nAnswer: b"}})

    await register(registry, composed)

    found = await get(registry, 1)
    assert (found.source, found.text[:9], found.weight) == (VersionSource.TRAINED, "Be brief.", 1)
    assert (await pushed(registry, composed.version_id)).text == found.text
    with pytest.raises(SamePrompt):
        await publish(registry, found.text)


@pytest.mark.parametrize("text", ["Be kind.", LONG])
async def test_a_prompt_is_pushed_before_the_route_that_names_it(registry: Parts, text: str) -> None:
    await create_chat(registry)
    made = await publish(registry, text)
    bucket = await registry.jetstream.key_value("routes")
    watcher = await bucket.watch("acme.*")

    await activate(registry, 1)

    async for entry in watcher:
        if entry is not None and made.version_id.encode() in (entry.value or b""):
            break
    answer = await registry.nats.request(prompt_address("acme", made.version_id), timeout=30)
    await watcher.stop()
    assert ServedPrompt.model_validate_json(answer.data).text == text


async def test_what_serves_is_pushed_again_after_nats_lost_it(registry: Parts) -> None:
    await create_chat(registry)
    await publish(registry, "never served")
    made = await publish(registry, "one")
    await activate(registry, 2)
    await pushed(registry, made.version_id)
    await registry.jetstream.purge_stream(f"KV_{PROMPTS_BUCKET}")

    await reconcile(registry.database, registry.jetstream)

    assert (await pushed(registry, made.version_id)).text == "one"
    assert (await registry.jetstream.stream_info(f"KV_{PROMPTS_BUCKET}")).state.messages == 1


async def test_a_task_of_another_kind_has_no_prompts(registry: Parts) -> None:
    await create_task(registry, key=TASK)

    with pytest.raises(NotAPromptTask, match="'classification'"):
        await publish(registry, "one")
    with pytest.raises(NotAPromptTask):
        await listed(registry)


@pytest.mark.parametrize("number", [-1, 0, 2, 10**30])
async def test_an_unknown_number_is_refused(registry: Parts, number: int) -> None:
    await create_chat(registry)
    await publish(registry, "one")

    with pytest.raises(UnknownPrompt):
        await tell(registry, GetPrompt(task=TASK, number=number))


async def test_tenants_do_not_see_one_anothers_prompts(registry: Parts) -> None:
    await create_chat(registry)
    made = await publish(registry, "secret")

    with pytest.raises(UnknownTask):
        await get(registry, 1, tenant="globex")
    with pytest.raises(UnknownPrompt):
        await tell(registry, GetPromptOfVersion(version_id=made.version_id), "globex")


async def test_a_published_text_cannot_be_changed(registry: Parts) -> None:
    await create_chat(registry)
    await publish(registry, "one")

    with pytest.raises(asyncpg.RestrictViolationError, match="never changes"):
        async with registry.database.transaction("acme") as tx:
            await tx.execute("UPDATE prompts SET text = 'other'")
