"""Where it is put into words for people what is wrong with which field."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from contracts.errors import BrokenJson, DomainError, InvalidInput
from contracts.problem import FieldProblem

_UNION_BRANCHES = frozenset({"str", "dict[str,any]"})
_MANY = 5
_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")

_SENTENCES = {
    "missing": "is needed",
    "extra_forbidden": "is not a known field",
    "too_long": "holds {actual_length:,} items; at most {max_length:,} are allowed",
    "too_short": "holds {actual_length:,} items; at least {min_length:,} is needed",
    "string_too_long": "must not be longer than {max_length:,} characters",
    "string_type": "must be a text",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
}
_PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]{0,62}$": "may hold up to 63 lower-case letters, digits, - and _, and begins with no - or _",
    r"^[\x21-\x7e]{1,128}$": "may hold up to 128 printable ASCII characters without spaces",
    r"^[a-z][a-z0-9+.-]*:[^\s\x00-\x1f]+$": "must be a URI, such as s3://models/tickets/7",
    r"^[^\x00-\x1f]+$": "must be a name without control characters",
    r"^[^\x00]*$": "must not contain NUL characters",
    r"^[0-9a-f]{64}$": "must be a SHA-256 in 64 lower-case hexadecimal digits",
}


def refusal(complaints: Iterable[Any], *, skip: int = 0) -> DomainError:
    """Give the refusal for pydantic's complaints; the first ``skip`` parts of a place are FastAPI's."""
    listed = list(complaints)
    if listed and listed[0]["type"] == "json_invalid":
        return _broken(listed[0])
    return refusing(fields(listed, skip=skip))


def refusing(errors: Sequence[FieldProblem]) -> InvalidInput:
    """Refuse fields."""
    shown = "; ".join(f"{each.field}: {each.reason}" for each in errors[:_MANY])
    more = f"; and {len(errors) - _MANY} more" if len(errors) > _MANY else ""
    return InvalidInput(shown + more, errors=tuple(errors))


def fields(complaints: Iterable[Any], *, skip: int = 0) -> tuple[FieldProblem, ...]:
    """Name each field that is wrong once, with all that is wrong with it."""
    reasons: dict[str, list[str]] = {}
    for complaint in _causes(list(complaints)):
        reasons.setdefault(_place(complaint["loc"][skip:]), []).append(_reason(complaint))
    return tuple(FieldProblem(field=field, reason=", or ".join(found)) for field, found in reasons.items())


def _causes(complaints: Sequence[Any]) -> Iterable[Any]:
    """Leave out that a list is too short where that is only because its items are wrong."""
    for each in complaints:
        depth = len(each["loc"])
        within = any(other["loc"][:depth] == each["loc"] for other in complaints if other is not each)
        if each["type"] != "too_short" or not within:
            yield each


def _place(loc: Sequence[str | int]) -> str:
    branch = bool(loc) and loc[-1] in _UNION_BRANCHES
    return ".".join(map(str, loc[:-1] if branch else loc)) or "body"


def _reason(complaint: Any) -> str:  # noqa: ANN401 (a pydantic ErrorDetails, or FastAPI's copy of one)
    facts = complaint.get("ctx", {})
    sentence = _SENTENCES.get(complaint["type"]) or _PATTERNS.get(facts.get("pattern", ""))
    if sentence and all(isinstance(value, str | int) for value in facts.values()):
        return sentence if "pattern" in facts else sentence.format(**facts)
    said = complaint["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return _MEMBER.sub(r"\1", said)


def _broken(complaint: Any) -> BrokenJson:  # noqa: ANN401
    where = complaint["loc"][-1] if complaint["loc"] else ""
    place = f" at character {where}" if isinstance(where, int) else ""
    errors = (FieldProblem(field="body", reason=f"{complaint['ctx']['error']}{place}"),)
    detail = f"The body is not valid JSON: {errors[0].reason}."
    return BrokenJson(detail, errors=errors)
