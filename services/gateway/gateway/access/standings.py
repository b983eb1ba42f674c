"""Where all services are told in which tenants nothing may be trained: schedules and policies ask no gateway."""

from collections.abc import Iterable, Mapping

from chassis.database import Transaction
from contracts.api.setting import GivenSettings
from contracts.ids import new_id
from contracts.settings import NOTHING, given
from contracts.topology import PLANS, plan_subject
from gateway.store import setting_changes, tenants

_BARRED = GivenSettings(training_enabled=False)


async def make_known(tx: Transaction, changed: Iterable[str]) -> None:
    """Put into the bucket of settings what the plans of some tenants leave of them, when the transaction commits."""
    await setting_changes.lock(tx)
    barred = await tenants.list_barred(tx)
    for tenant in changed:
        _put(tx, tenant, _BARRED if tenant in barred else NOTHING)


async def spread(tx: Transaction, there: Mapping[str, GivenSettings | None]) -> list[str]:
    """Put into the bucket whatever differs there from what is wanted; give the tenants of which it did."""
    barred = await tenants.list_barred(tx)
    known = [key.partition(".")[2] for key in there if key.startswith(f"{PLANS}.")]
    wanted = {tenant: _BARRED if tenant in barred else NOTHING for tenant in {*known, *barred}}
    differing = [each for each in wanted if _values(there.get(f"{PLANS}.{each}", NOTHING)) != given(wanted[each])]
    for tenant in differing:
        _put(tx, tenant, wanted[tenant])
    return differing


def _put(tx: Transaction, tenant: str, left: GivenSettings) -> None:
    body = left.model_dump_json(exclude_none=True).encode()
    tx.put(plan_subject(tenant), f"plan:{new_id()}", body)


def _values(there: GivenSettings | None) -> Mapping[str, object] | None:
    return None if there is None else given(there)
