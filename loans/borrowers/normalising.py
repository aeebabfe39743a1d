"""One form for every phone number, e-mail address and id number, or a sentence why not.

Pure functions: the importer calls them on staged rows, the services on what people type.
"""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import timezone as phone_zones

from core.encryption.card_numbers import is_resident_id, looks_like_card_number

_EMAIL = re.compile(r"^[^@\s,;<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_UNKNOWN_ZONE = "Etc/Unknown"


class Unusable(ValueError):
    """A value that cannot be taken; the text says why and what to do. `code` is stable."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def normalise_phone(text: str, country: str) -> str:
    """Returns a number as E.164, e.g. +8613812345678.

    Arguments: text as written; country (ISO 3166) for numbers without a country code.
    Raises Unusable for what no telephone rings at.
    """
    if _SCIENTIFIC.match(text.strip()):
        raise Unusable(
            "phone_mangled",
            "A spreadsheet has turned this number into 1.38E+10; format the column as text and "
            "export the file again.",
        )
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        raise Unusable(
            "phone_unreadable",
            "This is not a phone number; write it with its area code, or with + and the country "
            "code.",
        ) from None
    if not phonenumbers.is_valid_number(number):
        raise Unusable(
            "phone_impossible",
            f"No such number exists in {country or 'any country'}; check the digits, or write it "
            "with + and its country code.",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def zones_of_phone(e164: str) -> tuple[str, ...]:
    """Returns the zones a number may ring in; none where the numbering plan does not say."""
    zones = phone_zones.time_zones_for_number(phonenumbers.parse(e164))
    return tuple(sorted(zone for zone in zones if zone != _UNKNOWN_ZONE))


def normalise_email(text: str) -> str:
    """Returns an e-mail address in lower case. Raises Unusable when it is none."""
    address = text.strip().lower()
    if not _EMAIL.match(address) or len(address) > 254:
        raise Unusable(
            "email_unreadable", "This is not an e-mail address; write it like name@example.com."
        )
    return address


def normalise_id_number(text: str, country: str) -> str:
    """Returns an id number without spaces and hyphens, in upper case.

    Chinese resident ids are checked by their check digit (GB 11643, ISO 7064 mod 11-2). Raises
    Unusable for numbers a spreadsheet has cut, for a wrong check digit and for card numbers.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    if _SCIENTIFIC.match(text.strip()):
        raise Unusable(
            "id_mangled",
            "A spreadsheet has turned this id number into 4.40E+17 and lost its last digits; "
            "format the column as text and export the file again.",
        )
    if not re.fullmatch(r"[0-9A-Z]{4,30}", number):
        raise Unusable("id_unreadable", "An id number has 4 to 30 letters and digits.")
    if country == "CN" and number[:-1].isdigit() and len(number) != len("G12345678"):
        _check_resident_id(number)
    elif number.isdigit() and looks_like_card_number(number):
        raise Unusable(
            "card_number", "This is a payment card number, not an id number; take it out."
        )
    return number


def _check_resident_id(number: str) -> None:
    if len(number) != 18:
        raise Unusable(
            "id_length",
            f"A resident id has 18 characters, this one {len(number)}; take the number from the "
            "second-generation card.",
        )
    if not is_resident_id(number):
        hint = (
            " It ends in 000: a spreadsheet may have cut it; format the column as text."
            if number.endswith("000")
            else ""
        )
        raise Unusable(
            "id_check_digit",
            f"The check digit of this resident id does not fit; compare it with the card.{hint}",
        )


def resident_check_digit(first_17: str) -> str:
    """Returns the 18th character of a Chinese resident id (ISO 7064 mod 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]
