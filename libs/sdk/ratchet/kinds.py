"""Where the calls about kinds of training are described."""

from contracts.api.kind import Kinds
from ratchet.wire.call import Call, at, get
from ratchet.wire.noun import Noun, Way, endpoint


class InstalledKinds(Noun[Way]):
    """The ways of training that the trainer has installed."""

    @endpoint
    def list(self) -> Call[Kinds]:
        """Give all kinds, with their tables and the JSON Schema of their parameters."""
        return get(at("kinds"), Kinds)
