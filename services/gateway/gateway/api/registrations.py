"""Where versions that were made elsewhere are registered over HTTP, with their file or the place that has it."""

import asyncio
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError

from contracts import reasons
from contracts.api.registration import NewVersion, VersionFacts
from contracts.api.version import Artifact, Version
from contracts.commands.lineage import ImportArtifact
from contracts.commands.versions import RegisterVersion
from contracts.errors import DomainError, InvalidInput
from contracts.ids import new_id
from gateway import uploads
from gateway.api.asker import Asker, TrainingKeeper
from gateway.api.bodies import is_form
from gateway.uploads import Form, Place, Received

router = APIRouter(prefix="/v1/tasks/{task}/versions", tags=["versions"])

Body = TypeVar("Body", bound=BaseModel)
_FACTS = "version"
_MOST_FACTS_BYTES = 500_000
_BODIES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": NewVersion.model_json_schema(ref_template="#/components/schemas/{model}")},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        _FACTS: {"type": "string", "description": "JSON: the fields of a version, but for artifact."},
                        "file": {"type": "string", "format": "binary", "description": "Its bytes."},
                    },
                }
            },
        },
    }
}


@router.post("", status_code=201, openapi_extra=_BODIES)
async def register_version(keeper: TrainingKeeper, task: str, request: Request) -> Version:
    """Register a version that was made elsewhere, with its file or the URI that has it; it becomes a candidate."""
    kind = (await keeper.desk.parts.known_tasks.get(keeper.caller.tenant, task)).kind
    if not is_form(dict(request.scope["headers"])):
        new = _read(NewVersion, await request.body())
        kept = new.artifact
        artifact = Artifact(sha256=kept.sha256 or "", size=kept.size or 0, uri=kept.uri)
        facts = VersionFacts.model_validate(new.model_dump(exclude={"artifact"}))
        return await keeper.ask(RegisterVersion(task=task, artifact=artifact, facts=facts))
    received = await _received(keeper, task, request)
    facts, artifact = await _taken(keeper, kind, received)
    return await keeper.ask(RegisterVersion(task=task, artifact=artifact, facts=facts))


async def _received(trainer: Asker, task: str, request: Request) -> Received:
    async def check(_: str) -> None:
        """The task is known already."""

    desk, kind = trainer.desk, request.headers.get("content-type", "")
    place = Place(desk.files, int(desk.settings.max_upload_mb * 2**20))
    form = Form(known={_FACTS: _MOST_FACTS_BYTES}, fields={"task": task.encode()})
    return await uploads.receive(request.stream(), kind, place, check, form)


async def _taken(trainer: Asker, kind: str, received: Received) -> tuple[VersionFacts, Artifact]:
    """Have the trainer keep the file, if a task of that kind can load it; the upload is gone then, come what may.

    The same request may come again while the first is still looked at: each has an upload of its own.
    """
    files, upload = trainer.desk.files, new_id()
    path = files.at("uploads", upload)
    await asyncio.to_thread(files.move, received.path, path)
    try:
        facts = _read(VersionFacts, received.fields.get(_FACTS) or b"{}")
        taken = ImportArtifact(kind=kind, upload=upload, sha256=received.sha256, size=received.size)
        return facts, await trainer.ask(taken)
    finally:
        await asyncio.to_thread(files.remove, path)


def _read(shape: type[Body], written: bytes) -> Body:
    try:
        return shape.model_validate_json(written)
    except ValidationError as wrong:
        raise _refusal(wrong) from wrong


def _refusal(wrong: ValidationError) -> DomainError:
    listed = wrong.errors(include_url=False)
    if listed[0]["type"] == "json_invalid":
        return InvalidInput.at("body", f"is not valid JSON: {listed[0].get('ctx', {}).get('error')}")
    return reasons.refusal(listed)
