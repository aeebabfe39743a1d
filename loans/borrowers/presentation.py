"""How people are shown: masked, with the language of each run of text."""

from __future__ import annotations

from typing import Final

from core.encryption.masks import mask_name
from loans.borrowers.models import Party

#: Blocks of Han characters; a run with one of them is marked as Chinese for fonts and readers.
_HAN: Final = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def lang_of(text: str) -> str:
    """Returns "zh-Hans" for text with Chinese characters, nothing for other text."""
    is_han = any(low <= ord(char) <= high for char in text for low, high in _HAN)
    return "zh-Hans" if is_han else ""


def shown_name(party: Party) -> str:
    """Returns the name as everybody may see it."""
    return mask_name(party.full_name)
