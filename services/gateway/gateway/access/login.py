"""Where people show who they are with a password, and change it."""

from datetime import UTC, datetime, timedelta

from chassis.database import EVERY_TENANT, Database
from contracts.api.session import LoginMethod, MadeSession, NewSession, PasswordChange
from contracts.api.user import AcceptedInvitation
from contracts.errors import InvalidInput, LoginRefused, PasswordExpired
from gateway.access import delays, invitations, opening, passwords, sessions
from gateway.access.delays import Attempt
from gateway.access.entrant import Entrant
from gateway.access.identity import Identity
from gateway.access.passwords import Passwords
from gateway.settings import Settings
from gateway.store import accounts
from gateway.store import sessions as sessions_store
from gateway.store.users import Account


class Login:
    """The door for people; it says the same, and takes as long, whether somebody exists or not."""

    def __init__(self, database: Database, hashing: Passwords, settings: Settings) -> None:
        self._database = database
        self._hashing = hashing
        self._settings = settings

    async def log_in(self, new: NewSession, entrant: Entrant) -> MadeSession:
        """Begin a session with a password; raises `LoginRefused`, `PasswordExpired`, `TooManyRequests`."""
        email = new.email.strip().lower()
        async with self._database.transaction(EVERY_TENANT) as tx:
            found = await accounts.find_by_email(tx, email, new.tenant) if "\0" not in email else None
            made = delays.attempt(email, entrant.address, of=found and found.tenant)
            await delays.count(tx, made)
        if found:
            entrant.is_(found.tenant, found.name, found.id)
        account = await self._recognized(found, new.password, made)
        renewed = await self._renewed(account, new)
        async with self._database.transaction(EVERY_TENANT) as tx:
            await opening.demand_unchanged(tx, account)
            if renewed:
                await accounts.set_password(tx, account.tenant, account.id, renewed)
                await sessions_store.end_all(tx, account.tenant, account.id)
            return await sessions.start(tx, account, entrant, LoginMethod.PASSWORD, self._settings)

    async def accept(self, accepted: AcceptedInvitation, entrant: Entrant) -> MadeSession:
        """Begin a session with an invitation and a new password; raises `UnknownInvitation`, `WeakPassword`."""
        account = await invitations.invited(self._database, accepted.token)
        entrant.is_(account.tenant, account.name, account.id)
        passwords.check(accepted.password, (account.name, account.email, account.tenant), field="password")
        hashed = await self._hashing.hashed(accepted.password)
        async with self._database.transaction(EVERY_TENANT) as tx:
            now = await opening.demand_open(tx, account)
            await invitations.use(tx, accepted.token)
            await accounts.set_password(tx, now.tenant, now.id, hashed)
            await sessions_store.end_all(tx, now.tenant, now.id)
            return await sessions.start(tx, now, entrant, LoginMethod.INVITATION, self._settings)

    async def change(self, identity: Identity, wanted: PasswordChange, entrant: Entrant) -> None:
        """Change one's own password; all other sessions end. Raises `InvalidInput`, `TooManyRequests`."""
        held = sessions.own(identity)
        async with self._database.transaction(EVERY_TENANT) as tx:
            found = await accounts.find(tx, held.tenant, held.user_id)
            made = delays.attempt(found.email if found else "", entrant.address, of=held.tenant)
            await delays.count(tx, made)
        try:
            account = await self._recognized(found, wanted.password, made)
        except LoginRefused as wrong:
            raise InvalidInput.at("password", "is not your present password") from wrong
        renewed = await self._chosen(account, wanted.password, wanted.new_password)
        async with self._database.transaction(EVERY_TENANT) as tx:
            await opening.demand_unchanged(tx, account)
            await accounts.set_password(tx, account.tenant, account.id, renewed)
            await sessions_store.end_all(tx, account.tenant, account.id, besides=held.id)

    async def _recognized(self, found: Account | None, password: str, made: Attempt) -> Account:
        """Give the account if the password is its own; raises `LoginRefused`."""
        matches = await self._hashing.matches(password, found.password_hash if found else None)
        if found is None or not matches or not found.active:
            raise opening.refusal()
        async with self._database.transaction(EVERY_TENANT) as tx:
            await delays.succeed(tx, made)
        return await self._strengthened(found, password)

    async def _strengthened(self, account: Account, password: str) -> Account:
        """Have the password kept as a hash that takes longer to guess, if it was hashed when less was asked."""
        if account.password_hash is None or not passwords.is_outdated(account.password_hash):
            return account
        renewed = await self._hashing.hashed(password)
        async with self._database.transaction(EVERY_TENANT) as tx:
            await accounts.strengthen(tx, account, renewed)
            return await accounts.find(tx, account.tenant, account.id) or account

    async def _renewed(self, account: Account, new: NewSession) -> str | None:
        """Give the hash of the new password, if there is one; raises `PasswordExpired` where there has to be."""
        if new.new_password is not None:
            return await self._chosen(account, new.password, new.new_password)
        if account.must_change or _is_old(account, self._settings.password_max_age_days):
            detail = (
                "Your password has to be changed before you can go on: send a new one as new_password, too, or use "
                "`ratchet login --new-password`."
            )
            raise PasswordExpired(detail)
        return None

    async def _chosen(self, account: Account, old: str, new: str) -> str:
        """Give the hash of a new password that is good enough; raises `WeakPassword`."""
        passwords.check(new, (account.name, account.email, account.tenant), field="new_password")
        passwords.refuse_same(old, new, field="new_password")
        return await self._hashing.hashed(new)


def _is_old(account: Account, days: int) -> bool:
    since = account.password_at
    return bool(days and since and datetime.now(UTC) - since > timedelta(days=days))
