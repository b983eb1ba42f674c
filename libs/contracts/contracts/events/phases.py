"""Where the facts of phases are declared: a time in which versions serve side by side in shares that stay the same."""

from typing import Annotated

from pydantic import Field

from contracts.api.performance import ArmPerformance
from contracts.event import Event
from contracts.message import Message, Moment
from contracts.service import Service


class Segment(Message):
    """A version and the share of the units that it has at this place of the route."""

    version_id: str
    weight: Annotated[float, Field(gt=0, le=1)]


class PhaseOpened(Event):
    """Units are divided from now on: by the hash of salt and unit, over the segments in their order.

    Of each unit the answers of ``versions`` count whose segment it falls on; answers from other versions than that do
    not, and neither do answers without a unit.
    """

    subject = "phase.opened"
    producer = Service.REGISTRY
    consumers = (Service.FEEDBACK,)

    phase_id: str
    task: str
    salt: str
    segments: tuple[Segment, ...]
    versions: tuple[str, ...]
    since: Moment


class PhaseClosed(Event):
    """The phase is over; what is said later about answers of its time still counts, and restates its result."""

    subject = "phase.closed"
    producer = Service.REGISTRY
    consumers = (Service.FEEDBACK,)

    phase_id: str
    task: str
    until: Moment


class VersionPerformance(Event):
    """How the versions of a phase do, in all until now; a higher ``number`` replaces what was said before.

    ``strayed`` counts answers from another version than the unit is assigned to, ``unitless`` those without a unit.
    """

    subject = "version.performed"
    producer = Service.FEEDBACK
    consumers = (Service.REGISTRY,)

    phase_id: str
    task: str
    number: int
    arms: tuple[ArmPerformance, ...]
    strayed: int = 0
    unitless: int = 0
