"""The rows behind a number of the floor, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.attempt_log import contact_of, logged_facts
from collections_app.desk.floor import MEASURES, Day, rows_of
from collections_app.desk.people import in_reading_language, lang_of, shown_name
from compliance.attempts.models import AttemptLoan, Outcome
from core import clock
from core.money.formats import format_money
from loans.borrowers.models import Party

#: More rows than this are not read; the newest are shown.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class FloorRow:
    """One row: when, whose agent, about whom, what it was. Without a case one may see, no link."""

    at: str
    agent: str
    agent_lang: str
    borrower: str
    lang: str
    contract_no: str
    href: str
    what: str


@dataclass(frozen=True, slots=True)
class _Found:
    at: Any
    agent_key: str
    party: Party | None
    loan_id: UUID | None
    what: str


def floor_rows(name: str, day: Day, agents: list[User]) -> tuple[list[FloorRow], int]:
    """Returns the newest rows a number counts, and how many there are; at most six queries."""
    rows = rows_of(name, day, agents)
    found = list(_READERS[MEASURES[name].kind](rows))
    cases = {
        case.loan_id: case
        for case in Case.objects.visible_to(day.viewer)
        .filter(loan__in={row.loan_id for row in found if row.loan_id})
        .select_related("loan")
        .order_by("opened_on")
    }
    names = {str(agent.pk): agent.get_full_name() for agent in agents}
    return [_row(row, cases, names, day.viewer) for row in found], rows.count()


def _row(found: _Found, cases: dict[UUID, Case], names: dict[str, str], viewer: User) -> FloorRow:
    case = cases.get(found.loan_id) if found.loan_id else None
    agent = names.get(found.agent_key, "")
    local = found.at.astimezone(clock.zone_of(viewer.time_zone))
    return FloorRow(
        at=date_format(local, _("j M H:i")),
        agent=agent,
        agent_lang=lang_of(agent),
        borrower=shown_name(found.party) if found.party else "",
        lang=lang_of(found.party.full_name) if found.party else "",
        contract_no=case.loan.contract_no if case else "",
        href=reverse("desk:case", args=[case.pk]) if case else "",
        what=found.what,
    )


def _of_attempts(rows: Any) -> Iterable[_Found]:
    attempts = list(
        rows.select_related("party")
        .annotate(logged=logged_facts())
        .prefetch_related("settlements")
        .order_by("-at", "-pk")[:MOST]
    )
    loans = dict(
        AttemptLoan.objects.filter(attempt__in=[row.pk for row in attempts]).values_list(
            "attempt_id", "loan_id"
        )
    )
    for row in attempts:
        yield _Found(row.at, row.made_by_id, row.party, loans.get(row.pk), _came_of(row))


def _came_of(attempt: Any) -> str:
    contact = contact_of(attempt)
    if contact is not None:
        return _result(contact)
    settled = sorted(attempt.settlements.all(), key=lambda row: row.sequence)
    said = settled[-1].outcome if settled else ""
    return str(Outcome(said).label) if said else _("no outcome yet")


def _result(contact: Any) -> str:
    return in_reading_language({"en": contact.result.name, "zh": contact.result.name_zh})


def _of_contacts(rows: Any) -> Iterable[_Found]:
    for row in rows.select_related("attempt__party", "result", "case").order_by("-at", "-pk")[
        :MOST
    ]:
        yield _Found(
            row.at, str(row.logged_by_id), row.attempt.party, row.case.loan_id, _result(row)
        )


def _of_promises(rows: Any) -> Iterable[_Found]:
    language = get_language() or "en"
    newest = rows.select_related("party", "loan__portfolio").order_by("-made_at", "-pk")[:MOST]
    for row in newest:
        amount = format_money(row.amount, row.loan.portfolio.currency, language)
        what = _("%(amount)s by %(day)s") % {
            "amount": amount,
            "day": date_format(row.due_on, _("j M Y")),
        }
        yield _Found(row.made_at, row.taken_by_id, row.party, row.loan_id, what)


def _of_refusals(rows: Any) -> Iterable[_Found]:
    entries = list(rows.order_by("-id")[:MOST])
    people = Party.objects.in_bulk([entry.object_id for entry in entries])
    for entry in entries:
        codes = ", ".join(entry.data.get("codes", ()))
        yield _Found(entry.at, entry.actor_id, people.get(UUID(entry.object_id)), None, codes)


def _of_callbacks(rows: Any) -> Iterable[_Found]:
    for row in rows.select_related("party", "case").order_by("due_at", "pk")[:MOST]:
        what = str(row.get_state_display())
        yield _Found(row.due_at, str(row.owner_id), row.party, row.case.loan_id, what)


def _of_drafts(rows: Any) -> Iterable[_Found]:
    for row in rows.select_related("case__borrower").order_by("kept_at", "pk")[:MOST]:
        what = _("typed, not saved")
        yield _Found(row.kept_at, str(row.agent_id), row.case.borrower, row.case.loan_id, what)


def _of_skips(rows: Any) -> Iterable[_Found]:
    for row in rows.select_related("party", "case").order_by("-ended_at", "-pk")[:MOST]:
        what = str(row.get_skip_reason_display())
        yield _Found(row.ended_at, str(row.agent_id), row.party, row.case.loan_id, what)


_READERS: Final = {
    "calls": _of_attempts,
    "unlogged": _of_attempts,
    "talks": _of_contacts,
    "promises": _of_promises,
    "done": _of_refusals,
    "callbacks": _of_callbacks,
    "skips": _of_skips,
    "drafts": _of_drafts,
}
