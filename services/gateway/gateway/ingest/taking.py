"""Where an ingest request is answered: who asks, what is right, stored, accepted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Generic

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.api.feedback import Accepted
from contracts.errors import UnknownTask
from contracts.events.ingest import Ingest
from contracts.ids import new_id
from contracts.problem import FieldProblem
from gateway.access import rights
from gateway.access.rights import Right
from gateway.api.desk import Desk
from gateway.api.traffic import check_length, check_size, idempotency_key, request_id
from gateway.ingest import items
from gateway.ingest.items import Batch, Item, Sort
from gateway.ingest.publishing import LARGEST_ITEM, Publisher

_TOO_LARGE = (FieldProblem(field="body", reason=f"the item is larger than {LARGEST_ITEM:,} bytes"),)


def routes(desk: Desk) -> list[Route]:
    """Give the two routes, which stand ahead of FastAPI because they are asked a thousand times as often."""
    publisher = Publisher(desk.parts.nats, desk.parts.jetstream, timeout_s=desk.settings.publish_timeout_s)
    inferences, feedback = Taking(desk, publisher, items.INFERENCES), Taking(desk, publisher, items.FEEDBACK)
    return [
        Route("/v1/inferences", inferences.answer, methods=["POST"]),
        Route("/v1/feedback", feedback.answer, methods=["POST"]),
    ]


class Taking(Generic[Item]):
    """How one sort of items is taken in."""

    def __init__(self, desk: Desk, publisher: Publisher, sort: Sort[Item]) -> None:
        self._desk = desk
        self._publisher = publisher
        self._sort = sort
        self._longest = int(desk.settings.body_limit_mb * 2**20)

    async def answer(self, request: Request) -> Response:
        headers: dict[bytes, bytes] = dict(request.scope["headers"])
        identity = await self._desk.keyring.identify(headers)
        rights.demand(identity.role, Right.LOG)
        batch = items.read(self._sort, await self._body(request, headers))
        await self._check_tasks(identity.tenant, batch)
        ids, written = self._write(batch, idempotency_key(headers))
        if not written:
            raise batch.refusal()
        await self._publisher.publish(Ingest.address(identity.tenant, self._sort.name), written)
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

    def _write(self, batch: Batch[Item], idempotency_key: str | None) -> tuple[list[str], list[bytes]]:
        """Write every item with an id and a time; refuse those that are too large."""
        now, ids, written = datetime.now(UTC), list[str](), list[bytes]()
        for index, item in list(batch.items.items()):
            id = getattr(item, self._sort.id_field) or _new_id(idempotency_key, index)
            stamped = item.model_copy(update={self._sort.id_field: id, "occurred_at": item.occurred_at or now})
            body = stamped.model_dump_json(exclude_unset=True).encode()
            if len(body) > LARGEST_ITEM:
                batch.refuse(index, _TOO_LARGE)
                continue
            ids.append(id)
            written.append(body)
        return ids, written


def _new_id(idempotency_key: str | None, index: int) -> str:
    """Make an id; a request that is sent again with its Idempotency-Key gets the ids that it got before."""
    return sha256(f"{idempotency_key}/{index}".encode()).hexdigest()[:32] if idempotency_key else new_id()
