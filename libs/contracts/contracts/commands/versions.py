"""Where the commands about versions and routes are declared; the registry owns them."""

from contracts.api.page import Page
from contracts.api.route import Resolution, Route, Serving
from contracts.api.version import Promotion, Rollback, Version, VersionStatus
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.message import Moment
from contracts.service import Service


class ListVersions(Command[Page[Version]], Listing):
    """Give the versions of a task, newest first; raises `UnknownTask`."""

    subject = "versions.list"
    owner = Service.REGISTRY

    task: str
    status: VersionStatus | None = None


class GetVersion(Command[Version]):
    """Give one version; raises `UnknownVersion`."""

    subject = "versions.get"
    owner = Service.REGISTRY

    version_id: str


class PromoteVersion(Command[Route]):
    """Make a version the champion; raises `UnknownVersion`, `GateNotPassed`."""

    subject = "versions.promote"
    owner = Service.REGISTRY

    version_id: str
    promotion: Promotion


class RollBack(Command[Route]):
    """Put an earlier champion back; raises `UnknownTask`, `UnknownVersion`, `NothingToRollBackTo`."""

    subject = "routes.roll_back"
    owner = Service.REGISTRY

    task: str
    rollback: Rollback


class GetRoute(Command[Route]):
    """Give the present route; raises `UnknownTask`."""

    subject = "routes.get"
    owner = Service.REGISTRY
    askers = (Service.GATEWAY, Service.FEEDBACK, Service.TRAINER)

    task: str


class ResolveTask(Command[Resolution]):
    """Give the version for one unit; raises `UnknownTask`."""

    subject = "routes.resolve"
    owner = Service.REGISTRY

    task: str
    unit: str | None = None


class ListServing(Command[Page[Serving]], Listing):
    """Give the ledger of a task, newest first; raises `UnknownTask`."""

    subject = "serving.list"
    owner = Service.REGISTRY

    task: str


class GetServing(Command[Serving]):
    """Give what served a task at a time; raises `UnknownTask`, `NothingServes`."""

    subject = "serving.get"
    owner = Service.REGISTRY

    task: str
    at: Moment
