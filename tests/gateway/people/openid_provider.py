"""Where a small OpenID provider runs, that logs everybody in as who the test wants, and lies where it is told to."""

import asyncio
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "ratchet", "s3cret/with=signs"
CLAIMS = {"sub": "u1", "email": "ada@example.com", "email_verified": True, "name": "Ada"}
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("first", "second")}


@dataclass
class Provider:
    """What it says, and what it was asked."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: dict(CLAIMS))
    lies: dict[str, Any] = field(default_factory=dict[str, Any])
    signs_with: str = "first"
    shows: tuple[str, ...] = ("first",)
    forged: str | None = None
    asked_for_keys: int = 0
    down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    async def describe(self, _: Request) -> Response:
        offer = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
        return JSONResponse(offer | {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "session_state": "x", "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}")

    async def redeem(self, request: Request) -> Response:
        if self.down:
            return Response("down", 503)
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        challenge = urlsafe_b64encode(sha256(str(form["code_verifier"]).encode()).digest()).rstrip(b"=").decode()
        known = request.headers.get("authorization", "").startswith("Basic ")
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["code_challenge_method"] != "S256"
            or not known
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"id_token": self.forged or self.token(asked["nonce"]), "token_type": "Bearer"})

    def token(self, nonce: str) -> str:
        now = int(time.time())
        said = (
            {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce} | self.claims | self.lies
        )
        said = {name: each for name, each in said.items() if each is not None}
        return jwt.encode(said, KEYS[self.signs_with], "RS256", headers={"kid": self.signs_with})

    async def keys(self, _: Request) -> Response:
        self.asked_for_keys += 1
        shown = [RSAAlgorithm.to_jwk(KEYS[name].public_key(), as_dict=True) | {"kid": name} for name in self.shows]
        return JSONResponse({"keys": [each | {"use": "sig", "alg": "RS256"} for each in shown]})


@asynccontextmanager
async def provided() -> AsyncGenerator[Provider]:
    """Run a provider on a free port."""
    provider = Provider()
    routes = [
        Route("/.well-known/openid-configuration", provider.describe),
        Route("/authorization", provider.authorize),
        Route("/token", provider.redeem, methods=["POST"]),
        Route("/keys", provider.keys),
    ]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
