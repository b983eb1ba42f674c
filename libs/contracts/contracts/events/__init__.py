"""Where all events are listed; the event map, the permissions and the published schemas are made from this list."""

from contracts.event import Event
from contracts.events.datasets import DatasetDeleted, DatasetRead, DatasetUploaded
from contracts.events.learning import ExamplesReviewed, ExampleSubmitted, RetrainEvaluated
from contracts.events.release import ModelPromoted, ModelRolledBack, VersionRegistered
from contracts.events.training import (
    JobProgressed,
    TrainingCancelled,
    TrainingCompleted,
    TrainingFailed,
    TrainingQueued,
    TrainingRequested,
)

ALL: tuple[type[Event], ...] = (
    TrainingRequested,
    TrainingQueued,
    JobProgressed,
    TrainingCompleted,
    TrainingFailed,
    TrainingCancelled,
    VersionRegistered,
    ModelPromoted,
    ModelRolledBack,
    ExampleSubmitted,
    ExamplesReviewed,
    RetrainEvaluated,
    DatasetUploaded,
    DatasetRead,
    DatasetDeleted,
)
