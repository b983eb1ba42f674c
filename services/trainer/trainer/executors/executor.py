"""Where the settings decide what carries trainings out: this machine, or a Dask cluster."""

from typing import Protocol

from trainer.executors import local
from trainer.executors.children import Forkserver
from trainer.executors.local import Hear
from trainer.executors.orders import Order
from trainer.executors.outcomes import Outcome
from trainer.settings import Settings

_LEAST_SILENCE_S = 10.0


class Executor(Protocol):
    """What carries trainings out."""

    async def problem(self) -> str:
        """Say in a sentence why it cannot, or give the empty string."""
        ...

    async def fit(self, order: Order, hear: Hear) -> Outcome:
        """Carry a training out; when this is cancelled, the training is ended before this ends."""
        ...


class Here:
    """Children of this process."""

    def __init__(self, forkserver: Forkserver) -> None:
        self._forkserver = forkserver

    async def problem(self) -> str:
        return self._forkserver.problem

    async def fit(self, order: Order, hear: Hear) -> Outcome:
        return await local.fit(self._forkserver, order, hear)


def chosen(settings: Settings, forkserver: Forkserver) -> Executor:
    """Give what the settings name."""
    if settings.trainer_executor == "local":
        return Here(forkserver)
    from trainer.executors.cluster import Cluster  # noqa: PLC0415 (an extra, and large)

    return Cluster(settings.dask_scheduler, silence_s=max(_LEAST_SILENCE_S, settings.lease_seconds))
