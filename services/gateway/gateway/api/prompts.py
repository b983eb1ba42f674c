"""Where prompts are published, compared and activated over HTTP, and where it is answered which one a unit gets."""

import asyncio
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Response
from pydantic_core import to_json

from contracts import routing
from contracts.api.metrics import Period, VersionMetrics
from contracts.api.page import Page
from contracts.api.prompt import Activation, ActivePrompt, Draft, NewPrompt, Prompt, PromptDiff, PromptEntry
from contracts.api.route import Route
from contracts.commands.metrics import GetMetrics
from contracts.commands.prompts import (
    ActivatePrompt,
    CreateDraft,
    GetPrompt,
    ListPrompts,
    PublishPrompt,
    StorePrompt,
)
from contracts.errors import DomainError, NotAPromptTask, NothingServes
from gateway.api import revisions
from gateway.api.asker import Asker, PageOf, Reader, Releaser, Resolver
from gateway.api.revisions import Editing
from gateway.prompts import differences

router = APIRouter(prefix="/v1/tasks/{task}/prompts", tags=["prompts"])

Entry = TypeVar("Entry", bound=PromptEntry)
From = Annotated[int, Query(alias="from", description="Number of the prompt that is compared with.")]
To = Annotated[int, Query(alias="to", description="Number of the prompt that is compared.")]
_NO_REASON = Activation()
_KIND = "chat"
_PATIENCE_S = 1.0


@router.get("")
async def list_prompts(reader: Reader, task: str, page: PageOf) -> Page[PromptEntry]:
    """List the prompts of a task without their texts, newest first, with the conversations and success of each."""
    found = await reader.ask(ListPrompts(task=task, **page.model_dump()))
    known = await _known(reader, task)
    return found.model_copy(update={"items": tuple(_judged(prompt, known) for prompt in found.items)})


@router.post("", status_code=201)
async def create_prompt(releaser: Releaser, task: str, new: NewPrompt, response: Response) -> Prompt | Draft:
    """Publish a text as the next version, or keep it as a draft; nothing serves it yet."""
    if new.draft:
        return revisions.tagged(response, await releaser.ask(CreateDraft(task=task, prompt=new)))
    await releaser.ask(ListPrompts(task=task, limit=1))  # refuses tasks without prompts before an artifact is made
    artifact = await releaser.ask(StorePrompt(text=new.text))
    return await releaser.ask(PublishPrompt(task=task, prompt=new, artifact=artifact))


@router.get("/active", response_model=ActivePrompt)
async def show_active_prompt(
    resolver: Resolver, task: str, unit: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """Show the prompt that a unit gets now; the same unit always gets the same prompt of one route."""
    tenant, parts = resolver.caller.tenant, resolver.desk.parts
    route = await parts.known_tasks.get(tenant, task)
    if route.kind != _KIND:
        detail = f"Task {task!r} is of kind {route.kind!r}; only tasks of kind {_KIND!r} have prompts."
        raise NotAPromptTask(detail, task=task, kind=route.kind)
    resolved = routing.resolve(route, unit)
    if resolved.version_id is None:
        raise NothingServes(f"No prompt serves task {task!r} yet; publish one and activate it.", task=task)
    prompt = await resolver.desk.prompts.get(tenant, resolved.version_id)
    told = ActivePrompt(**dict(prompt), revision=resolved.revision, reason=resolved.reason)
    return Response(to_json(told), media_type="application/json")  # written once, where FastAPI would twice


@router.get("/diff")
async def compare_prompts(reader: Reader, task: str, from_: From, to: To) -> PromptDiff:
    """Show how one prompt differs from another: as a unified diff, in numbers, and word by word."""
    questions = (reader.ask(GetPrompt(task=task, number=number)) for number in (from_, to))
    old, new = await asyncio.gather(*questions)
    found = await asyncio.to_thread(differences.compare, old.text, new.text)
    return PromptDiff(**dict(found), task=task, from_number=from_, to_number=to)


@router.get("/{number}")
async def show_prompt(reader: Reader, task: str, number: int) -> Prompt:
    """Show one prompt with its text, its conversations and its success."""
    found = await reader.ask(GetPrompt(task=task, number=number))
    return _judged(found, await _known(reader, task))


@router.post("/{number}/activate")
async def activate_prompt(
    releaser: Releaser, task: str, number: int, edit: Editing, order: Activation = _NO_REASON
) -> Route:
    """Serve a prompt to all units at once; If-Match takes the ETag of the route."""
    command = ActivatePrompt(task=task, number=number, activation=order, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))


async def _known(reader: Asker, task: str) -> dict[str | None, VersionMetrics] | None:
    """Give what is known of the versions; None while the feedback service does not say."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            metrics = await reader.ask(GetMetrics(task=task, period=Period.ALL))
    except (DomainError, TimeoutError):
        return None
    return {each.version_id: each for each in metrics.versions}


def _judged(prompt: Entry, known: dict[str | None, VersionMetrics] | None) -> Entry:
    if known is None:
        return prompt
    metrics = known.get(prompt.version_id)
    conversations, success = (metrics.conversations, metrics.success) if metrics else (0, None)
    return prompt.model_copy(update={"conversations": conversations, "success": success})
