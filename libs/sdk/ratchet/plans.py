"""Where the calls about plans are described."""

from contracts.api.page import Page
from contracts.api.plan import NewPlan, Plan, PlanChange
from ratchet.wire.call import Call, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, filled


class Plans(Noun[Way]):
    """What tenants may have; takes a super admin."""

    @fields(NewPlan)
    def create(self, plan: NewPlan) -> Call[Plan]:
        """Create a plan with the fields of `NewPlan`; raises `PlanExists`, `InvalidInput`."""
        return post(at("plans"), Plan, plan)

    @endpoint
    def get(self, plan: str) -> Call[Plan]:
        """Give one plan; raises `UnknownPlan`."""
        return get(at("plans", plan), Plan)

    @endpoint
    def change(self, plan: str, *, revision: int | None = None, **values: object) -> Call[Plan]:
        """Change the fields of `PlanChange` that are given, for all tenants of the plan; None takes a limit away.

        Where a revision is named, nothing is changed unless it is the present one. Raises `UnknownPlan`, `Stale`,
        `InvalidInput`.
        """
        change = filled(PlanChange, **values)
        return only_if(revision, patch(at("plans", plan), Plan, change))

    @endpoint
    def delete(self, plan: str) -> Call[None]:
        """Delete a plan; raises `UnknownPlan`, `PlanInUse`."""
        return delete(at("plans", plan))

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Plan]]:
        """Give a page of plans, by key."""
        return get(at("plans"), Page[Plan], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)
