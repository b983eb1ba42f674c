"""Where it is said over HTTP what is taken out of texts before they are stored."""

from fastapi import APIRouter

from contracts.api.redaction import Redaction, RedactionPreview, RedactionRules, RedactionTrial
from contracts.commands.redaction import GetRedaction, PreviewRedaction, SetRedaction
from gateway.api.asker import Configurer, Reader

router = APIRouter(prefix="/v1/redaction", tags=["feedback"])


@router.get("")
async def show_rules(reader: Reader) -> Redaction:
    """Show the rules; there are none unless somebody set some."""
    return await reader.ask(GetRedaction())


@router.put("")
async def set_rules(configurer: Configurer, rules: RedactionRules) -> Redaction:
    """Set all rules; they hold for what is read about a second later, by every replica."""
    return await configurer.ask(SetRedaction(rules=rules))


@router.post("/preview")
async def preview(configurer: Configurer, trial: RedactionTrial) -> RedactionPreview:
    """Show what would be stored of a text or of a body, by the rules in force or by those that come along."""
    return await configurer.ask(PreviewRedaction(trial=trial))
