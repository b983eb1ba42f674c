"""Where single sign-on is, if the settings name a provider."""

from dataclasses import dataclass

from chassis.database import EVERY_TENANT, Database
from contracts.api.session import LoginMethod, MadeSession
from contracts.errors import NotFound
from gateway.access import opening, sessions
from gateway.access.entrant import Entrant
from gateway.access.oidc import entering, flow
from gateway.access.oidc.flow import Pending
from gateway.access.oidc.provider import Provider
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Going:
    """Where a browser goes to log in, and what it keeps to come back."""

    address: str
    pending: str


class SignOn:
    """The door for people whom the company's OpenID provider vouches for."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._provider = Provider(settings) if settings.oidc_issuer else None

    async def begin(self, next_: str) -> Going:
        """Begin a login that leads to a page of ours; raises `NotFound` without a provider, `Unavailable`."""
        pending = flow.begun(next_)
        return Going(await flow.address(self._present(), pending), pending.cookie())

    def taken_up(self, kept: str | None, state: str) -> Pending:
        """Give the login that a browser had begun; raises `LoginRefused` for one that it had not, `NotFound`."""
        self._present()
        return flow.taken_up(kept, state)

    async def finish(self, pending: Pending, code: str, entrant: Entrant) -> MadeSession:
        """Begin a session of who has logged in; raises `LoginRefused` for who may not, `Unavailable`."""
        claims = await flow.finish(self._present(), pending, code)
        tenant = self._settings.oidc_tenant or self._settings.bootstrap_tenant
        async with self._database.transaction(tenant) as tx:
            found = await entering.account_of(tx, claims, self._settings)
        entrant.is_(found.tenant, found.name, found.id)
        async with self._database.transaction(EVERY_TENANT) as tx:
            account = await opening.demand_open(tx, found)
            return await sessions.start(tx, account, entrant, LoginMethod.OIDC, self._settings)

    def _present(self) -> Provider:
        if self._provider is None:
            raise NotFound("No OpenID provider is set here; log in with your password.")
        return self._provider
