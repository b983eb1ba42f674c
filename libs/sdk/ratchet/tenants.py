"""Where the calls about tenants are described."""

from contracts.api.page import Page
from contracts.api.tenant import NewTenant, Tenant, TenantChange, TenantUsage
from ratchet.wire.call import Call, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, filled


class Tenants(Noun[Way]):
    """The customers; all but `get` and `usage` of one's own take a super admin."""

    @fields(NewTenant)
    def create(self, tenant: NewTenant) -> Call[Tenant]:
        """Create a tenant with the fields of `NewTenant`; raises `TenantExists`, `InvalidInput`.

        Work in it with ``Client(url, api_key, tenant=...)``.
        """
        return post(at("tenants"), Tenant, tenant)

    @endpoint
    def get(self, tenant: str) -> Call[Tenant]:
        """Give one tenant; raises `UnknownTenant`."""
        return get(at("tenants", tenant), Tenant)

    @endpoint
    def usage(self, tenant: str) -> Call[TenantUsage]:
        """Give what the plan of a tenant allows, and how much of it there is; raises `UnknownTenant`."""
        return get(at("tenants", tenant, "usage"), TenantUsage)

    @endpoint
    def change(self, tenant: str, *, revision: int | None = None, **values: object) -> Call[Tenant]:
        """Change the fields of `TenantChange` that are given; ``active=False`` switches it off, and nothing is lost.

        Where a revision is named, nothing is changed unless it is the present one. Raises `UnknownTenant`, `Stale`,
        `InvalidInput`.
        """
        change = filled(TenantChange, **values)
        return only_if(revision, patch(at("tenants", tenant), Tenant, change))

    @endpoint
    def switch_off(self, tenant: str) -> Call[None]:
        """Stop the keys and sessions of a tenant, until ``change(tenant, active=True)``; raises `UnknownTenant`."""
        return delete(at("tenants", tenant))

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Tenant]]:
        """Give a page of tenants, by key."""
        return get(at("tenants"), Page[Tenant], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)
