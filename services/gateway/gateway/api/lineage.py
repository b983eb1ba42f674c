"""Where it is shown over HTTP which examples taught a version, and which versions learnt from an example."""

from fastapi import APIRouter

from contracts.api.lineage import Learner, Teacher
from contracts.api.page import Page
from contracts.commands.lineage import ListLearners, ListTeachers
from contracts.commands.versions import GetVersion
from gateway.api.asker import PageOf, Reader

router = APIRouter(prefix="/v1", tags=["versions"])


@router.get("/versions/{version_id}/lineage/examples")
async def list_teachers(reader: Reader, version_id: str, page: PageOf) -> Page[Teacher]:
    """List the examples in the rows that the version was made of, with the feedback that they came from, by id."""
    version = await reader.ask(GetVersion(version_id=version_id))
    job_id = version.lineage.get("job_id")
    if version.source != "trained" or not isinstance(job_id, str):
        return Page(items=())
    return await reader.ask(ListTeachers(job_id=job_id, **page.model_dump()))


@router.get("/examples/{name}/versions")
async def list_learners(reader: Reader, name: str, page: PageOf) -> Page[Learner]:
    """List the versions whose rows hold an example, newest first.

    It is named by its id, by the key of the feedback, or by the id of the inference that it came from.
    """
    return await reader.ask(ListLearners(name=name, **page.model_dump()))
