"""Where versions get their semver labels."""

from collections.abc import Mapping
from typing import Any

from contracts.api.version import Bump

FIRST = "1.0.0"
_SOURCE = ("datasets", "columns")


def following(previous: str, bump: Bump) -> str:
    """Give the label after another."""
    major, minor, patch = _numbers(previous)
    match bump:
        case Bump.MAJOR:
            return f"{major + 1}.0.0"
        case Bump.MINOR:
            return f"{major}.{minor + 1}.0"
        case Bump.PATCH:
            return f"{major}.{minor}.{patch + 1}"


def is_higher(label: str, previous: str) -> bool:
    """Say whether a label comes after another."""
    return _numbers(label) > _numbers(previous)


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Bump:
    """Say what a version raises by what it was made of: a patch on newer rows of the same source, else a minor.

    Another source are other datasets, other columns, or examples where there were none; what only one of the two wrote
    down makes no difference.
    """
    same_parameters = before.get("parameters") == after.get("parameters")
    same_source = all(before[name] == after[name] for name in _SOURCE if name in before and name in after)
    return Bump.PATCH if same_parameters and same_source and _learns_alike(before, after) else Bump.MINOR


def _learns_alike(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    known = "examples" in before and "examples" in after
    return not known or bool(before["examples"]) == bool(after["examples"])


def _numbers(label: str) -> tuple[int, int, int]:
    major, minor, patch = map(int, label.split("."))
    return major, minor, patch
