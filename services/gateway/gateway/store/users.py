"""Where the SQL of users is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.access import Role
from contracts.api.user import User


@dataclass(frozen=True, slots=True)
class NewRow:
    """A user to store."""

    name: str
    name_key: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Account:
    """What is needed to log somebody in."""

    id: str
    tenant: str
    name: str
    email: str
    role: Role
    active: bool
    password_hash: str | None
    password_at: datetime | None
    must_change: bool


async def insert(tx: Transaction, tenant: str, row: NewRow) -> User | None:
    """Add a user; None if the email or the name is taken."""
    made = await tx.fetchrow(
        """
        INSERT INTO users (tenant, name, name_key, email, role, created_by)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        RETURNING id::text, tenant, name, email, role, active, false AS has_password, false AS single_sign_on,
                  must_change AS must_change_password, last_seen_at, created_by, created_at, revision
        """,
        tenant,
        row.name,
        row.name_key,
        row.email,
        str(row.role),
        tx.cause.actor,
    )
    return User(**made) if made else None


async def find(tx: Transaction, user_id: str) -> User | None:
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, email, role, active, password_hash IS NOT NULL AS has_password,
               subject IS NOT NULL AS single_sign_on, must_change AS must_change_password, last_seen_at, created_by,
               created_at, revision
        FROM users
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL
        """,
        tx.tenant,
        user_id,
    )
    return User(**row) if row else None


async def list_(tx: Transaction, *, before: str | None, limit: int) -> list[User]:
    """Give the tenant's users, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, tenant, name, email, role, active, password_hash IS NOT NULL AS has_password,
               subject IS NOT NULL AS single_sign_on, must_change AS must_change_password, last_seen_at, created_by,
               created_at, revision
        FROM users
        WHERE tenant = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR id < $2)
        ORDER BY users.id DESC
        LIMIT $3
        """,
        tx.tenant,
        before,
        limit,
    )
    return [User(**row) for row in rows]


async def super_admin_existed(tx: Transaction) -> bool:
    """Say whether the tenant has a super admin among its people, or had one."""
    return bool(
        await tx.fetchval("SELECT EXISTS (SELECT FROM users WHERE tenant = $1 AND role = 'super_admin')", tx.tenant)
    )


async def list_names(tx: Transaction, roles: Sequence[str]) -> set[str]:
    """Give the names of the tenant's active users with one of these roles."""
    rows = await tx.fetch(
        "SELECT name FROM users WHERE tenant = $1 AND role = ANY ($2::text[]) AND active", tx.tenant, roles
    )
    return {row[0] for row in rows}


async def update(tx: Transaction, user: User, name_key: str) -> User | None:
    """Store what changed about a user; None if the email is taken, or if somebody changed them meanwhile."""
    row = await tx.fetchrow(
        """
        UPDATE users
        SET name = $4, name_key = $5, email = $6, role = $7, active = $8, must_change = $9, revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL AND revision = $3
          AND NOT EXISTS (SELECT FROM users AS others WHERE tenant = $1 AND email = $6 AND id <> $2::uuid)
        RETURNING id::text, tenant, name, email, role, active, password_hash IS NOT NULL AS has_password,
                  subject IS NOT NULL AS single_sign_on, must_change AS must_change_password, last_seen_at, created_by,
                  created_at, revision
        """,
        tx.tenant,
        user.id,
        user.revision,
        user.name,
        name_key,
        user.email,
        str(user.role),
        user.active,
        user.must_change_password,
    )
    return User(**row) if row else None


async def delete(tx: Transaction, user_id: str) -> bool:
    """Forget how somebody logs in; the name stays, as histories name it, and stays taken."""
    row = await tx.fetchrow(
        """
        UPDATE users
        SET active = false, email = NULL, password_hash = NULL, password_at = NULL, issuer = NULL, subject = NULL,
            deleted_at = now(), revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid AND deleted_at IS NULL
        RETURNING id
        """,
        tx.tenant,
        user_id,
    )
    return row is not None


def account(row: Any) -> Account:  # noqa: ANN401 (asyncpg ships no types)
    written: dict[str, Any] = dict(row)
    written["role"] = Role(row["role"])
    return Account(**written)
