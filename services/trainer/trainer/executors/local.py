"""Where a training is carried out in a child process of this machine."""

import signal
from collections.abc import Callable

from pydantic import ValidationError

from trainer.executors.children import Forkserver
from trainer.executors.frames import Frame
from trainer.executors.orders import Order, Result
from trainer.executors.outcomes import Faulted, Fitted, Outcome, Refused

FIT = "trainer.executors.fitting:fit"
_LAST = frozenset({"result", "made", "raised", "refused", "hungry", "fault"})

Hear = Callable[[Frame], None]
"""Is told each frame that is no end: progress, metrics, the snapshot."""


async def fit(forkserver: Forkserver, order: Order, hear: Hear) -> Outcome:
    """Train in a child of its own; cancelling this kills the child, and waits until it is dead."""
    return outcome(await carry_out(forkserver, FIT, order.model_dump(mode="json"), hear), order)


async def carry_out(forkserver: Forkserver, call: str, order: Frame, hear: Hear) -> Frame:
    """Have a child carry out a function, and give its last frame, or one that says how it ended without."""
    async with forkserver.child(call) as child:
        child.send(order)
        while frame := await child.receive():
            if not _LAST.isdisjoint(frame):
                return frame
            hear(frame)
        return {"fault": _death(await child.code)}


def outcome(last: Frame, order: Order) -> Outcome:
    """Read what became of an order out of the last frame."""
    match last:
        case {"result": result}:
            return _fitted(result)
        case {"refused": sentence}:
            return Refused(sentence)
        case {"hungry": _}:
            return Refused(f"The training needed more than the {order.memory_mb:,} MB of memory that are allowed.")
        case _:
            return Faulted(last["fault"])


def _fitted(result: Frame) -> Outcome:
    try:
        made = Result.model_validate(result)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        return Refused(f"What was trained cannot be kept: {'.'.join(map(str, first['loc']))}: {first['msg']}.")
    return Fitted(made.artifact, made.metrics, made.card, made.versions, made.paired, made.comparison)


def _death(code: int | None) -> str:
    if code is None:
        return "the training process was lost"
    if code < 0:
        return f"the training process was ended by {signal.Signals(-code).name}"
    return f"the training process ended with code {code}"
