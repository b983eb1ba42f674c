"""Where it is put into words what holds for a tenant, and why."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from contracts import settings
from contracts.api.setting import (
    LEEWAY,
    Leeway,
    Setting,
    SettingScope,
    SettingsInForce,
    SettingSource,
    SettingValues,
)
from gateway.access.identity import Identity
from gateway.access.rights import Right
from gateway.store.setting_changes import Latest
from gateway.switches import reading
from gateway.switches.reading import Kept


@dataclass(frozen=True, slots=True)
class _View:
    """What a setting is shown from."""

    default: SettingValues
    held: SettingValues
    kept: Kept
    whose: Identity


def shown(kept: Kept, default: SettingValues, whose: Identity) -> SettingsInForce:
    """Show what holds for the tenant of whoever asks."""
    held = settings.in_force(default, reading.given(kept.platform), reading.given(kept.own))
    view = _View(default, held, kept, whose)
    described = tuple(_described(name, view) for name in settings.NAMES)
    return SettingsInForce(**dict(held), tenant=whose.tenant, revision=kept.revision, settings=described)


def may_set(name: str, whose: Identity) -> tuple[SettingScope, ...]:
    """Say for whom somebody may set a setting."""
    of_all = (SettingScope.PLATFORM,) if Right.GOVERN in whose.rights else ()
    has_leeway = LEEWAY[name] is not Leeway.NONE and Right.CONFIGURE in whose.rights
    return (*of_all, SettingScope.TENANT) if has_leeway else of_all


def _described(name: str, view: _View) -> Setting:
    of_all, own = view.kept.platform.get(name), view.kept.own.get(name)
    source, decisive = _source(name, view)
    takes = dict(_schemas()[name])
    return Setting(
        name=name,
        value=getattr(view.held, name),
        source=source,
        default=getattr(view.default, name),
        platform=of_all and of_all.value,
        tenant=own and own.value,
        leeway=LEEWAY[name],
        may_set=may_set(name, view.whose),
        description=takes.pop("description"),
        takes=takes,
        set_by=_named(decisive, source, view.whose),
        set_at=decisive and decisive.at,
    )


def _source(name: str, view: _View) -> tuple[SettingSource, Latest | None]:
    """Say where the value that holds comes from: from the tenant where its own is the one that holds."""
    own = view.kept.own.get(name)
    if (
        own
        and getattr(reading.given({name: own}), name) == getattr(view.held, name)
        and LEEWAY[name] is not Leeway.NONE
    ):
        return SettingSource.TENANT, own
    of_all = view.kept.platform.get(name)
    return (SettingSource.PLATFORM, of_all) if of_all else (SettingSource.DEFAULT, None)


def _named(decisive: Latest | None, source: SettingSource, whose: Identity) -> str | None:
    if decisive and source is SettingSource.PLATFORM and Right.GOVERN not in whose.rights:
        return reading.SOMEBODY
    return decisive and decisive.by


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = SettingValues.model_json_schema()["properties"]
    return {name: {key: schema[key] for key in schema.keys() - {"title", "default"}} for name, schema in made.items()}
