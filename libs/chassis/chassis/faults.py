"""Where it is said which exceptions mean that Postgres cannot be reached, and may be again in a moment."""

import asyncpg

UNREACHABLE: tuple[type[BaseException], ...] = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.TooManyConnectionsError,
)

FAILURES: tuple[type[BaseException], ...] = (asyncpg.PostgresError, *UNREACHABLE)
"""Those, and whatever Postgres refuses: for work that is tried again anyway."""
