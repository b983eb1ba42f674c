"""Where the installed kinds are written down for people and forms."""

from dataclasses import asdict
from typing import Any

from contracts.api.kind import Kinds, KindSheet, KindTable
from trainer.trainers import installed
from trainer.trainers.kind import Kind


def kinds() -> Kinds:
    """Describe every installed kind; loads them all."""
    return Kinds(items=tuple(_sheet(installed.find(name)) for name in installed.names()))


def _sheet(kind: Kind[Any]) -> KindSheet:
    return KindSheet(
        name=kind.name,
        summary=kind.summary,
        tables=tuple(KindTable.model_validate(asdict(table)) for table in kind.tables),
        parameters=kind.parameters.model_json_schema(),
        collects_examples=kind.collects,
        has_table=kind.table is not None,
    )
