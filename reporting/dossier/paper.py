"""A dossier on paper: a first page that says what it is, then every record, one after the other.

Records have too many columns for a table on paper: each is told as its values under their names.
The font is the one of letters, embedded and cut down to what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from django.utils.translation import gettext as _
from fpdf import FPDF
from pylopdf_fonts_zh_cn import sans_path

from core.exports import Row, Section
from core.exports.cells import local_moment
from notifications.letters.layout import FONT, lines_of, unprintable

_MARGIN: Final = 18.0
_FOOT: Final = 12.0
#: Points and millimetres: the size of each kind of line, and how much of the page it takes.
_TITLE, _HEADING, _TEXT, _SMALL = (16.0, 9.0), (12.0, 7.0), (9.0, 4.6), (7.5, 4.0)


def print_dossier(
    *,
    title: str,
    reference: str,
    lines: Sequence[str],
    sections: Sequence[Section],
    closing: Sequence[str],
    zone: tzinfo,
    made_at: datetime,
) -> bytes:
    """Returns the PDF.

    Arguments: lines of the first page; closing lines after the last section; zone in which moments
    are shown. What the font has no shape for is told by its number in Unicode.
    """
    paper = _Paper(reference=reference, made_at=made_at)
    paper.write(title, _TITLE)
    for line in lines:
        paper.write(line, _TEXT)
    for section in sections:
        _print_section(paper, section, zone)
    paper.gap(4.0)
    for line in closing:
        paper.write(line, _SMALL)
    return paper.finish()


def _print_section(paper: _Paper, section: Section, zone: tzinfo) -> None:
    paper.gap(5.0)
    paper.write(f"{section.heading} ({len(section.rows)})", _HEADING, keep_with_next=True)
    if section.note:
        paper.write(section.note, _SMALL)
    if not section.rows:
        paper.write(_("Nothing on record."), _TEXT)
    for number, row in enumerate(section.rows, start=1):
        paper.write(f"{number}. {_record(section, row, zone)}", _TEXT)
        paper.gap(1.2)


def _record(section: Section, row: Row, zone: tzinfo) -> str:
    """One record: each value that is there, under the name of its column."""
    cells = zip(section.columns, row, strict=True)
    told = [
        f"{column.heading}: {_shown(value, zone)}" for column, value in cells if _is_there(value)
    ]
    return " · ".join(told)


def _is_there(value: object) -> bool:
    return value is not None and value != ""


def _shown(value: object, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return f"{local_moment(value, zone):%Y-%m-%d %H:%M:%S}"
    return f"{value}"


class _Paper:
    """Writes lines down the page and begins another one where it ends."""

    def __init__(self, *, reference: str, made_at: datetime) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_creation_date(made_at)
        self.pdf.set_margin(_MARGIN)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_font(FONT, "", sans_path())
        self.reference = reference
        self.top = _MARGIN
        self._new_page()

    def write(self, text: str, kind: tuple[float, float], *, keep_with_next: bool = False) -> None:
        """Writes a text, broken into lines. `keep_with_next`: not as the last line of a page."""
        size, height = kind
        self.pdf.set_font(FONT, size=size)
        room = height * (3 if keep_with_next else 1)
        for line in lines_of(self.pdf, _printable(text)):
            if self.top + room > self.pdf.h - _MARGIN:
                self._new_page()
                self.pdf.set_font(FONT, size=size)
            self.pdf.text(_MARGIN, self.top + height * 0.75, line)
            self.top += height

    def gap(self, height: float) -> None:
        self.top += height

    def finish(self) -> bytes:
        return bytes(self.pdf.output())

    def _new_page(self) -> None:
        self.pdf.add_page()
        self.pdf.set_font(FONT, size=7.5)
        foot = f"{self.reference} · {self.pdf.page_no()}"
        width = self.pdf.get_string_width(foot)
        self.pdf.text(self.pdf.w - _MARGIN - width, self.pdf.h - _FOOT, foot)
        self.top = _MARGIN


def _printable(text: str) -> str:
    """A text without control characters; what the font lacks is told by its number."""
    for character in unprintable(text):
        text = text.replace(character, f"[U+{ord(character):04X}]")
    return text.replace("\t", " ").replace("\r", "")
