"""Where a training's like work is scattered over the Dask cluster that it runs on, and gathered again."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

from dask import config
from dask.typing import Key
from distributed import Client, Future, as_completed

from contracts.ids import new_id
from trainer.executors import hosting
from trainer.executors.frames import Frame
from trainer.executors.orders import Order
from trainer.executors.piecework import packed, unpacked

Item = TypeVar("Item")
Made = TypeVar("Made")

_BEFORE_WHOLE_TRAININGS = 10
_SETTINGS = {"distributed.admin.large-graph-warning-threshold": "1 GB"}


class PartLost(Exception):
    """A part of the training could not be done; the message says how it ended."""


def scatter(
    order: Order, work: Callable[[Item], Made], items: Sequence[Item], tell: Callable[[int, int], None]
) -> list[Made]:
    """Give `work(item)` for every item, in order, done on all workers of the cluster; the first exception is raised.

    The connection is the parts' lifeline: when it closes, the scheduler drops them, and their workers end them. Raises
    `PartLost` if one crashed, and `MemoryError` if one needed more than the order allows.
    """
    with config.set(_SETTINGS), Client(order.scheduler) as client:
        parts = [_part(client, order, packed(work), packed(item)) for item in items]
        made = dict[Key, Any]()
        for done, part in enumerate(cast("Iterable[Future[Frame]]", as_completed(parts)), 1):
            made[part.key] = _made(part.result())
            tell(done, len(items))
        return [made[part.key] for part in parts]


def _part(client: Client, order: Order, function: str, item: str) -> Future[Frame]:
    key = f"ratchet-part-{new_id()}"
    return client.submit(hosting.work, function, item, order.memory_mb, key=key, priority=_BEFORE_WHOLE_TRAININGS)


def _made(last: Frame) -> object:
    match last:
        case {"made": made}:
            return unpacked(made)
        case {"raised": raised}:
            raise cast("Exception", unpacked(raised))
        case {"hungry": _}:
            raise MemoryError
        case _:
            raise PartLost(f"a part of the training was lost: {last['fault']}")
