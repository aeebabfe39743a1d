"""What the inbox says of legal matters, each kind of day in its own words."""

from __future__ import annotations

from typing import Any, Final

from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from accounts.inbox.texts import register_texts
from collections_app.legal.flow import DeadlineKind

DUE: Final = "legal.due"
OVER: Final = "legal.over"

#: What stays to be filled when the kind of day stands in the sentence.
_LATER: Final = {name: f"%({name})s" for name in ("number", "on", "days")}


class _Sentence:
    """A sentence about one kind of day, in the language of whoever reads it."""

    def __init__(self, key: str, kind: DeadlineKind) -> None:
        self.key, self.kind = key, kind

    def __str__(self) -> str:
        words: dict[str, Any] = {"what": str(self.kind.label), **_LATER}
        if self.key == OVER:
            return _("%(number)s: %(what)s, was due on %(on)s.") % words
        return _("%(number)s: %(what)s, due on %(on)s (%(days)s days).") % words


def key_of(key: str, code: str) -> str:
    """Returns the key of a text about one kind of day."""
    return f"{key}.{code}"


register_texts(
    {
        key_of(key, kind.value): lazystr(_Sentence(key, kind))
        for key in (DUE, OVER)
        for kind in DeadlineKind
    }
)
