"""Numbers that have the right shape and belong to nobody: ids, phones, plates, VINs."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Final

from loans.borrowers.normalising import resident_check_digit

_VIN_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
) | {str(digit): digit for digit in range(10)}
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VIN_YEARS: Final = "ABCDEFGHJKLMNPRSTVWXY123456789"
_PLATE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_CN_MOBILE: Final = ("134", "135", "136", "137", "138", "139", "150", "151", "152", "158", "159")
_CN_MOBILE_OTHERS: Final = ("130", "131", "133", "155", "156", "166", "177", "180", "186", "189")


def resident_id(*, rng: Random, region: str, born_on: dt.date, is_woman: bool) -> str:
    """Returns an 18-character resident id: real region, invented serial, valid check digit."""
    serial = rng.randrange(10, 490) * 2 + (0 if is_woman else 1)
    first_17 = f"{region}{born_on:%Y%m%d}{serial:03d}"
    return first_17 + resident_check_digit(first_17)


def chinese_mobile(rng: Random) -> str:
    """Returns a mobile number of a range in use; it may ring somebody, so nobody may dial it."""
    prefix = rng.choice(_CN_MOBILE if rng.random() < 0.7 else _CN_MOBILE_OTHERS)
    return f"{prefix}{rng.randrange(10**8):08d}"


def us_phone(*, rng: Random, area_code: str) -> str:
    """Returns a number of the block 555-0100 to 555-0199, which the US plan keeps for fiction."""
    return f"+1{area_code}55501{rng.randrange(100):02d}"


def us_tax_number(rng: Random) -> str:
    """Returns nine digits from 900 on with a middle of 00 to 49: never issued as SSN nor ITIN."""
    return f"9{rng.randrange(100):02d}-{rng.randrange(50):02d}-{rng.randrange(1, 10**4):04d}"


def chinese_plate(*, rng: Random, city: str, is_electric: bool) -> str:
    """Returns a plate such as 粤B·12345, or a green one of eight characters such as 粤BD12345."""
    if is_electric:
        return f"{city}{rng.choice('DDDF')}{rng.randrange(10**5):05d}"
    tail = list(f"{rng.randrange(10**5):05d}")
    for _turn in range(rng.choice((0, 1, 1, 2))):
        tail[rng.randrange(5)] = rng.choice(_PLATE_LETTERS)
    return f"{city}·{''.join(tail)}"


def us_plate(rng: Random) -> str:
    """Returns three letters and four digits, the shape of many states."""
    letters = "".join(rng.choice(_PLATE_LETTERS) for _ in range(3))
    return f"{letters}{rng.randrange(10**4):04d}"


def vin(*, rng: Random, maker: str, model_year: int) -> str:
    """Returns a VIN of a maker (its three characters) with a valid check digit (49 CFR 565.15)."""
    middle = "".join(rng.choice(_VIN_LETTERS) for _ in range(5))
    year = _VIN_YEARS[(model_year - 2010) % len(_VIN_YEARS)]
    plant = rng.choice("ABCDEFGHJKLMN")
    number = f"{maker}{middle}0{year}{plant}{rng.randrange(10**6):06d}"
    total = sum(
        _VIN_VALUES[char] * weight for char, weight in zip(number, _VIN_WEIGHTS, strict=True)
    )
    check = "0123456789X"[total % 11]
    return number[:8] + check + number[9:]
