"""Where refusals in general are defined, one for each status that an answer can have."""

import re
from typing import Any, ClassVar

from contracts.problem import FieldProblem, Problem


class DomainError(Exception):
    """The request cannot be carried out."""

    status: ClassVar[int] = 400

    def __init__(self, detail: str, *, errors: tuple[FieldProblem, ...] = (), **facts: Any) -> None:  # noqa: ANN401
        """Refuse with a sentence for people, the fields that are wrong, and facts a program can use (JSON values)."""
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.facts = facts

    @classmethod
    def name(cls) -> str:
        """Give the name that the type of a problem ends with: ``already-running``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def problem(self) -> Problem:
        """Write this refusal as a problem; the docstring of the class is the title."""
        title = (self.__doc__ or type(self).__name__).splitlines()[0].rstrip(".")
        named = {"type": f"urn:ratchet:problem:{self.name()}", "title": title, "status": self.status}
        return Problem.model_validate(self.facts | named | {"detail": self.detail, "errors": self.errors})


class BrokenJson(DomainError):
    """The body is not valid JSON."""


class BadSignature(DomainError):
    """The signature is not valid."""


class InvalidInput(DomainError):
    """The input is not valid."""

    status = 422

    @classmethod
    def at(cls, field: str, reason: str) -> "InvalidInput":
        """Refuse one field for one reason."""
        return cls(f"{field}: {reason}", errors=(FieldProblem(field=field, reason=reason),))


class UnusableDataset(InvalidInput):
    """The file cannot be used."""


class WeakPassword(InvalidInput):
    """The password can be guessed."""


class NotAuthenticated(DomainError):
    """A valid API key is needed."""

    status = 401


class LoginRefused(NotAuthenticated):
    """Email or password is wrong."""


class NotAllowed(DomainError):
    """Your role, or the scopes of your key, do not allow that."""

    status = 403


class PasswordExpired(NotAllowed):
    """The password has to be changed first."""


class ForgedRequest(NotAllowed):
    """The request did not come from a page of Ratchet."""


class OwnExample(NotAllowed):
    """Those who submit an example may not review it."""


class TrainingSwitchedOff(NotAllowed):
    """Training is switched off on this platform."""


class NotInPlan(NotAllowed):
    """The tenant's plan does not include that."""


class TenantSwitchedOff(NotAllowed):
    """The tenant is switched off."""


class MethodNotAllowed(DomainError):
    """This address does not take that method."""

    status = 405


class Stale(DomainError):
    """It was changed since you read it."""

    status = 412


class TooLarge(DomainError):
    """The request is too large."""

    status = 413


class TooManyRequests(DomainError):
    """Too many requests."""

    status = 429


class Unavailable(DomainError):
    """A part of Ratchet is not available at the moment."""

    status = 503


class TooSlow(DomainError):
    """The answer took too long."""

    status = 504


class InternalFault(DomainError):
    """Something went wrong on our side."""

    status = 500


class NotFound(DomainError):
    """There is no such thing."""

    status = 404


class Conflict(DomainError):
    """The request does not fit the present state."""

    status = 409
