"""Where it is said what does not fit the present state."""

from contracts.errors.general import Conflict


class TaskExists(Conflict):
    """There is a task of that name already."""


class TaskInUse(Conflict):
    """The task is in use."""


class TenantExists(Conflict):
    """There is a tenant of that name already."""


class NameTaken(Conflict):
    """Somebody has that name already."""


class EmailTaken(Conflict):
    """Somebody has that email already."""


class OwnAccount(Conflict):
    """Nobody takes their own rights away."""


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


class AlreadySubmitted(Conflict):
    """There is an example of this answer already."""


class GateNotPassed(Conflict):
    """The version did not pass the promotion gate."""


class NotReleasable(Conflict):
    """The version may not serve."""


class ApprovalNeeded(Conflict):
    """A second person has to approve the version first."""


class ReleaseUnderWay(Conflict):
    """Another release of this task is under way."""


class RolloutEnded(Conflict):
    """The rollout does not allow that in its present state."""


class ExperimentEnded(Conflict):
    """The experiment has ended already."""


class NothingToRollBackTo(Conflict):
    """There is no earlier champion."""


class NothingServes(Conflict):
    """No version serves this task yet."""


class NotAPromptTask(Conflict):
    """Only tasks of kind chat have prompts."""


class SamePrompt(Conflict):
    """The newest version has that text already."""


class KeyReused(Conflict):
    """The Idempotency-Key was used for another request."""


class KeyRevoked(Conflict):
    """The API key was revoked."""


class PlanExists(Conflict):
    """There is a plan of that name already."""


class PlanInUse(Conflict):
    """The plan is in use."""


class LimitReached(Conflict):
    """The tenant's plan does not allow more of them."""


class WebhookOff(Conflict):
    """The webhook is switched off."""


class TooManyWebhooks(Conflict):
    """The tenant has as many webhooks as it may have."""


class RequestUnderWay(Conflict):
    """The same request is still being carried out."""


class TooManyNatsCredentials(Conflict):
    """The tenant has as many NATS credentials as it may have."""


class NoNatsAccounts(Conflict):
    """This Ratchet's NATS takes no credentials of applications."""
