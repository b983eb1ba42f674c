"""Where an embedded NATS with JetStream is started, found again, given other users and stopped."""

import http.client
import json
import secrets
import signal
import socket
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from chassis.embedded import binaries, nats_config, ports, processes
from chassis.embedded.nats_config import NatsSettings, User, write_config
from contracts.applications import SERVICES_ACCOUNT

START_SECONDS = 60.0
STOP_SECONDS = 10.0
RELOAD_SECONDS = 30.0
ATTEMPTS = 3
_NO_ACCOUNT = "$G"


class NotReloaded(Exception):
    """The server kept its old configuration."""


@dataclass(frozen=True, slots=True)
class NatsServer:
    """A running server; its monitoring port answers `/healthz`, `/jsz` and the like over HTTP, on this machine only."""

    url: str
    port: int
    pid: int
    monitoring_port: int


def start(folder: Path, users: Sequence[User] = (), *, log: Path | None = None) -> NatsServer:
    """Start the server whose streams are kept under `folder`; a running one is given these users and returned.

    It listens on 127.0.0.1 only, on the port it had before where that is still free. Raises DidNotStart with the end
    of the log.
    """
    if find(folder) is not None and nats_config.has_accounts(_config(folder)) == bool(users):
        return reload(folder, users)
    stop(folder)
    if users:
        _adopt_streams(folder)
    log = log or folder / "nats.log"
    for attempt in range(1, ATTEMPTS + 1):
        settings = _new_settings(folder)
        write_config(_config(folder), users, settings)
        before = log.stat().st_size if log.exists() else 0
        try:
            _launch(_config(folder), settings, log)
            break
        except processes.DidNotStart:
            if attempt == ATTEMPTS or b"address already in use" not in log.read_bytes()[before:]:
                raise
    return _server(folder)


def find(folder: Path) -> NatsServer | None:
    """Return the server of this folder if it runs."""
    return _server(folder) if _running_pid(folder) is not None else None


def reload(folder: Path, users: Sequence[User]) -> NatsServer:
    """Give the running server other users; they count on return, and who stays allowed stays connected.

    Raises NotReloaded where the server did not take the new configuration.
    """
    server = _server(folder)
    before = _config(folder).read_text()
    write_config(_config(folder), users, _settings(folder, str(_running_as(server)["server_name"])))
    if _config(folder).read_text() != before:
        _reload_and_wait(server)
    return server


def stop(folder: Path, *, patience: float = STOP_SECONDS) -> None:
    """Stop the server of this folder, bounded, then kill it; the next start recovers its streams either way."""
    pid = _running_pid(folder)
    known = processes.handle(pid) if pid is not None else None
    if known is not None:
        processes.stop(known, patience=patience)


@contextmanager
def running(folder: Path, users: Sequence[User] = ()) -> Generator[NatsServer]:
    """A server for the length of a block; its streams stay, so another block on the same folder continues with them."""
    server = start(folder, users)
    try:
        yield server
    finally:
        stop(folder)


def _adopt_streams(folder: Path) -> None:
    """Give the services' account the streams of a server that had no accounts."""
    streams = folder.resolve() / "jetstream" / "jetstream"
    if (streams / _NO_ACCOUNT).exists() and not (streams / SERVICES_ACCOUNT).exists():
        (streams / _NO_ACCOUNT).rename(streams / SERVICES_ACCOUNT)


def _new_settings(folder: Path) -> NatsSettings:
    folder.mkdir(parents=True, exist_ok=True)
    port = ports.remembered(folder / "port")
    ports.remembered(folder / "monitoring-port", taken=port)
    _pid_file(folder).unlink(missing_ok=True)
    return _settings(folder, f"ratchet-{secrets.token_hex(4)}")


def _settings(folder: Path, name: str) -> NatsSettings:
    return NatsSettings(
        port=int((folder / "port").read_text()),
        store_folder=folder.resolve() / "jetstream",
        pid_file=_pid_file(folder),
        name=name,
        monitoring_port=int((folder / "monitoring-port").read_text()),
    )


def _launch(config: Path, settings: NatsSettings, log: Path) -> None:
    command = [str(binaries.nats_server()), "-c", str(config)]
    known = processes.spawn(command, log=log)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(settings):
        if not processes.alive(known) or time.monotonic() > deadline:
            processes.stop(known, patience=1.0)
            message = f"NATS did not start. The end of {log}:\n{processes.last_lines(log)}"
            raise processes.DidNotStart(message)
        time.sleep(0.02)


def _reload_and_wait(server: NatsServer) -> None:
    loaded, deadline = _loaded_at(server), time.monotonic() + RELOAD_SECONDS
    psutil.Process(server.pid).send_signal(signal.SIGHUP)
    while _loaded_at(server) == loaded:
        if time.monotonic() > deadline:
            message = f"NATS did not take its new configuration within {RELOAD_SECONDS:.0f} s; its log says why."
            raise NotReloaded(message)
        time.sleep(0.01)


def _loaded_at(server: NatsServer) -> str:
    return str(_running_as(server)["config_load_time"])


def _running_as(server: NatsServer) -> dict[str, object]:
    connection = http.client.HTTPConnection(ports.LOCALHOST, server.monitoring_port, timeout=RELOAD_SECONDS)
    try:
        connection.request("GET", "/varz")
        return dict(json.loads(connection.getresponse().read()))
    finally:
        connection.close()


def _answers(settings: NatsSettings) -> bool:
    """Whether the server that greets us on the port is ours, by the name we gave it, and has its streams ready."""
    try:
        with socket.create_connection((ports.LOCALHOST, settings.port), timeout=1.0) as connection:
            greeting = connection.makefile("rb").readline().partition(b" ")[2]
        said = json.loads(greeting)
    except (OSError, ValueError):
        return False
    ready = said.get("server_name") == settings.name and said.get("jetstream") is True
    return ready and settings.pid_file.exists()


def _server(folder: Path) -> NatsServer:
    pid = _running_pid(folder)
    if pid is None:
        message = f"NATS does not run; see its log under {folder}."
        raise processes.DidNotStart(message)
    port = int((folder / "port").read_text())
    monitoring_port = int((folder / "monitoring-port").read_text())
    return NatsServer(url=f"nats://{ports.LOCALHOST}:{port}", port=port, pid=pid, monitoring_port=monitoring_port)


def _running_pid(folder: Path) -> int | None:
    try:
        pid = int(_pid_file(folder).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return pid if processes.runs(pid, str(_config(folder))) else None


def _config(folder: Path) -> Path:
    return folder.resolve() / "nats.conf"


def _pid_file(folder: Path) -> Path:
    return folder.resolve() / "pid"
