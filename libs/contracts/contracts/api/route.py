"""Where it is described which versions of a task serve."""

from typing import Annotated

from pydantic import Field, FiniteFloat

from contracts.ids import Key
from contracts.message import Message, Moment

Percent = Annotated[FiniteFloat, Field(ge=0.001, le=100)]
"""A share of the units; one so small that no unit would ever fall on it is refused, wherever a plan with it is kept."""

DELETED = "deleted"
"""The phase of the last revision of a route, whose task was deleted."""


class Arm(Message):
    """A version that serves, and its share of the units; ``artifact`` is the SHA-256 of its bytes.

    A version that is kept elsewhere has a ``uri`` instead, and an empty ``artifact``.
    """

    version_id: str
    label: str
    artifact: str
    weight: Annotated[float, Field(gt=0, le=1)]
    uri: str | None = None


class Route(Message):
    """Which versions serve a task; weights add up to 1, no arms means that nothing serves yet.

    A route with a lower revision than one seen before is old news and must be ignored. The phase is ``empty``,
    ``serving``, ``rollout``, ``experiment`` or ``deleted``. A version may have several arms: one behind another they
    divide the units, and a rollout takes its share from each arm of an experiment. ``default`` serves while there are
    no arms.
    """

    task: Key
    kind: str
    revision: int
    phase: str
    arms: tuple[Arm, ...] = ()
    salt: str
    since: Moment
    champion_version_id: str | None = None
    default: Arm | None = None

    @property
    def champion(self) -> Arm | None:
        """Give the champion's arm; the arm with the most weight where no champion is named."""
        named = (arm for arm in self.arms if arm.version_id == self.champion_version_id)
        return next(named, max(self.arms, key=lambda arm: arm.weight, default=None))


class Resolution(Message):
    """One decision: which version a unit gets, by which revision of the route, and why.

    A version that is kept elsewhere has a ``uri``.
    """

    version_id: str | None
    label: str | None
    artifact: str | None
    revision: int
    stale_seconds: float
    reason: str
    uri: str | None = None


class Serving(Message):
    """A line of the ledger: what served from when, who changed it and why."""

    revision: int
    phase: str
    arms: tuple[Arm, ...]
    actor: str
    reason: str
    since: Moment
    until: Moment | None = None
    default: Arm | None = None
