"""Where folders that a server's account can reach are found, and private files are written."""

import os
import shutil
import stat
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path

from chassis.embedded.accounts import Account, give

ELSEWHERE = "elsewhere"
SYSTEM_ROOT = Path("/var/lib/ratchet")
TRAVERSABLE = 0o711


def lodging(folder: Path, account: Account | None, *, durable: bool) -> Path:
    """Return a folder in which the account may keep its files, on behalf of `folder`.

    That is `folder` itself wherever the account can reach it. Root's own folders are often closed to others (mode
    0700, also those of `mktemp -d` and pytest): then it is a folder of the system, and the link `folder/elsewhere`
    leads there. Such folders of tests (`durable=False`) are removed once the link to them is gone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / ELSEWHERE
    if link.exists():
        return link.resolve()
    if account is None or reachable(folder, account):
        return folder.resolve()
    place = _new_place(durable=durable)
    link.unlink(missing_ok=True)
    link.symlink_to(place)
    write_private(place / "origin", str(link.absolute()))  # only now, or another run would sweep it away
    return place


def lodged(folder: Path) -> Path:
    """Return where `lodging` put the files of `folder`, without creating anything."""
    link = folder / ELSEWHERE
    return link.resolve() if link.exists() else folder.resolve()


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may enter the folder and every folder above it."""
    resolved = path.resolve()
    return all(_may_enter(folder, account) for folder in (resolved, *resolved.parents))


def copied(sources: Iterable[Path], name: str) -> Path:
    """Return a folder that every account can reach and that holds copies of the installed folders, made once."""
    target = _root(durable=True) / name
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        fresh = Path(temporary) / name
        for source in sources:
            shutil.copytree(source, fresh / source.name, symlinks=True)
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():
                raise
    return target


@contextmanager
def scratch(account: Account | None = None) -> Generator[Path]:
    """A temporary folder that a server's account can reach, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="ratchet-") as name:
        folder = Path(name)
        folder.chmod(TRAVERSABLE)
        give(folder, account)
        yield folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _may_enter(folder: Path, account: Account) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _new_place(*, durable: bool) -> Path:
    root = _root(durable=durable)
    if not durable:
        _sweep(root)
    place = Path(tempfile.mkdtemp(dir=root, prefix="lodging-"))
    place.chmod(TRAVERSABLE)
    return place


def _root(*, durable: bool) -> Path:
    root = SYSTEM_ROOT if durable else Path(tempfile.gettempdir()) / f"ratchet-{os.geteuid()}"
    root.mkdir(mode=TRAVERSABLE, parents=True, exist_ok=True)
    if root.stat().st_uid != os.geteuid():
        message = f"{root} belongs to somebody else: remove it, or let Ratchet keep its files in a reachable folder."
        raise PermissionError(message)
    root.chmod(TRAVERSABLE)
    return root


def _sweep(root: Path) -> None:
    for origin in root.glob("lodging-*/origin"):
        with suppress(FileNotFoundError):  # another run was faster
            link = Path(origin.read_text())
            if not link.is_symlink() or link.resolve() != origin.parent.resolve():
                shutil.rmtree(origin.parent, ignore_errors=True)
