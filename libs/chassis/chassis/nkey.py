"""Where the keys are made by which NATS knows services and applications."""

import secrets

import nkeys


def new_seed() -> str:
    """Return a fresh user's seed: the private half, from which the public key follows."""
    return nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode()


def public_key(seed: str) -> str:
    """Return the public key that a seed proves."""
    return bytes(nkeys.from_seed(seed.encode()).public_key).decode()
