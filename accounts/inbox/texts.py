"""The sentences of notices. Every app registers its own when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise

_SENTENCES: Final[dict[str, Sentence]] = {}


def register_texts(texts: Mapping[str, Sentence]) -> None:
    """Adds sentences by key, with %(name)s where a notice's values go.

    Raises ValueError when a key is taken by another sentence.
    """
    for key, sentence in texts.items():
        if _SENTENCES.get(key, sentence) != sentence:
            raise ValueError(f"The notice text {key!r} is registered twice. Name one differently.")
        _SENTENCES[key] = sentence


def is_known(key: str) -> bool:
    """Tells whether a sentence is registered under the key."""
    return key in _SENTENCES


def sentence(key: str, values: Mapping[str, Any]) -> str:
    """Returns the notice in the active language; falls back to the key for a retired text."""
    text = _SENTENCES.get(key)
    if text is None:
        return key
    try:
        return str(text) % values
    except (KeyError, ValueError, TypeError):
        # Written by an older release with other values: better an honest key than no inbox.
        return key


register_texts(
    {
        "approval.requested": _("%(who)s asks for your approval."),
        "approval.approved": _("%(who)s approved what you asked for."),
        "approval.refused": _("%(who)s refused what you asked for."),
        "training.expiring": _("Your certificate %(skill)s runs out on %(on)s."),
        "user.role_changed": _("Your role was changed to %(role)s."),
    }
)
