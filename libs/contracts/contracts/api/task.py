"""Where a task is described."""

from typing import Annotated, Any

from pydantic import Field

from contracts.ids import Key
from contracts.message import Message, Moment, Request


class NewTask(Request):
    """A task to create."""

    key: Annotated[Key, Field(description="Name of the task in subjects, routes and URLs.", examples=["tickets"])]
    kind: Annotated[Key, Field(description="How the task is trained: one of GET /v1/kinds.")] = "classification"
    name: Annotated[str, Field(max_length=200)] = ""
    description: Annotated[str, Field(max_length=10_000)] = ""
    parameters: Annotated[dict[str, Any], Field(description="What every job's parameters start from.")] = {}  # noqa: RUF012
    auto_approve_quality: Annotated[
        float | None,
        Field(ge=0, le=1, description="Corrections of at least this quality become approved examples by themselves."),
    ] = None


class Task(Message):
    """One thing an AI does for a tenant."""

    key: Key
    kind: str
    name: str
    description: str
    parameters: dict[str, Any]
    auto_approve_quality: float | None = None
    created_at: Moment
    created_by: str
