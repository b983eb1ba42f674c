"""Where it is decided which addresses a webhook may be posted to; nothing is looked up here."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from contracts.errors import InvalidInput

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
_GLOBAL = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")
_TAKEN_FOR_PUBLIC: tuple[Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # of protocols; 192.0.0.192 tells a machine at Oracle its secrets
    IPv4Network("168.63.129.16/32"),  # tells one at Azure its own
    IPv6Network("3fff::/20"),  # for examples
)
"""What Python holds to be public, in some of its versions, though it leads to nobody's server."""

_LAST_32_BITS = 0xFFFF_FFFF
_LONGEST_HOST = 253
_FIRST_PRINTABLE, _LAST_PRINTABLE = "!", "~"


def networks(written: str) -> tuple[Network, ...]:
    """Read networks that are separated by commas; raises `ValueError` for what is none."""
    return tuple(ip_network(each.strip()) for each in written.split(",") if each.strip())


def reachable(address: Address, allowed: Sequence[Network]) -> bool:
    """Say whether requests may go to an address: it is public, or in a network that was allowed."""
    meant = _meant(address)
    return any(meant in network for network in allowed) or _is_public(meant)


def check(url: str, allowed: Sequence[Network]) -> None:
    """Refuse what can be no webhook's URL, whatever its host resolves to; raises `InvalidInput`."""
    parts = _parts(url)
    if parts.scheme not in _PORTS:
        raise InvalidInput.at("url", "must begin with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise InvalidInput.at("url", "must hold no user name and no password; the signature proves who sends")
    if parts.fragment:
        raise InvalidInput.at("url", "must hold no #fragment, which is never sent")
    literal = _literal(_host(parts))
    if literal and not reachable(literal, allowed):
        raise InvalidInput.at("url", "leads to a private network; RATCHET_WEBHOOK_NETWORKS says which of them may be")
    if not (literal and any(_meant(literal) in each for each in allowed)):
        _check_port(parts)


def host_of(url: str) -> str:
    """Give the host that a URL names."""
    return urlsplit(url).hostname or ""


def _parts(url: str) -> SplitResult:
    if not all(_FIRST_PRINTABLE <= each <= _LAST_PRINTABLE and each not in '\\<>"`{}|^' for each in url):
        raise InvalidInput.at("url", "may hold printable ASCII characters alone, others in their %-spelling")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as wrong:
        raise InvalidInput.at("url", "is not a URL such as https://hooks.example.com/ratchet") from wrong
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    labels = host.removesuffix(".").split(".")
    if ":" not in host and (len(host) > _LONGEST_HOST or not all(0 < len(each) < 64 for each in labels)):  # noqa: PLR2004
        raise InvalidInput.at("url", "names no host")
    if host.removesuffix(".").rpartition(".")[2] == "localhost":
        return "127.0.0.1"
    return host


def _check_port(parts: SplitResult) -> None:
    """Refuse the ports of other protocols, such as mail, whose servers might take a request for something else."""
    port = parts.port if parts.port is not None else _PORTS[parts.scheme]
    if port not in _PORTS.values() and port < _FIRST_FREE_PORT:
        raise InvalidInput.at("url", "must have the port 80, 443, or one from 1024 on")


def _literal(host: str) -> Address | None:
    """Read a host that is an address, in any of the spellings that resolvers take, such as 0x7f.1."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _meant(address: Address) -> Address:
    """Give the IPv4 address that is wrapped in an IPv6 address, if one is."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & _LAST_32_BITS)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    if any(address in each for each in _TAKEN_FOR_PUBLIC):
        return False
    return isinstance(address, IPv4Address) or (address in _GLOBAL and address.teredo is None)
