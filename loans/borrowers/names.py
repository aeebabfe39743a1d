"""What is stored beside a name so that it can be searched and sorted in any PostgreSQL."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
SORT_KEY_LENGTH = 300


def fold(name: str) -> str:
    """Returns the name without case, accents and anything that is neither letter nor digit."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in decomposed if char.isalnum())


def bigrams(name: str) -> list[str]:
    """Returns the pairs of neighbouring characters of a name; single ideographs count too."""
    text = fold(name)
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    singles = {char for char in text if _IDEOGRAPH.match(char)}
    return sorted(pairs | singles or {text} - {""})


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """Returns the key names are listed by: pinyin for Chinese ones, the folded words for others."""
    if _IDEOGRAPH.search(name):
        spoken = " ".join(lazy_pinyin(name, style=Style.TONE3))
        return f"{spoken} {name}".casefold()[:SORT_KEY_LENGTH]
    words = unicodedata.normalize("NFKD", name).casefold().split()
    return " ".join(words)[:SORT_KEY_LENGTH]
