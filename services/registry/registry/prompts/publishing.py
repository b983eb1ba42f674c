"""Where texts become versions, and are found and activated as such."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.prompt import Prompt, PromptEntry, ServedPrompt
from contracts.api.route import Route
from contracts.api.version import VersionSource
from contracts.commands.prompts import ActivatePrompt, ListPrompts, PublishPrompt
from contracts.errors import NotAPromptTask, SamePrompt, UnknownPrompt
from contracts.ids import new_id
from registry import releases, routes, versions
from registry.registrations import Registration
from registry.store import prompts as stored

_DIGITS = 9


async def publish(tx: Transaction, command: PublishPrompt) -> Prompt:
    """Make a text the next version of its task; raises `NotAPromptTask`, `SamePrompt`."""
    demand_prompts(await routes.lock(tx, command.task))
    newest, prompt = await stored.find_newest(tx, command.task), command.prompt
    if newest and newest.text == prompt.text:
        detail = f"Prompt {newest.number} (version {newest.label}) of {command.task!r} is this very text already."
        raise SamePrompt(detail, number=newest.number, version_id=newest.version_id)
    version = await versions.register_external(tx, _registration(command))
    await stored.insert(tx, version.id, prompt.text, prompt.note)
    return await get(tx, command.task, version.number)


def _registration(command: PublishPrompt) -> Registration:
    prompt = command.prompt
    return Registration(
        id=new_id(),
        task=command.task,
        artifact=command.artifact,
        metrics={},
        lineage={"parameters": {}},
        card={"method": "written by a person", "note": prompt.note, "characters": len(prompt.text)},
        source=VersionSource.PROMPT,
        bump=prompt.bump,
    )


async def get(tx: Transaction, task: str, number: int) -> Prompt:
    route = demand_prompts(await routes.get(tx, task))
    prompt = await stored.find(tx, task, number) if 0 < number < 10**_DIGITS else None
    if prompt is None:
        raise UnknownPrompt(f"Task {task!r} has no prompt {number}.", task=task, number=number)
    return prompt.model_copy(update={"weight": _weight(route, prompt)})


async def of_version(tx: Transaction, version_id: str) -> ServedPrompt:
    """Give the text of a version; raises `UnknownPrompt`."""
    for prompt in await stored.find_all(tx, [version_id]):
        return prompt
    raise UnknownPrompt(f"There is no version {version_id!r} that is a prompt.", version_id=version_id)


async def list_(tx: Transaction, wanted: ListPrompts) -> Page[PromptEntry]:
    route = demand_prompts(await routes.get(tx, wanted.task))
    before = pages.number(wanted.cursor, digits=_DIGITS)
    found = await stored.list_(tx, wanted.task, before=before, limit=wanted.limit + 1)
    served = [prompt.model_copy(update={"weight": _weight(route, prompt)}) for prompt in found]
    return pages.cut(served, wanted.limit, lambda prompt: str(prompt.number))


async def activate(tx: Transaction, command: ActivatePrompt) -> Route:
    """Serve a prompt to all units, as a person ordered it; whatever else is open for the task ends."""
    prompt = await get(tx, command.task, command.number)
    version = await versions.get(tx, prompt.version_id)
    return await releases.promote(tx, version, command.activation.reason, command.expected_revision)


def demand_prompts(route: Route) -> Route:
    """Give the route of a task that has prompts; raises `NotAPromptTask`."""
    if route.kind != routes.PROMPTED:
        detail = f"Task {route.task!r} is of kind {route.kind!r}; only tasks of kind {routes.PROMPTED!r} have prompts."
        raise NotAPromptTask(detail, task=route.task, kind=route.kind)
    return route


def _weight(route: Route, prompt: PromptEntry) -> float:
    return round(sum(arm.weight for arm in route.arms if arm.version_id == prompt.version_id), 9)
