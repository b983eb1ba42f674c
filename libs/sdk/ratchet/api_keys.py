"""Where the calls about API keys are described."""

from contracts.api.access import ApiKey, MadeApiKey, NewApiKey
from contracts.api.page import Page
from ratchet.wire.call import Call, at, delete, get, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class ApiKeys(Noun[Way]):
    """Who may come in."""

    @fields(NewApiKey)
    def create(self, key: NewApiKey) -> Call[MadeApiKey]:
        """Create a key with the fields of `NewApiKey`; its secret is shown this once."""
        return post(at("api-keys"), MadeApiKey, key)

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[ApiKey]]:
        """Give a page of keys."""
        return get(at("api-keys"), Page[ApiKey], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def revoke(self, key_id: str) -> Call[None]:
        """Revoke a key, at once and for good."""
        return delete(at("api-keys", key_id))
