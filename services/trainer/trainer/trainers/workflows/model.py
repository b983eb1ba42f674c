"""Where ranked templates answer, and become an artifact and templates again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.special import betaincinv

from trainer.trainers import archive, replaying
from trainer.trainers.archive import Contents
from trainer.trainers.kind import UnreadableArtifact, UnusableInput
from trainer.trainers.workflows import tree
from trainer.trainers.workflows.tree import COUNTS, Level, Tree

FORMAT = "ratchet.workflows/1"
TAIL = 0.025

Key = tuple[str | None, ...]
Known = tuple[float, float]
"""The mean of a node, and the outcomes that it is known from."""
Context = dict[str, str | None]


@dataclass(frozen=True)
class Model:
    """The templates, what is known of each at every step in every context, and which of them occur at a step."""

    tree: Tree
    templates: list[str]
    known: tuple[dict[Key, Known], ...]
    at: dict[str | None, list[str]]

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer contexts with `{"templates": [{"template", "probability", "lower", "upper"}]}`, the likeliest first.

        An input may name a `step` and any column of the context; the others are ignored. A known step limits the
        answer to templates that were offered at it. `lower` to `upper` holds the true share of acceptance in 95 of 100
        cases. Raises `UnusableInput`.
        """
        contexts = [self._context(place, given) for place, given in enumerate(inputs)]
        answers: dict[Key, list[dict[str, Any]]] = {}
        for context in contexts:
            key = tuple(context.values())
            if key not in answers:
                answers[key] = self.ranked(context)
        return [{"templates": [dict(each) for each in answers[tuple(context.values())]]} for context in contexts]

    def ranked(self, context: Context) -> list[dict[str, Any]]:
        """The templates of one context as in `predict`; equally likely ones by name."""
        offered = self.at.get(context.get("step"), self.templates) if context.get("step") else self.templates
        mean, sure = np.array([self._known(template, context) for template in offered]).T
        lower, upper = (betaincinv(mean * sure, (1 - mean) * sure, part) for part in (TAIL, 1 - TAIL))
        order = sorted(range(len(offered)), key=lambda place: (-mean[place], offered[place]))
        numbers = zip(*(half.round(6).tolist() for half in (mean, lower, upper)), strict=True)
        said = [dict(zip(("probability", "lower", "upper"), each, strict=True)) for each in numbers]
        return [{"template": offered[place], **said[place]} for place in order]

    def _known(self, template: str, context: Context) -> Known:
        """What is known of the deepest node on the way; a context that was never seen is as likely, but less sure."""
        key: Key = ()
        found = self.known[0][()]
        for level, column in enumerate(self.tree.columns, 1):
            value = template if level == 1 else context.get(column)
            key = (*key, value)
            deeper = self.known[level].get(key)
            if deeper is None:
                sure = tree.weakened(np.array(found[1]), self.tree.levels[level].strength)
                return found if value is None else (found[0], float(sure))
            found = deeper
        return found

    def _context(self, place: int, given: dict[str, Any]) -> Context:
        for column in self.tree.columns[1:]:
            if isinstance(given.get(column), dict | list):
                raise UnusableInput(f"inputs[{place}].{column}: must be a text or a number")
        return {column: replaying.name(given.get(column)) for column in self.tree.columns[1:]}


def build(grown: Tree, templates: list[str]) -> Model:
    """The model of a tree and all templates of its log."""
    known = tuple(_nodes_by_key(grown.columns[:depth], level) for depth, level in enumerate(grown.levels))
    at: dict[str | None, list[str]] = {}
    for key in known[2] if grown.columns[1:2] == ("step",) else ():
        at.setdefault(key[1], []).append(str(key[0]))
    return Model(grown, templates, known, at)


def dump(model: Model) -> bytes:
    """The artifact of a model; equal models give equal bytes."""
    facts = {
        "columns": model.tree.columns,
        "edited": model.tree.edited,
        "templates": model.templates,
        "strengths": [level.strength for level in model.tree.levels],
        "counts": [level.nodes.drop("mean", "sure").rows() for level in model.tree.levels],
    }
    return archive.pack(Contents(FORMAT, facts))


def load(artifact: bytes) -> Model:
    """The model of an artifact; raises `UnreadableArtifact`."""
    facts = archive.unpack(artifact, FORMAT).facts
    try:
        return _restored(facts)
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise UnreadableArtifact(f"The artifact does not hold templates: {error}.") from error


def _restored(facts: dict[str, Any]) -> Model:
    columns = tuple(facts["columns"])
    counted = [_nodes(rows, columns[:depth]) for depth, rows in enumerate(facts["counts"])]
    if len(counted) != len(columns) + 1 or len(facts["strengths"]) != len(counted) or counted[0].height != 1:
        raise ValueError(f"{len(counted)} levels do not fit {len(columns)} columns")
    grown = tree.restore(columns, float(facts["edited"]), counted, [float(each) for each in facts["strengths"]])
    return build(grown, list(facts["templates"]))


def _nodes(rows: list[list[Any]], keys: tuple[str, ...]) -> pl.DataFrame:
    schema = dict.fromkeys(keys, pl.String) | dict.fromkeys(COUNTS, pl.Int64)
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


def _nodes_by_key(keys: tuple[str, ...], level: Level) -> dict[Key, Known]:
    found = level.nodes.select(keys).rows() if keys else [()]
    return dict(zip(found, level.nodes.select("mean", "sure").rows(), strict=True))
