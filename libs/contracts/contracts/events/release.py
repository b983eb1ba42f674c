"""Where the facts of versions and of what serves are declared."""

from contracts.api.rollout import RolloutStatus
from contracts.api.version import Verdict, VersionStatus
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


class VersionRetired(Event):
    """A version that does not serve was deprecated or archived, by a person or because later ones are better.

    A champion that another one replaces is deprecated too; `ModelPromoted` and `ModelRolledBack` say that.
    """

    subject = "version.retired"
    producer = Service.REGISTRY
    consumers = (Service.GATEWAY,)

    task: str
    version_id: str
    status: VersionStatus
    reason: str


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


class RolloutChanged(Event):
    """A rollout started, moved on, was paused or ended; ``action`` says which."""

    subject = "rollout.changed"
    producer = Service.REGISTRY
    consumers = (Service.GATEWAY,)

    task: str
    rollout_id: str
    version_id: str
    action: str
    status: RolloutStatus
    traffic_percent: float
    verdict: Verdict
    reasons: tuple[str, ...]


class ExperimentStarted(Event):
    """Versions serve side by side to find out which is best."""

    subject = "experiment.started"
    producer = Service.REGISTRY
    consumers = (Service.GATEWAY,)

    task: str
    experiment_id: str
    version_ids: tuple[str, ...]


class ExperimentConcluded(Event):
    """An experiment ended, by its evidence or by a person's word."""

    subject = "experiment.concluded"
    producer = Service.REGISTRY
    consumers = (Service.GATEWAY,)

    task: str
    experiment_id: str
    verdict: Verdict
    winner: str | None
    reasons: tuple[str, ...]
