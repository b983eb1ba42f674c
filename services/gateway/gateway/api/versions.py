"""Where versions are shown and promoted over HTTP."""

from fastapi import APIRouter

from contracts.api.difference import VersionDifference
from contracts.api.page import Page
from contracts.api.registration import NewApproval, Retirement
from contracts.api.route import Route
from contracts.api.version import Canary, Promotion, Version, VersionStatus
from contracts.commands.versions import (
    ApproveVersion,
    CompareVersions,
    GetVersion,
    ListVersions,
    PromoteVersion,
    RetireVersion,
    SetCanary,
)
from gateway.api.asker import PageOf, Reader, Releaser
from gateway.api.revisions import Editing

router = APIRouter(prefix="/v1", tags=["versions"])

_NO_REASON = Promotion()
_NO_NOTE = NewApproval()
_NO_CAUSE = Retirement()


@router.get("/tasks/{task}/versions")
async def list_versions(reader: Reader, task: str, page: PageOf, status: VersionStatus | None = None) -> Page[Version]:
    """List the versions of a task, newest first."""
    return await reader.ask(ListVersions(task=task, status=status, **page.model_dump()))


@router.get("/versions/{version_id}")
async def show_version(reader: Reader, version_id: str) -> Version:
    """Show one version with its metrics, lineage, card and gate."""
    return await reader.ask(GetVersion(version_id=version_id))


@router.get("/versions/{a}/compare/{b}")
async def compare_versions(reader: Reader, a: str, b: str) -> VersionDifference:
    """Put two versions of a task side by side: metrics, rows, parameters, libraries, and the gate of b against a."""
    return await reader.ask(CompareVersions(a=a, b=b))


@router.post("/versions/{version_id}/approve")
async def approve_version(releaser: Releaser, version_id: str, approval: NewApproval = _NO_NOTE) -> Version:
    """Say that a version may serve; a task can ask that somebody other than who promotes it has done so."""
    return await releaser.ask(ApproveVersion(version_id=version_id, approval=approval))


@router.post("/versions/{version_id}/deprecate")
async def deprecate_version(releaser: Releaser, version_id: str, order: Retirement = _NO_CAUSE) -> Version:
    """Set a version aside; 409 if it serves or is tried."""
    return await releaser.ask(RetireVersion(version_id=version_id, status=VersionStatus.DEPRECATED, retirement=order))


@router.post("/versions/{version_id}/archive")
async def archive_version(releaser: Releaser, version_id: str, order: Retirement = _NO_CAUSE) -> Version:
    """Set a version aside for good: it may not serve again; 409 if it serves or is tried."""
    return await releaser.ask(RetireVersion(version_id=version_id, status=VersionStatus.ARCHIVED, retirement=order))


@router.post("/versions/{version_id}/promote")
async def promote_version(releaser: Releaser, version_id: str, edit: Editing, order: Promotion = _NO_REASON) -> Route:
    """Make a version the champion, or give it some per cent of the units; 409 if it did not pass the gate.

    If-Match is the ETag of the route.
    """
    command = PromoteVersion(version_id=version_id, promotion=order, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))


@router.post("/versions/{version_id}/canary")
async def set_canary(releaser: Releaser, version_id: str, order: Canary, edit: Editing) -> Route:
    """Give a version some per cent of the units until somebody says otherwise; guardrails take it back by themselves.

    If-Match is the ETag of the route.
    """
    command = SetCanary(version_id=version_id, canary=order, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))
