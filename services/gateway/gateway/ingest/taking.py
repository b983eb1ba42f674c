"""Where an ingest request is answered: who asks, what is right, stored, accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.api.feedback import Accepted
from contracts.errors import UnknownTask
from contracts.events.ingest import Ingest
from contracts.problem import FieldProblem
from gateway.access.identity import demand
from gateway.access.limits import Limits, Rate
from gateway.access.rights import Right
from gateway.api import bodies
from gateway.api.desk import Desk
from gateway.api.visitor import network_of
from gateway.api.visits import idempotency_key, request_id
from gateway.ingest import items, writing
from gateway.ingest.items import Batch, Item, Sort
from gateway.ingest.publishing import Publisher

_FACT = "items_per_s"


def routes(desk: Desk) -> list[Route]:
    """Give the two routes, which stand ahead of FastAPI because they are asked a thousand times as often."""
    publisher = Publisher(desk.parts.nats, desk.parts.jetstream, timeout_s=desk.settings.publish_timeout_s)
    rate = Rate(desk.settings.ingest_items_per_s, desk.settings.ingest_burst)
    door = Door(publisher, Limits(rate, _too_much, _FACT))
    inferences, feedback = Taking(desk, door, items.INFERENCES), Taking(desk, door, items.FEEDBACK)
    return [
        Route("/v1/inferences", inferences.answer, methods=["POST"]),
        Route("/v1/feedback", feedback.answer, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class Door:
    """What both sorts of items go through: the way into the stream, and how much of it a tenant may take."""

    publisher: Publisher
    limits: Limits


class Taking(Generic[Item]):
    """How one sort of items is taken in."""

    def __init__(self, desk: Desk, door: Door, sort: Sort[Item]) -> None:
        self._desk = desk
        self._door = door
        self._sort = sort
        self._longest = int(desk.settings.body_limit_mb * 2**20)

    async def answer(self, request: Request) -> Response:
        headers: dict[bytes, bytes] = dict(request.scope["headers"])
        identity = await self._desk.keyring.identify(headers, network_of(self._desk, request.scope, headers))
        demand(identity, Right.LOG)
        self._door.limits.admit(identity.tenant)
        body = await self._body(request, headers)
        batch = items.read(self._sort, body)
        await self._check_tasks(identity.tenant, batch)
        ids, parts = writing.written(self._sort, batch, _key(headers, body))
        if not parts:
            raise batch.refusal()
        standing = self._door.limits.spend(identity.tenant, len(ids))
        await self._door.publisher.publish(Ingest.address(identity.tenant, self._sort.name), parts)
        answer = Response(_accepted(ids, batch), 202, media_type="application/json")
        answer.raw_headers += [(b"x-request-id", request_id(headers).encode()), *standing]
        return answer

    async def _body(self, request: Request, headers: Mapping[bytes, bytes]) -> bytes:
        """Read the body straight from the server: Starlette's own way costs as much as all the rest together."""
        bodies.check_length(headers, self._longest)
        message = await request.receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body"):
            message = await request.receive()
            body += message.get("body", b"")
            bodies.check_size(len(body), self._longest)
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        return body

    async def _check_tasks(self, tenant: str, batch: Batch[Item]) -> None:
        for task in {item.task for item in batch.items.values()}:
            try:
                await self._desk.parts.known_tasks.get(tenant, task)
            except UnknownTask as unknown:
                errors = (FieldProblem(field="task", reason=unknown.detail),)
                for index in [index for index, item in batch.items.items() if item.task == task]:
                    batch.refuse(index, errors)


def _accepted(ids: Sequence[str], batch: Batch[Any]) -> bytes:
    """Write `Accepted`, where nothing is refused by hand: it takes a tenth of the time."""
    if not batch.refused:
        return orjson.dumps({"accepted": len(ids), "ids": ids})
    accepted = Accepted(accepted=len(ids), ids=tuple(ids), refused=batch.refused_items())
    return accepted.model_dump_json(exclude_defaults=True).encode()


def _key(headers: Mapping[bytes, bytes], body: bytes) -> str | None:
    """Give what ids are made from: with another body, the same key makes other ids, so that nothing is lost."""
    key = idempotency_key(headers)
    return key and f"{key}/{sha256(body).hexdigest()}"


def _too_much(tenant: str, per_s: int, wait: int) -> str:
    return (
        f"The tenant {tenant!r} sends more than the {per_s:,} items a second that it may; nothing of this "
        f"request was stored. Please send it again in {wait:,} s."
    )
