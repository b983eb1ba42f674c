"""Where a problem becomes again the error that it was written from."""

from contracts.errors import (
    Conflict,
    DomainError,
    InternalFault,
    InvalidInput,
    MethodNotAllowed,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Stale,
    TooLarge,
    TooManyRequests,
    TooSlow,
    Unavailable,
)
from contracts.problem import Problem

_GENERAL = (
    InvalidInput,
    NotAuthenticated,
    NotAllowed,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Stale,
    TooLarge,
    TooManyRequests,
    InternalFault,
    Unavailable,
    TooSlow,
)
_BAD_GATEWAY = 502


def from_problem(problem: Problem) -> DomainError:
    """Give the error that was written as this problem; an unknown type becomes the nearest class by status."""
    by_name = {known.name(): known for known in _subclasses(DomainError)}
    by_status = {known.status: known for known in _GENERAL} | {_BAD_GATEWAY: Unavailable}
    found = by_name.get(problem.type.rsplit(":", 1)[-1]) or by_status.get(problem.status, DomainError)
    return found(problem.detail, errors=problem.errors, **problem.facts)


def _subclasses(parent: type[DomainError]) -> list[type[DomainError]]:
    return [each for child in parent.__subclasses__() for each in (child, *_subclasses(child))]
