"""Where an ingest request is answered: who asks, what is right, stored, accepted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.api.feedback import Accepted
from contracts.errors import UnknownTask
from contracts.events.ingest import Ingest
from contracts.problem import FieldProblem
from gateway.access import rights
from gateway.access.rights import Right
from gateway.api.desk import Desk
from gateway.api.traffic import check_length, check_size, idempotency_key, request_id
from gateway.ingest import items, writing
from gateway.ingest.items import Batch, Item, Sort
from gateway.ingest.limits import Limits
from gateway.ingest.publishing import Publisher


def routes(desk: Desk) -> list[Route]:
    """Give the two routes, which stand ahead of FastAPI because they are asked a thousand times as often."""
    publisher = Publisher(desk.parts.nats, desk.parts.jetstream, timeout_s=desk.settings.publish_timeout_s)
    door = Door(publisher, Limits(desk.settings.ingest_items_per_s, desk.settings.ingest_burst))
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
        identity = await self._desk.keyring.identify(headers)
        rights.demand(identity.role, Right.LOG)
        self._door.limits.admit(identity.tenant)
        batch = items.read(self._sort, await self._body(request, headers))
        await self._check_tasks(identity.tenant, batch)
        ids, parts = writing.written(self._sort, batch, idempotency_key(headers))
        if not parts:
            raise batch.refusal()
        self._door.limits.spend(identity.tenant, len(ids))
        await self._door.publisher.publish(Ingest.address(identity.tenant, self._sort.name), parts)
        accepted = Accepted(accepted=len(ids), ids=tuple(ids), refused=batch.refused_items())
        body = accepted.model_dump_json(exclude_defaults=True)
        return Response(body, 202, {"X-Request-Id": request_id(headers)}, "application/json")

    async def _body(self, request: Request, headers: Mapping[bytes, bytes]) -> bytes:
        """Read the body straight from the server: Starlette's own way costs as much as all the rest together."""
        check_length(headers, self._longest)
        message = await request.receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body"):
            message = await request.receive()
            body += message.get("body", b"")
            check_size(len(body), self._longest)
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
