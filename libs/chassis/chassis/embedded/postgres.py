"""Where an embedded Postgres is started, found again and stopped."""

import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chassis.embedded import cluster, ports, processes
from chassis.embedded.cluster import Cluster

START_SECONDS = 60.0
STOP_SECONDS = 15.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, seen by its superuser; `url` leads to its database `postgres`."""

    url: str = field(repr=False)
    port: int
    pid: int
    superuser_password: str = field(repr=False)

    def url_of(self, database: str) -> str:
        """Return the superuser's URL of another database."""
        return self.url.rpartition("/")[0] + f"/{database}"


def start(folder: Path, *, durable: bool = True, log: Path | None = None) -> PostgresServer:
    """Start the server whose files are kept under `folder`, created the first time; a running one is returned.

    It listens on 127.0.0.1 only, on the port it had before where that is still free. `durable=False` turns fsync off:
    for tests only. A crash of Postgres itself loses nothing either way. Raises DidNotStart with the end of the log.
    """
    prepared = cluster.prepare(folder, durable=durable)
    if not cluster.is_ready(prepared.folder):
        _start_on_some_port(prepared, folder, log or folder / "postgres.log", durable=durable)
    return _server(folder, prepared.folder)


def find(folder: Path) -> PostgresServer | None:
    """Return the server of this folder if it runs and accepts connections."""
    location = cluster.location(folder)
    return _server(folder, location) if cluster.is_ready(location) else None


def stop(folder: Path, *, patience: float = STOP_SECONDS) -> None:
    """Stop the server of this folder: a fast shutdown, bounded, then a kill, from which the next start recovers."""
    location = cluster.location(folder)
    pid = cluster.running_pid(location)
    known = processes.handle(pid) if pid is not None else None
    if known is not None:
        processes.stop(known, first=signal.SIGINT, patience=patience)
    cluster.end_orphans(location)


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Generator[PostgresServer]:
    """A server for the length of a block; its files stay, so another block on the same folder continues with them."""
    server = start(folder, durable=durable)
    try:
        yield server
    finally:
        stop(folder)


def _start_on_some_port(prepared: Cluster, folder: Path, log: Path, *, durable: bool) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        port = ports.remembered(folder / "port")
        (prepared.folder / "postgresql.conf").write_text(_settings(port, durable=durable))
        before = log.stat().st_size if log.exists() else 0
        try:
            _launch(prepared, log)
        except processes.DidNotStart:
            if attempt == ATTEMPTS or b"could not bind" not in log.read_bytes()[before:]:
                raise
        else:
            return


def _launch(prepared: Cluster, log: Path) -> None:
    command = [str(prepared.programs / "postgres"), "-D", str(prepared.folder)]
    known = processes.spawn(command, log=log, account=prepared.account)
    deadline = time.monotonic() + START_SECONDS
    while not cluster.is_ready(prepared.folder):
        if not processes.alive(known) or time.monotonic() > deadline:
            processes.stop(known, patience=1.0)
            message = f"Postgres did not start. The end of {log}:\n{processes.last_lines(log)}"
            raise processes.DidNotStart(message)
        time.sleep(0.02)


def _server(folder: Path, location: Path) -> PostgresServer:
    pid = cluster.running_pid(location)
    if pid is None:
        message = f"Postgres ended as soon as it had started; see its log under {folder}."
        raise processes.DidNotStart(message)
    port = int((folder / "port").read_text())
    password = (folder / "password").read_text()
    url = f"postgresql://{cluster.SUPERUSER}:{password}@{ports.LOCALHOST}:{port}/postgres"
    return PostgresServer(url=url, port=port, pid=pid, superuser_password=password)


def _settings(port: int, *, durable: bool) -> str:
    """Settings for a laptop: little memory, few processes, and a commit that is on disk when it returns."""
    settings = {
        "listen_addresses": ports.LOCALHOST,
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": "64MB",
        "synchronous_commit": "on",
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "max_worker_processes": 4,
        "io_method": "sync",
        "jit": "off",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %u@%d ",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    return "".join(f"{name} = '{setting}'\n" for name, setting in settings.items())
