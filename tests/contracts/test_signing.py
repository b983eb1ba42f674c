"""Where it is tried that a signature is believed only from whoever knows the secret, about that body, just now."""

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import signing
from contracts.errors import BadSignature

SECRET = "whsec_c2VjcmV0"
BODY = b'{"id":"1"}'
NOW = 1_770_000_000


def test_what_was_signed_just_now_is_believed() -> None:
    header = signing.header(BODY, [SECRET], NOW)

    signing.check(BODY, header, SECRET, now=NOW + 299)


def test_a_signature_can_be_checked_in_any_language_from_its_description() -> None:
    expected = hmac.new(SECRET.encode(), b"1770000000." + BODY, sha256).hexdigest()

    assert signing.header(BODY, [SECRET], NOW) == f"t=1770000000,v1={expected}"


def test_while_a_secret_is_rotated_both_are_believed_and_no_third() -> None:
    header = signing.header(BODY, ["whsec_new", SECRET], NOW)

    for known in ("whsec_new", SECRET):
        signing.check(BODY, header, known, now=NOW)
    with pytest.raises(BadSignature, match="does not fit"):
        signing.check(BODY, header, "whsec_other", now=NOW)


@pytest.mark.parametrize("later_s", [301, -301])
def test_a_signature_that_is_old_or_from_the_future_is_refused(later_s: float) -> None:
    header = signing.header(BODY, [SECRET], NOW)

    with pytest.raises(BadSignature, match="older than 300 s"):
        signing.check(BODY, header, SECRET, now=NOW + later_s)


def test_the_time_cannot_be_changed_without_the_secret() -> None:
    header = signing.header(BODY, [SECRET], NOW).replace(str(NOW), str(NOW + 3600))

    with pytest.raises(BadSignature, match="does not fit"):
        signing.check(BODY, header, SECRET, now=NOW + 3600)


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=aa", "t=1,t=2,v1=aa", "t=-1,v1=aa", "t=٣,v1=aa", "t=1e9,v1=a", "nonsense"]
)
def test_a_header_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(BadSignature):
        signing.check(BODY, header, SECRET, now=NOW)


@given(st.text(), st.binary(), st.text())
def test_whatever_stands_in_a_header_nothing_else_is_raised(header: str, body: bytes, signature: str) -> None:
    for written in (header, f"t={NOW},v1={signature}", f"t={header},v1={signature}"):
        with pytest.raises(BadSignature):
            signing.check(body, written, SECRET, now=NOW)


@given(st.binary(min_size=1), st.integers(0))
def test_another_body_is_not_believed(body: bytes, place: int) -> None:
    header = signing.header(body, [SECRET], NOW)
    at = place % len(body)
    changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]

    with pytest.raises(BadSignature):
        signing.check(changed, header, SECRET, now=NOW)
