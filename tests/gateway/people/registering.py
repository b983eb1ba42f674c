"""Where people are invited and log in for a test."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.gateway.stage import Gateway, as_

_OPEN: list[httpx.AsyncClient] = []
PASSWORD = "tulip anvil mothball 7"
ADA = "ada@example.com"


@dataclass(frozen=True)
class Person:
    """Somebody who has logged in, and the client that shows it."""

    id: str
    email: str
    token: str
    client: httpx.AsyncClient


def showing(gateway: Gateway, token: str | None) -> httpx.AsyncClient:
    """Give a client that shows a session; it is closed after the test."""
    _OPEN.append(as_(gateway.url, token))
    return _OPEN[-1]


async def close() -> None:
    while _OPEN:
        await _OPEN.pop().aclose()


async def invite(gateway: Gateway, name: str = "Ada", role: str = "manager", **others: Any) -> dict[str, Any]:
    body = {"name": name, "email": f"{name.lower()}@example.com", "role": role}
    made = await gateway.admin.post("/v1/users", json=body, **others)
    assert made.status_code == 201, made.text
    return made.json()


async def join(gateway: Gateway, name: str = "Ada", role: str = "manager", **others: Any) -> Person:
    """Invite somebody who then chooses a password."""
    made = await invite(gateway, name, role, **others)
    accepted = {"token": made["invitation"]["token"], "password": PASSWORD}
    async with as_(gateway.url, None) as door:
        session = await door.post("/v1/invitations/accept", json=accepted)
    assert session.status_code == 201, session.text
    token = session.json()["token"]
    return Person(made["id"], made["email"], token, showing(gateway, token))


async def log_in(gateway: Gateway, email: str = ADA, password: str = PASSWORD, **others: Any) -> httpx.Response:
    async with as_(gateway.url, None) as door:
        return await door.post("/v1/sessions", json={"email": email, "password": password, **others})
