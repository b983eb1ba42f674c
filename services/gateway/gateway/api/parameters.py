"""Where query parameters that a route does not know are refused by name: a misspelt filter would be no filter."""

from collections.abc import Iterator
from difflib import get_close_matches

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request

from contracts import reasons
from contracts.problem import FieldProblem
from gateway.access.oidc.provider import CALLBACK


async def refuse_unknown(request: Request) -> None:
    """Raise `InvalidInput` that names each unknown parameter, and the known one that it looks like."""
    if not request.scope["query_string"] or request.scope["path"] == CALLBACK:
        return  # What an OpenID provider sends besides has to be ignored (RFC 6749, section 4.1.2).
    known = known_to(request.scope["route"])
    if unknown := [name for name in dict.fromkeys(request.query_params) if name not in known]:
        raise reasons.refusing([FieldProblem(field=name, reason=_reason(name, known)) for name in unknown])


def known_to(route: APIRoute) -> tuple[str, ...]:
    """Name the query parameters of a route."""
    return tuple(sorted(_names(route.dependant)))


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        shape = field.field_info.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            yield from (each.alias or name for name, each in shape.model_fields.items())
        else:
            yield field.alias
    for needed in dependant.dependencies:
        yield from _names(needed)


def _reason(name: str, known: tuple[str, ...]) -> str:
    meant = get_close_matches(name, known, n=1)
    if meant:
        return f"is not a known parameter; did you mean {meant[0]}?"
    return f"is not a known parameter; known are {', '.join(known)}" if known else "is not known; there are none here"
