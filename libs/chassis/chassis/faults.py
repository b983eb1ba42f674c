"""Where it is said which exceptions mean that Postgres cannot be reached, and may be again in a moment.

One that only reads is about to take over from another, or was just relieved.
"""

import asyncpg

UNREACHABLE: tuple[type[BaseException], ...] = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
)

FAILURES: tuple[type[BaseException], ...] = (asyncpg.PostgresError, *UNREACHABLE)
"""Those, and whatever Postgres refuses: for work that is tried again anyway."""
