"""Where a log of templates and their outcomes is checked."""

import polars as pl

from trainer.trainers import replaying
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.tables import Column, Table
from trainer.trainers.workflows.parameters import WorkflowsParameters

OUTCOMES = ("accepted", "edited", "skipped")
VALUE = "_value"
KNOWN = ("template", "outcome", "step")
TABLE = Table(
    name="outcomes",
    meaning="One template that was offered, and what people made of it.",
    columns=(
        Column("template", "text", "The template that was offered."),
        Column("outcome", "text", "What people made of it.", choices=OUTCOMES),
        Column("step", "text", "The step of the workflow that it was offered at.", required=False),
        Column("date", "moment", "When that was; the newest fifth is replayed.", required=False),
        Column("id", "text", "Names the offer, so that it counts once.", required=False),
        Column("split", "text", "Fixes what is replayed.", required=False, choices=("train", "holdout")),
    ),
    template="template,outcome,step,date,region\n"
    "refund,accepted,reply,2026-01-05,north\nvoucher,skipped,reply,2026-01-05,south\n",
    further="categories: the context in which the template was offered",
)
FEWEST_ROWS = 20


def split(rows: pl.DataFrame, parameters: WorkflowsParameters, sha256: str) -> Snapshot:
    """Leave out rows without a template or a known outcome, read the context as names, and divide the log.

    Every row gets what it counts, by `parameters.edited`, so that any two versions are measured by the same.
    Raises `UnfitTrainingRows` if a column or rows are missing, or if all rows count the same.
    """
    kept, removed = replaying.read(rows, "template", OUTCOMES)
    replaying.require(kept, removed, FEWEST_ROWS, "a template, and the outcome accepted, edited or skipped")
    counts = {"accepted": 1.0, "edited": parameters.edited, "skipped": 0.0}
    worth = pl.col("outcome").replace_strict(counts, return_dtype=pl.Float64).alias(VALUE)
    snapshot = replaying.split(kept.with_columns(*map(replaying.names, _names(kept)), worth), sha256, removed)
    if snapshot.train[VALUE].n_unique() < 2:  # noqa: PLR2004 (one value tells nothing apart)
        found = snapshot.train["outcome"][0]
        raise UnfitTrainingRows(f"All {snapshot.train.height:,} outcomes to learn from count as {found}.")
    return snapshot


def context(rows: pl.DataFrame) -> list[str]:
    """The columns of context, sorted, that have several values, but not another one for nearly every row."""
    columns = replaying.without(rows.columns, KNOWN)
    return [column for column in columns if 1 < rows[column].n_unique() <= rows.height // 2]


def has_steps(rows: pl.DataFrame) -> bool:
    """Whether the log names steps."""
    return "step" in rows.columns and rows["step"].null_count() < rows.height


def _names(rows: pl.DataFrame) -> list[pl.Series]:
    return [
        rows[column] for column in rows.columns if column == "step" or column in replaying.without(rows.columns, KNOWN)
    ]
