"""Where inputs are checked, and answers become predictions and the inferences that report them: pure functions.

Whoever answers with a version does it with these: the trainer for the gateway, the SDK in an application itself.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from contracts.api.inference import NewInference
from contracts.api.prediction import NewPrediction
from contracts.errors import InvalidInput
from contracts.ids import new_id

LONGEST_TEXT = 200_000
_PLACE = re.compile(r"inputs\[(\d+)\]")


def check(inputs: Sequence[dict[str, Any]]) -> None:
    """Raise `InvalidInput` for what could not be reported."""
    for number, given in enumerate(inputs):
        for name, value in given.items():
            if reason := _unfit(value):
                raise InvalidInput.at(f"inputs.{number}.{name}", reason)


def invalid(unusable: str) -> InvalidInput:
    """Write what a kind says about an input, such as ``inputs[3].text: is missing``, as a refusal of that field."""
    field, _, reason = unusable.partition(": ")
    return InvalidInput.at(_PLACE.sub(r"inputs.\1", field), reason)


def identified(answers: Iterable[dict[str, Any]], version_id: str) -> tuple[dict[str, Any], ...]:
    """Give each answer the id that feedback will name, and the version that gave it."""
    return tuple({**answer, "inference_id": new_id(), "version_id": version_id} for answer in answers)


def inferences(
    task: str, asked: NewPrediction, predictions: Sequence[dict[str, Any]], latency_ms: float
) -> list[NewInference]:
    """Report predictions as an application would; ``latency_ms`` is one item's share."""
    now = datetime.now(UTC)
    return [
        NewInference(
            id=prediction["inference_id"],
            task=task,
            version_id=prediction["version_id"],
            unit=asked.unit,
            input=_without_blanks(given) or None,
            output=_without_blanks(_output(prediction)) or None,
            confidence=prediction.get("confidence"),
            latency_ms=round(latency_ms, 3),
            occurred_at=now,
        )
        for given, prediction in zip(asked.inputs, predictions, strict=True)
    ]


def _unfit(value: object) -> str:
    if not isinstance(value, str):
        return ""
    if len(value) > LONGEST_TEXT:
        return f"must not be longer than {LONGEST_TEXT:,} characters"
    return "must not contain NUL characters" if "\x00" in value else ""


def _without_blanks(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if not isinstance(value, str) or value.strip()}


def _output(prediction: dict[str, Any]) -> dict[str, Any]:
    own = {"inference_id", "version_id", "confidence", "scores"}
    return {name: value for name, value in prediction.items() if name not in own}
