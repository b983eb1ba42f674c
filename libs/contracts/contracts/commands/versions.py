"""Where the commands about versions and routes are declared; the registry owns them."""

from typing import Literal

from contracts.api.difference import VersionDifference
from contracts.api.page import Page
from contracts.api.registration import NewApproval, Retirement, VersionFacts
from contracts.api.route import Resolution, Route, Serving
from contracts.api.version import Artifact, Canary, Promotion, Rollback, Version, VersionStatus
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


class RegisterVersion(Command[Version]):
    """Register a version that was made elsewhere; raises `UnknownTask`."""

    subject = "versions.register"
    owner = Service.REGISTRY

    task: str
    artifact: Artifact
    facts: VersionFacts


class CompareVersions(Command[VersionDifference]):
    """Put two versions of a task side by side; raises `UnknownVersion`, `InvalidInput`."""

    subject = "versions.compare"
    owner = Service.REGISTRY

    a: str
    b: str


class ApproveVersion(Command[Version]):
    """Say that a version may serve, once for each who says so; raises `UnknownVersion`, `NotReleasable`."""

    subject = "versions.approve"
    owner = Service.REGISTRY

    version_id: str
    approval: NewApproval


class RetireVersion(Command[Version]):
    """Set a version aside: deprecated, or archived for good; raises `UnknownVersion`, `NotReleasable`."""

    subject = "versions.retire"
    owner = Service.REGISTRY

    version_id: str
    status: Literal[VersionStatus.DEPRECATED, VersionStatus.ARCHIVED]
    retirement: Retirement


class PromoteVersion(Command[Route]):
    """Serve a version, at 100 per cent as the champion; raises `UnknownVersion`, `NotReleasable`, `GateNotPassed`.

    ``expected_revision`` is that of the route the asker has seen; raises `Stale` if there is a later one.
    """

    subject = "versions.promote"
    owner = Service.REGISTRY

    version_id: str
    promotion: Promotion
    expected_revision: int | None = None


class SetCanary(Command[Route]):
    """Serve a version to some per cent of the units; raises `UnknownVersion`, `NotReleasable`, `ReleaseUnderWay`."""

    subject = "versions.canary"
    owner = Service.REGISTRY

    version_id: str
    canary: Canary
    expected_revision: int | None = None


class RollBack(Command[Route]):
    """Put an earlier champion back; raises `UnknownTask`, `UnknownVersion`, `NothingToRollBackTo`."""

    subject = "routes.roll_back"
    owner = Service.REGISTRY

    task: str
    rollback: Rollback
    expected_revision: int | None = None


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
