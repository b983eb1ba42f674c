"""Where the SQL is by which somebody is found who logs in."""

from chassis.database import Transaction
from gateway.store.users import Account, account


async def find_by_email(tx: Transaction, email: str, tenant: str | None) -> Account | None:
    """Find who logs in with this email; where several tenants know it and none is named, who was there first."""
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, email, role, active, password_hash, password_at, must_change
        FROM users
        WHERE email = $1 AND ($2::text IS NULL OR tenant = $2)
        ORDER BY users.id
        LIMIT 1
        """,
        email,
        tenant,
    )
    return account(row) if row else None


async def find(tx: Transaction, tenant: str, user_id: str) -> Account | None:
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, email, role, active, password_hash, password_at, must_change
        FROM users
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL
        """,
        tenant,
        user_id,
    )
    return account(row) if row else None


async def hold(tx: Transaction, tenant: str, user_id: str) -> Account | None:
    """Find an account that nobody else can change before the transaction ends."""
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, email, role, active, password_hash, password_at, must_change
        FROM users
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL
        FOR NO KEY UPDATE
        """,
        tenant,
        user_id,
    )
    return account(row) if row else None


async def find_by_subject(tx: Transaction, tenant: str, issuer: str, subject: str) -> Account | None:
    """Find whose identity at an OpenID provider this is."""
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, email, role, active, password_hash, password_at, must_change
        FROM users
        WHERE tenant = $1 AND issuer = $2 AND subject = $3
        """,
        tenant,
        issuer,
        subject,
    )
    return account(row) if row else None


async def link(tx: Transaction, account: Account, issuer: str, subject: str) -> bool:
    """Note somebody's identity at an OpenID provider; not if they have another one already."""
    row = await tx.fetchrow(
        """
        UPDATE users
        SET issuer = $3, subject = $4, revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL AND issuer IS NULL
        RETURNING id
        """,
        account.tenant,
        account.id,
        issuer,
        subject,
    )
    return row is not None


async def set_password(tx: Transaction, tenant: str, user_id: str, password_hash: str) -> bool:
    """Store somebody's new password, which they chose themselves."""
    row = await tx.fetchrow(
        """
        UPDATE users
        SET password_hash = $3, password_at = now(), must_change = false, revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL
        RETURNING id
        """,
        tenant,
        user_id,
        password_hash,
    )
    return row is not None


async def strengthen(tx: Transaction, account: Account, password_hash: str) -> None:
    """Store the same password as a hash that takes longer to guess, unless it was changed meanwhile."""
    await tx.execute(
        """
        UPDATE users
        SET password_hash = $3
        WHERE tenant = $1 AND id = $2::uuid AND password_hash = $4
        """,
        account.tenant,
        account.id,
        password_hash,
        account.password_hash,
    )


async def note_seen(tx: Transaction, account: Account) -> None:
    await tx.execute(
        "UPDATE users SET last_seen_at = now() WHERE tenant = $1 AND id = $2::uuid", account.tenant, account.id
    )
