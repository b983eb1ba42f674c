"""Where the baseline of HTTP ingest is served: Starlette routes that only await JetStream's acknowledgement."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import nats
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main() -> None:
    uvicorn.run(_app(), port=int(os.environ["PORT"]), loop="uvloop", http="httptools", log_level="error")


def _app() -> Starlette:
    @asynccontextmanager
    async def life(app: Starlette) -> AsyncGenerator[None]:
        connection = await nats.connect(os.environ["NATS_URL"], nkeys_seed_str=os.environ["NATS_SEED"])
        app.state.jetstream = connection.jetstream()
        yield
        await connection.close()

    async def take(request: Request) -> Response:
        body = await request.body()
        await request.app.state.jetstream.publish("bench.feedback", body, stream="BENCH")
        return Response(status_code=202)

    async def take_list(request: Request) -> Response:
        items = orjson.loads(await request.body())
        await request.app.state.jetstream.publish("bench.feedback", orjson.dumps(items), stream="BENCH")
        return Response(status_code=202)

    routes = [Route("/", take, methods=["POST"]), Route("/lists", take_list, methods=["POST"])]
    return Starlette(routes=routes, lifespan=life)


if __name__ == "__main__":
    main()
