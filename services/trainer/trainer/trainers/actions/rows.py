"""Where a log of rules and their outcomes is checked, and its signals are put on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trainer.trainers import replaying
from trainer.trainers.actions.parameters import ActionsParameters
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.replaying import Doubles
from trainer.trainers.tables import Column, Table

OUTCOMES = ("accepted", "rejected")
TABLE = Table(
    name="outcomes",
    meaning="One proposal of a rule, with the signals that it had, and what people made of it.",
    columns=(
        Column("rule", "text", "The rule that proposed an action."),
        Column("outcome", "text", "Whether people followed it.", choices=OUTCOMES),
        Column("date", "moment", "When that was; the newest fifth is replayed.", required=False),
        Column("id", "text", "Names the proposal, so that it counts once.", required=False),
        Column("split", "text", "Fixes what is replayed.", required=False, choices=("train", "holdout")),
    ),
    template="rule,outcome,date,stock_cover,price_gap\n"
    "reorder,accepted,2026-01-05,0.9,0.1\nreprice,rejected,2026-01-05,0.2,0.4\n",
    further="numbers: the signals that the rules weigh",
    any_of=True,
)
FEWEST_ROWS = 20
MOSTLY = 0.9
WITHIN = 5.0
TAIL = 0.01
HUGE = 1e150


@dataclass(frozen=True)
class Signals:
    """Which columns are weighed; a signal is measured in deviations (`scale`) from its `centre`, at most five."""

    names: list[str]
    centre: Doubles
    scale: Doubles

    def of(self, rows: pl.DataFrame) -> Doubles:
        """All signals of rows, of shape (rows, signals); one that is missing stands at its centre: 0."""
        raw = [_numbers(rows[name]) if name in rows.columns else np.full(rows.height, np.nan) for name in self.names]
        return self.scaled(np.column_stack(raw) if raw else np.empty((rows.height, 0)))

    def scaled(self, raw: Doubles) -> Doubles:
        """Signals of shape (rows, signals), NaN where missing, on their scale."""
        deviations = (np.clip(raw, -HUGE, HUGE) - self.centre) / self.scale
        return np.nan_to_num(np.clip(deviations, -WITHIN, WITHIN), nan=0.0)


def split(rows: pl.DataFrame, _: ActionsParameters, sha256: str) -> Snapshot:
    """Leave out rows without a rule or a known outcome, read signals as numbers, and divide the log.

    Raises `UnfitTrainingRows` if a column, signals, rows, or one of the outcomes are missing.
    """
    kept, removed = replaying.read(rows, "rule", OUTCOMES)
    replaying.require(kept, removed, FEWEST_ROWS, "a rule, and the outcome accepted or rejected")
    found = {column: _signal(kept[column]) for column in replaying.without(kept.columns, ("rule", "outcome"))}
    signals = [signal for signal in found.values() if signal is not None]
    if not signals:
        others = ", ".join(found) or "none"
        raise UnfitTrainingRows(
            f"The log has no column of numbers to weigh; columns beside rule and outcome: {others}."
        )
    snapshot = replaying.split(kept.with_columns(signals), sha256, removed)
    _require_both(snapshot)
    return snapshot


def signals_of(rows: pl.DataFrame) -> list[str]:
    """The names of the signals among the columns of a divided log, sorted."""
    columns = replaying.without(rows.columns, ("rule", "outcome"))
    return [column for column in columns if rows[column].dtype == pl.Float64]


def measured(rows: pl.DataFrame, names: Sequence[str]) -> Signals:
    """The centre and scale of signals, without their outermost hundredths; signals that never differ are left out."""
    raw = {name: _numbers(rows[name]) for name in names}
    scales = {name: _scale(values[np.isfinite(values)]) for name, values in raw.items()}
    varied = [name for name in names if scales[name][1] > 0]
    return Signals(varied, *(np.array([scales[name][half] for name in varied]) for half in (0, 1)))


def _scale(values: Doubles) -> tuple[float, float]:
    if not len(values):
        return 0.0, 0.0
    values = np.clip(values, -HUGE, HUGE)
    inner = np.clip(values, *np.quantile(values, (TAIL, 1 - TAIL)))
    scale = float(inner.std() or values.std())
    centre = float(inner.mean())
    return centre, scale if scale > abs(centre) * 1e-12 else 0.0


def _signal(column: pl.Series) -> pl.Series | None:
    """The column as numbers, if nearly all of its values are; what is no finite number is missing."""
    if column.dtype.is_nested() or column.dtype.is_temporal() or column.dtype == pl.Object:
        return None
    numbers = column.cast(pl.Float64, strict=False)
    numbers = numbers.set(~numbers.is_finite(), None)
    known = column.drop_nulls().len()
    return numbers if known and numbers.drop_nulls().len() >= MOSTLY * known else None


def _numbers(column: pl.Series) -> Doubles:
    return column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def _require_both(snapshot: Snapshot) -> None:
    found = snapshot.train["outcome"].unique().to_list()
    if len(found) < len(OUTCOMES):
        raise UnfitTrainingRows(
            f"All {snapshot.train.height:,} outcomes to learn from are {found[0]}; there must be accepted and rejected."
        )
