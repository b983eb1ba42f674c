"""Where versions are found."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.version import Version
from contracts.commands.versions import ListVersions
from registry import refusals, routes
from registry.store import versions as stored

_DIGITS = 9


async def get(tx: Transaction, version_id: str) -> Version:
    """Give a version; raises `UnknownVersion`."""
    version = await stored.find(tx, version_id)
    if version is None:
        raise refusals.unknown_version(version_id)
    return version


async def list_(tx: Transaction, wanted: ListVersions) -> Page[Version]:
    """Give a page of a task's versions, newest first; raises `UnknownTask`."""
    await routes.get(tx, wanted.task)
    before = pages.number(wanted.cursor, digits=_DIGITS)
    found = await stored.list_(tx, wanted.task, status=wanted.status, before=before, limit=wanted.limit + 1)
    return pages.cut(found, wanted.limit, lambda version: str(version.number))
