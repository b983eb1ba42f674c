"""Where the SQL is of logins that went wrong."""

from collections.abc import Sequence

from chassis.database import Transaction


async def reserve(tx: Transaction, key: bytes, delays_s: Sequence[float]) -> bool:
    """Count an attempt as failed before it is made, so that no two count as one; false while one has to wait.

    ``delays_s`` says how long to wait after the first, second … failure; what is older than a day is forgotten. It is
    compared with the present: whoever waited for another attempt came before that one was free.
    """
    row = await tx.fetchrow(
        """
        INSERT INTO failed_logins AS known (key, failures, free_at)
        VALUES ($1, 1, now() + ($2::float8[])[1] * interval '1 second')
        ON CONFLICT (key) DO UPDATE
        SET failures = CASE WHEN known.last_at < now() - interval '1 day' THEN 1 ELSE known.failures + 1 END,
            free_at = now() + interval '1 second' * ($2::float8[])[
                CASE WHEN known.last_at < now() - interval '1 day' THEN 1
                ELSE least(known.failures + 1, cardinality($2::float8[])) END
            ],
            last_at = now()
        WHERE known.free_at <= clock_timestamp()
        RETURNING failures
        """,
        key,
        delays_s,
    )
    return row is not None


async def seconds_to_wait(tx: Transaction, key: bytes) -> float:
    found = await tx.fetchval(
        "SELECT extract(epoch FROM free_at - clock_timestamp())::float8 FROM failed_logins WHERE key = $1", key
    )
    return max(0.0, found or 0.0)


async def note(tx: Transaction, key: bytes) -> None:
    """Note by whom an attempt counts that was counted; nobody waits for what is noted."""
    await tx.execute(
        """
        INSERT INTO failed_logins AS known (key, failures, free_at)
        VALUES ($1, 1, now())
        ON CONFLICT (key) DO UPDATE
        SET failures = CASE WHEN known.last_at < now() - interval '1 day' THEN 1 ELSE known.failures + 1 END,
            last_at = now()
        """,
        key,
    )


async def forget(tx: Transaction, key: bytes) -> int:
    """Forget what was noted, and give how many failures that were; what is older than a day counts no longer."""
    failures = await tx.fetchval(
        """
        DELETE FROM failed_logins
        WHERE key = $1
        RETURNING CASE WHEN last_at < now() - interval '1 day' THEN 0 ELSE failures END
        """,
        key,
    )
    return failures or 0


async def take_back(tx: Transaction, key: bytes, failures: int = 1) -> None:
    """Count so many failures less, because an attempt went well; the next one need not wait."""
    await tx.execute(
        "UPDATE failed_logins SET failures = greatest(failures - $2, 0), free_at = now() WHERE key = $1", key, failures
    )


async def pardon(tx: Transaction, key: bytes, failures: int) -> None:
    """Count so many failures less; who has none left need not wait."""
    await tx.execute(
        """
        UPDATE failed_logins
        SET failures = greatest(failures - $2, 0), free_at = CASE WHEN failures <= $2 THEN now() ELSE free_at END
        WHERE key = $1
        """,
        key,
        failures,
    )


async def forget_old(tx: Transaction, *, limit: int) -> int:
    """Forget what no longer counts; give how much."""
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT key
            FROM failed_logins
            WHERE last_at < now() - interval '1 day'
            ORDER BY last_at
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM failed_logins
            WHERE key IN (SELECT key FROM old)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        limit,
    )
