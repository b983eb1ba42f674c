"""Where webhooks are made, shown, changed and taken away, as admins ask for it."""

from chassis import editions, pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.webhook import MadeWebhook, NewWebhook, SecretRotation, Webhook, WebhookChange
from contracts.errors import InvalidInput, TooManyWebhooks, UnknownWebhook
from contracts.events import TYPES
from contracts.ids import known_form
from gateway.store import tenants
from gateway.store import webhooks as store
from gateway.webhooks import addresses
from gateway.webhooks.addresses import Network
from gateway.webhooks.vault import Vault

_NULLABLE = frozenset({"task"})


async def create(
    tx: Transaction, new: NewWebhook, vault: Vault, allowed: tuple[Network, ...], *, most: int
) -> MadeWebhook:
    """Add a webhook; its secret is in this answer and nowhere else."""
    addresses.check(new.url, allowed)
    _check_types(new.types)
    salted, secret = vault.make()
    await tenants.lock(tx, tx.tenant)
    made = await store.insert(tx, new, salted, most=most)
    if made is None:
        raise TooManyWebhooks(f"This tenant has {most} webhooks, as many as it may have; take one away first.")
    return MadeWebhook(**made.model_dump(), secret=secret)


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[Webhook]:
    found = await store.list_(tx, before=pages.uuid(cursor), limit=limit + 1)
    return pages.cut(found, limit, lambda each: each.id)


async def find(tx: Transaction, webhook_id: str, *, locked: bool = False) -> Webhook:
    """Give a webhook, which stays while the transaction lasts if it is locked; raises `UnknownWebhook`."""
    known, look = known_form(webhook_id), store.lock if locked else store.find
    found = await look(tx, known) if known else None
    if found is None:
        raise UnknownWebhook(f"There is no webhook {webhook_id!r}.")
    return found


async def change(
    tx: Transaction, webhook_id: str, change: WebhookChange, allowed: tuple[Network, ...], *, expected: int | None
) -> Webhook:
    """Change the fields that are given, if nobody else has changed any since the expected revision."""
    given = change.given
    for name, value in given.items():
        if value is None and name not in _NULLABLE:
            raise InvalidInput.at(name, "must not be null; leave it out to keep it as it is")
    _check_types(change.types or ())
    if change.url is not None:
        addresses.check(change.url, allowed)
    present = await _locked(tx, webhook_id, expected)
    return await store.settle(tx, present.model_copy(update=given))


async def rotate(tx: Transaction, webhook_id: str, order: SecretRotation, vault: Vault) -> MadeWebhook:
    """Make a new secret; its old one goes on being signed with for a while."""
    salted, secret = vault.make()
    present = await find(tx, webhook_id, locked=True)
    changed = await store.rotate(tx, present.id, salted, grace_minutes=order.grace_minutes)
    return MadeWebhook(**changed.model_dump(), secret=secret)


async def delete(tx: Transaction, webhook_id: str, *, expected: int | None) -> None:
    present = await _locked(tx, webhook_id, expected)
    await store.delete(tx, present.id)


async def _locked(tx: Transaction, webhook_id: str, expected: int | None) -> Webhook:
    present = await find(tx, webhook_id, locked=True)
    editions.refuse_stale(expected, present.revision, "The webhook")
    return present


def _check_types(types: tuple[str, ...]) -> None:
    for place, each in enumerate(types):
        if each not in TYPES:
            raise InvalidInput.at(f"types.{place}", f"{each!r} is not one of {', '.join(sorted(TYPES))}")
