"""Where it is chosen which columns of context are told apart."""

import polars as pl

from trainer.trainers import replaying
from trainer.trainers.kind import Report, Snapshot
from trainer.trainers.replaying import Doubles
from trainer.trainers.workflows import tree
from trainer.trainers.workflows.parameters import WorkflowsParameters
from trainer.trainers.workflows.rows import context, has_steps
from trainer.trainers.workflows.scoring import losses

ONE_ERROR = 0.6827


def choose(snapshot: Snapshot, parameters: WorkflowsParameters, report: Report, until: float) -> tuple[str, ...]:
    """The template, the step where there is one, and one by one each column that helps most beyond its own error.

    It must lower the loss on a part of the training rows by more than one standard error of the gain (Breiman et al.,
    Classification and Regression Trees, 1984, section 3.4.3); so columns that tell nothing are not used.
    """
    chosen = ("template", "step") if has_steps(snapshot.train) else ("template",)
    rehearsal = replaying.rehearsal(snapshot)
    if rehearsal is None:
        return chosen
    left, best = context(rehearsal.train), _tried(rehearsal, chosen, parameters)
    for used in range(min(parameters.max_context, len(left))):
        tried: dict[str, Doubles] = {}
        for number, column in enumerate(left):
            share = (used + number / len(left)) / parameters.max_context
            report.progress(until * share, "choosing the context", column)
            tried[column] = _tried(rehearsal, (*chosen, column), parameters)
        column = min(left, key=lambda column: tried[column].mean())
        if replaying.gain(best, tried[column], ONE_ERROR).lower <= 0:
            break
        chosen, best = (*chosen, column), tried[column]
        left.remove(column)
    return chosen


def _tried(rehearsal: Snapshot, columns: tuple[str, ...], parameters: WorkflowsParameters) -> Doubles:
    held: pl.DataFrame = rehearsal.holdout
    return losses(tree.grow(rehearsal.train, columns, parameters.edited).chances(held), held)
