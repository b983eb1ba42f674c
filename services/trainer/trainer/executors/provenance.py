"""Where it is found out which code and which libraries a version is made by."""

import platform
from hashlib import sha256
from importlib import resources
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.resources.abc import Traversable

from trainer.trainers import installed

LIBRARIES = ("numpy", "optuna", "polars", "scikit-learn", "scipy", "tantivy")


def versions(kind: str) -> dict[str, str]:
    """Name the versions of Python, of our trainers, of the libraries they stand on, and of the package of the kind."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {"code": code(), "python": platform.python_version(), **libraries, **_brought(kind)}


def _brought(kind: str) -> dict[str, str]:
    """Name the package that brings a kind which is not ours."""
    if kind in installed.NAMES:
        return {}
    found = [entry.dist for entry in entry_points(group=installed.GROUP, name=kind) if entry.dist]
    return {each.name: each.version for each in found}


def code() -> str:
    """Name this edition of the trainers: the release, and a hash of their source."""
    digest = sha256()
    for source in sorted(_sources(resources.files("trainer.trainers"))):
        digest.update(source)
    return f"{_release()}+{digest.hexdigest()[:12]}"


def _release() -> str:
    try:
        return version("ratchet-trainer")
    except PackageNotFoundError:
        return "unreleased"


def _sources(folder: Traversable) -> list[bytes]:
    found: list[bytes] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _sources(each)
        elif each.name.endswith(".py"):
            found.append(each.read_bytes())
    return found
