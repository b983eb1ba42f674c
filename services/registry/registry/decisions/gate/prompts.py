"""Where it is decided what a prompt must show before it may serve: no holdout can measure it, conversations can."""

from contracts.api.version import Gate, Verdict

_CONVERSATIONS = "conversations"


def of_prompt() -> Gate:
    """Judge a prompt that a person wrote: there is nothing that speaks for or against it yet."""
    reason = (
        "It is a prompt that a person wrote: no holdout can measure it, it is judged by conversations. Roll it out in "
        "steps or test it in an experiment to be sure."
    )
    return Gate(verdict=Verdict.INCONCLUSIVE, reasons=(reason,), evidence={"judged_by": _CONVERSATIONS})


def beside_a_prompt(champion_id: str | None) -> Gate:
    """Judge a trained version while a prompt serves: that it beats a baseline says nothing about the prompt."""
    reason = (
        "The champion is a prompt that a person wrote, which no holdout can measure. Roll this version out in steps or "
        "test it in an experiment to find out which is better."
    )
    return Gate(verdict=Verdict.INCONCLUSIVE, reasons=(reason,), evidence={"champion_version_id": champion_id})


def is_judged_by_conversations(gate: Gate) -> bool:
    """Say whether a person may promote a version with this gate at once, because no holdout could say more."""
    return gate.evidence.get("judged_by") == _CONVERSATIONS
