"""Where it is shown over HTTP what serves, and changed in one step."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from contracts.api.page import Page
from contracts.api.route import Resolution, Route, Serving
from contracts.api.version import Rollback
from contracts.commands.versions import GetRoute, GetServing, ListServing, ResolveTask, RollBack
from contracts.message import Moment
from gateway.api import revisions
from gateway.api.asker import PageOf, Reader, Releaser, Resolver
from gateway.api.looks import UNCHANGED, Looking
from gateway.api.revisions import Editing

router = APIRouter(prefix="/v1/tasks/{task}", tags=["routes"])

_PREVIOUS = Rollback()


@router.get("/route", responses=UNCHANGED)
async def show_route(resolver: Resolver, task: str, look: Looking) -> Route:
    """Show which versions serve a task, and since when."""
    found = await resolver.ask(GetRoute(task=task))
    return look.answer(found, revisions.etag(found))


@router.get("/resolve")
async def resolve(
    resolver: Resolver, task: str, unit: Annotated[str | None, Query(max_length=200)] = None
) -> Resolution:
    """Decide which version a unit gets; the same unit always gets the same answer of one route."""
    return await resolver.ask(ResolveTask(task=task, unit=unit))


@router.get("/history")
async def list_serving(reader: Reader, task: str, page: PageOf) -> Page[Serving]:
    """List what served from when until when, newest first."""
    return await reader.ask(ListServing(task=task, **page.model_dump()))


@router.get("/serving")
async def show_serving(reader: Reader, task: str, at: Moment | None = None) -> Serving:
    """Show what served at a time; now, if no time is given."""
    return await reader.ask(GetServing(task=task, at=at or datetime.now(UTC)))


@router.post("/rollback")
async def roll_back(releaser: Releaser, task: str, edit: Editing, order: Rollback = _PREVIOUS) -> Route:
    """Put the previous champion back, or the one that is named, at once; If-Match is the ETag of the route."""
    command = RollBack(task=task, rollback=order, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))
