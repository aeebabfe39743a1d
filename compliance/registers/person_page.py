"""What the page of one person's record shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from compliance.complaints.page import clock_mark
from compliance.consents.models import Consent
from compliance.notices.models import CourtOrder, ServedNotice
from compliance.preferences.models import Preference
from compliance.registers.menu import record_menu, with_back
from compliance.registers.queries import Person, Registers, registers_of
from compliance.registers.wording import (
    channel_name,
    consent_text,
    ended,
    moment_text,
    preference_text,
    said,
    stop_details,
    upper_first,
)
from compliance.stops.models import Stop, StopKind
from compliance.stops.rights import right_to_lift
from core import clock
from core.encryption.words import words_in
from loans.borrowers.presentation import lang_of, shown_name

#: Stops that call for care rather than ending contact for good; the others are red.
CARE_KINDS = frozenset({StopKind.HARDSHIP, StopKind.VULNERABLE, StopKind.HOLD})


def person_context(person: Person, user: User, back: str) -> dict[str, Any]:
    """Returns the context of the page."""
    now, registers = clock.now(), registers_of(person, user)
    in_force = registers.stops_in_force(now)
    reader = _Reader(person, user, back, now)
    return {
        "person": person_facts(person),
        "back_href": back,
        "menu": record_menu(person, user, back),
        "stops": [reader.stop(row) for row in in_force],
        "past_stops": [reader.stop(row) for row in registers.stops if row not in in_force],
        "preferences": [reader.preference(r) for r in registers.preferences if reader.holds(r)],
        "past_preferences": [
            reader.preference(row) for row in registers.preferences if not reader.holds(row)
        ],
        "consents": _consents(reader, registers),
        "complaints": [reader.complaint(row) for row in registers.complaints],
        "notices": [reader.notice(row) for row in registers.notices],
        "orders": [reader.order(row) for row in registers.orders],
        "zone_name": str(person.zone),
    }


def person_facts(person: Person) -> dict[str, Any]:
    """Who the record is about: masked name, number, loans and roles."""
    party = person.party
    roles: dict[UUID, list[str]] = {}
    for row in person.signatures:
        roles.setdefault(row.loan_id, []).append(str(row.get_role_display()))
    return {
        "name": shown_name(party),
        "lang": lang_of(party.full_name),
        "customer_no": party.customer_no,
        "loans": [
            {
                "contract_no": loan.contract_no,
                "href": reverse("contracts:loan", args=[loan.pk]),
                "roles": ", ".join(roles[loan.pk]),
            }
            for loan in person.loans
        ],
    }


class _Reader:
    """Puts rows into words for one reader: what they may end, on the lender's clock."""

    def __init__(self, person: Person, user: User, back: str, now: datetime) -> None:
        self.person, self.user, self.back, self.now = person, user, back, now

    def holds(self, row: Preference) -> bool:
        """Tells whether a preference is still in force today."""
        return row.ended_at is None and (row.until is None or row.until >= self.person.today)

    def stop(self, row: Stop) -> dict[str, Any]:
        """A stop: what, of what, until when or which event, who set it, what was said."""
        may_lift = row.lifted_at is None and row.complaint_id is None
        is_mine = row.party_id is not None or row.loan_id is not None
        href = self._act("lift_stop", row.pk, right_to_lift(row.kind)) if may_lift else ""
        return {
            "name": upper_first(row.get_kind_display()),
            "tone": "care" if row.kind in CARE_KINDS else "stop",
            "of": said(self._whose(row)),
            "channel": channel_name(row.channel),
            "since": self.moment(row.starts_at),
            "is_to_come": row.starts_at > self.now,
            "until": self._until(row),
            "details": stop_details(row),
            "note": said(
                words_in(row, "note", key=self.person.party.data_key) if row.party_id else ""
            ),
            "source": said(row.source),
            "set_by": said(row.set_by),
            "ended": self._lifted(row),
            "complaint": row.complaint.label if row.complaint else "",
            "complaint_href": self._complaint_href(row.complaint_id),
            "end_href": href if is_mine else "",
        }

    def _whose(self, row: Stop) -> str:
        if row.portfolio is not None:
            return _("everybody in %(portfolio)s") % {"portfolio": row.portfolio.name}
        if row.loan is None:
            return _("all loans")
        if row.party_id is None:
            return _("everybody on %(contract)s") % {"contract": row.loan.contract_no}
        return row.loan.contract_no

    def _until(self, row: Stop) -> str:
        if row.lifted_at is not None:
            return ""
        if row.ends_at is not None:
            return _("until %(time)s") % {"time": self.moment(row.ends_at)}
        if row.complaint is not None:
            return _("until the complaint is closed")
        return _("until it is lifted")

    def _lifted(self, row: Stop) -> dict[str, Any] | None:
        if row.lifted_at is None:
            return None
        when = _("lifted %(time)s") % {"time": self.moment(row.lifted_at)}
        return ended(when, row.lifted_by, row.lifted_reason)

    def preference(self, row: Preference) -> dict[str, Any]:
        """A preference, with what ends it."""
        until = date_format(row.until, _("j M Y")) if row.until else ""
        over = None
        if row.ended_at is not None:
            when = _("ended %(time)s") % {"time": self.moment(row.ended_at)}
            over = ended(when, row.ended_by, row.ended_reason)
        return {
            "text": preference_text(row),
            "since": self.moment(row.starts_at),
            "until": until,
            "ended": over,
            "note": said(words_in(row, "note", key=self.person.party.data_key)),
            "source": said(row.source),
            "set_by": said(row.set_by),
            "end_href": self._act("end_preference", row.pk, "consent.record")
            if self.holds(row)
            else "",
        }

    def consent(self, row: Consent, *, counts: bool) -> dict[str, Any]:
        """An answer, and whether a newer one stands above it."""
        until = _("until %(time)s") % {"time": self.moment(row.until)} if row.until else ""
        return {
            "text": consent_text(row),
            "answer": str(row.get_answer_display()),
            "is_yes": row.answer == "yes",
            "counts": counts and (row.until is None or row.until > self.now),
            "given": self.moment(row.given_at),
            "until": until,
            "loan": row.loan.contract_no if row.loan else "",
            "source": said(row.source),
            "recorded_by": said(row.recorded_by),
        }

    def complaint(self, row: Any) -> dict[str, Any]:
        """A complaint with the state of its clock."""
        return {
            "number": row.label,
            "href": self._complaint_href(row.pk),
            "category": upper_first(row.get_category_display()),
            "received": self.moment(row.received_at),
            "owner": said(row.owner.get_full_name() if row.owner else ""),
            "loan": row.loan.contract_no if row.loan else "",
            **clock_mark(row, self.person.today),
        }

    def notice(self, row: ServedNotice) -> dict[str, Any]:
        """A notice, with what takes it out of force."""
        over = None
        if row.withdrawn_at is not None:
            when = _("withdrawn %(time)s") % {"time": self.moment(row.withdrawn_at)}
            over = ended(when, row.withdrawn_by, row.withdrawn_reason)
        return {
            "name": upper_first(row.get_kind_display()),
            "loan": row.loan.contract_no,
            "on": row.served_on,
            "how": str(row.get_how_display()),
            "days": row.days,
            "document": said(row.document_ref),
            "by": said(row.recorded_by),
            "ended": over,
            "end_href": "" if over else self._act("withdraw_notice", row.pk, "notice.record"),
        }

    def order(self, row: CourtOrder) -> dict[str, Any]:
        """An order, with what takes it out of force."""
        over = None
        if row.discharged_at is not None:
            when = _("discharged %(time)s") % {"time": self.moment(row.discharged_at)}
            over = ended(when, row.discharged_by, row.discharged_reason)
        return {
            "name": upper_first(row.get_kind_display()),
            "loan": row.loan.contract_no,
            "on": row.made_on,
            "until": row.until,
            "court": said(f"{row.court} {row.number}".strip()),
            "by": said(row.recorded_by),
            "ended": over,
            "end_href": "" if over else self._act("discharge_order", row.pk, "notice.record"),
        }

    def moment(self, at: datetime) -> str:
        return moment_text(at, self.person.zone)

    def _act(self, url_name: str, pk: UUID, right: str) -> str:
        """The form that ends a row; nothing for whom it is not."""
        if not has_right(self.user, right):
            return ""
        href = reverse(f"registers:{url_name}", args=[self.person.party.pk, pk])
        return with_back(href, self.back)

    def _complaint_href(self, pk: UUID | None) -> str:
        if pk is None or not has_right(self.user, "complaint.view"):
            return ""
        return reverse("complaints:complaint", args=[pk])


def _consents(reader: _Reader, registers: Registers) -> list[dict[str, Any]]:
    """Every answer, newest first; only the newest about the same thing counts."""
    seen: set[tuple[Any, ...]] = set()
    rows = []
    for row in registers.consents:
        about = (row.kind, row.channel, row.contact_point_id, row.loan_id)
        rows.append(reader.consent(row, counts=about not in seen))
        seen.add(about)
    return rows
