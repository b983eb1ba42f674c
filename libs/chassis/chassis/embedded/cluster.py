"""Where the data folder of an embedded Postgres is created, and what a killed server left in it is cleared."""

import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from chassis.embedded import accounts, binaries, folders, processes
from chassis.embedded.accounts import Account

SUPERUSER = "postgres"
ORPHAN_SECONDS = 5.0
STATUS_LINE = 7


class ClusterNotCreated(Exception):
    """Postgres could not create its data folder."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder, the account that owns it (None: ourselves) and the programs that serve it."""

    folder: Path
    account: Account | None
    programs: Path


def prepare(folder: Path, *, durable: bool) -> Cluster:
    """Return the cluster kept on behalf of `folder`, created the first time, cleared of what a crash left behind."""
    account = accounts.unprivileged(location(folder))
    place = folders.lodging(folder, account, durable=durable)
    cluster = Cluster(place / "cluster", account, binaries.postgres(account))
    if not cluster.folder.exists():
        _create(cluster, folder / "password", durable=durable)
    if running_pid(cluster.folder) is None:
        end_orphans(cluster.folder)
        _forget_stale_lock(cluster.folder)
    return cluster


def location(folder: Path) -> Path:
    """Return where the data folder of `folder` is, or would be, without creating it."""
    return folders.lodged(folder) / "cluster"


def running_pid(cluster_folder: Path) -> int | None:
    """Return the number of the server of this data folder; the lock file alone is not believed."""
    lines = _lock_lines(cluster_folder)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if processes.runs(pid, str(cluster_folder)) else None


def is_ready(cluster_folder: Path) -> bool:
    """Whether the server of this data folder runs and accepts connections."""
    lines = _lock_lines(cluster_folder)
    ready = len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
    return ready and running_pid(cluster_folder) is not None


def end_orphans(cluster_folder: Path) -> None:
    """Wait for the children of a killed server: while one of them lives, Postgres refuses to start."""
    orphans = [process for process in psutil.process_iter(["name"]) if _serves(process, cluster_folder)]
    processes.end(orphans, patience=ORPHAN_SECONDS)


def _create(cluster: Cluster, password_path: Path, *, durable: bool) -> None:
    password = secrets.token_hex(24)
    folders.write_private(password_path, password)
    fresh = cluster.folder.with_name("fresh")
    readable = cluster.folder.with_name("initial-password")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    accounts.give(fresh, cluster.account)
    folders.write_private(readable, password)
    accounts.give(readable, cluster.account)
    try:
        _initdb(cluster, fresh, readable, durable=durable)
    finally:
        readable.unlink()
    fresh.rename(cluster.folder)


def _initdb(cluster: Cluster, fresh: Path, password_file: Path, *, durable: bool) -> None:
    command = [str(cluster.programs / "initdb"), "-D", str(fresh), "-U", SUPERUSER, f"--pwfile={password_file}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    command += ["--builtin-locale=C.UTF-8", "--no-instructions", *([] if durable else ["--no-sync"])]
    account = cluster.account
    result = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode != 0:
        message = f"Postgres could not create its data folder in {fresh.parent}: {result.stderr.strip()}"
        raise ClusterNotCreated(message)


def _forget_stale_lock(cluster_folder: Path) -> None:
    """Remove a lock that names a living stranger: Postgres would believe it; a dead one it clears up itself."""
    lines = _lock_lines(cluster_folder)
    if lines and psutil.pid_exists(int(lines[0])):
        (cluster_folder / "postmaster.pid").unlink()


def _lock_lines(cluster_folder: Path) -> list[str]:
    try:
        return (cluster_folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _serves(process: psutil.Process, cluster_folder: Path) -> bool:
    try:
        return process.name().startswith("postgres") and process.cwd() == str(cluster_folder)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
