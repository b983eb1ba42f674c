"""Where the audit log is read and exported over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import StreamingResponse

from contracts.api.audit import AuditEntry, AuditOutcome, NewAuditExport
from contracts.api.page import Page, PageSize
from contracts.message import Message, Moment
from gateway import audit
from gateway.api.asker import Administrator
from gateway.exports import audit_log

router = APIRouter(prefix="/v1/audit", tags=["audit"])
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in audit_log.MEDIA_TYPES.values()}, "description": "The file."}
}


class AuditQuestion(Message):
    """Which lines of the log are wanted."""

    actor: str | None = None
    action: Annotated[str | None, Field(examples=["POST /v1/tasks"])] = None
    outcome: AuditOutcome | None = None
    request_id: str | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    limit: PageSize = 50
    cursor: UUID | None = None


@router.get("")
async def list_audit(administrator: Administrator, question: Annotated[AuditQuestion, Query()]) -> Page[AuditEntry]:
    """List who did what, newest first, with how long it took and how it ended."""
    before = str(question.cursor) if question.cursor else None
    wanted = audit.Wanted(**question.model_dump(exclude={"limit", "cursor"}))
    async with administrator.transaction() as tx:
        return await audit.list_(tx, wanted, before=before, limit=question.limit)


@router.post("/export", response_class=StreamingResponse, responses=_FILE)
async def export_audit(administrator: Administrator, new: NewAuditExport) -> StreamingResponse:
    """Export the log as it is now, or a part of it, oldest first; that it was exported is a line of it as well."""
    content = await audit_log.begin(administrator, new)
    headers = {"Content-Disposition": f'attachment; filename="audit-{administrator.caller.tenant}.{new.format}"'}
    return StreamingResponse(content, media_type=audit_log.MEDIA_TYPES[new.format], headers=headers)
