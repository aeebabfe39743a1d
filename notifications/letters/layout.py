"""Letters on paper: one PDF for many, in one embedded font cut down to what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from fontTools.ttLib import TTFont
from fpdf import FPDF
from pylopdf_fonts_zh_cn import sans_path

FONT: Final = "NotoSansSC"
_MARGIN: Final = 25.0
#: Millimetres: where the window of an envelope shows the recipient, the same on both papers.
_WINDOW: Final = (25.0, 50.0)
_PAPERS: Final = {"a4": "A4", "letter": "Letter"}
_CJK: Final = "\u2e80-\u303f\u3040-\u9fff\uf900-\ufaff\uff00-\uffef"
#: Chinese breaks between any two characters, but a mark never starts a line; words stay whole.
_PIECE: Final = re.compile(
    rf"\s+|[（《“「【]*[{_CJK}][，。；：！？、）》”」】]*|[^\s{_CJK}（《“「【]+|."
)


@dataclass(frozen=True, slots=True)
class LetterText:
    """What one letter says: address lines, subject, text, and what identifies it on paper."""

    recipient: str
    subject: str
    body: str
    reference: str
    dated: str


@dataclass(frozen=True, slots=True)
class Printed:
    """The PDF of many letters, and how many pages each takes, in their order."""

    pdf: bytes
    pages: tuple[int, ...]


@cache
def _known() -> frozenset[int]:
    with TTFont(sans_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def unprintable(text: str) -> list[str]:
    """Returns the characters of a text that the font has no shape for, each once."""
    return sorted({c for c in text if c not in "\n\r\t" and ord(c) not in _known()})


def print_letters(
    letters: Sequence[LetterText], *, settings: Mapping[str, Any], made_at: datetime
) -> Printed:
    """Prints letters one after the other; each starts a new page.

    `settings` are those of the account: `sender_lines` above the address, `paper`, a4 or letter.
    """
    pdf = FPDF(format=_PAPERS.get(str(settings.get("paper", "a4")), "A4"))
    pdf.set_creation_date(made_at)
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(auto=False)
    pdf.add_font(FONT, "", sans_path())
    counts = []
    for letter in letters:
        before = pdf.page
        _print_one(pdf, letter, [str(line) for line in settings.get("sender_lines", [])])
        counts.append(pdf.page - before)
    return Printed(bytes(pdf.output()), tuple(counts))


def _print_one(pdf: FPDF, letter: LetterText, sender: Sequence[str]) -> None:
    number = 1
    _new_page(pdf, letter, number)
    pdf.set_font(FONT, size=8)
    _write(pdf, _MARGIN, 20.0, sender, 4.0)
    pdf.set_font(FONT, size=11)
    _write(pdf, *_WINDOW, letter.recipient.splitlines(), 5.5)
    _write(pdf, _MARGIN, 90.0, [letter.dated], 5.5)
    pdf.set_font(FONT, size=13)
    top = _write(pdf, _MARGIN, 102.0, list(lines_of(pdf, letter.subject)), 7.0) + 4.0
    pdf.set_font(FONT, size=11)
    for line in lines_of(pdf, letter.body):
        if top + 6.0 > pdf.h - _MARGIN:
            number += 1
            _new_page(pdf, letter, number)
            pdf.set_font(FONT, size=11)
            top = _MARGIN
        top = _write(pdf, _MARGIN, top, [line], 6.0)


def _new_page(pdf: FPDF, letter: LetterText, number: int) -> None:
    pdf.add_page()
    pdf.set_font(FONT, size=8)
    foot = f"{letter.reference} · {number}"
    pdf.text(pdf.w - _MARGIN - pdf.get_string_width(foot), pdf.h - 12.0, foot)


def _write(pdf: FPDF, left: float, top: float, lines: Sequence[str], height: float) -> float:
    for line in lines:
        pdf.text(left, top + height * 0.75, line)
        top += height
    return top


def lines_of(pdf: FPDF, text: str) -> Iterator[str]:
    """Breaks a text into lines of the page's width; an empty line stays one."""
    for paragraph in text.splitlines():
        line = ""
        for piece in _pieces(pdf, paragraph):
            if line and pdf.get_string_width((line + piece).rstrip()) > pdf.epw:
                yield line.rstrip()
                line = piece.lstrip()
            else:
                line += piece
        yield line.rstrip()


def _pieces(pdf: FPDF, paragraph: str) -> Iterator[str]:
    """Words and characters; a word wider than the page, such as an address, is cut."""
    for found in _PIECE.finditer(paragraph):
        piece = found.group()
        if pdf.get_string_width(piece) <= pdf.epw:
            yield piece
        else:
            yield from piece
