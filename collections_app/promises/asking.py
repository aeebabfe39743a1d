"""Promises beyond a role's limit: the brief a second person judges, written and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import TextField, Value
from django.db.models.functions import Cast

from accounts.approvals.models import Approval, ApprovalQuerySet
from accounts.approvals.services import request_approval
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.promises.limits import Excess, Part
from core.audit.actors import Actor
from loans.borrowers.models import Party

KIND: Final = "promise.beyond_limit"
SUBJECT: Final = "collections_app.Case"
#: Who must have decided by then; the borrower does not wait longer for an answer.
LAPSES_AFTER: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class AskedPromise:
    """What waits for a decision: nothing of it binds until then."""

    case_id: UUID
    party_id: UUID
    parts: tuple[Part, ...]
    beyond: tuple[str, ...]
    past_due: Decimal
    made_at: datetime


def ask_for(
    *,
    case: Case,
    party: Party,
    parts: Sequence[Part],
    beyond: Iterable[Excess],
    past_due: Decimal,
    made_at: datetime,
    by: Actor,
) -> Approval:
    """Asks a second person to agree to a promise; ValidationError while one waits for the case."""
    return request_approval(
        kind=KIND,
        brief={
            "party": str(party.pk),
            "loan": str(case.loan_id),
            "parts": [
                {"amount": str(p.amount), "due_on": p.due_on.isoformat(), "method": p.method}
                for p in parts
            ],
            "beyond": [excess.what for excess in beyond],
            "past_due": str(past_due),
            "made_at": made_at.isoformat(),
        },
        subject_type=SUBJECT,
        subject_id=case.pk,
        portfolio_id=case.portfolio_id,
        decide_right="promise.decide",
        lapses_after=LAPSES_AFTER,
        by=by,
    )


def asked_promise(approval: Approval) -> AskedPromise:
    """Reads what was asked for."""
    brief: Mapping[str, Any] = approval.brief
    return AskedPromise(
        case_id=UUID(approval.subject_id),
        party_id=UUID(brief["party"]),
        parts=tuple(
            Part(Decimal(part["amount"]), date.fromisoformat(part["due_on"]), part["method"])
            for part in brief["parts"]
        ),
        beyond=tuple(brief["beyond"]),
        past_due=Decimal(brief["past_due"]),
        made_at=datetime.fromisoformat(brief["made_at"]),
    )


def asked_promises(user: User) -> ApprovalQuerySet:
    """Requests about promises on cases the user may see."""
    seen = Case.objects.visible_to(user).order_by().annotate(key=Cast("pk", TextField()))
    rows = Approval.objects.visible_to(user).filter(kind=KIND, subject_type=SUBJECT)
    return rows.filter(subject_id__in=seen.values("key"))


def waiting_on_case(case_id: Any) -> ApprovalQuerySet:
    """Returns the requests that wait for a decision on a case, given as an expression too."""
    return Approval.objects.pending().filter(
        kind=KIND, subject_type=SUBJECT, subject_id=Cast(case_id, TextField())
    )


def waiting_for(case: Case) -> Approval | None:
    """Returns the request that waits for a decision on the case, if any. One query."""
    return waiting_on_case(Value(str(case.pk))).select_related("requested_by").first()
