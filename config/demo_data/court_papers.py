"""Papers for the legal files of the demonstration: one page each that says what it stands for."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

from django.utils import translation

from collections_app.legal.flow import DocumentKind
from notifications.letters.layout import LetterText, print_letters

#: The page is the same whenever it is printed, so that its hash is too.
_MADE_AT: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_BODY: Final = {
    "zh-hans": "本页为演示材料，代表卷宗中的“{kind}”。所载人物、车辆与金额均为虚构。",
    "en": 'This page stands for "{kind}" in the file. People, vehicles and amounts are invented.',
}


@cache
def paper_of(kind: str, language: str) -> bytes:
    """Returns the PDF that stands for one kind of paper; printed once, its font takes its time."""
    with translation.override(language):
        name = str(DocumentKind(kind).label)
    page = LetterText(
        recipient="",
        subject=name[:1].upper() + name[1:],
        body=_BODY[language].format(kind=name),
        reference="MAKEGOOD",
        dated="",
    )
    return print_letters([page], settings={}, made_at=_MADE_AT).pdf
