"""The languages people speak, for matching those who call with those who are called."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Code to name. Cantonese stands apart from Mandarin: many who speak one do not speak the other.
SPOKEN_LANGUAGES: Final[dict[str, Promise]] = {
    "en": _("English"),
    "zh": _("Mandarin"),
    "yue": _("Cantonese"),
    "es": _("Spanish"),
    "fr": _("French"),
    "pt": _("Portuguese"),
    "vi": _("Vietnamese"),
    "ko": _("Korean"),
    "tl": _("Tagalog"),
    "ru": _("Russian"),
    "ar": _("Arabic"),
    "hi": _("Hindi"),
    "bo": _("Tibetan"),
    "ug": _("Uyghur"),
}

_CANTONESE: Final = frozenset({"yue", "zh-hk", "zh-mo", "zh-yue", "zh-hant-hk"})


def spoken_language(tag: str) -> str:
    """Returns the spoken language of a language tag: "zh-hans" is "zh", "zh-HK" is "yue"."""
    plain = tag.strip().lower().replace("_", "-")
    return "yue" if plain in _CANTONESE else plain.partition("-")[0]


def language_name(code: str) -> str:
    """Returns the name of a spoken language in the active language; its code where unknown."""
    return str(SPOKEN_LANGUAGES.get(code, code))
