"""Where a command takes the fields of one dataclass as options of its own, so that several commands can share them."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, get_type_hints


def spread(function: Callable[..., None]) -> Callable[..., None]:
    """Let a command take the fields of the class of its last parameter one by one."""
    *kept, last = inspect.signature(function).parameters.values()
    made: Any = get_type_hints(function)[last.name]
    hints = get_type_hints(made, include_extras=True)
    options = [
        inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=hints[each.name])
        for each in fields(made)
    ]

    @wraps(function)
    def run(**given: Any) -> None:  # noqa: ANN401 (typer has checked them)
        taken = {each.name: given.pop(each.name) for each in options}
        function(**given, **{last.name: made(**taken)})

    known = get_type_hints(function, include_extras=True)
    run.__annotations__ = {each.name: known[each.name] for each in kept} | {
        each.name: hints[each.name] for each in options
    }
    vars(run)["__signature__"] = inspect.Signature([*kept, *options])
    return run
