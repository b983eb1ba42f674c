"""Where a training is carried out in a child process of this machine."""

import signal
from collections.abc import Callable

from trainer.executors.children import Forkserver
from trainer.executors.frames import Frame
from trainer.executors.orders import Order, Result
from trainer.executors.outcomes import Faulted, Fitted, Outcome, Refused

FIT = "trainer.executors.fitting:fit"

Hear = Callable[[Frame], None]
"""Is told each frame that is no end: progress, metrics, the snapshot."""


async def fit(forkserver: Forkserver, order: Order, hear: Hear) -> Outcome:
    """Train in a child of its own; cancelling this kills the child, and waits until it is dead."""
    async with forkserver.child(FIT) as child:
        child.send(order.model_dump(mode="json"))
        while frame := await child.receive():
            if outcome := _outcome(frame, order):
                return outcome
            hear(frame)
        return Faulted(_death(await child.code))


def _outcome(frame: Frame, order: Order) -> Outcome | None:
    match frame:
        case {"result": result}:
            made = Result.model_validate(result)
            return Fitted(made.artifact, made.metrics, made.card, made.versions, made.paired, made.comparison)
        case {"refused": sentence}:
            return Refused(sentence)
        case {"hungry": _}:
            return Refused(f"The training needed more than the {order.memory_mb:,} MB of memory that are allowed.")
        case {"fault": reason}:
            return Faulted(reason)
        case _:
            return None


def _death(code: int | None) -> str:
    if code is None:
        return "the training process was lost"
    if code < 0:
        return f"the training process was ended by {signal.Signals(-code).name}"
    return f"the training process ended with code {code}"
