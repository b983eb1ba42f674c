"""Where the gateway begins: it reads its settings and works until it is told to stop."""

import asyncio

from chassis import service
from gateway import app
from gateway.settings import Settings


def main() -> None:
    settings = Settings()  # pyright: ignore[reportCallIssue]

    async def work(stopping: asyncio.Event) -> None:
        await app.work(stopping, settings)

    service.main(work)


if __name__ == "__main__":
    main()
