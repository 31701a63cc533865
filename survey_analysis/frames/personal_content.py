"""What a cell must look like to be personal data: addresses, numbers with check digits, device ids."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from survey_analysis.lazily import Lazily

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = Lazily("phonenumbers")

MOSTLY = 0.5
CHECKED = 0.9  # share of values that must pass a check digit, which one in ten passes by chance
FEWEST_CHECKED = 5

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_UUID = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
_HEX = re.compile(
    r"(?=[0-9A-Fa-f]*[A-Fa-f])(?=[0-9A-Fa-f]*\d)(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})"
)
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}")
_SPAN = re.compile(r"\d{4}\s?[-–/]\s?\d{4}|\d+\.\d+|[$€£].*")
_PHONE = re.compile(r"\+?\(?\d{1,4}\)?(?:[ ./-]{1,2}\(?\d{2,8}\)?){1,5}|\+\d{8,15}|0\d{8,12}")
_PLAIN = re.compile(r".{0,6}|-?\d{0,8}|-?\d*\.\d+(?:[eE][-+]?\d+)?")  # too short, or a measured number
_PAIR = re.compile(r"\(?\s*(-?\d{1,2}\.\d{3,})\s*[,;/ ]\s*(-?\d{1,3}\.\d{3,})\s*\)?")
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "PT", "BR", "JP", "AT", "CH", "SE", "IN", "AU")


def is_email(text: str) -> bool:
    """An e-mail address and nothing else."""
    return _EMAIL.fullmatch(text) is not None


def is_ip(text: str) -> bool:
    """An address of IPv4 (four numbers) or IPv6."""
    if text.count(".") != 3 and text.count(":") < 2:
        return False
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}){1,2}", text):  # a time of day
        return False
    try:
        ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return True


def is_device(text: str) -> bool:
    """A UUID, or a hexadecimal digest as cookies and devices have."""
    return bool(_UUID.fullmatch(text) or _HEX.fullmatch(text))


def is_pair(text: str) -> bool:
    """Latitude and longitude in one cell, with three decimals and more."""
    found = _PAIR.fullmatch(text)
    return found is not None and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180


def phones(values: Sequence[str]) -> int:
    """How many are telephone numbers: written as such, and possible in one region or with a country code.

    Bare digits, dates, spans of years and prices are none.
    """
    shaped = [
        v
        for v in values
        if _PHONE.fullmatch(v) and not (_DATE.fullmatch(v) or _SPAN.fullmatch(v) or _range(v))
    ]
    if len(shaped) < MOSTLY * len(values):
        return 0
    abroad = [v for v in shaped if v.startswith("+")]
    at_home = [v for v in shaped if not v.startswith("+")]
    best = max((sum(_possible(v, r) for v in at_home) for r in REGIONS), default=0) if at_home else 0
    return best + sum(_possible(v, None) for v in abroad)


def _range(text: str) -> bool:
    """From one number to a larger one, as incomes and sizes are written."""
    found = re.fullmatch(r"([1-9]\d*)\s?[-–]\s?([1-9]\d*)", text)
    return found is not None and int(found[1]) < int(found[2])


@lru_cache(maxsize=16384)
def _possible(text: str, region: str | None) -> bool:
    if sum(c.isdigit() for c in text) < 7:
        return False
    try:
        number = phonenumbers.parse(text, region)
        bare = text.isdigit()  # ids are padded with zeros too: digits alone must be a number that is in use
        return bool((phonenumbers.is_valid_number if bare else phonenumbers.is_possible_number)(number))
    except phonenumbers.NumberParseException:
        return False


def luhn(digits: str) -> bool:
    """Whether digits end in the check digit of Luhn's rule (ISO/IEC 7812).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for i, d in enumerate(reversed(digits)):
        x = int(d) * (1 + i % 2)
        total += x - 9 * (x > 9)
    return total % 10 == 0


def is_card(text: str) -> bool:
    """A payment card number: 13 to 19 digits, a first digit that is in use, Luhn's check digit."""
    digits = re.sub(r"[ -]", "", text)
    return (
        digits.isascii()
        and digits.isdigit()
        and 13 <= len(digits) <= 19
        and digits[0] in "3456"
        and luhn(digits)
    )


def is_iban(text: str) -> bool:
    """An account number with the check digits of ISO 13616 (modulo 97)."""
    plain = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_dni(text: str) -> bool:
    """Spanish DNI or NIE: the letter is the number modulo 23."""
    found = re.fullmatch(r"([XYZ]?)(\d{7,8})-?([A-Z])", text.upper())
    if found is None or len(found[1] + found[2]) != 8:
        return False
    number = int({"X": "0", "Y": "1", "Z": "2"}.get(found[1], "") + found[2])
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == found[3]


