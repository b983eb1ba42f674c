"""Where the calls about retrain policies and decisions are described."""

from contracts.api.page import Page
from contracts.api.retraining import RetrainDecision, RetrainPolicy, RetrainReplay, RetrainReplayTerms
from ratchet.wire.call import Call, at, get, post, put
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Retraining(Noun[Way]):
    """When training is asked for."""

    @endpoint
    def policy(self, task: str) -> Call[RetrainPolicy]:
        """Give the policy of a task; where none was set, the default, switched off. Raises `UnknownTask`."""
        return get(at("tasks", task, "retrain-policy"), RetrainPolicy)

    @fields(RetrainPolicy)
    def set_policy(self, task: str, policy: RetrainPolicy) -> Call[RetrainPolicy]:
        """Set the policy of a task with the fields of `RetrainPolicy`; raises `UnknownTask`."""
        return put(at("tasks", task, "retrain-policy"), RetrainPolicy, policy)

    @fields(RetrainReplayTerms)
    def replay(self, task: str, terms: RetrainReplayTerms) -> Call[RetrainReplay]:
        """Say what a policy would have done in the past, with the fields of `RetrainReplayTerms`; changes nothing.

        ``since`` and ``until`` limit the time, which is the last 30 days otherwise. Raises `UnknownTask`.
        """
        return post(at("tasks", task, "retrain-policy", "replay"), RetrainReplay, terms)

    @endpoint
    def check(self, task: str) -> Call[RetrainDecision]:
        """Check the policy now and give the stored decision; raises `UnknownTask`."""
        return post(at("tasks", task, "retrain-check"), RetrainDecision)

    def _page(self, task: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[RetrainDecision]]:
        """Give a page of the decisions, newest first; raises `UnknownTask`."""
        return get(at("tasks", task, "retrain-decisions"), Page[RetrainDecision], limit=limit, cursor=cursor)

    decisions = endpoint(_page)
    all_decisions = every(_page)
