"""Where a call that is described once becomes a method of both clients.

A noun is a class whose methods describe calls. `endpoint` turns each into a descriptor: reached through `Client` it
carries the call out and returns the answer, reached through `AsyncClient` it returns an awaitable of the same answer.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from pydantic import BaseModel, ValidationError

from contracts import reasons
from contracts.api.page import Page
from ratchet.wire.awaited import Awaited
from ratchet.wire.call import Call, Stream
from ratchet.wire.direct import Direct
from ratchet.wire.exchange import Steps, exchange

P = ParamSpec("P")
Answer = TypeVar("Answer")
Item = TypeVar("Item")
Body = TypeVar("Body", bound=BaseModel)
Way = TypeVar("Way", Direct, Awaited)


class Noun(Generic[Way]):
    """A group of calls, carried out one way or the other."""

    def __init__(self, way: Way) -> None:
        """Take the way in which calls are carried out."""
        self.way = way


class Endpoint(Generic[P, Answer]):
    """A call that is answered once."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Call[Answer] | Steps[Answer]]) -> None:
        """Take the function that describes the call."""
        self.describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, noun: None, owner: type) -> Self: ...
    @overload
    def __get__(self, noun: Noun[Direct], owner: type) -> Callable[P, Answer]: ...
    @overload
    def __get__(self, noun: Noun[Awaited], owner: type) -> Callable[P, Coroutine[Any, Any, Answer]]: ...
    def __get__(self, noun: Noun[Any] | None, owner: type) -> object:
        """Give the method of a client."""
        if noun is None:
            return self

        @wraps(self.describe)
        def method(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 (the overloads say what)
            described = self.describe(noun, *args, **kwargs)
            return noun.way.run(exchange(described) if isinstance(described, Call) else described)

        return method


class Iteration(Generic[P, Item]):
    """A call that is answered item by item."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Call[Page[Item]] | Stream[Item]]) -> None:
        """Take the function that describes the call."""
        self.describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, noun: None, owner: type) -> Self: ...
    @overload
    def __get__(self, noun: Noun[Direct], owner: type) -> Callable[P, Iterator[Item]]: ...
    @overload
    def __get__(self, noun: Noun[Awaited], owner: type) -> Callable[P, AsyncIterator[Item]]: ...
    def __get__(self, noun: Noun[Any] | None, owner: type) -> object:
        """Give the method of a client."""
        if noun is None:
            return self

        @wraps(self.describe)
        def method(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 (the overloads say what)
            described = self.describe(noun, *args, **kwargs)
            return noun.way.follow(described) if isinstance(described, Stream) else noun.way.each(described)

        return method


def endpoint(describe: Callable[Concatenate[Any, P], Call[Answer]]) -> Endpoint[P, Answer]:
    """Make a method of both clients from a description of one call."""
    return Endpoint(describe)


def conversation(describe: Callable[Concatenate[Any, P], Steps[Answer]]) -> Endpoint[P, Answer]:
    """Make a method of both clients from a description of several calls, one after another."""
    return Endpoint(describe)


def streaming(describe: Callable[Concatenate[Any, P], Stream[Item]]) -> Iteration[P, Item]:
    """Make an iterator of both clients from a description of a stream."""
    return Iteration(describe)


def every(describe: Callable[Concatenate[Any, P], Call[Page[Item]]]) -> Iteration[P, Item]:
    """Make an iterator over all pages of a list; ``limit`` is the size of a page then."""
    return Iteration(describe)


class fields(Generic[P, Body]):  # noqa: N801 (a decorator)
    """Let a method take the fields of its body as keywords, after the id it is about, if it has one.

    Raises `InvalidInput` where the body would not be accepted.
    """

    def __init__(self, body: Callable[P, Body]) -> None:
        """Take the class of the body."""
        self._body: Callable[..., Body] = body

    @overload
    def __call__(self, describe: Callable[[Any, Body], Call[Answer]]) -> Endpoint[P, Answer]: ...
    @overload
    def __call__(self, describe: Callable[[Any, str, Body], Call[Answer]]) -> Endpoint[Concatenate[str, P], Answer]: ...
    def __call__(self, describe: Callable[..., Call[Any]]) -> Endpoint[..., Any]:
        """Make the method."""

        @wraps(describe)
        def described(noun: Any, *ids: str, **values: Any) -> Call[Any]:  # noqa: ANN401
            return describe(noun, *ids, filled(self._body, **values))

        return Endpoint(described)


def filled(body: Callable[..., Body], **values: Any) -> Body:  # noqa: ANN401
    """Make a body; raises `InvalidInput` where it would not be accepted."""
    try:
        return body(**values)
    except ValidationError as wrong:
        raise reasons.refusing(reasons.fields(wrong.errors())) from wrong
