"""Where every statement and every list of values in SQL is held against a migrated Postgres."""

import ast
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import asyncpg
import pytest

from contracts.api.dataset import DatasetStatus
from contracts.api.example import ExampleKind, ExampleStatus
from contracts.api.feedback import FeedbackVerdict, Operation, Source
from contracts.api.health import HealthStatus, Severity
from contracts.api.job import JobStatus
from contracts.api.version import Verdict, VersionStatus
from contracts.api.webhook import DeliveryStatus
from contracts.service import Service
from feedback.store.sums import Grain
from tests.architecture import source

FIRST_WORD = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
ENUMS: dict[Service, dict[str, type[StrEnum]]] = {
    Service.GATEWAY: {"webhook_deliveries.status": DeliveryStatus},
    Service.TRAINER: {"jobs.status": JobStatus, "datasets.status": DatasetStatus},
    Service.REGISTRY: {
        "versions.status": VersionStatus,
        "versions.verdict": Verdict,
        "health.status": HealthStatus,
        "alerts.severity": Severity,
    },
    Service.FEEDBACK: {
        "examples.status": ExampleStatus,
        "examples.kind": ExampleKind,
        "examples.source": Source,
        "feedback.operation": Operation,
        "feedback.verdict": FeedbackVerdict,
        "feedback.source": Source,
        "metric_sums.grain": Grain,
    },
}


def statements(package: str) -> Iterator[tuple[str, str]]:
    """Give the literals of the stores of a package that are whole statements, with their places."""
    for module in source.python_under(source.ROOT / source.PACKAGES[package] / package / "store"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and FIRST_WORD.match(node.value):
                yield f"{Path(module).name}:{node.lineno}", node.value


@pytest.mark.parametrize("service", Service)
async def test_every_statement_can_be_prepared(service: Service, database_of: Callable[[Service], str]) -> None:
    connection = await asyncpg.connect(database_of(service), server_settings={"search_path": str(service)})
    await connection.execute("SELECT set_config('ratchet.tenant', 'acme', false)")
    refused: list[str] = []

    for place, statement in (*statements(service), *statements("chassis")):
        try:
            await connection.prepare(statement)
        except asyncpg.PostgresError as wrong:
            refused.append(f"{place}: {wrong}")

    await connection.close()
    assert refused == []


def test_there_are_statements_to_prepare() -> None:
    assert all(len(list(statements(service))) > 5 for service in (*Service, "chassis"))


@pytest.mark.parametrize("service", ENUMS)
async def test_python_and_sql_list_the_same_values(service: Service, database_of: Callable[[Service], str]) -> None:
    connection = await asyncpg.connect(database_of(service), server_settings={"search_path": str(service)})
    rows = await connection.fetch(
        """
        SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS text
        FROM pg_constraint
        WHERE contype = 'c'
        """
    )
    await connection.close()

    for column, enum in ENUMS[service].items():
        table, name = column.split(".")
        allowed = [_values(row["text"]) for row in rows if row["name"] == table and _is_list_of(name, row["text"])]
        assert set(enum) in allowed, column


def _is_list_of(column: str, constraint: str) -> bool:
    return re.match(rf"CHECK \(\({column} = ANY", constraint) is not None


def _values(constraint: str) -> set[str]:
    return set(re.findall(r"'([^']*)'::text", constraint))
