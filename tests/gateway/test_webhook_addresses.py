"""Where it is tried which addresses webhooks may lead to, however they are spelt."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidInput
from gateway.webhooks import addresses

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fd00:ec2::254",
    "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    "2001:0:5ef5:79fd:0:0:0:1", "100::1", "::127.0.0.1", "192.0.0.192", "168.63.129.16", "3fff::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::"]
SPELLINGS = ["127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "localhost", "LOCALHOST.", "a.localhost"]
WRONG = {
    "ftp://hooks.example.com": "must begin with",
    "javascript:alert(1)": "must begin with",
    "//hooks.example.com": "must begin with",
    "https://ann:secret@hooks.example.com": "no user name",
    "https://@hooks.example.com": "no user name",
    "https://hooks.example.com/#top": "fragment",
    "https://": "names no host",
    "https:///path": "names no host",
    "https://a..b/": "names no host",
    f"https://{'a' * 64}.com/": "names no host",
    "https://hooks.example.com:25/": "port",
    "https://hooks.example.com:0/": "port",
    "https://hooks.example.com:70000/": "is not a URL",
    "https://hooks.example.com:x/": "is not a URL",
    "http://[::1": "is not a URL",
    "https://hooks.example.com/a b": "printable ASCII",
    "https://hooks.example.com/\r\nX-Evil: 1": "printable ASCII",
    "https://hooks.example.com\\@127.0.0.1/": "printable ASCII",
    "https://höoks.example.com/": "printable ASCII",
    "https://hooks.example.com/\0": "printable ASCII",
}


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_reached(address: str) -> None:
    assert not addresses.reachable(ip_address(address), ())


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert addresses.reachable(ip_address(address), ())


def test_a_network_that_is_allowed_is_reached_and_its_neighbours_are_not() -> None:
    allowed = addresses.networks("10.1.0.0/16, ::1/128")

    reached = [addresses.reachable(ip_address(each), allowed) for each in ("10.1.2.3", "::1", "::ffff:10.1.2.3")]
    refused = [addresses.reachable(ip_address(each), allowed) for each in ("10.2.0.1", "127.0.0.1", "::2")]

    assert (reached, refused) == ([True] * 3, [False] * 3)


@given(st.integers(0, 2**32 - 1))
def test_wrapping_an_address_into_ipv6_leads_nowhere_else(number: int) -> None:
    plain = IPv4Address(number)
    wrapped = [IPv6Address(f"::ffff:{plain}"), IPv6Address(int(IPv6Address("64:ff9b::")) + number)]
    wrapped.append(IPv6Address((0x2002 << 112) + (number << 80)))

    assert {addresses.reachable(each, ()) for each in wrapped} == {addresses.reachable(plain, ())}


@pytest.mark.parametrize("host", [*SPELLINGS, *(f"[{each}]" if ":" in each else each for each in PRIVATE)])
def test_a_url_that_names_a_private_address_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match="private network"):
        addresses.check(f"http://{host}:8080/hook", ())


@pytest.mark.parametrize(("url", "reason"), WRONG.items())
def test_what_can_be_no_webhook_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        addresses.check(url, addresses.networks("127.0.0.0/8"))


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com", "HTTPS://hooks.example.com:8443/a?b=c%20d", "http://[2606:4700::1]/x"]
)
def test_a_public_url_is_taken(url: str) -> None:
    addresses.check(url, ())


def test_in_an_allowed_network_any_port_is_taken() -> None:
    addresses.check("http://127.0.0.1:81/", addresses.networks("127.0.0.0/8"))


@given(st.text())
def test_whatever_is_given_as_a_url_it_is_taken_or_refused(text: str) -> None:
    for url in (text, f"https://{text}"):
        with suppress(InvalidInput):
            addresses.check(url, ())
