"""Where a method takes the fields of what is recorded as keywords, typed as the model of it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from contracts.api.feedback import NewFeedback
from contracts.api.inference import NewInference
from ratchet.wire.noun import filled

P = ParamSpec("P")
Model = TypeVar("Model", NewInference, NewFeedback)


class by_fields(Generic[P, Model]):  # noqa: N801 (a decorator)
    """Let a method take the fields of a model; raises `InvalidInput` where it would not be accepted."""

    def __init__(self, model: Callable[P, Model]) -> None:
        """Take the class of what is recorded."""
        self._model = model

    def __call__(self, function: Callable[[Any, Model], str]) -> Callable[Concatenate[Any, P], str]:
        """Make the method."""

        @wraps(function)
        def method(recorder: Any, *_: P.args, **values: P.kwargs) -> str:  # noqa: ANN401
            return function(recorder, filled(self._model, **values))

        return method
