"""Where all events are listed; the event map, the permissions and the published schemas are made from this list."""

from contracts.event import Event
from contracts.events.assessments import ExamplesAssessed
from contracts.events.datasets import DatasetDeleted, DatasetRead, DatasetUploaded
from contracts.events.erasure import ErasureCompleted, RowsErased, SubjectErased, VersionsFlagged
from contracts.events.health import AlertRaised, AlertResolved, HealthChanged
from contracts.events.learning import ExamplesReviewed, ExampleSubmitted, QueueChanged, RetrainEvaluated
from contracts.events.phases import PhaseClosed, PhaseOpened, VersionPerformance
from contracts.events.release import (
    ExperimentConcluded,
    ExperimentStarted,
    ModelPromoted,
    ModelRolledBack,
    RolloutChanged,
    VersionRegistered,
    VersionRetired,
)
from contracts.events.training import (
    JobProgressed,
    TrainingCancelled,
    TrainingCompleted,
    TrainingFailed,
    TrainingQueued,
    TrainingRequested,
)
from contracts.events.webhooks import WebhookSwitchedOff

ALL: tuple[type[Event], ...] = (
    TrainingRequested,
    TrainingQueued,
    JobProgressed,
    TrainingCompleted,
    TrainingFailed,
    TrainingCancelled,
    VersionRegistered,
    VersionRetired,
    ModelPromoted,
    ModelRolledBack,
    RolloutChanged,
    ExperimentStarted,
    ExperimentConcluded,
    PhaseOpened,
    PhaseClosed,
    VersionPerformance,
    HealthChanged,
    AlertRaised,
    AlertResolved,
    ExampleSubmitted,
    ExamplesReviewed,
    ExamplesAssessed,
    QueueChanged,
    RetrainEvaluated,
    DatasetUploaded,
    DatasetRead,
    DatasetDeleted,
    SubjectErased,
    RowsErased,
    VersionsFlagged,
    ErasureCompleted,
    WebhookSwitchedOff,
)

TYPES = frozenset(event.subject for event in ALL)
"""Their subjects without the tenant, by which they are named in event streams and webhooks."""
