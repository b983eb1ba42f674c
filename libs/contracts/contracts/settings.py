"""Where what was set for the platform and for a tenant becomes what holds: pure, so that all services agree on it."""

from typing import Any

from contracts.api.setting import LEEWAY, GivenSettings, Leeway, SettingValues

NAMES: tuple[str, ...] = tuple(SettingValues.model_fields)
NOTHING = GivenSettings()


def in_force(default: SettingValues, platform: GivenSettings, tenant: GivenSettings = NOTHING) -> SettingValues:
    """Say what holds for a tenant: what it set, as far as the platform leaves it to tenants."""
    held = default.model_copy(update=given(platform))
    own = {name: _allowed(name, getattr(held, name), value) for name, value in given(tenant).items()}
    return held.model_copy(update=own) if own else held


def given(settings: GivenSettings) -> dict[str, Any]:
    """Give what was set."""
    return {name: value for name in NAMES if (value := getattr(settings, name)) is not None}


def is_wider(limit: Any, wanted: Any) -> bool:  # noqa: ANN401 (a value of any setting)
    """Say whether a value allows more than a limit does."""
    return narrower(limit, wanted) != wanted


def narrower(limit: Any, wanted: Any) -> Any:  # noqa: ANN401
    """Give what both allow: of switches whether both are on, of lists what is in both, of numbers the smaller one."""
    if isinstance(limit, bool):
        return limit and wanted
    if isinstance(limit, tuple):
        return tuple(each for each in wanted if each in limit)
    return min(limit, wanted)


def _allowed(name: str, limit: Any, wanted: Any) -> Any:  # noqa: ANN401
    if LEEWAY[name] is Leeway.FREE:
        return wanted
    return limit if LEEWAY[name] is Leeway.NONE else narrower(limit, wanted)
