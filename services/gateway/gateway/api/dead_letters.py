"""Where messages that could not be handled are shown over HTTP, and handed in again."""

from enum import StrEnum

from fastapi import APIRouter

from contracts.api.dead_letter import DeadLetter
from contracts.api.page import Page
from contracts.commands.dead_letters import ListDeadLetters, ReplayDeadLetter
from contracts.service import Service
from gateway.api.asker import Administrator, PageOf, Reader

router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])


class Keeper(StrEnum):
    """The services that keep dead letters; the gateway handles no events."""

    TRAINER = Service.TRAINER
    REGISTRY = Service.REGISTRY
    FEEDBACK = Service.FEEDBACK


@router.get("")
async def list_dead_letters(reader: Reader, page: PageOf, service: Keeper) -> Page[DeadLetter]:
    """List the messages of the tenant that a service could not handle, newest first."""
    return await reader.ask(ListDeadLetters(service=Service(service), **page.model_dump()))


@router.post("/{service}/{dead_letter_id}/replay")
async def replay_dead_letter(administrator: Administrator, service: Keeper, dead_letter_id: str) -> DeadLetter:
    """Hand a message in again."""
    return await administrator.ask(ReplayDeadLetter(service=Service(service), dead_letter_id=dead_letter_id))
