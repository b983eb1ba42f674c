"""Where versions are shown and promoted over HTTP."""

from fastapi import APIRouter

from contracts.api.page import Page
from contracts.api.route import Route
from contracts.api.version import Promotion, Version, VersionStatus
from contracts.commands.versions import GetVersion, ListVersions, PromoteVersion
from gateway.api.asker import PageOf, Reader, Releaser

router = APIRouter(prefix="/v1", tags=["versions"])

_NO_REASON = Promotion()


@router.get("/tasks/{task}/versions")
async def list_versions(reader: Reader, task: str, page: PageOf, status: VersionStatus | None = None) -> Page[Version]:
    """List the versions of a task, newest first."""
    return await reader.ask(ListVersions(task=task, status=status, **page.model_dump()))


@router.get("/versions/{version_id}")
async def show_version(reader: Reader, version_id: str) -> Version:
    """Show one version with its metrics, lineage, card and gate."""
    return await reader.ask(GetVersion(version_id=version_id))


@router.post("/versions/{version_id}/promote")
async def promote_version(releaser: Releaser, version_id: str, order: Promotion = _NO_REASON) -> Route:
    """Make a version the champion; 409 if it did not pass the gate."""
    return await releaser.ask(PromoteVersion(version_id=version_id, promotion=order))
