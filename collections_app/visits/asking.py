"""What the gate is asked about a visit: when it is planned, at its hour, and at the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from collections_app.visits.models import Visit
from compliance.gate.facts import Channel, ContactFacts, ContactRequest, Decision, Finding
from compliance.gate.queries import gather, gather_many
from compliance.gate.sentences import reason_sentence
from compliance.gate.services import decide, judge
from loans.borrowers.models import Party

#: What a visit that is being planned may still lack: it is announced afterwards.
NOTICE_REASONS: Final = frozenset({"visit_unannounced", "notice_running"})
#: What closes a window before its end.
HOURS_REASONS: Final = frozenset({"window_closed", "time_inconvenient"})


class VisitRefused(Exception):
    """The gate allows no visit then: why, and the next moment at which it may be made."""

    def __init__(self, reasons: tuple[Finding, ...], nearest: datetime | None) -> None:
        super().__init__("The gate allows no visit at that time.")
        self.reasons = reasons
        self.nearest = nearest

    @property
    def sentences(self) -> list[str]:
        """Why, one sentence for each rule that objects, in the reader's language."""
        return sentences_of(self.reasons)

    @property
    def message(self) -> str:
        """The refusal and the way out in one sentence."""
        why = " · ".join(self.sentences)
        if self.nearest is None:
            return why
        return _("%(why)s. The next time a visit may be made there: %(when)s.") % {
            "why": why,
            "when": date_format(self.nearest, _("j M H:i")),
        }


def sentences_of(reasons: tuple[Finding, ...]) -> list[str]:
    """Why not, one sentence for each finding, in the reader's language."""
    return [reason_sentence(found.reason, found.values) for found in reasons]


def request_for_visit(
    *, case: Case, party_id: UUID, at: datetime, people: int | None, is_recorded: bool | None
) -> ContactRequest:
    """Returns what the gate is asked about a visit to a person about a case."""
    return ContactRequest(
        party_id=party_id,
        loan_ids=(case.loan_id,),
        channel=Channel.VISIT,
        at=at,
        people_count=people,
        is_recorded=is_recorded,
    )


def request_of(visit: Visit, at: datetime) -> ContactRequest:
    """Returns what the gate is asked about a visit as it is planned."""
    return request_for_visit(
        case=visit.case,
        party_id=visit.party_id,
        at=at,
        people=visit.people_count,
        is_recorded=visit.is_recorded,
    )


def preview(*, case: Case, party: Party, at: datetime) -> Decision:
    """What the gate would say of a visit by two that is recorded. Stores nothing."""
    return decide(
        request_for_visit(case=case, party_id=party.pk, at=at, people=2, is_recorded=True)
    )


def check_plan(visit: Visit, at: datetime) -> tuple[Finding, ...]:
    """Returns what is still to be done before a visit may be made at `at`: a notice, above all.

    Raises VisitRefused for what planning cannot mend: hours, stops, limits.
    """
    return objections_to(visit, *gather_many(requests_of(visit, at)))


def requests_of(visit: Visit, at: datetime) -> tuple[ContactRequest, ContactRequest]:
    """Returns what the gate is asked about a window: its opening, and its last minute."""
    last = max(at, (visit.closes_at or at) - timedelta(minutes=1))
    return request_of(visit, at), request_of(visit, last)


def objections_to(
    visit: Visit, facts: ContactFacts, facts_at_end: ContactFacts
) -> tuple[Finding, ...]:
    """As `check_plan`, of facts that were gathered with those of other visits.

    The person is told the whole window, so the hours must allow all of it.
    """
    decision = judge(leave_out_own(visit, facts))
    firm = tuple(found for found in decision.denials if found.reason not in NOTICE_REASONS)
    if firm:
        raise VisitRefused(firm, _on_the_clock(visit, decision.next_allowed_at))
    late = judge(leave_out_own(visit, facts_at_end)).denials
    beyond = tuple(found for found in late if found.reason in HOURS_REASONS)
    if beyond:
        raise VisitRefused(beyond, None)
    return decision.denials


def objections_now(visit: Visit, at: datetime) -> tuple[Finding, ...]:
    """Returns what speaks against knocking now, the visit's own booking left out of the counts."""
    return judge(without_own(visit, at)).denials


def without_own(visit: Visit, at: datetime) -> ContactFacts:
    """The gate's facts about a visit at a moment, as if the visit itself were not booked."""
    return leave_out_own(visit, gather(request_of(visit, at)))


def leave_out_own(visit: Visit, facts: ContactFacts) -> ContactFacts:
    """Facts about a visit without its own booking, which would count against it. Pure."""
    own = visit.attempt
    if own is None:
        return facts
    kept = tuple(
        past
        for past in facts.history
        if not (past.channel == Channel.VISIT and past.at == own.at and not past.outcome)
    )
    return replace(facts, history=kept)


def _on_the_clock(visit: Visit, at: datetime | None) -> datetime | None:
    return at.astimezone(visit.zone) if at is not None else None
