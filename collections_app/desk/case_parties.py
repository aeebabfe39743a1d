"""Who else is on the loan: what each may be told by the rules, and whether to contact them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.case_people import record_href
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.verdicts import present
from compliance.gate.citations import citation_text
from compliance.gate.disclosure import Extent, MayBeTold, may_be_told
from compliance.gate.facts import Channel, ContactRequest, Content, Decision
from loans.borrowers.models import ContactKind, ContactPoint
from loans.contracts.models import LIABLE_ROLES, LoanParty, PartyRole

#: What somebody who does not owe may be asked or told, in the order it is said.
_PERMITTED: Final[dict[str, Lazy]] = {
    Content.CONFIRMING_LOCATION: gettext_lazy("asked where the borrower can be reached"),
    Content.NEW_LOCATION_LEAD: gettext_lazy("asked where the borrower can be reached"),
    Content.ASK_RELAY: gettext_lazy("asked to have the borrower call back"),
    Content.ANSWERS_OFFER_TO_PAY: gettext_lazy("told what they need where they offer to pay"),
}


def other_parties(case: Case, parties: Iterable[LoanParty]) -> list[LoanParty]:
    """Everybody on the loan but its borrower, each person once, whoever owes the debt first."""
    found: dict[UUID, LoanParty] = {}
    for row in sorted(parties, key=lambda row: row.role not in LIABLE_ROLES):
        if row.party_id != case.borrower_id:
            found.setdefault(row.party_id, row)
    return list(found.values())


def requests_about_parties(
    case: Case, others: list[LoanParty], points: Mapping[UUID, list[ContactPoint]], at: datetime
) -> dict[UUID, ContactRequest]:
    """A call about this loan to everybody else on it, which says what the debt is."""
    return {
        row.party_id: ContactRequest(
            party_id=row.party_id,
            loan_ids=(case.loan_id,),
            channel=Channel.CALL,
            at=at,
            contact_point_id=point.pk if (point := first_phone(points, row.party_id)) else None,
            content=frozenset({Content.DEBT_DETAILS}),
        )
        for row in others
    }


def first_phone(points: Mapping[UUID, list[ContactPoint]], party_id: UUID) -> ContactPoint | None:
    """The number of a person to try first."""
    found = points.get(party_id, ())
    return next((point for point in found if point.kind == ContactKind.PHONE), None)


def party_rows(
    case: Case,
    others: list[LoanParty],
    points: Mapping[UUID, list[ContactPoint]],
    decisions: Mapping[UUID, Decision],
) -> list[dict[str, Any]]:
    """Everybody else on the loan: role, what they may hear and where that stands, their number."""
    return [_row(case, row, first_phone(points, row.party_id), decisions) for row in others]


def _row(
    case: Case,
    row: LoanParty,
    phone: ContactPoint | None,
    decisions: Mapping[UUID, Decision],
) -> dict[str, Any]:
    decision = decisions[row.party_id]
    told = may_be_told(decision.facts)
    may_start = (
        phone is not None
        and decision.allowed
        and row.role in LIABLE_ROLES
        and case.state == CaseState.OPEN
    )
    return {
        "name": shown_name(row.party),
        "lang": lang_of(row.party.full_name),
        "role_name": " · ".join(
            part for part in (str(row.get_role_display()), row.relationship) if part
        ),
        "may_discuss": told.extent is Extent.DEBT,
        "may_hear": _may_hear(row.role, told),
        "citation": " · ".join(citation_text(one) for one in told.citations),
        "citation_lang": lang_of(" ".join(told.citations)),
        "masked": phone.masked if phone else "",
        "verdict": present(decision) if phone else None,
        "start_href": reverse("desk:start_call", args=[case.pk, phone.pk])
        if may_start and phone
        else "",
        "record_href": record_href(row.party_id, case),
    }


def _may_hear(role: str, told: MayBeTold) -> str:
    if told.extent is Extent.PERMITTED:
        known = dict.fromkeys(
            str(text) for word, text in _PERMITTED.items() if word in told.permitted
        )
        return _("may only be %(what)s; nothing about the debt") % {"what": _(", or ").join(known)}
    if told.extent is Extent.NOTHING:
        return _("may be told nothing: never discuss the loan")
    if role == PartyRole.CO_BORROWER:
        return _("owes it too: the loan may be discussed")
    if role == PartyRole.GUARANTOR:
        return _("guarantees it: may hear what is owed and by when")
    return _("may hear it: the rules except this person")
