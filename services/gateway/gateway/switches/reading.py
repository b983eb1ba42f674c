"""Where it is read what was set, and put together what holds because of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis import pages
from chassis.database import EVERY_TENANT, Transaction
from contracts.api.page import Page
from contracts.api.setting import GivenSettings, KeptSettings, SettingChanged, SettingScope
from contracts.errors import InvalidInput
from contracts.settings import NAMES
from gateway.access.identity import Identity
from gateway.access.rights import Right
from gateway.store import setting_changes as store
from gateway.store.setting_changes import Latest, Wanted

SOMEBODY = "a super admin"
"""Stands for the name of who changed the platform, before those who do not work for it."""

_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Kept:
    """What is set for the platform and for one tenant; the revision grows with each change of either."""

    platform: Mapping[str, Latest]
    own: Mapping[str, Latest]
    revision: int


async def kept(tx: Transaction, tenant: str) -> Kept:
    """Give what is set at this moment."""
    found = await store.list_latest(tx, tenant)
    of_all = {each.name: each for each in _set(found) if each.tenant == EVERY_TENANT}
    own = {each.name: each for each in _set(found) if each.tenant == tenant}
    return Kept(of_all, own, max((each.number for each in found), default=0))


async def every_kept(tx: Transaction) -> dict[str, KeptSettings]:
    """Give what is set everywhere, by tenant; the platform's stands under ``*``."""
    found: dict[str, list[Latest]] = {}
    for each in await store.list_every_latest(tx):
        found.setdefault(each.tenant, []).append(each)
    return {place: told(_set(latest), max(each.number for each in latest)) for place, latest in found.items()}


def told(latest: Iterable[Latest], revision: int) -> KeptSettings:
    """Give what services are told."""
    values: dict[str, Any] = {each.name: each.value for each in latest}
    return KeptSettings.model_validate(values | {"revision": revision})


def given(latest: Mapping[str, Latest]) -> GivenSettings:
    """Give the values alone."""
    values: dict[str, Any] = {name: each.value for name, each in latest.items()}
    return GivenSettings.model_validate(values)


@dataclass(frozen=True, slots=True)
class Question:
    """Which changes are asked for."""

    name: str | None
    scope: SettingScope | None
    cursor: str | None
    limit: int


async def history(tx: Transaction, whose: Identity, asked: Question) -> Page[SettingChanged]:
    """Give the changes of the platform and of a tenant, newest first."""
    if asked.name is not None and asked.name not in NAMES:
        raise InvalidInput.at("name", f"there is no setting {asked.name!r}; there are {', '.join(NAMES)}")
    places = {SettingScope.PLATFORM: [EVERY_TENANT], SettingScope.TENANT: [whose.tenant]}
    wanted = places[asked.scope] if asked.scope else [EVERY_TENANT, whose.tenant]
    before = pages.number(asked.cursor, digits=_MOST_DIGITS)
    found = await store.list_(tx, Wanted(wanted, asked.name, before), limit=asked.limit + 1)
    return pages.cut([_seen(each, whose) for each in found], asked.limit, lambda each: str(each.number))


def _seen(change: SettingChanged, whose: Identity) -> SettingChanged:
    if change.scope is SettingScope.TENANT or Right.GOVERN in whose.rights:
        return change
    return change.model_copy(update={"by": SOMEBODY, "request_id": ""})


def _set(found: Iterable[Latest]) -> Iterable[Latest]:
    return (each for each in found if each.value is not None and each.name in NAMES)
