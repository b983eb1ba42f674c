"""Where items are delivered to the gateway."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from contracts.api.feedback import Accepted
from contracts.errors import InvalidInput
from contracts.events.ingest import Ingest
from contracts.ids import new_id
from contracts.problem import FieldProblem
from ratchet import access
from ratchet.recording.sender import Line, Most
from ratchet.wire.awaited import Awaited
from ratchet.wire.call import Call, at
from ratchet.wire.connection import Connection, check
from ratchet.wire.exchange import exchange

_PATHS = {Ingest.INFERENCE: at("inferences"), Ingest.FEEDBACK: at("feedback")}
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class OverHttp:
    """Delivers to a gateway with an API key.

    Name the ``tenant`` as well, and what was spooled under one key is delivered under the one that replaces it. The
    gateway refuses a key of any other tenant, so that nothing goes astray.
    """

    url: str
    api_key: str = field(repr=False)
    tenant: str | None = None
    most: Most = field(default=Most(500, 1024 * 1024), repr=False)

    def __post_init__(self) -> None:
        """Refuse an address or a key that can be none; raises `InvalidInput`, `NotAuthenticated`."""
        check(self._connection())

    @property
    def label(self) -> str:
        """A name for the gateway and the tenant; of the key it holds nothing that could be used."""
        whose = f"tenant:{self.tenant}" if self.tenant else f"key:{self.api_key}"
        digest = sha256(f"{self.url.rstrip('/')}\n{whose}".encode()).hexdigest()[:16]
        return f"http-{self.tenant or 'key'}-{digest}"

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Line]:
        """Give a line whose connections are opened when they are needed."""
        way = Awaited(self._connection())
        try:
            yield _HttpLine(way)
        finally:
            await way.close()

    def _connection(self) -> Connection:
        return Connection(self.url, self.api_key, _TIMEOUT_S, self.tenant)


def known_here() -> OverHttp:
    """Deliver to the gateway that `ratchet.access` finds; raises `NotAuthenticated` if there is none."""
    found = access.find()
    return OverHttp(found.url, found.api_key)


@dataclass(frozen=True, slots=True)
class _HttpLine:
    way: Awaited

    async def send(self, sort: str, bodies: Sequence[bytes]) -> Mapping[int, str]:
        """Post a list."""
        read = Accepted.model_validate_json
        call = Call("POST", _PATHS[sort], read, body=b"[%b]" % b",".join(bodies), key=new_id())
        try:
            accepted = await self.way.run(exchange(call))
        except InvalidInput as refusal:
            return _all_refused(refusal, len(bodies))
        return {each.index: _said(each.errors) for each in accepted.refused}


def _all_refused(refusal: InvalidInput, items: int) -> Mapping[int, str]:
    """Read a refusal of the whole that names every item; raises any other again."""
    wrong: dict[int, list[FieldProblem]] = {}
    for error in refusal.errors:
        place, _, field_name = error.field.partition(".")
        if place.isdecimal():
            wrong.setdefault(int(place), []).append(FieldProblem(field=field_name or "body", reason=error.reason))
    if wrong.keys() != set(range(items)):
        raise refusal
    return {place: _said(errors) for place, errors in wrong.items()}


def _said(errors: Sequence[FieldProblem]) -> str:
    return "; ".join(f"{each.field}: {each.reason}" for each in errors)
