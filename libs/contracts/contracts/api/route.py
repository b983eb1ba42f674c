"""Where it is described which versions of a task serve."""

from typing import Annotated

from pydantic import Field

from contracts.ids import Key
from contracts.message import Message, Moment


class Arm(Message):
    """A version that serves, and its share of the units; ``artifact`` is the SHA-256 of its bytes."""

    version_id: str
    label: str
    artifact: str
    weight: Annotated[float, Field(gt=0, le=1)]


class Route(Message):
    """Which versions serve a task; weights add up to 1, no arms means that nothing serves yet.

    A route with a lower revision than one seen before is old news and must be ignored.
    """

    task: Key
    kind: str
    revision: int
    phase: str
    arms: tuple[Arm, ...] = ()
    salt: str
    since: Moment

    @property
    def champion(self) -> Arm | None:
        """Give the arm with the most weight."""
        return max(self.arms, key=lambda arm: arm.weight, default=None)


class Resolution(Message):
    """One decision: which version a unit gets, by which revision of the route, and why."""

    version_id: str | None
    label: str | None
    artifact: str | None
    revision: int
    stale_seconds: float
    reason: str


class Serving(Message):
    """A line of the ledger: what served from when, who changed it and why."""

    revision: int
    phase: str
    arms: tuple[Arm, ...]
    actor: str
    reason: str
    since: Moment
    until: Moment | None = None
