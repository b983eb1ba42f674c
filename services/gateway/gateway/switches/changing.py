"""Where settings are changed: checked against what the platform leaves to tenants, noted, and made known to all."""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis import editions
from chassis.database import EVERY_TENANT, Transaction
from chassis.logging import log
from contracts import settings
from contracts.api.setting import LEEWAY, KeptSettings, Leeway, SettingsChange, SettingScope, SettingValues
from contracts.errors import InvalidInput, NotAllowed
from contracts.ids import new_id
from contracts.problem import FieldProblem
from contracts.topology import settings_subject
from gateway.access.identity import Identity
from gateway.access.rights import Right
from gateway.store import setting_changes as store
from gateway.store.setting_changes import NewChange
from gateway.switches import reading
from gateway.switches.reading import Kept

SettingValue = bool | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Who changes settings, for whom, and with which revision in view."""

    by: Identity
    scope: SettingScope
    expected: int | None

    @property
    def tenant(self) -> str | None:
        """Name the tenant whose settings are changed; None for the platform's."""
        return None if self.scope is SettingScope.PLATFORM else self.by.tenant


def place(order: Order) -> str:
    """Name the tenant of the transaction in which an order is carried out; raises `NotAllowed`."""
    if order.scope is SettingScope.PLATFORM and Right.GOVERN not in order.by.rights:
        detail = "What holds for the whole platform takes a super admin; with scope=tenant you set it for your tenant."
        raise NotAllowed(detail, right=Right.GOVERN, role=order.by.role)
    return order.tenant or EVERY_TENANT


async def change(tx: Transaction, order: Order, wanted: SettingsChange, *, default: SettingValues) -> Kept:
    """Change settings and give what is set now; raises `Stale`, `NotAllowed`, or `InvalidInput` naming the settings."""
    await store.lock(tx)
    before = await reading.kept(tx, order.by.tenant)
    editions.refuse_stale(order.expected, before.revision, "What is set")
    if order.tenant:
        _check(order, wanted, settings.in_force(default, reading.given(before.platform)))
    changes = list(_changes(order, wanted, before))
    for each in changes:
        await store.insert(tx, tx.tenant, each)
        log().info("setting.changed", name=each.name, scope=order.scope, tenant=order.tenant, by=tx.cause.actor)
    after = await reading.kept(tx, order.by.tenant)
    if changes:
        make_known(tx, order.tenant, told(order, after))
    return after


def told(order: Order, kept: Kept) -> KeptSettings:
    """Give what services are told because of an order."""
    return reading.told((kept.own if order.tenant else kept.platform).values(), kept.revision)


def make_known(tx: Transaction, tenant: str | None, told: KeptSettings) -> None:
    """Put settings into the bucket that all services follow, as soon as the transaction commits."""
    body = told.model_dump_json(exclude_none=True).encode()
    tx.put(settings_subject(tenant), f"settings:{new_id()}", body)


def _changes(order: Order, wanted: SettingsChange, before: Kept) -> Iterable[NewChange]:
    present = before.own if order.tenant else before.platform
    for name, new in wanted.model_dump(mode="json", include=wanted.model_fields_set).items():
        old = present[name].value if name in present else None
        if old != new:
            yield NewChange(name, old, new)


def _check(order: Order, wanted: SettingsChange, limits: SettingValues) -> None:
    """Refuse what a tenant may not set, and what would allow more than the platform does."""
    if reserved := sorted(each for each in wanted.model_fields_set if LEEWAY[each] is Leeway.NONE):
        _refuse(order, reserved)
    problems = tuple(
        FieldProblem(field=name, reason=_why_wider(getattr(limits, name)))
        for name, value in settings.given(wanted).items()
        if LEEWAY[name] is Leeway.NARROW and settings.is_wider(getattr(limits, name), value)
    )
    if problems:
        raise InvalidInput("; ".join(f"{each.field}: {each.reason}" for each in problems), errors=problems)


def _refuse(order: Order, reserved: list[str]) -> None:
    of_platform = f"{', '.join(reserved)}: can be set for the whole platform only"
    if Right.GOVERN in order.by.rights:
        raise InvalidInput(
            f"{of_platform}; send scope=platform.",
            errors=tuple(FieldProblem(field=each, reason="can be set for the platform only") for each in reserved),
        )
    raise NotAllowed(f"{of_platform}, which takes a super admin.", settings=reserved)


def _why_wider(limit: SettingValue) -> str:
    if limit is False:
        return "is switched off for the whole platform, which only a super admin can change"
    allowed = ", ".join(limit) if isinstance(limit, tuple) else f"{limit:g}"
    return f"allows more than the platform does, which has {allowed}; only a super admin can change that"
