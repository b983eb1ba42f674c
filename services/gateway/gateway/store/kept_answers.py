"""Where the SQL of kept answers is."""

from dataclasses import dataclass

from chassis.database import Transaction

_A_DAY_S, _BRIEFLY_S = 86_400.0, 600.0
_BYTES_OF_A_ROW = 300
"""Beside the answer itself: names, fingerprints, and their places in the indexes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That a request is being carried out, and by whom; its answer is kept for a day, or some minutes (``brief``)."""

    name: bytes
    request: bytes
    id: str
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a request that came before; without an answer it is still being carried out."""

    request: bytes
    sealed: bytes | None


async def claim(tx: Transaction, new: Claim, *, lease_s: float) -> bool:
    """Claim a request that nobody has carried out, or whose claim has run out, or whose answer was kept long enough."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO kept_answers (tenant, name, request, claim, brief)
            VALUES ($1, $2, $3, $4::uuid, $6)
            ON CONFLICT (tenant, name) DO UPDATE
            SET request = excluded.request, claim = excluded.claim, brief = excluded.brief, claimed_at = now(),
                sealed = NULL
            WHERE kept_answers.claimed_at < now() - make_interval(
                    secs => CASE WHEN kept_answers.brief THEN $8::float8 ELSE $7::float8 END
                  )
               OR (kept_answers.sealed IS NULL
                   AND kept_answers.request = excluded.request
                   AND kept_answers.claimed_at < now() - make_interval(secs => $5))
            RETURNING true
            """,
            *(tx.tenant, new.name, new.request, new.id, lease_s, new.brief, _A_DAY_S, _BRIEFLY_S),
        )
    )


async def find(tx: Transaction, name: bytes) -> Kept | None:
    row = await tx.fetchrow("SELECT request, sealed FROM kept_answers WHERE tenant = $1 AND name = $2", tx.tenant, name)
    return Kept(row["request"], row["sealed"]) if row else None


async def extend(tx: Transaction, claimed: Claim) -> None:
    await tx.execute(
        """
        UPDATE kept_answers
        SET claimed_at = now()
        WHERE tenant = $1 AND name = $2 AND claim = $3::uuid AND sealed IS NULL
        """,
        tx.tenant,
        claimed.name,
        claimed.id,
    )


async def keep(tx: Transaction, claimed: Claim, sealed: bytes) -> None:
    await tx.execute(
        """
        UPDATE kept_answers
        SET sealed = $4
        WHERE tenant = $1 AND name = $2 AND claim = $3::uuid
        """,
        tx.tenant,
        claimed.name,
        claimed.id,
        sealed,
    )


async def release(tx: Transaction, claimed: Claim) -> None:
    """Give a claim back, so that the request may be carried out."""
    await tx.execute(
        """
        DELETE FROM kept_answers
        WHERE tenant = $1 AND name = $2 AND claim = $3::uuid AND sealed IS NULL
        """,
        tx.tenant,
        claimed.name,
        claimed.id,
    )


async def forget_old(tx: Transaction, *, limit: int) -> int:
    """Forget answers that were kept long enough; give how many."""
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT tenant, name
            FROM kept_answers
            WHERE claimed_at < now() - make_interval(secs => $1)
               OR (brief AND claimed_at < now() - make_interval(secs => $2))
            LIMIT $3
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM kept_answers
            USING old
            WHERE kept_answers.tenant = old.tenant AND kept_answers.name = old.name
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(_A_DAY_S, _BRIEFLY_S, limit),
    )


async def forget_surplus(tx: Transaction, *, most_bytes: int, limit: int) -> int:
    """Forget what tenants have beyond so many bytes, brief answers before others, old ones before new; give how many.

    Tenants for which nothing was kept lately are left out: they have no more than when they were looked at.
    """
    return await tx.fetchval(
        """
        WITH busy AS (
            SELECT DISTINCT tenant FROM kept_answers WHERE claimed_at > now() - interval '5 minutes'
        ), added AS (
            SELECT tenant, name,
                   sum(length(sealed) + $1) OVER (PARTITION BY tenant ORDER BY brief, claimed_at DESC, name) AS bytes
            FROM kept_answers
            JOIN busy USING (tenant)
            WHERE sealed IS NOT NULL
        ), gone AS (
            DELETE FROM kept_answers
            WHERE (tenant, name) IN (SELECT tenant, name FROM added WHERE bytes > $2 LIMIT $3)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(_BYTES_OF_A_ROW, most_bytes, limit),
    )


async def void_claims(tx: Transaction, tenant: str) -> None:
    """Let nothing be kept of what is being carried out: whoever does so finds that the claim is not theirs any more."""
    await tx.execute("UPDATE kept_answers SET claim = uuidv7() WHERE tenant = $1 AND sealed IS NULL", tenant)


async def forget_answers(tx: Transaction, tenant: str) -> None:
    await tx.execute("DELETE FROM kept_answers WHERE tenant = $1 AND sealed IS NOT NULL", tenant)
