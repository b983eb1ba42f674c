"""Where it is found out which code and which libraries a version is made by."""

import platform
from hashlib import sha256
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from importlib.resources.abc import Traversable

LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy")


def versions() -> dict[str, str]:
    """Name the versions of Python, of our trainers and of the libraries that they stand on."""
    return {"code": code(), "python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


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
