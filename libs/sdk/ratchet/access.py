"""Where it is found out which gateway to talk to, and with which key."""

import json
import os
import tempfile
import tomllib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import NotAuthenticated

LOCAL_FOLDER = ".ratchet"
LOCAL_FILE = "local.json"


@dataclass(frozen=True, slots=True)
class Access:
    """The gateway's address, a key, and where both were found."""

    url: str
    api_key: str
    source: str


def find(*, prefer_local: bool = False) -> Access:
    """Find the gateway: in the environment, then what `ratchet login` noted, then the local system.

    With ``prefer_local`` the local system comes before the login. Raises `NotAuthenticated` if nothing is found.
    """
    later = (_local, _login) if prefer_local else (_login, _local)
    for look in (_environment, *later):
        if access := look(os.environ):
            return access
    raise NotAuthenticated(
        "No gateway is known here. Start one with `ratchet up`, name one with `ratchet login`, "
        "or set RATCHET_URL and RATCHET_API_KEY."
    )


def picked_tenant() -> str | None:
    """Give the tenant that a super admin works in, if the environment names one."""
    return os.environ.get("RATCHET_TENANT") or None


def keep(url: str, api_key: str) -> Path:
    """Note a login, readable by its owner only and whole for whoever reads it meanwhile; returns the file."""
    path = _login_file(os.environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    opened, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(opened, "w") as file:
        file.write(f"url = {json.dumps(url)}\napi_key = {json.dumps(api_key)}\n")
    return Path(unfinished).replace(path)


def forget() -> bool:
    """Forget the login that was noted; say whether there was one."""
    path = _login_file(os.environ)
    noted = path.is_file()
    path.unlink(missing_ok=True)
    return noted


def _environment(environment: Mapping[str, str]) -> Access | None:
    url, api_key = environment.get("RATCHET_URL"), environment.get("RATCHET_API_KEY")
    return Access(url, api_key, "the environment") if url and api_key else None


def _login(environment: Mapping[str, str]) -> Access | None:
    path = _login_file(environment)
    if not path.is_file():
        return None
    with _readable(path):
        noted = tomllib.loads(path.read_text())
        return Access(noted["url"], noted["api_key"], str(path))


def _local(environment: Mapping[str, str]) -> Access | None:
    for path in _local_files(environment):
        if path.is_file():
            with _readable(path):
                noted = json.loads(path.read_text())
                return Access(noted["gateway_url"], noted["admin_api_key"], str(path))
    return None


@contextmanager
def _readable(path: Path) -> Generator[None]:
    """Say which file is broken, and what helps."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise NotAuthenticated(
            f"{path} cannot be read ({type(broken).__name__}: {broken}). "
            "Remove it, and run `ratchet login` or `ratchet up` again."
        ) from broken


def _local_files(environment: Mapping[str, str]) -> Iterator[Path]:
    if home := environment.get("RATCHET_HOME"):
        yield Path(home) / LOCAL_FILE
        return
    here = Path.cwd()
    for folder in (here, *here.parents):
        yield folder / LOCAL_FOLDER / LOCAL_FILE


def _login_file(environment: Mapping[str, str]) -> Path:
    folder = environment.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "ratchet" / "config.toml"
