"""Parts of a text message: GSM-7 where every character allows it, UCS-2 otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: 3GPP TS 23.038, the default alphabet and its extension table (each of which takes two places).
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")

#: Septets or 16-bit units in a single message, and in each part of a longer one (UDH taken off).
_SINGLE: Final = {"GSM-7": 160, "UCS-2": 70}
_EACH: Final = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, slots=True)
class Parts:
    """How a text is sent: its alphabet, its length in units of that alphabet, its parts."""

    encoding: str
    units: int
    parts: int


def count_parts(text: str) -> Parts:
    """Returns how many parts a text takes. A character is never split over two parts."""
    is_gsm = all(char in _BASIC or char in _EXTENDED for char in text)
    encoding = "GSM-7" if is_gsm else "UCS-2"
    widths = [_width(char, is_gsm=is_gsm) for char in text]
    units = sum(widths)
    if units <= _SINGLE[encoding]:
        return Parts(encoding, units, 1 if text else 0)
    parts, used = 1, 0
    for width in widths:
        if used + width > _EACH[encoding]:
            parts, used = parts + 1, 0
        used += width
    return Parts(encoding, units, parts)


def _width(char: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if char in _EXTENDED else 1
    return len(char.encode("utf-16-be")) // 2
