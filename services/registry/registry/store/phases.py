"""Where the SQL of phases is: how units were divided for a rollout or an experiment, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chassis.database import Transaction
from contracts.api.performance import ArmPerformance
from contracts.events.phases import PhaseOpened, Segment, VersionPerformance

Owner = Literal["rollout", "experiment"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A time in which units are divided in the same way, and what is known of its versions."""

    id: str
    task: str
    owner: Owner
    owner_id: str
    salt: str
    segments: tuple[Segment, ...]
    versions: tuple[str, ...]
    since: datetime
    until: datetime | None
    number: int
    judged: int
    arms: tuple[ArmPerformance, ...]
    strayed: int
    unitless: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was known of a phase at a time."""

    at: datetime
    units: int
    arms: tuple[ArmPerformance, ...]


async def insert(tx: Transaction, opened: PhaseOpened, owner: Owner, owner_id: str) -> None:
    """Add a phase of which nothing is known yet."""
    await tx.execute(
        """
        INSERT INTO phases (tenant, id, task, owner, owner_id, salt, segments, versions, since)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        tx.tenant,
        opened.phase_id,
        opened.task,
        owner,
        owner_id,
        opened.salt,
        [segment.model_dump() for segment in opened.segments],
        opened.versions,
        opened.since,
    )


async def list_open(tx: Transaction, task: str) -> list[Phase]:
    """Give the phases of a task that are not over."""
    rows = await tx.fetch(
        """
        SELECT id, task, owner, owner_id, salt, segments, versions, since, until, number, judged, arms, strayed,
               unitless
        FROM phases
        WHERE tenant = $1 AND task = $2 AND until IS NULL
        """,
        tx.tenant,
        task,
    )
    return [read(row) for row in rows]


async def latest(tx: Transaction, owner_id: str) -> Phase | None:
    """Give the present or last phase of a rollout or an experiment."""
    row = await tx.fetchrow(
        """
        SELECT id, task, owner, owner_id, salt, segments, versions, since, until, number, judged, arms, strayed,
               unitless
        FROM phases
        WHERE tenant = $1 AND owner_id = $2
        ORDER BY since DESC, id DESC
        LIMIT 1
        """,
        tx.tenant,
        owner_id,
    )
    return read(row) if row else None


async def close(tx: Transaction, phase_id: str) -> datetime:
    """End a phase, never before it began; give when."""
    return await tx.fetchval(
        """
        UPDATE phases
        SET until = greatest(clock_timestamp(), since)
        WHERE tenant = $1 AND id = $2
        RETURNING until
        """,
        tx.tenant,
        phase_id,
    )


async def hear(tx: Transaction, said: VersionPerformance) -> bool:
    """Take in how the versions of a phase do, unless something later is known; say whether it was new."""
    found = await tx.fetchval(
        """
        UPDATE phases
        SET number = $3,
            arms = $4,
            strayed = $5,
            unitless = $6
        WHERE tenant = $1 AND id = $2 AND number < $3
        RETURNING id
        """,
        tx.tenant,
        said.phase_id,
        said.number,
        [arm.model_dump(mode="json") for arm in said.arms],
        said.strayed,
        said.unitless,
    )
    return found is not None


async def settle_judged(tx: Transaction, phase_id: str, number: int) -> None:
    """Note which performance was judged."""
    await tx.execute(
        "UPDATE phases SET judged = $3 WHERE tenant = $1 AND id = $2",
        tx.tenant,
        phase_id,
        number,
    )


async def record(tx: Transaction, said: VersionPerformance, *, growth: float) -> None:
    """Keep a performance to replay, if it has so many times the units of the one kept last."""
    await tx.execute(
        """
        INSERT INTO performances (tenant, phase_id, number, units, arms)
        SELECT $1, $2, $3, $4::bigint, $5
        WHERE $4::bigint >= $6::double precision * coalesce(
            (SELECT units FROM performances WHERE tenant = $1 AND phase_id = $2 ORDER BY number DESC LIMIT 1), 0
        )
        ON CONFLICT DO NOTHING
        """,
        tx.tenant,
        said.phase_id,
        said.number,
        sum(arm.units for arm in said.arms),
        [arm.model_dump(mode="json") for arm in said.arms],
        growth,
    )


async def list_recorded(tx: Transaction, phase_id: str) -> list[Recorded]:
    """Give what was known of a phase over time, oldest first."""
    rows = await tx.fetch(
        "SELECT at, units, arms FROM performances WHERE tenant = $1 AND phase_id = $2 ORDER BY number",
        tx.tenant,
        phase_id,
    )
    return [Recorded(row["at"], row["units"], _arms(row["arms"])) for row in rows]


def read(row: Any) -> Phase:  # noqa: ANN401 (asyncpg ships no types)
    """Make a phase of a row of its table."""
    segments = tuple(Segment(**each) for each in row["segments"])
    read: dict[str, Any] = {"segments": segments, "versions": tuple(row["versions"]), "arms": _arms(row["arms"])}
    return Phase(**dict(row) | read)


def _arms(rows: Sequence[dict[str, Any]]) -> tuple[ArmPerformance, ...]:
    return tuple(ArmPerformance.model_validate(each) for each in rows)
