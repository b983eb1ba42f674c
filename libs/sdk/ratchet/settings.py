"""Where the calls about settings are described."""

from contracts.api.page import Page
from contracts.api.setting import SettingChanged, SettingsChange, SettingScope, SettingsInForce
from ratchet.wire.call import Call, at, get, only_if, patch
from ratchet.wire.noun import Noun, Way, endpoint, every, filled


class PlatformSettings(Noun[Way]):
    """What holds on the platform and for a tenant; changes are known to all services at once."""

    @endpoint
    def get(self) -> Call[SettingsInForce]:
        """Give what holds for the tenant, where each value comes from, and who may change it."""
        return get(at("settings"), SettingsInForce)

    @endpoint
    def set(
        self, *, scope: SettingScope | str | None = None, revision: int | None = None, **values: object
    ) -> Call[SettingsInForce]:
        """Change settings with the fields of `SettingsChange`; None takes a value back.

        ``scope`` is ``platform`` or ``tenant``; without it super admins change the platform, all others their tenant.
        Where a revision is named, nothing is changed unless it is the present one. Raises `InvalidInput`, `NotAllowed`,
        `Stale`.
        """
        change = filled(SettingsChange, **values)
        return only_if(revision, patch(at("settings"), SettingsInForce, change, scope=scope and str(scope)))

    def _page(
        self,
        *,
        name: str | None = None,
        scope: SettingScope | str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[SettingChanged]]:
        """Give a page of the changes of the platform and of the tenant, newest first, of one setting or of all."""
        where = scope and str(scope)
        return get(at("settings", "history"), Page[SettingChanged], name=name, scope=where, limit=limit, cursor=cursor)

    history = endpoint(_page)
    all_history = every(_page)
