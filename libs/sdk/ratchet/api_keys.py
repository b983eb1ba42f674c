"""Where the calls about API keys are described."""

from contracts.api.access import ApiKey, ApiKeyChange, MadeApiKey, NewApiKey, Rotation
from contracts.api.page import Page
from ratchet.wire.call import Call, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, filled


class ApiKeys(Noun[Way]):
    """Who may come in."""

    @fields(NewApiKey)
    def create(self, key: NewApiKey) -> Call[MadeApiKey]:
        """Create a key with the fields of `NewApiKey`; its secret is shown this once.

        Raises `NotAllowed` for rights that you do not have yourself, `NameTaken`, `LimitReached`, `InvalidInput`.
        """
        return post(at("api-keys"), MadeApiKey, key)

    @endpoint
    def get(self, key_id: str) -> Call[ApiKey]:
        """Give one key, without its secret; raises `UnknownApiKey`."""
        return get(at("api-keys", key_id), ApiKey)

    @endpoint
    def change(self, key_id: str, *, revision: int | None = None, **values: object) -> Call[ApiKey]:
        """Change the fields of `ApiKeyChange` that are given; ``scopes=None`` and ``expires_at=None`` take limits away.

        Where a revision is named, nothing is changed unless it is the present one. Raises `NotAllowed` for rights that
        you do not have yourself, `UnknownApiKey`, `KeyRevoked`, `NameTaken`, `Stale`, `InvalidInput`.
        """
        change = filled(ApiKeyChange, **values)
        return only_if(revision, patch(at("api-keys", key_id), ApiKey, change))

    @endpoint
    def rotate(self, key_id: str, *, grace_minutes: int = 60, revision: int | None = None) -> Call[MadeApiKey]:
        """Give a key another secret, shown this once; the one before stays valid for some minutes.

        Raises `NotAllowed` for a key that may do more than you, `UnknownApiKey`, `KeyRevoked`, `Stale`.
        """
        rotation = filled(Rotation, grace_minutes=grace_minutes)
        return only_if(revision, post(at("api-keys", key_id, "rotate"), MadeApiKey, rotation))

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[ApiKey]]:
        """Give a page of keys."""
        return get(at("api-keys"), Page[ApiKey], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def revoke(self, key_id: str) -> Call[None]:
        """Revoke a key, at once and for good; raises `UnknownApiKey`."""
        return delete(at("api-keys", key_id))
