"""Where it is said over HTTP what is taken out of texts before they are stored."""

from fastapi import APIRouter

from contracts.api.redaction import Redaction, RedactionPreview, RedactionRules, RedactionTrial
from contracts.commands.redaction import GetRedaction, PreviewRedaction, SetRedaction
from contracts.etags import etag
from gateway.api.asker import Configurer, Reader
from gateway.api.contents import Editing
from gateway.api.looks import UNCHANGED, Looking

router = APIRouter(prefix="/v1/redaction", tags=["feedback"])


@router.get("", responses=UNCHANGED)
async def show_rules(reader: Reader, look: Looking) -> Redaction:
    """Show the rules; there are none unless somebody set some."""
    found = await reader.ask(GetRedaction())
    return look.answer(found, etag(found))


@router.put("")
async def set_rules(configurer: Configurer, rules: RedactionRules, edit: Editing) -> Redaction:
    """Set all rules; they hold for what is read about a second later, by every replica."""
    return edit.answer(await configurer.ask(SetRedaction(rules=rules, seen=edit.seen)))


@router.post("/preview")
async def preview(configurer: Configurer, trial: RedactionTrial) -> RedactionPreview:
    """Show what would be stored of a text or of a body, by the rules in force or by those that come along."""
    return await configurer.ask(PreviewRedaction(trial=trial))