def is_nino(text: str) -> bool:
    """British national insurance number."""
    plain = text.replace(" ", "").upper()
    return (
        re.fullmatch(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", plain)
        is not None
    )


def is_ssn(text: str) -> bool:
    """US social security number, written with hyphens."""
    return re.fullmatch(r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}", text) is not None


def is_codice_fiscale(text: str) -> bool:
    """Italian tax code with its check letter."""
    plain = text.upper()
    if not re.fullmatch(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", plain):
        return False
    odd = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15,
               17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True))  # fmt: skip
    even = {c: int(c) if c.isdigit() else ord(c) - 65 for c in odd}
    total = sum((even if i % 2 else odd)[c] for i, c in enumerate(plain[:15]))
    return chr(65 + total % 26) == plain[15]


def is_pesel(text: str) -> bool:
    """Polish PESEL: a date of birth and a weighted check digit."""
    if not re.fullmatch(r"\d{2}[012468]?\d?\d{2}\d{5}|\d{11}", text) or len(text) != 11:
        return False
    month, day = int(text[2:4]) % 20, int(text[4:6])
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    return (
        1 <= month <= 12
        and 1 <= day <= 31
        and sum(w * int(d) for w, d in zip(weights, text, strict=True)) % 10 == 0
    )


def is_bsn(text: str) -> bool:
    """Dutch BSN: nine digits with the eleven test."""
    if not re.fullmatch(r"\d{9}", text) or text == "0" * 9:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, text, strict=True)) % 11 == 0


def is_cpf(text: str) -> bool:
    """Brazilian CPF: eleven digits, two of them checks modulo 11."""
    if not re.fullmatch(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", text):
        return False
    digits = [int(c) for c in text if c.isdigit()]
    checks = [(sum((k + 1 - i) * digits[i] for i in range(k)) * 10) % 11 % 10 for k in (9, 10)]
    return len(set(digits)) > 1 and digits[9:] == checks


def is_steuer_id(text: str) -> bool:
    """German tax id: eleven digits, ISO 7064 MOD 11,10, one digit of the first ten repeated."""
    plain = text.replace(" ", "")
    if not re.fullmatch(r"[1-9]\d{10}", plain) or len(set(plain[:10])) not in (8, 9):
        return False
    product = 10
    for c in plain[:10]:
        product = ((int(c) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(plain[10])


def is_nir(text: str) -> bool:
    """French social security number: fifteen digits, the last two 97 less the rest modulo 97."""
    plain = text.replace(" ", "").upper().replace("2A", "19").replace("2B", "18")
    if not re.fullmatch(r"[12]\d{14}", plain):
        return False
    return 97 - int(plain[:13]) % 97 == int(plain[13:])


SHAPES: tuple[tuple[Callable[[str], bool], str], ...] = (
    (is_email, "e-mail addresses"),
    (is_ip, "IP addresses"),
    (is_device, "device ids, cookies or digests"),
    (is_pair, "coordinates"),
)
"""Shapes that say enough by themselves."""
CHECKS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (is_card, "payment card numbers"),
    (is_iban, "bank account numbers"),
    (is_dni, "Spanish identity numbers"),
    (is_nino, "British national insurance numbers"),
    (is_ssn, "US social security numbers"),
    (is_codice_fiscale, "Italian tax codes"),
    (is_pesel, "Polish identity numbers"),
    (is_bsn, "Dutch citizen service numbers"),
    (is_cpf, "Brazilian taxpayer numbers"),
    (is_steuer_id, "German tax ids"),
    (is_nir, "French social security numbers"),
)  # fmt: skip
"""Numbers that must pass their check in nearly all values."""


def content_of(values: Sequence[str]) -> str:
    """What most of some distinct values are, with counts, never a value; "" for nothing personal.

    >>> content_of(["a@example.org", "b@example.org"]), content_of(["2016-2019", "2020-2023"])
    ('2 of 2 values are e-mail addresses', '')
    """
    if all(_PLAIN.fullmatch(v) for v in values):
        return ""
    found: list[tuple[int, str]] = []
    for test, what in SHAPES:
        n = sum(map(test, values))
        if n and n >= MOSTLY * len(values):
            found.append((n, what))
    for test, what in CHECKS:
        n = sum(map(test, values))
        told = any(not v.replace(" ", "").isdigit() for v in values)  # letters or marks say more than digits
        if n >= (1 if told else FEWEST_CHECKED) and n >= CHECKED * len(values):
            found.append((n, what))
    if not found:
        n = phones(values)
        found = [(n, "phone numbers")] if n and n >= MOSTLY * len(values) else []
    return f"{found[0][0]} of {len(values)} values are {found[0][1]}" if found else ""
