"""Where the calls about rollouts are described."""

from contracts.api.live_event import LiveEvent
from contracts.api.page import Page
from contracts.api.rollout import NewRollout, Replay, Rollout, RolloutAction, RolloutStatus, Steering, Terms
from ratchet import events
from ratchet.wire.call import Call, Stream, at, get, only_if, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, streaming


class Rollouts(Noun[Way]):
    """Candidates that get more of the units step by step, as long as nothing speaks against it.

    Steering takes the ``revision`` that was seen, and raises `Stale` if the rollout was changed since.
    """

    @fields(NewRollout)
    def start(self, rollout: NewRollout) -> Call[Rollout]:
        """Start a rollout with the fields of `NewRollout`.

        Raises `UnknownTask`, `UnknownVersion`, `NothingServes`, `NotReleasable`, `GateNotPassed`, `ReleaseUnderWay`,
        `InvalidInput`.
        """
        return post(at("rollouts"), Rollout, rollout)

    @endpoint
    def get(self, rollout_id: str) -> Call[Rollout]:
        """Give one rollout with its history; raises `UnknownRollout`."""
        return get(at("rollouts", rollout_id), Rollout)

    def _page(
        self,
        *,
        task: str | None = None,
        status: RolloutStatus | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Rollout]]:
        """Give a page of rollouts, newest first."""
        return get(at("rollouts"), Page[Rollout], task=task, status=status, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @streaming
    def events(self, rollout_id: str, *, after: str | None = None) -> Stream[LiveEvent]:
        """Follow what is done about a rollout from its beginning, or after a position, to its end.

        What happened longer ago than events are kept is in its history alone. Raises `UnknownRollout`.
        """
        return events.live("rollouts", rollout_id, "events", after=after)

    @endpoint
    def pause(self, rollout_id: str, *, reason: str = "", revision: int | None = None) -> Call[Rollout]:
        """Keep the units as they are until somebody resumes; raises `UnknownRollout`, `RolloutEnded`, `Stale`."""
        return _steer(rollout_id, RolloutAction.PAUSE, reason, revision)

    @endpoint
    def resume(self, rollout_id: str, *, reason: str = "", revision: int | None = None) -> Call[Rollout]:
        """Go on, letting pass what paused it; raises `UnknownRollout`, `RolloutEnded`, `Stale`."""
        return _steer(rollout_id, RolloutAction.RESUME, reason, revision)

    @endpoint
    def advance(self, rollout_id: str, *, reason: str = "", revision: int | None = None) -> Call[Rollout]:
        """Take the next step at once; raises `UnknownRollout`, `RolloutEnded`, `GateNotPassed`, `Stale`."""
        return _steer(rollout_id, RolloutAction.ADVANCE, reason, revision)

    @endpoint
    def abort(self, rollout_id: str, *, reason: str = "", revision: int | None = None) -> Call[Rollout]:
        """Give the champion all units back; raises `UnknownRollout`, `RolloutEnded`, `Stale`."""
        return _steer(rollout_id, RolloutAction.ABORT, reason, revision)

    @endpoint
    def retry(self, rollout_id: str, *, reason: str = "", revision: int | None = None) -> Call[Rollout]:
        """Begin one that was aborted or rolled back anew.

        Raises `UnknownRollout`, `RolloutEnded`, `NotReleasable`, `GateNotPassed`, `ReleaseUnderWay`, `Stale`.
        """
        return _steer(rollout_id, RolloutAction.RETRY, reason, revision)

    @fields(Terms)
    def replay(self, rollout_id: str, terms: Terms) -> Call[Replay]:
        """Try other terms on the recorded evidence of the last step; raises `UnknownRollout`."""
        return post(at("rollouts", rollout_id, "replay"), Replay, terms)


def _steer(rollout_id: str, action: RolloutAction, reason: str, revision: int | None) -> Call[Rollout]:
    return only_if(revision, post(at("rollouts", rollout_id, action), Rollout, Steering(reason=reason)))
