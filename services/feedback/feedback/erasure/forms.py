"""Where it is worked out under which hashes a person's names may be stored, where rules redact them."""

from collections.abc import Sequence

from contracts.api.redaction import Detector, RedactionRule
from feedback.redaction import redactor
from feedback.store.redactions import Kept


def of(names: Sequence[str], kept: Kept | None) -> tuple[str, ...]:
    """Give names with the hashes that rules put for them: those in force, and those of each detector's own name."""
    if kept is None:
        return tuple(names)
    found = set(names)
    for rule in _rules(kept):
        made = redactor.of([rule], kept.hash_key)
        found.update(made.identifier(name) for name in names)
    return tuple(sorted(found))


def _rules(kept: Kept) -> list[RedactionRule]:
    rules = [*kept.redaction.rules, *(RedactionRule(detector=each) for each in Detector)]
    return [rule.model_copy(update={"enabled": True, "task": None}) for rule in rules]
