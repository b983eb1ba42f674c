"""Where the calls about redaction are described."""

from contracts.api.redaction import Redaction, RedactionPreview, RedactionRules, RedactionTrial
from ratchet.wire.call import Call, at, get, post, put
from ratchet.wire.noun import Noun, Way, endpoint, fields


class Redactions(Noun[Way]):
    """What is taken out of texts before they are stored."""

    @endpoint
    def get(self) -> Call[Redaction]:
        """Give the rules that are in force."""
        return get(at("redaction"), Redaction)

    @fields(RedactionRules)
    def set(self, rules: RedactionRules) -> Call[Redaction]:
        """Set all rules with the fields of `RedactionRules`; raises `InvalidInput` that names a faulty pattern."""
        return put(at("redaction"), Redaction, rules)

    @fields(RedactionTrial)
    def preview(self, trial: RedactionTrial) -> Call[RedactionPreview]:
        """Show what would be stored with the fields of `RedactionTrial`."""
        return post(at("redaction", "preview"), RedactionPreview, trial)
