"""What somebody may mean by what they typed into the search field. Pure: nothing is looked up."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from loans.borrowers.presentation import lang_of
from loans.vehicles.queries import SHORTEST_PLATE, SHORTEST_VIN, VIN_END, WHOLE_VIN, plain

LONGEST: Final = 100
SHORTEST_NUMBER: Final = 2
SHORTEST_CONTRACT_START: Final = 3


class Way(StrEnum):
    """A way to find a loan, in the order results are shown: the exact ones first."""

    CONTRACT = "contract"
    CONTRACT_START = "contract_start"
    PLATE = "plate"
    VIN = "vin"
    PLATE_START = "plate_start"
    VIN_END = "vin_end"
    VIN_START = "vin_start"
    PHONE = "phone"
    PHONE_END = "phone_end"
    ID_NUMBER = "id_number"
    CUSTOMER_NO = "customer_no"
    EMAIL = "email"
    NAME = "name"
    SPOKEN_NAME = "spoken_name"


#: One loan found so is what was looked for: its page opens at once.
EXACT: Final = frozenset(
    {Way.CONTRACT, Way.PLATE, Way.VIN, Way.PHONE, Way.ID_NUMBER, Way.CUSTOMER_NO, Way.EMAIL}
)
#: Ways that ask for a person by personal data: each such search is a line of the trail.
PERSONAL: Final = frozenset(
    {Way.PHONE, Way.PHONE_END, Way.ID_NUMBER, Way.CUSTOMER_NO, Way.EMAIL}
    | {Way.NAME, Way.SPOKEN_NAME}
)

_PLATE = re.compile(rf"[0-9A-Z\u3400-\u9fff]{{{SHORTEST_PLATE},10}}")
_VIN = re.compile(rf"[0-9A-HJ-NPR-Z]{{{SHORTEST_VIN},{WHOLE_VIN}}}")
_PHONE = re.compile(r"\+?[\d\s().·/-]*")
_FEWEST_DIGITS_OF_A_PHONE: Final = 7
_ID_NUMBER = re.compile(r"[0-9A-Z]{6,30}")


def tidy(text: str) -> str:
    """Returns what was typed in one width, with single spaces and without those around it."""
    return " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).replace("\0", "").split())


def ways_of(text: str) -> frozenset[Way]:
    """Returns the ways in which a tidy text can find something."""
    if "@" in text:
        return frozenset({Way.EMAIL})
    ways: set[Way] = set()
    if len(text) >= SHORTEST_NUMBER and " " not in text:
        ways.add(Way.CONTRACT)
        if any(char.isdigit() for char in text):
            ways.add(Way.CUSTOMER_NO)
        if len(text) >= SHORTEST_CONTRACT_START:
            ways.add(Way.CONTRACT_START)
    ways |= _ways_of_numbers(text)
    letters = [char for char in text if char.isalpha()]
    if letters and not any(char.isdigit() for char in text):
        if len(letters) > 1 or lang_of(text):
            ways.add(Way.NAME)
        if len(letters) > 1 and not lang_of(text):
            ways.add(Way.SPOKEN_NAME)
    return frozenset(ways)


def _ways_of_numbers(text: str) -> set[Way]:
    ways: set[Way] = set()
    compact = plain(text)
    has_digit = any(char.isdigit() for char in compact)
    if has_digit and _PLATE.fullmatch(compact):
        ways |= {Way.PLATE, Way.PLATE_START}
    if has_digit and _VIN.fullmatch(compact):
        ways.add(Way.VIN if len(compact) == WHOLE_VIN else Way.VIN_START)
        if len(compact) == VIN_END:
            ways.add(Way.VIN_END)
    digits = sum(char.isdigit() for char in text)
    if _PHONE.fullmatch(text) and digits >= _FEWEST_DIGITS_OF_A_PHONE:
        ways.add(Way.PHONE)
    if re.fullmatch(r"\d{4}", text):
        ways.add(Way.PHONE_END)
    if has_digit and _ID_NUMBER.fullmatch(compact):
        ways.add(Way.ID_NUMBER)
    return ways
