"""Where the facts of versions and of what serves are declared."""

from contracts.api.version import Verdict
from contracts.event import Event
from contracts.service import Service


class VersionRegistered(Event):
    """A candidate became a version, with the gate's verdict; ``promoted`` says that it serves since the same moment."""

    subject = "version.registered"
    producer = Service.REGISTRY
    consumers = (Service.TRAINER, Service.GATEWAY)

    task: str
    version_id: str
    job_id: str | None
    number: int
    label: str
    verdict: Verdict
    reasons: tuple[str, ...]
    promoted: bool


class ModelPromoted(Event):
    """A version became the champion of its task."""

    subject = "model.promoted"
    producer = Service.REGISTRY
    consumers = (Service.FEEDBACK, Service.GATEWAY)

    task: str
    version_id: str
    previous_version_id: str | None
    revision: int
    reason: str


class ModelRolledBack(Event):
    """An earlier champion was put back."""

    subject = "model.rolled_back"
    producer = Service.REGISTRY
    consumers = (Service.FEEDBACK, Service.GATEWAY)

    task: str
    version_id: str
    previous_version_id: str | None
    revision: int
    reason: str
