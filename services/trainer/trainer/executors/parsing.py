"""Where the parameters of a training are checked against what its kind knows."""

from typing import Any

from pydantic import BaseModel, ValidationError

from contracts.problem import FieldProblem
from trainer.trainers.kind import Kind


class UnfitParameters(Exception):
    """The kind does not know such parameters, or not such values; `problems` name each of them."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("; ".join(f"{each.field}: {each.reason}" for each in problems))
        self.problems = problems


def parameters(kind: Kind[Any], given: dict[str, Any]) -> BaseModel:
    """Read parameters; raises `UnfitParameters`."""
    try:
        return kind.parameters.model_validate(given)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
        raise UnfitParameters(
            tuple(
                FieldProblem(field=".".join(map(str, ("parameters", *each["loc"]))), reason=each["msg"])
                for each in errors
            )
        ) from wrong
