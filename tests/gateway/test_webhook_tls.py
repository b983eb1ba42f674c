"""Where it is tried that webhooks with https are believed only with a certificate that can be trusted."""

import ssl
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.store.webhook_claims import Answered
from gateway.webhooks import addresses
from gateway.webhooks.dialing import Dialer
from gateway.webhooks.posting import Letter, Poster
from tests.gateway.receiver import Receiver, receiving

HERE = addresses.networks("127.0.0.0/8")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a receiver")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    named = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    lasting = (
        builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).add_extension(named, critical=False)
    )
    signed = lasting.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path / "certificate.pem"
    path.write_bytes(signed + secret)
    return path


@pytest.fixture
async def receiver(certificate: Path) -> AsyncGenerator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with receiving(context) as listening:
        yield listening


async def post(url: str, known: list[str]) -> Answered:
    dialer = Dialer(HERE, known=lambda _host, _port: known)
    return await Poster(dialer, timeout_s=60).post(Letter(url, {}, b"{}"))


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(receiver: Receiver) -> None:
    answered = await post(receiver.url, ["127.0.0.1"])

    assert (answered.status, receiver.got) == (None, [])
    assert (answered.error or "").startswith("no secure connection could be made")


async def test_a_certificate_that_the_machine_trusts_is_taken_for_its_own_name_alone(
    receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    elsewhere = receiver.url.replace("127.0.0.1", "hooks.example.com")

    trusted, strange = [await post(url, ["127.0.0.1"]) for url in (receiver.url, elsewhere)]

    assert (trusted.status, trusted.error, strange.status) == (200, None, None)
    assert "hooks.example.com" in (strange.error or "")
