"""Keeping other people out of a dossier: their names, numbers and addresses become their roles.

What is on file about the others on a loan is replaced wherever it stands. In words that people
wrote freely, every telephone number and e-mail address that is not the person's own goes as well;
a name that is on no file cannot be known, which the manifest says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import phonenumbers
from django.utils.translation import gettext as _

from core.exports import Row, Said, Section

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Digits as people write numbers; what it finds is compared by its digits.
_DIGITS: Final = re.compile(r"\+?(?:\(\d{1,4}\)|\d)[\d ().\u2010-\u2015-]{5,18}\d")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
#: So many last digits make two spellings of a number the same.
_SAME_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody else on a loan: what they are called in the dossier, and what is known of them."""

    role: str
    names: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Redactor:
    """Replaces what belongs to strangers; the subject's own names, numbers and e-mails stay.

    `own_numbers` holds telephone numbers, and others that could be taken for one.
    """

    strangers: Sequence[Stranger]
    own_names: Sequence[str] = ()
    own_numbers: Sequence[str] = ()
    own_emails: Sequence[str] = ()
    regions: Iterable[str] = ()
    _known: re.Pattern[str] | None = field(default=None, init=False)
    _roles: dict[str, str] = field(default_factory=dict, init=False)
    _number_roles: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for stranger in self.strangers:
            for value in (*_ways_to_write(stranger.names, self.own_names), *stranger.others):
                self._roles.setdefault(value.casefold(), stranger.role)
            for number in stranger.numbers:
                self._number_roles.setdefault(_tail(number), stranger.role)
        for own in (*self.own_names, *self.own_emails):
            self._roles.pop(own.casefold(), None)
        # The longest first, or a name inside another would leave the rest of it standing.
        parts = sorted(self._roles, key=len, reverse=True)
        if parts:
            self._known = re.compile("|".join(map(_bounded, parts)), re.IGNORECASE)

    def section(self, section: Section) -> Section:
        """Returns a section whose every text is free of strangers."""
        return replace(section, rows=[self._row(row) for row in section.rows])

    def _row(self, row: Row) -> Row:
        return [self.text(cell) if isinstance(cell, str) else cell for cell in row]

    def text(self, text: str) -> str:
        """Returns a text without what belongs to others."""
        if not text:
            return str(text)
        found = str(text)
        # Numbers first: the number of a role would be read as the beginning of a telephone's.
        if self._number_roles:
            found = _DIGITS.sub(self._number, found)
        if self._known is not None:
            found = self._known.sub(lambda hit: self._roles[hit.group().casefold()], found)
        return self._free(found) if isinstance(text, Said) else found

    def _number(self, hit: re.Match[str]) -> str:
        return self._number_roles.get(_tail(hit.group()), hit.group())

    def _free(self, text: str) -> str:
        own = {mail.casefold() for mail in self.own_emails}
        text = _EMAIL.sub(
            lambda hit: (
                hit.group() if hit.group().casefold() in own else _("[another's e-mail address]")
            ),
            text,
        )
        tails = {_tail(number) for number in self.own_numbers}
        for start, end, number in reversed(_numbers_in(text, self.regions)):
            if _tail(number) not in tails:
                text = f"{text[:start]}{_('[another telephone number]')}{text[end:]}"
        return text


def _ways_to_write(names: Iterable[str], own_names: Iterable[str]) -> Iterable[str]:
    """A name as people write it: whole, by its words, and a Chinese surname with its title.

    Words that are the subject's own too stay: a family shares its name.
    """
    own_words = {word for name in own_names for word in _words(name)}
    own_surnames = {name[:1] for name in own_names}
    for name in filter(None, names):
        yield name
        if _HAN.match(name):
            if name[:1] not in own_surnames:
                yield from (name[:1] + title for title in ("先生", "女士", "小姐", "太太"))
        else:
            yield from (word for word in _words(name) if word not in own_words)


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", name.casefold()) if len(word.strip(".")) > 2]


def _bounded(part: str) -> str:
    """A pattern for a known value; Latin words only whole, for "Bell" is not in "bellow"."""
    escaped = re.escape(part)
    return escaped if _HAN.search(part) else rf"(?<!\w){escaped}(?!\w)"


def _tail(number: str) -> str:
    return re.sub(r"\D", "", number)[-_SAME_DIGITS:]


def _numbers_in(text: str, regions: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where telephone numbers stand in a text, without overlaps, in order."""
    found: dict[int, tuple[int, int, str]] = {}
    for region in regions:
        for hit in phonenumbers.PhoneNumberMatcher(text, region):
            found.setdefault(hit.start, (hit.start, hit.end, hit.raw_string))
    ordered: list[tuple[int, int, str]] = []
    for start, end, number in sorted(found.values()):
        if not ordered or start >= ordered[-1][1]:
            ordered.append((start, end, number))
    return ordered
