"""Where it is said what was asked for and does not exist."""

from contracts.errors.general import NotFound


class UnknownTask(NotFound):
    """There is no such task."""


class UnknownAlert(NotFound):
    """There is no such alert."""


class UnknownJob(NotFound):
    """There is no such job."""


class UnknownSchedule(NotFound):
    """There is no such schedule."""


class UnknownDataset(NotFound):
    """There is no such dataset."""


class NoTable(NotFound):
    """There is no table of that version."""


class UnknownVersion(NotFound):
    """There is no such version."""


class UnknownPrompt(NotFound):
    """There is no such prompt."""


class UnknownDraft(NotFound):
    """There is no such draft."""


class UnknownRollout(NotFound):
    """There is no such rollout."""


class UnknownExperiment(NotFound):
    """There is no such experiment."""


class UnknownExample(NotFound):
    """There is no such example."""


class UnknownErasure(NotFound):
    """There is no such erasure."""


class UnknownExport(NotFound):
    """There is no such export."""


class UnknownInference(NotFound):
    """There is no such inference."""


class UnknownDeadLetter(NotFound):
    """There is no such dead letter."""


class UnknownTenant(NotFound):
    """There is no such tenant."""


class UnknownApiKey(NotFound):
    """There is no such API key."""


class UnknownUser(NotFound):
    """There is no such user."""


class UnknownSession(NotFound):
    """There is no such session."""


class UnknownInvitation(NotFound):
    """The invitation is not known, was used, or is too old."""


class UnknownPlan(NotFound):
    """There is no such plan."""


class UnknownWebhook(NotFound):
    """There is no such webhook."""


class UnknownDelivery(NotFound):
    """There is no such delivery."""


class UnknownNatsCredential(NotFound):
    """There is no such NATS credential."""
