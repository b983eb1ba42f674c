"""Where it is tried that nobody gives a key more than they have, and that nobody becomes two people by a key."""

import pytest

from contracts.api.access import ApiKeyChange, NewApiKey, Right, Role
from contracts.api.plan import Entitlements
from contracts.api.setting import SettingValues
from contracts.errors import DomainError, InvalidInput, NotAllowed, NotInPlan, TrainingSwitchedOff
from gateway.access import granting, rights, training
from gateway.access.identity import Identity


def somebody(role: Role, *scopes: Right, person: str = "user:1", entitlements: Entitlements | None = None) -> Identity:
    owned = rights.within(role, scopes or None)
    return Identity("ann", "acme", role, owned, person, entitlements or Entitlements())


@pytest.mark.parametrize("maker", Role)
@pytest.mark.parametrize("wanted", Role)
def test_a_key_of_a_role_is_made_by_those_who_have_all_its_rights(maker: Role, wanted: Role) -> None:
    has_all = rights.of(wanted) <= rights.of(maker)
    is_super = wanted is not Role.SUPER_ADMIN or maker is Role.SUPER_ADMIN

    allowed = _allowed(somebody(maker), wanted)

    assert allowed == (has_all and is_super)


def test_who_has_scopes_gives_no_more_than_they_leave() -> None:
    limited = somebody(Role.ADMIN, Right.ADMINISTER, Right.READ)

    assert _allowed(limited, Role.ADMIN, Right.READ)
    assert not _allowed(limited, Role.ADMIN, Right.READ, Right.TRAIN)
    assert not _allowed(limited, Role.VIEWER)


def test_a_super_admin_with_scopes_hands_out_no_others() -> None:
    limited = somebody(Role.SUPER_ADMIN, Right.ADMINISTER)

    assert _allowed(limited, Role.SUPER_ADMIN, Right.ADMINISTER)
    assert not _allowed(limited, Role.SUPER_ADMIN)


def test_nobody_gives_an_application_rights_that_their_scopes_leave_out() -> None:
    limited = somebody(Role.ADMIN, Right.ADMINISTER, Right.LOG)

    granting.demand_own(limited, {Right.LOG})
    with pytest.raises(NotAllowed, match="you do not have: read, resolve") as refused:
        granting.demand_own(limited, {Right.READ, Right.RESOLVE, Right.LOG})

    assert refused.value.facts["rights"] == ["read", "resolve"]


def test_an_admin_cannot_take_over_a_key_of_a_super_admin_however_little_it_may() -> None:
    assert not _allowed(somebody(Role.ADMIN), Role.SUPER_ADMIN, Right.READ)


def test_what_is_refused_names_the_rights_that_are_beyond_the_maker() -> None:
    with pytest.raises(NotAllowed, match="you do not have: configure, train, administer") as refused:
        granting.demand(somebody(Role.MANAGER), Role.ADMIN, None)

    assert refused.value.facts["rights"] == ["configure", "train", "administer"]


def test_scopes_are_kept_once_each_and_those_of_another_role_are_refused_by_place() -> None:
    tidy = granting.tidy(Role.ADMIN, [Right.TRAIN, Right.READ, Right.TRAIN])
    with pytest.raises(InvalidInput) as refused:
        granting.tidy(Role.SERVICE, [Right.LOG, Right.TRAIN])

    assert tidy == (Right.READ, Right.TRAIN)
    assert [each.field for each in refused.value.errors] == ["scopes.1"]


@pytest.mark.parametrize(("maker", "person"), [("user:7", "user:7"), ("key:8", "key:8"), ("bootstrap:9", None)])
def test_a_key_counts_as_whoever_made_it_unless_that_was_the_first_of_all(maker: str, person: str | None) -> None:
    assert granting.person_of(somebody(Role.ADMIN, person=maker)) == person


def test_a_change_names_what_is_given_and_null_takes_limits_away_alone() -> None:
    given = ApiKeyChange.model_validate({"name": None, "role": None, "scopes": None, "expires_at": None}).given

    assert given == {"scopes": None, "expires_at": None}


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "a\u200bb", "a\nb", "\u2028", "x" * 101])
def test_a_name_that_cannot_be_seen_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        NewApiKey(name=name)


def test_names_that_look_the_same_are_the_same() -> None:
    assert NewApiKey(name=" \uff41\uff44\uff4d\uff49\uff4e ").name == "admin"


ON, OFF = SettingValues(), SettingValues(training_enabled=False)
SUPERS_ONLY = SettingValues(admins_may_train=False)
NO_TRAINING = Entitlements(ai_training_enabled=False)


@pytest.mark.parametrize(
    ("role", "plan", "held", "refusal"),
    [
        (Role.ADMIN, Entitlements(), ON, None),
        (Role.SUPER_ADMIN, Entitlements(), SUPERS_ONLY, None),
        (Role.ADMIN, Entitlements(), SUPERS_ONLY, NotAllowed),
        (Role.MANAGER, Entitlements(), ON, NotAllowed),
        (Role.SUPER_ADMIN, Entitlements(), OFF, TrainingSwitchedOff),
        (Role.SUPER_ADMIN, NO_TRAINING, ON, NotInPlan),
        (Role.ADMIN, NO_TRAINING, OFF, NotInPlan),
    ],
)
def test_training_takes_the_right_and_the_plan_and_the_switch(
    role: Role, plan: Entitlements, held: SettingValues, refusal: type[DomainError] | None
) -> None:
    asking = somebody(role, entitlements=plan)
    found: type[DomainError] | None = None

    try:
        training.demand(asking, held)
    except DomainError as refused:
        found = type(refused)

    assert (found, training.is_possible(asking, held)) == (refusal, refusal is None)


def _allowed(by: Identity, role: Role, *scopes: Right) -> bool:
    try:
        granting.demand(by, role, scopes or None)
    except NotAllowed:
        return False
    return True
