"""Where it is noted what a play of the demo showed."""

from contracts.api.route import Serving
from contracts.api.version import Version
from contracts.message import Message


class Served(Message):
    """How a version did in production: its share of right answers among those that experts judged."""

    version: Version
    judged: int
    live_accuracy: float | None


class Outcome(Message):
    """What a play showed: the version before, the candidate, how both did, and the ledger, newest line first."""

    task: str
    before: Served
    candidate: Version
    promoted: bool
    after: Served
    ledger: tuple[Serving, ...]
