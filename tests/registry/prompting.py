"""Where tests of the registry write, publish and serve prompts."""

from hashlib import sha256

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.prompt import Activation, Draft, NewPrompt, Prompt, ServedPrompt
from contracts.api.route import Route
from contracts.api.task import NewTask
from contracts.api.version import Artifact, Rollback
from contracts.commands.prompts import ActivatePrompt, CreateDraft, GetPrompt, PublishPrompt
from contracts.commands.tasks import CreateTask
from contracts.commands.versions import RollBack
from contracts.topology import prompt_address
from tests.registry.scene import tell

TASK = "helpdesk"


async def create_chat(parts: Parts, tenant: str = "acme", approvals: int = 0) -> None:
    await tell(parts, CreateTask(task=NewTask(key=TASK, kind="chat", approvals=approvals)), tenant)


def artifact(text: str) -> Artifact:
    content = text.encode()
    return Artifact(sha256=sha256(content).hexdigest(), size=len(content))


async def publish(parts: Parts, text: str, note: str = "", tenant: str = "acme", actor: str = "ada") -> Prompt:
    prompt = NewPrompt(text=text, note=note)
    return await tell(parts, PublishPrompt(task=TASK, prompt=prompt, artifact=artifact(text)), tenant, actor)


async def draft(parts: Parts, text: str = "Be kind.", tenant: str = "acme") -> Draft:
    return await tell(parts, CreateDraft(task=TASK, prompt=NewPrompt(text=text, note="first try", draft=True)), tenant)


async def get(parts: Parts, number: int, tenant: str = "acme") -> Prompt:
    return await tell(parts, GetPrompt(task=TASK, number=number), tenant)


async def activate(parts: Parts, number: int, actor: str = "ada", expected: int | None = None) -> Route:
    command = ActivatePrompt(task=TASK, number=number, activation=Activation(), expected_revision=expected)
    return await tell(parts, command, actor=actor)


async def pushed(parts: Parts, version_id: str, tenant: str = "acme") -> ServedPrompt:
    """Give the text as a client reads it, once it is there."""

    async def look() -> ServedPrompt | None:
        answer = await parts.nats.request(prompt_address(tenant, version_id), timeout=30)
        return ServedPrompt.model_validate_json(answer.data) if answer.data else None

    return await eventually(look)


async def roll_back(parts: Parts) -> Route:
    return await tell(parts, RollBack(task=TASK, rollback=Rollback(reason="it was rude")))
