"""Where it is worked out how a text may be spelt in JSON, so that it is found in messages as they came."""

import json
from collections.abc import Iterable


def spellings(texts: Iterable[str]) -> list[bytes]:
    """Give the ways in which texts stand in JSON, in their quotation marks, so that `1` is not found in `2021`."""
    found: set[bytes] = set()
    for text in texts:
        escaped = json.dumps(text)
        found |= {escaped.encode(), _in_capitals(escaped).encode()}
        found.add(json.dumps(text, ensure_ascii=False).encode(errors="surrogatepass"))
    return sorted(found)


def _in_capitals(escaped: str) -> str:
    """Write the digits of escapes in capitals."""
    pieces = escaped.split("\\u")
    return "\\u".join([pieces[0], *(piece[:4].upper() + piece[4:] for piece in pieces[1:])])
