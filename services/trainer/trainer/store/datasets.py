"""Where the SQL of datasets is, as those who upload and train on them see them."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from chassis.database import Transaction
from contracts.api.dataset import Dataset
from contracts.commands.datasets import CreateDataset, ListDatasets


@dataclass(frozen=True, slots=True)
class Ready:
    """A dataset that can be trained on: one table of its kind."""

    id: str
    table: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a job trains on: at most one dataset of each table of its kind, and approved examples if it collects."""

    datasets: tuple[Ready, ...]
    collects: bool

    @classmethod
    def read(cls, datasets: list[dict[str, Any]], *, collects: bool) -> Self:
        """Read a choice as it is kept with its job."""
        return cls(tuple(Ready(**each) for each in datasets), collects)

    def written(self) -> list[dict[str, Any]]:
        """Give the datasets as they are kept with the job."""
        return [asdict(each) for each in self.datasets]


async def insert(tx: Transaction, dataset_id: str, kind: str, new: CreateDataset) -> None:
    await tx.execute(
        """
        INSERT INTO datasets (id, tenant, task, kind, name, upload, upload_sha256, bytes, created_by, correlation_id)
        VALUES ($1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        dataset_id,
        tx.tenant,
        new.task,
        kind,
        new.name,
        new.upload,
        new.sha256,
        new.size,
        tx.cause.actor,
        tx.cause.correlation_id,
    )


async def find(tx: Transaction, dataset_id: str) -> Dataset | None:
    row = await tx.fetchrow(
        """
        SELECT id::text, task, name, table_name AS table, status, progress, rows, columns, sha256, bytes, format,
               encoding, problems, problem_count, refused_rows, error, errors, created_at, created_by, read_at
        FROM datasets
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        dataset_id,
    )
    return _dataset(row) if row else None


async def list_(tx: Transaction, asked: ListDatasets, before: str | None) -> list[Dataset]:
    """Give up to one dataset more than was asked for, newest first, without their problems."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, name, table_name AS table, status, progress, rows, columns, sha256, bytes, format,
               encoding, problem_count, refused_rows, error, errors, created_at, created_by, read_at
        FROM datasets
        WHERE tenant = $1
          AND ($2::text IS NULL OR task = $2)
          AND ($3::text IS NULL OR status = $3)
          AND ($4::uuid IS NULL OR id < $4)
        ORDER BY datasets.id DESC
        LIMIT $5
        """,
        tx.tenant,
        asked.task,
        asked.status,
        before,
        asked.limit + 1,
    )
    return [_dataset(row) for row in rows]


async def newest(tx: Transaction, task: str) -> list[Ready]:
    """Give the newest dataset of each table of a task that is ready; no delete comes in between any more."""
    rows = await tx.fetch(
        """
        SELECT id::text, table_name AS table, sha256
        FROM datasets
        WHERE tenant = $1
          AND status = 'ready'
          AND id IN (
              SELECT DISTINCT ON (table_name) id
              FROM datasets
              WHERE tenant = $1 AND task = $2 AND status = 'ready'
              ORDER BY table_name, id DESC
          )
        ORDER BY table_name
        FOR SHARE
        """,
        tx.tenant,
        task,
    )
    return [Ready(**row) for row in rows]


async def delete(tx: Transaction, dataset_id: str) -> None:
    await tx.execute("DELETE FROM datasets WHERE tenant = $1 AND id = $2::uuid", tx.tenant, dataset_id)


async def lock(tx: Transaction, dataset_id: str) -> bool:
    """Keep others from deleting a dataset, or from training on it, until the transaction ends; False if it is gone."""
    found = await tx.fetchval(
        """
        SELECT true
        FROM datasets
        WHERE tenant = $1 AND id = $2::uuid
        FOR UPDATE
        """,
        tx.tenant,
        dataset_id,
    )
    return bool(found)


async def find_user(tx: Transaction, dataset_id: str) -> str | None:
    """Give the id of a job under way that trains on a dataset."""
    return await tx.fetchval(
        """
        SELECT id::text
        FROM jobs
        WHERE tenant = $1
          AND status IN ('queued', 'running', 'cancelling')
          AND datasets @> jsonb_build_array(jsonb_build_object('id', $2::text))
        LIMIT 1
        """,
        tx.tenant,
        dataset_id,
    )


def _dataset(row: Any) -> Dataset:  # noqa: ANN401 (asyncpg ships no types)
    return Dataset.model_validate(dict(row))
