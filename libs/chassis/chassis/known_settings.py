"""Where a service follows the settings of the platform and of tenants, pushed by the gateway through a bucket.

What NATS has kept is known again after a restart, whether the gateway is there or not; as long as nothing was ever set,
the defaults hold that the environment names.
"""

from collections.abc import Callable

from nats.js import JetStreamContext
from pydantic import ValidationError

from chassis.buckets import Bucket
from chassis.logging import log
from contracts import settings
from contracts.api.setting import GivenSettings, KeptSettings, SettingValues
from contracts.topology import PLANS, SETTINGS_BUCKET, SETTINGS_OF_ALL

_NOTHING = KeptSettings()


class KnownSettings:
    """The last known settings; reading costs a dictionary look-up."""

    def __init__(self, default: SettingValues, jetstream: JetStreamContext) -> None:
        """Begin with the defaults; `run` follows, and `ready` is set once all that was kept has been read."""
        self.default = default
        self.platform = default
        self._given: dict[str | None, KeptSettings] = {}
        self._plans: dict[str, GivenSettings] = {}
        self._set: dict[str, SettingValues] = {}
        self._tenants: dict[str, SettingValues] = {}
        self._listeners: list[Callable[[], None]] = []
        self._bucket = Bucket(jetstream, SETTINGS_BUCKET, self._take)
        self.ready = self._bucket.ready
        self.run = self._bucket.run
        self.watch_again = self._bucket.watch_again

    def of(self, tenant: str) -> SettingValues:
        """Give what holds for a tenant."""
        return self._tenants.get(tenant, self.platform)

    def as_set(self, tenant: str) -> SettingValues:
        """Give what is set for a tenant, whatever its plan leaves of it: for whoever knows the plan itself."""
        return self._set.get(tenant, self.platform)

    def tenants_where(self, holds: Callable[[SettingValues], bool]) -> list[str]:
        """Name the tenants, of those that have settings of their own, for which something holds."""
        return [tenant for tenant, values in self._tenants.items() if holds(values)]

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call the listener after each change."""
        self._listeners.append(listener)

    def learn_early(self, tenant: str | None, kept: KeptSettings) -> None:
        """Take in what was set here just now, unless something later has been pushed meanwhile."""
        if kept.revision > self._given.get(tenant, _NOTHING).revision:
            self.learn(tenant, kept)

    def learn(self, tenant: str | None, kept: KeptSettings) -> None:
        """Take in all that is set for a tenant, or for the platform; what is pushed last counts, in any revision."""
        self._given[tenant] = kept
        self._reckon()

    def learn_plan(self, tenant: str, given: GivenSettings) -> None:
        """Take in what the plan of a tenant leaves of its settings."""
        self._plans[tenant] = given
        self._reckon()

    def _reckon(self) -> None:
        of_all = self._given.get(None, _NOTHING)
        self.platform = settings.in_force(self.default, of_all)
        self._set = {
            whose: settings.in_force(self.default, of_all, given) for whose, given in self._given.items() if whose
        }
        self._tenants = {whose: self._in_force(whose) for whose in self._set.keys() | self._plans.keys()}
        for listener in self._listeners:
            listener()

    def _in_force(self, tenant: str) -> SettingValues:
        return settings.in_force(self.as_set(tenant), _NOTHING, self._plans.get(tenant, _NOTHING))

    def _take(self, key: str, value: bytes) -> None:
        place, _, tenant = key.partition(".")
        try:
            given = KeptSettings.model_validate_json(value)
        except ValidationError as wrong:
            log().warning("settings.unreadable", key=key, reason=str(wrong))
            return
        if place == PLANS:
            self.learn_plan(tenant, given)
        else:
            self.learn(None if place == SETTINGS_OF_ALL else tenant, given)
