"""Where the installed kinds of training are shown over HTTP."""

from fastapi import APIRouter

from contracts.api.kind import Kinds
from contracts.api.task import NewTask
from contracts.commands.kinds import ListKinds
from contracts.errors import InvalidInput, TooSlow, Unavailable
from gateway.api.asker import Asker, Reader

router = APIRouter(prefix="/v1/kinds", tags=["tasks"])


@router.get("")
async def list_kinds(reader: Reader) -> Kinds:
    """List the kinds of training, with the tables and parameters of each."""
    return await reader.ask(ListKinds())


async def require_known(asker: Asker, new: NewTask) -> None:
    """Refuse a task of a kind that is not installed; while the trainer is away nobody knows, and it may be created."""
    try:
        known = [sheet.name for sheet in (await asker.ask(ListKinds())).items]
    except (Unavailable, TooSlow):
        return
    if new.kind not in known:
        raise InvalidInput.at("kind", f"there is no kind {new.kind!r}; installed are: {', '.join(known)}")
