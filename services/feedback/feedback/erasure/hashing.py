"""Where names and ids become keyed hashes."""

from collections.abc import Sequence
from hashlib import blake2b

NAME, INFERENCE, OPINION = "name", "inference", "opinion"


def of(salt: bytes, kind: str, text: str) -> bytes:
    """Hash a text of a kind; with another salt, or of another kind, it has another hash."""
    return blake2b(f"{kind}\0{text}".encode(errors="surrogatepass"), key=salt, digest_size=32).digest()


def of_names(salt: bytes, names: Sequence[str]) -> bytes:
    """Hash the names of a person, in their order."""
    return of(salt, "names", "\0".join(names))
