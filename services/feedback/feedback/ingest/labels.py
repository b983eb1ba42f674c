"""Where the label of an answer is read, if it is one that can be counted."""

from contracts.api.outcome import label_of

LONGEST = 200
"""Characters; a longer text is an answer of its own, not one of some labels, and would not fit into an index."""

_WITHOUT = frozenset({"chat", "forecast", "rag"})


def are_given_by(kind: str) -> bool:
    """Say whether tasks of a kind answer with one of some labels; the others say something new each time."""
    return kind not in _WITHOUT


def countable(outcome: object) -> str | None:
    """Give the label of an output or a correction, or None where there is none to count."""
    label = label_of(outcome)
    return label if label is not None and len(label) <= LONGEST else None
