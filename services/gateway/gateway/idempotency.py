"""Where the answer to a request with an Idempotency-Key is kept, so that the same request is carried out once.

An answer may hold a secret that is shown once. It is sealed with a key made from the secret of whoever asked, which is
stored nowhere: what lies in the database can be read by nobody, and answered to nobody else.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from hashlib import blake2b, sha512

import orjson
from nacl.secret import Aead

from chassis.database import Database, Transaction
from chassis.faults import UNREACHABLE
from contracts.errors import KeyReused, RequestUnderWay
from contracts.ids import new_id
from gateway.store import kept_answers as store
from gateway.store.kept_answers import Claim

LARGEST = 2**20
"""Bytes of an answer that is kept; what is longer is a file, which is made again."""

LEASE_S = 4.0
PATIENCE_S = 10.0
_EXTEND_EVERY_S = 1.3
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0
_FIRST_REFUSAL = 400
_NAMED = b"\0"

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request that may come again: who sent it is part of its name, what it says of its fingerprint."""

    tenant: str
    claim: Claim
    seal: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Headers
    body: bytes


def keyed(tenant: str, secret: bytes, key: str, request: tuple[bytes, ...], *, brief: bool = False) -> Keyed:
    """Name a request by its sender's secret and its key, and take its fingerprint; neither tells what it is made of."""
    known_to_asker = sha512(secret).digest()
    made = blake2b(_NAMED.join((tenant.encode(), key.encode())), key=known_to_asker, digest_size=64).digest()
    name, seal = made[:32], made[32:]
    fingerprint = blake2b(key=seal, digest_size=32)
    for part in request:
        fingerprint.update(len(part).to_bytes(8))
        fingerprint.update(part)
    return Keyed(tenant, Claim(name, fingerprint.digest(), new_id(), brief), seal)


async def begin(database: Database, request: Keyed) -> Answer | None:
    """Give the answer that is kept; None if it is for the caller to carry the request out.

    Raises `KeyReused` for another request with the same key; waits for the same one that is under way, and raises
    `RequestUnderWay` if that takes long.
    """
    deadline, pause_s = asyncio.get_running_loop().time() + PATIENCE_S, _FIRST_PAUSE_S
    while True:
        async with database.transaction(request.tenant) as tx:
            if await store.claim(tx, request.claim, lease_s=LEASE_S):
                return None
            kept = await store.find(tx, request.claim.name)
        if kept and kept.request != request.claim.request:
            detail = "This Idempotency-Key came with another request before; use a new key for a new request."
            raise KeyReused(detail)
        if kept and kept.sealed:
            return _opened(request, kept.sealed)
        if asyncio.get_running_loop().time() > deadline:
            detail = "The same request, with the same Idempotency-Key, is still being carried out; ask again shortly."
            raise RequestUnderWay(detail, retry_after_s=2)
        await asyncio.sleep(pause_s)
        pause_s = min(_LONGEST_PAUSE_S, pause_s * 2)


async def settle(tx: Transaction, request: Keyed, answer: Answer | None) -> None:
    """Keep an answer that says that something was done; after any other the request may be sent again."""
    if answer and answer.status < _FIRST_REFUSAL:
        await store.keep(tx, request.claim, _sealed(request, answer))
    else:
        await store.release(tx, request.claim)


@contextlib.asynccontextmanager
async def under_way(database: Database, request: Keyed) -> AsyncGenerator[None]:
    """Hold the claim while a request is carried out, however long that takes."""
    holding = asyncio.create_task(_hold(database, request))
    try:
        yield
    finally:
        holding.cancel()


async def release(database: Database, request: Keyed) -> None:
    """Give the claim of a request back that broke off; if that fails, the claim runs out by itself."""
    with contextlib.suppress(*UNREACHABLE):
        async with database.transaction(request.tenant) as tx:
            await store.release(tx, request.claim)


async def _hold(database: Database, request: Keyed) -> None:
    while True:
        await asyncio.sleep(_EXTEND_EVERY_S)
        with contextlib.suppress(*UNREACHABLE):
            async with database.transaction(request.tenant) as tx:
                await store.extend(tx, request.claim)


def _sealed(request: Keyed, answer: Answer) -> bytes:
    head = orjson.dumps([answer.status, [[part.decode("latin-1") for part in each] for each in answer.headers]])
    return bytes(Aead(request.seal).encrypt(head + b"\n" + answer.body, request.claim.request))


def _opened(request: Keyed, sealed: bytes) -> Answer:
    head, _, body = Aead(request.seal).decrypt(sealed, request.claim.request).partition(b"\n")
    status, headers = orjson.loads(head)
    return Answer(status, [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers], body)
