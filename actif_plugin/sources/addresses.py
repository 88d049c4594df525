"""French addresses as tables write them, turned into what a geocoder can find.

A geocoder knows streets and communes. It does not know post office boxes, CEDEX numbers or the
floor of a building, and a filter on the postcode of a CEDEX makes it find nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Where mail is kept or sorted, not where a company stands.
_BOX = re.compile(
    r"\b(?:B\.?P\.?|C\.?S\.?|T\.?S\.?A\.?)\s*(?:N°\s*)?(?:\d\d \d{3}|\d{1,5})\b", re.IGNORECASE
)
_CEDEX = re.compile(r"\s*\bCEDEX\b(?:\s+\d{1,2}\b)?", re.IGNORECASE)
_POSTCODE = re.compile(r"\d{5}", re.ASCII)
_CITYCODE = re.compile(r"(?:\d{2}|2[AB])\d{3}", re.ASCII)
_SPACES = re.compile(r"[\s,;]*\s+|[,;]+")
# The service wants a letter or a digit first.
_LEADING = re.compile(r"^[\W_]+")
_LONGEST = 200

# Cities whose addresses carry the code of an arrondissement, never their own.
ARRONDISSEMENTS: Mapping[str, tuple[str, ...]] = {
    "75056": tuple(str(code) for code in range(75101, 75121)),
    "69123": tuple(str(code) for code in range(69381, 69390)),
    "13055": tuple(str(code) for code in range(13201, 13217)),
}


@dataclass(frozen=True)
class Address:
    """What a geocoder is asked.

    Attributes:
        text: the address in one line, without its postcode where the postcode filters.
        postcode: five digits that the answer must have; empty: any.
        citycode: INSEE code of the commune that the answer must be in; empty: any.
    """

    text: str
    postcode: str = ""
    citycode: str = ""


def read_address(
    street: str, postcode: str = "", city: str = "", citycode: str = ""
) -> Address | None:
    """Return what to ask for an address; None where there is nothing to look for.

    The commune filters where its code is known, else the postcode, unless it is that of a CEDEX:
    such a postcode is on no street, and goes into the text, where it helps without deciding.
    """
    cedex = bool(_CEDEX.search(city) or _CEDEX.search(street))
    city = _tidy(_CEDEX.sub("", city))
    street = _tidy(_BOX.sub(" ", _CEDEX.sub("", street)))
    postcode = _padded(postcode)
    citycode = _padded(citycode).upper()
    if not _CITYCODE.fullmatch(citycode) or citycode in ARRONDISSEMENTS:
        citycode = ""
    filtering = bool(_POSTCODE.fullmatch(postcode)) and not cedex
    words = [street]
    if not filtering and postcode not in street:
        words.append(postcode)
    # "3 rue d'Albi" is in Albi or elsewhere; "3 rue X 81000 Albi" has said it.
    if not _POSTCODE.search(street) or not street.casefold().endswith(city.casefold()):
        words.append(city)
    text = _LEADING.sub("", " ".join(word for word in words if word))[:_LONGEST].strip()
    if not text:
        return None
    if citycode:
        return Address(text, citycode=citycode)
    return Address(text, postcode if filtering else "")


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _padded(code: str) -> str:
    """Give back the leading zero that a spreadsheet took from a code of five signs."""
    code = "".join(code.split())
    return code.zfill(5) if code.isascii() and code.isdigit() and len(code) == 4 else code
