"""Where it is checked whether something that looks like a number of some sort is one, by its check digits."""

import re
from ipaddress import IPv6Address, ip_address

_CARD_LENGTHS = (16, 15, 14, 13, 19, 18, 17)
_SEPARATORS = " -.\u00a0"
_LEAST_GROUPS = 2
_PHONE_DIGITS = range(8, 16)
_COUNTRIES = {
    15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_IBAN_LENGTHS = {country: length for length, countries in _COUNTRIES.items() for country in countries.split()}
_SIGNED = re.compile(r"[^\W\d_]*\W*(?P<value>.*)", re.DOTALL)


def as_is(_text: str, _start: int, end: int) -> int:
    """Take what matched."""
    return end


def card(text: str, start: int, _end: int) -> int:
    """Give the end of a card's number that begins here: its length, its borders and Luhn's digit are right."""
    ends = _digits(text, start, max(_CARD_LENGTHS))
    for length in _CARD_LENGTHS:
        if len(ends) >= length and not text[ends[length - 1] : ends[length - 1] + 1].isdigit():
            number = [int(text[end - 1]) for end in ends[:length]]
            if _luhn(number):
                return ends[length - 1]
    return start


def _digits(text: str, start: int, most: int) -> list[int]:
    """Give the ends of the digits from here on, between which at most one separator may stand."""
    ends, at = list[int](), start
    while len(ends) < most and at < len(text):
        if "0" <= text[at] <= "9":
            ends.append(at + 1)
        elif text[at] not in _SEPARATORS or not ends or ends[-1] != at:
            break
        at += 1
    return ends


def _luhn(number: list[int]) -> bool:
    doubled = (sum(divmod(digit * 2, 10)) for digit in number[-2::-2])
    return (sum(number[::-2]) + sum(doubled)) % 10 == 0


def iban(text: str, start: int, _end: int) -> int:
    """Give the end of an IBAN that begins here: the length is its country's, and the remainder by 97 is 1."""
    length = _IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    ends, at = list[int](), start
    while len(ends) < length and at < len(text) and at - start < 2 * length:
        if text[at].isascii() and text[at].isalnum():
            ends.append(at + 1)
        elif text[at] not in _SEPARATORS:
            break
        at += 1
    if not length or len(ends) < length or text[ends[-1] : ends[-1] + 1].isalnum():
        return start
    letters = "".join(text[end - 1] for end in ends)
    return ends[-1] if int("".join(str(int(each, 36)) for each in letters[4:] + letters[:4])) % 97 == 1 else start


def ssn(text: str, start: int, end: int) -> int:
    """Take a US social security number, unless none of that area, group or serial was ever given out."""
    area, group, serial = text[start:end].split("-")
    never = area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000"
    return start if never else end


def ip(text: str, start: int, end: int) -> int:
    """Take an IP address that is one, and no part of something longer."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    if any(each.isalnum() or each == ":" for each in around):
        return start
    try:
        address = ip_address(text[start:end])
    except ValueError:
        return start
    groups = sum(bool(group) for group in text[start:end].split(":"))
    return start if isinstance(address, IPv6Address) and groups < _LEAST_GROUPS else end


def phone(text: str, start: int, end: int) -> int:
    """Take a telephone number with as many digits as there can be, up to its last one."""
    digits = [at for at in range(start, end) if text[at].isdigit()][: _PHONE_DIGITS.stop - 1]
    return digits[-1] + 1 if len(digits) in _PHONE_DIGITS else start


def named_secret(text: str, start: int, end: int) -> int:
    """Take what is called a password only if it looks like one; ``password: please`` goes on in words."""
    if "://" in text[start:end] or not text[start:end].lower().startswith(("pass", "pwd", "secret", "api", "access")):
        return end
    found = _SIGNED.match(text, start, end)
    return end if found and not found["value"].isalpha() else start
