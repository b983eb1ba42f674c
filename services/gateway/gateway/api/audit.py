"""Where the audit log is read over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from contracts.api.audit import AuditEntry
from contracts.api.page import Page, PageSize
from contracts.message import Message, Moment
from gateway import audit
from gateway.api.asker import Administrator

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class AuditQuestion(Message):
    """Which lines of the log are wanted."""

    actor: str | None = None
    action: Annotated[str | None, Field(examples=["POST /v1/tasks"])] = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    limit: PageSize = 50
    cursor: UUID | None = None


@router.get("")
async def list_audit(administrator: Administrator, question: Annotated[AuditQuestion, Query()]) -> Page[AuditEntry]:
    """List who did what, newest first, with how long it took and how it ended."""
    before = str(question.cursor) if question.cursor else None
    wanted = audit.Wanted(question.actor, question.action, question.since, question.until, before)
    async with administrator.transaction() as tx:
        return await audit.list_(tx, wanted, limit=question.limit)
