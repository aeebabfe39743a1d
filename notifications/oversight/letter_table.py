"""The columns of batches of letters, and of the letters of one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from compliance.oversight.cells import Cell, Column, contracts, name, person
from compliance.oversight.tiles import grouped
from notifications.letters.models import Letter, LetterBatch
from notifications.oversight.message_table import message_href


def batch_of_letters_columns() -> list[Column]:
    """Returns the columns of a list of batches of letters."""
    return [
        Column(_("Made"), lambda row: Cell(at=row.made_at, href=letter_batch_href(row))),
        Column(_("Account"), lambda row: name(row.account.name)),
        Column(_("Letters"), lambda row: Cell(grouped(row.letter_count))),
        Column(_("Printed pages"), lambda row: Cell(grouped(row.page_count))),
        Column(_("Batch made by"), lambda row: name(row.made_by)),
        Column(_("State"), posted_cell),
    ]


def posted_cell(batch: LetterBatch) -> Cell:
    """Returns whether a batch was posted, and how many of its letters failed."""
    failed: int = batch.failed_count  # type: ignore[attr-defined]
    note = ngettext("%(n)s failed", "%(n)s failed", failed) % {"n": failed} if failed else ""
    if batch.posted_on is None:
        return Cell(_("to be posted"), mark="waiting", note=note)
    said = _("posted on %(day)s") % {"day": batch.posted_on.isoformat()}
    return Cell(said, mark="done", note=note)


def letter_columns() -> list[Column]:
    """Returns the columns of the letters of a batch."""
    return [
        Column(_("Page"), lambda row: Cell(_pages(row), href=message_href(row.message))),
        Column(_("Person"), lambda row: person(row.message.party)),
        Column(_("Contract"), lambda row: contracts(x.loan for x in row.message.about.all())),
        Column(_("Portfolio"), lambda row: name(row.message.portfolio.name)),
        Column(_("State"), _state),
    ]


def letter_batch_href(batch: LetterBatch) -> str:
    """Returns the page of a batch of letters."""
    return reverse("messages:letter_batch", args=[batch.pk])


def _pages(letter: Letter) -> str:
    first, count = letter.first_page or 1, letter.page_count or 1
    return str(first) if count == 1 else f"{first}–{first + count - 1}"


def _state(letter: Letter) -> Cell:
    if letter.failure:
        note = f"{letter.failure_note} · {letter.failed_by}"
        return Cell(str(letter.get_failure_display()), mark="failed", note=note)
    batch = letter.batch
    if batch is not None and batch.posted_on is not None:
        return Cell(pgettext("a letter", "posted"), mark="done")
    return Cell(_("printed"), mark="waiting")
