"""Where it is asked over HTTP that everything about a person is erased, and shown how far that is."""

from fastapi import APIRouter

from contracts.api.erasure import Erasure, NewErasure
from contracts.api.page import Page
from contracts.commands.erasure import EraseSubject, GetErasure, ListErasures
from gateway import erasing
from gateway.api.asker import Administrator, PageOf

router = APIRouter(prefix="/v1/erasures", tags=["erasures"])


@router.post("", status_code=202)
async def erase_subject(administrator: Administrator, erasure: NewErasure) -> Erasure:
    """Erase everything that stands under a person's names, in every service; what comes under them later is dropped.

    Asked again while it is under way, it gives the same erasure. The names are forgotten when it is completed.
    """
    begun = await administrator.ask(EraseSubject(erasure=erasure))
    async with administrator.transaction() as tx:
        await erasing.begin(tx)
    return begun


@router.get("")
async def list_erasures(administrator: Administrator, page: PageOf) -> Page[Erasure]:
    """List erasures, newest first, with who asked for them and what each service did."""
    return await administrator.ask(ListErasures(**page.model_dump()))


@router.get("/{erasure_id}")
async def show_erasure(administrator: Administrator, erasure_id: str) -> Erasure:
    """Show one erasure: what each service erased, and which has not said yet that it is done."""
    return await administrator.ask(GetErasure(erasure_id=erasure_id))
