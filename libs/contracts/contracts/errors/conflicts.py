"""Where it is said what does not fit the present state."""

from contracts.errors.general import Conflict


class TaskExists(Conflict):
    """There is a task of that name already."""


class TenantExists(Conflict):
    """There is a tenant of that name already."""


class AlreadyRunning(Conflict):
    """A job for this task is under way."""


class JobEnded(Conflict):
    """The job has ended already."""


class JobNotEnded(Conflict):
    """The job has not ended yet."""


class DatasetNotReady(Conflict):
    """The dataset is not ready."""


class DatasetInUse(Conflict):
    """A job uses the dataset."""


class AlreadyReviewed(Conflict):
    """The example was reviewed already."""


class GateNotPassed(Conflict):
    """The version did not pass the promotion gate."""


class NothingToRollBackTo(Conflict):
    """There is no earlier champion."""


class NothingServes(Conflict):
    """No version serves this task yet."""


class KeyReused(Conflict):
    """The Idempotency-Key was used for another request."""
