"""Where it is decided who may train: who has the right, where the plan includes it and it is switched on."""

from contracts.api.access import Role
from contracts.api.setting import SettingValues
from contracts.errors import DomainError, NotAllowed, NotInPlan, TrainingSwitchedOff
from gateway.access import identity, opening
from gateway.access.identity import Identity
from gateway.access.rights import Right


def demand(asking: Identity, held: SettingValues) -> None:
    """Refuse whoever may not train now, and say why.

    Raises `NotAllowed`, `TenantSwitchedOff`, `NotInPlan` or `TrainingSwitchedOff`.
    """
    identity.demand(asking, Right.TRAIN)
    if not asking.open:
        raise opening.switched_off(asking.tenant)
    if not asking.entitlements.ai_training_enabled:
        detail = (
            f"The plan of the tenant {asking.tenant!r} does not include training (ai_training_enabled); "
            "a super admin can choose another plan."
        )
        raise NotInPlan(detail, tenant=asking.tenant)
    if not held.training_enabled:
        detail = "Training is switched off (setting training_enabled); an admin or super admin can switch it on."
        raise TrainingSwitchedOff(detail)
    if not held.admins_may_train and asking.role is not Role.SUPER_ADMIN:
        raise NotAllowed("On this platform only super admins may train (setting admins_may_train).")


def is_possible(asking: Identity, held: SettingValues) -> bool:
    """Say whether somebody may train now."""
    try:
        demand(asking, held)
    except DomainError:
        return False
    return True
