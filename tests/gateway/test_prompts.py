"""Where prompts are asked for over HTTP: the active one from memory, the others from whoever owns them."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.testing.waiting import eventually
from contracts import routing
from contracts.api.metrics import (
    ClassificationMetrics,
    CostMetrics,
    LatencyMetrics,
    Metrics,
    Period,
    SuccessMetrics,
    VersionMetrics,
)
from contracts.api.page import Page
from contracts.api.prompt import Draft, Prompt, PromptEntry, ServedPrompt
from contracts.api.route import Arm, Route
from contracts.api.version import Artifact, VersionSource, VersionStatus
from contracts.commands.metrics import GetMetrics
from contracts.commands.prompts import (
    ActivatePrompt,
    ChangeDraft,
    CreateDraft,
    GetDraft,
    GetPrompt,
    GetPromptOfVersion,
    ListPrompts,
    PublishDraft,
    PublishPrompt,
    StorePrompt,
)
from contracts.errors import Stale, UnknownPrompt
from contracts.service import Service
from contracts.topology import route_subject
from gateway.prompts.texts import Texts
from tests.gateway.stage import NOW, Behind, Gateway

TASK = "/v1/tasks/helpdesk/prompts"
TEXTS = {"v1": "Be kind.", "v2": "Be brief.\n" * 5_000}
ARTIFACT = Artifact(sha256="a" * 64, size=3)


def prompt(number: int = 1, text: str = "Be kind.", kind: Callable[..., Any] = Prompt) -> Any:
    return kind(
        number=number, version_id=f"v{number}", label=f"1.{number}.0", status=VersionStatus.CANDIDATE,
        source=VersionSource.PROMPT, beginning=text[:200], characters=len(text), note="", weight=0, created_at=NOW,
        created_by="ada", task="helpdesk", text=text,
    )  # fmt: skip


def draft(revision: int = 1) -> Draft:
    return Draft(
        id="d1", task="helpdesk", text="Be kind.", beginning="Be kind.", characters=8, note="", revision=revision,
        created_at=NOW, created_by="ada", changed_at=NOW, changed_by="ada",
    )  # fmt: skip


def measured(version_id: str, conversations: int, success: SuccessMetrics) -> VersionMetrics:
    return VersionMetrics(
        version_id=version_id, inferences=9, errors=0, error_rate=0, mean_confidence=None, feedback=4,
        classification=ClassificationMetrics(
            judged=0, accuracy=None, precision=None, recall=None, f1=None, acceptance=None
        ),
        latency=LatencyMetrics(p50_ms=None, p95_ms=None, p99_ms=None),
        cost=CostMetrics(usd=None, unknown=9, tokens_in=0, tokens_out=0),
        conversations=conversations, success=success,
    )  # fmt: skip


def metrics(_: GetMetrics) -> Metrics:
    of_first = measured("v1", 7, SuccessMetrics(count=4, rate=0.75))
    return Metrics(
        task="helpdesk", period=Period.ALL, since=None, metrics=of_first, versions=(of_first,), series=(),
        distributions={},
    )  # fmt: skip


async def route_to(gateway: Gateway, revision: int, *weights: float, kind: str = "chat", tenant: str = "acme") -> Route:
    arms = [
        Arm(version_id=f"v{number}", label=f"1.{number}.0", artifact="a", weight=weight)
        for number, weight in enumerate(weights, 1)
    ]
    route = Route(task="helpdesk", kind=kind, revision=revision, phase="serving", salt="s", since=NOW, arms=tuple(arms))
    await gateway.nats.jetstream().publish(route_subject(tenant, "helpdesk"), route.model_dump_json().encode())
    return route


def text_of(command: GetPromptOfVersion) -> ServedPrompt:
    number = int(command.version_id[1:])
    return ServedPrompt(
        task="helpdesk", version_id=command.version_id, number=number, label=f"1.{number}.0",
        text=TEXTS[command.version_id],
    )  # fmt: skip


async def active(gateway: Gateway, unit: str | None = None) -> dict[str, Any] | None:
    asked = await gateway.admin.get(f"{TASK}/active", params={"unit": unit} if unit else {})
    return asked.json() if asked.status_code == 200 else None


async def test_the_active_prompt_is_asked_for_once_and_then_told_from_memory(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetPromptOfVersion: text_of})
    await route_to(gateway, 3, 1.0)
    first = await eventually(lambda: active(gateway))

    again = [await active(gateway, f"user-{number}") for number in range(20)]

    assert (first["text"], first["version_id"], first["revision"], first["reason"]) == ("Be kind.", "v1", 3, "route")
    assert all(each == first for each in again)
    assert len(behind.asked) == 1


async def test_each_unit_gets_the_prompt_that_the_route_assigns_to_it(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetPromptOfVersion: text_of})
    route = await route_to(gateway, 1, 0.7, 0.3)
    await eventually(lambda: active(gateway))

    units = [f"user-{number}" for number in range(60)]
    found = [await active(gateway, unit) for unit in units]

    chosen = [routing.choose(route, unit) for unit in units]
    assert [each["version_id"] for each in found if each] == [arm.version_id for arm in chosen if arm]
    assert {each["text"] for each in found if each} == set(TEXTS.values())


async def test_a_changed_route_changes_the_active_prompt(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetPromptOfVersion: text_of})
    await route_to(gateway, 1, 1.0)
    await eventually(lambda: active(gateway))

    await route_to(gateway, 2, 0.0001, 0.9999)

    async def changed() -> bool:
        found = await active(gateway)
        return bool(found) and found["version_id"] == "v2"

    await eventually(changed)


@pytest.mark.parametrize(("kind", "problem"), [("chat", "nothing-serves"), ("classification", "not-a-prompt-task")])
async def test_a_task_without_an_active_prompt_says_why(gateway: Gateway, kind: str, problem: str) -> None:
    await route_to(gateway, 1, kind=kind)

    async def refused() -> str | None:
        asked = await gateway.admin.get(f"{TASK}/active")
        return asked.json()["type"] if asked.status_code == 409 else None

    assert (await eventually(refused)).endswith(problem)


async def test_texts_are_kept_by_tenant_and_dropped_when_there_are_too_many(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetPromptOfVersion: text_of})
    texts = Texts(gateway.nats, most_characters=len(TEXTS["v2"]))

    for tenant, version in (("acme", "v1"), ("acme", "v1"), ("globex", "v1"), ("acme", "v2"), ("acme", "v1")):
        await texts.get(tenant, version)

    assert [(tenant, command.version_id) for tenant, command in behind.asked] == [
        ("acme", "v1"), ("globex", "v1"), ("acme", "v2"), ("acme", "v1")
    ]  # fmt: skip


async def test_a_prompt_comes_with_its_conversations_and_its_success(gateway: Gateway, behind: Behind) -> None:
    page = Page[PromptEntry](items=(prompt(2, kind=PromptEntry), prompt(1, kind=PromptEntry)))
    await behind.answer(Service.REGISTRY, {ListPrompts: lambda _: page, GetPrompt: lambda c: prompt(c.number)})
    await behind.answer(Service.FEEDBACK, {GetMetrics: metrics})

    listed = (await gateway.admin.get(TASK)).json()["items"]
    shown = (await gateway.admin.get(f"{TASK}/1")).json()

    assert [each["conversations"] for each in listed] == [0, 7]
    assert (shown["conversations"], shown["success"]) == (7, {"count": 4, "rate": 0.75})
    assert "text" not in listed[0]


async def test_a_feedback_service_that_is_away_leaves_them_unknown(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetPrompt: lambda command: prompt(command.number)})

    shown = await gateway.admin.get(f"{TASK}/1")

    assert (shown.status_code, shown.json()["conversations"], shown.json()["success"]) == (200, None, None)


async def test_a_text_becomes_an_artifact_before_it_becomes_a_version(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.TRAINER, {StorePrompt: lambda _: ARTIFACT})
    await behind.answer(
        Service.REGISTRY, {ListPrompts: lambda _: Page[PromptEntry](items=()), PublishPrompt: lambda _: prompt()}
    )

    made = await gateway.admin.post(TASK, json={"text": "Be kind.", "note": "new"})

    assert made.status_code == 201
    assert [type(command) for _, command in behind.asked] == [ListPrompts, StorePrompt, PublishPrompt]
    assert behind.asked[-1][1].artifact == ARTIFACT


async def test_a_trainer_that_is_away_leaves_nothing_half_published(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {ListPrompts: lambda _: Page[PromptEntry](items=())})

    made = await gateway.admin.post(TASK, json={"text": "Be kind."})

    assert made.status_code == 503
    assert "trainer" in made.json()["detail"]


@pytest.mark.parametrize("text", ["", "\n \t", "a\0b", "x" * 200_001, 7, None])
async def test_a_text_that_is_none_is_refused_by_its_field(gateway: Gateway, text: object) -> None:
    made = await gateway.admin.post(TASK, json={"text": text})

    assert made.status_code == 422
    assert made.json()["errors"][0]["field"] == "text"


async def test_a_draft_is_edited_with_its_revision(gateway: Gateway, behind: Behind) -> None:
    def change(command: ChangeDraft) -> Draft:
        if command.expected_revision != 1:
            raise Stale("changed since")
        return draft(2)

    await behind.answer(
        Service.REGISTRY, {CreateDraft: lambda _: draft(), ChangeDraft: change, GetDraft: lambda _: draft()}
    )

    made = await gateway.admin.post(TASK, json={"text": "Be kind.", "draft": True})
    edited = await gateway.admin.patch(
        f"{TASK}/drafts/d1", json={"text": "x"}, headers={"If-Match": made.headers["ETag"]}
    )
    late = await gateway.admin.patch(f"{TASK}/drafts/d1", json={"text": "x"}, headers={"If-Match": '"7"'})

    assert (made.status_code, made.headers["ETag"], edited.headers["ETag"]) == (201, '"1"', '"2"')
    assert late.status_code == 412


async def test_activating_a_prompt_answers_with_the_etag_of_the_route(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(
        Service.REGISTRY,
        {
            ActivatePrompt: lambda _: Route(
                task="support", kind="chat", revision=8, phase="serving", arms=(), salt="s", since=NOW
            )
        },
    )

    answer = await gateway.admin.post(f"{TASK}/1/activate")

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"8"')


async def test_a_draft_is_published_as_it_was_read(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.TRAINER, {StorePrompt: lambda _: ARTIFACT})
    await behind.answer(Service.REGISTRY, {GetDraft: lambda _: draft(4), PublishDraft: lambda _: prompt()})

    made = await gateway.admin.post(f"{TASK}/drafts/d1/publish")
    late = await gateway.admin.post(f"{TASK}/drafts/d1/publish", headers={"If-Match": '"3"'})

    assert (made.status_code, late.status_code) == (201, 412)
    published = [command for _, command in behind.asked if isinstance(command, PublishDraft)]
    assert [command.expected_revision for command in published] == [4]


async def test_two_prompts_are_compared(gateway: Gateway, behind: Behind) -> None:
    def get(command: GetPrompt) -> Prompt:
        if command.number > 2:
            raise UnknownPrompt(f"no prompt {command.number}")
        return prompt(command.number, "Be kind." if command.number == 1 else "Be very kind.")

    await behind.answer(Service.REGISTRY, {GetPrompt: get})

    found = (await gateway.admin.get(f"{TASK}/diff", params={"from": 1, "to": 2})).json()
    missing = await gateway.admin.get(f"{TASK}/diff", params={"from": 1, "to": 3})

    assert (found["from_number"], found["to_number"], found["words_added"], found["added"]) == (1, 2, 1, 1)
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("role", "call", "status"),
    [
        ("viewer", ("POST", TASK), 403),
        ("viewer", ("DELETE", f"{TASK}/drafts/d1"), 403),
        ("operator", ("POST", f"{TASK}/1/activate"), 403),
        ("service", ("GET", TASK), 403),
        ("service", ("GET", f"{TASK}/active"), 409),
    ],
)
async def test_who_may_do_what(gateway: Gateway, role: str, call: tuple[str, str], status: int) -> None:
    await route_to(gateway, 1)
    somebody = await gateway.key_for(role)

    async def answered() -> int | None:
        found = (await somebody.request(*call, json={"text": "x"} if call[0] == "POST" else None)).status_code
        return found if found == status else None

    assert await eventually(answered) == status
    await somebody.aclose()
