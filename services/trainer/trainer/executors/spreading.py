"""Where a training has like work done: one part after another here, or side by side on the cluster that it runs on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from trainer.executors.lifeline import Lifeline, Telling
from trainer.executors.orders import Order

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Spreading:
    """The `Spread` of one training."""

    order: Order
    lifeline: Lifeline
    report: Telling

    def __call__(self, work: Callable[[Item], Made], items: Sequence[Item], /) -> list[Made]:
        """Give `work(item)` for every item, in order."""
        if self.order.scheduler is None or len(items) <= 1:
            return [self._counted(work(item), done, len(items)) for done, item in enumerate(items, 1)]
        from trainer.executors import scattering  # noqa: PLC0415 (only where there is a cluster)

        self.lifeline.tell({"spreading": len(items)})
        return scattering.scatter(self.order, work, items, self.report.parts)

    def _counted(self, made: Made, done: int, of: int) -> Made:
        self.report.parts(done, of)
        return made
