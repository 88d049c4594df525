"""SIREN and SIRET numbers."""

from __future__ import annotations

# La Poste numbers its post offices under one SIREN without a Luhn key; INSEE replaced the key by
# "the sum of the digits is a multiple of five" for these establishments.
_LA_POSTE = "356000000"
_ONCE = bytes.maketrans(b"0123456789", bytes(range(10)))
_TWICE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def compact(value: object) -> str:
    """Return *value* without the spaces, dots and hyphens people put into a SIRET."""
    text = str(value if value is not None else "")
    if text.isalnum():
        return text
    return "".join(c for c in text if not (c.isspace() or c in ".-"))


def siren_valid(value: object) -> bool:
    """Tell whether *value* is a SIREN: nine digits whose Luhn sum is a multiple of ten."""
    digits = compact(value)
    return _all_digits(digits, 9) and _luhn(digits)


def siret_valid(value: object) -> bool:
    """Tell whether *value* is a SIRET: 14 digits with a Luhn key, or an office of La Poste."""
    return siret_fault(value) is None


def siret_fault(value: object) -> str | None:
    """Name the fault of a SIRET: ``length``, ``digits`` or ``key``; None where it is right."""
    digits = compact(value)
    if not _all_digits(digits, len(digits)):
        return "digits"
    if len(digits) != 14:
        return "length"
    if _luhn(digits):
        return None
    if digits.startswith(_LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return None
    return "key"


def _all_digits(text: str, length: int) -> bool:
    # str.isdigit() accepts the digits of every script; only ASCII ones make a SIRET.
    return len(text) == length and bool(text) and text.isascii() and text.isdigit()


def _luhn(digits: str) -> bool:
    signs = digits.encode("ascii")
    # Each sign weighs its digit; every second one from the end is doubled before.
    total = sum(signs[::-2].translate(_ONCE)) + sum(signs[-2::-2].translate(_TWICE))
    return total % 10 == 0
