"""Where the address of the HTTP API is opened, so that peers who take nothing cannot keep connections for ever."""

import socket

_WAITING = 2048
_STALLED_S = 60


def opened(host: str, port: int) -> socket.socket:
    """Listen on an address. What a peer does not take for a minute is given up by the kernel, where it can (Linux).

    Without that a connection whose answer was broken off stays until the peer takes what was sent before.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=_WAITING)
    if option := getattr(socket, "TCP_USER_TIMEOUT", None):
        listening.setsockopt(socket.IPPROTO_TCP, option, _STALLED_S * 1000)
    return listening
