"""The guide's texts, and how much somebody has done of each kind."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.core.cache import cache as shared
from django.db.models import Count

from accounts.models import User
from collections_app.contacts.models import Contact, ResultGroup
from collections_app.guide.flow import FIRST_CONTACT, FOLLOW_UP, Line, Saying, Situation

_FILE: Final = Path(__file__).with_name("data") / "guide.json"
#: Lines fade well before so many calls; older ones change nothing.
_COUNTED: Final = 500
#: Experience grows slowly: counted anew after so many seconds.
_REMEMBERED: Final = 600


@cache
def situations() -> dict[str, Situation]:
    """Returns every situation by its code, in the order in which a page lists them."""
    return {
        row["code"]: Situation(
            code=row["code"],
            name=_line(row["name"]),
            results=frozenset(row["results"]),
            lines=tuple(_line(line) for line in row["lines"]),
        )
        for row in _document()["situations"]
    }


@cache
def sayings() -> tuple[Saying, ...]:
    """Returns what rule packs have said on a call."""
    return tuple(
        Saying(pack=row["pack"], when=row["when"], text=_line(row), citation=row["citation"])
        for row in _document()["required"]
    )


def experience_of(user: User) -> dict[str, int]:
    """Returns how many calls of each situation the user has logged lately.

    At most one query in ten minutes: it only makes lines fade.
    """
    key = f"guide:{user.pk}"
    known: dict[str, int] | None = shared.get(key)
    if known is None:
        known = _counted(user)
        shared.set(key, known, _REMEMBERED)
    return known


def _counted(user: User) -> dict[str, int]:
    logged = Contact.objects.filter(logged_by=user, withdrawal__isnull=True)
    latest = logged.order_by("-at").values("pk")[:_COUNTED]
    rows = (
        Contact.objects.filter(pk__in=latest)
        .values_list("result__code", "result__group")
        .annotate(count=Count("pk"))
    )
    by_result, talks = Counter[str](), 0
    for code, group, count in rows:
        by_result[code] += count
        talks += count if group == ResultGroup.RIGHT_PARTY else 0
    found = {
        code: sum(by_result[result] for result in situation.results)
        for code, situation in situations().items()
    }
    return {**found, FIRST_CONTACT: talks, FOLLOW_UP: talks}


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


def _line(row: dict[str, Any]) -> Line:
    return Line(en=row["en"], zh=row["zh"], until=row.get("until"))
