"""Where the commands about redaction are declared; the feedback service owns them."""

from contracts.api.redaction import Redaction, RedactionPreview, RedactionRules, RedactionTrial
from contracts.command import Command
from contracts.service import Service


class GetRedaction(Command[Redaction]):
    """Give the rules that are in force."""

    subject = "redaction.get"
    owner = Service.FEEDBACK


class SetRedaction(Command[Redaction]):
    """Set the rules; raises `InvalidInput` for an unusable pattern, and `Stale` unless ``seen`` is their `etag`."""

    subject = "redaction.set"
    owner = Service.FEEDBACK

    rules: RedactionRules
    seen: str | None = None


class PreviewRedaction(Command[RedactionPreview]):
    """Show what would be stored; raises `InvalidInput` for a pattern that cannot be used."""

    subject = "redaction.preview"
    owner = Service.FEEDBACK

    trial: RedactionTrial
