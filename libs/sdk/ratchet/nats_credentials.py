"""Where the calls about NATS credentials are described."""

from contracts.api.nats_credential import MadeNatsCredential, NatsCredential, NewNatsCredential
from contracts.api.page import Page
from ratchet.wire.call import Call, at, delete, get, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class NatsCredentials(Noun[Way]):
    """With what applications connect to NATS."""

    @fields(NewNatsCredential)
    def create(self, credential: NewNatsCredential) -> Call[MadeNatsCredential]:
        """Create a credential with the fields of `NewNatsCredential`; its seed is shown this once.

        `Resolver` and `Recorder` take the seed, or the path of a file that holds it, as ``credentials``.
        """
        return post(at("nats-credentials"), MadeNatsCredential, credential)

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[NatsCredential]]:
        """Give a page of credentials, newest first, revoked ones too."""
        return get(at("nats-credentials"), Page[NatsCredential], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def get(self, credential_id: str) -> Call[NatsCredential]:
        """Give one credential, without its seed."""
        return get(at("nats-credentials", credential_id), NatsCredential)

    @endpoint
    def revoke(self, credential_id: str) -> Call[None]:
        """Revoke a credential for good; who is connected with it is disconnected, and nobody else."""
        return delete(at("nats-credentials", credential_id))
