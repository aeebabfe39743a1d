"""Reads around a call: which results it can have, which numbers, and the one being called."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, ResultCode
from compliance.attempts.ledger import standing_outcome
from compliance.attempts.models import Attempt
from core import clock
from core.encryption.sealing import unseal
from loans.borrowers.models import ContactKind, ContactPoint
from loans.contracts.models import LoanParty

#: How many of the rarer results stand first because they were used lately, and how lately.
LAST_USED: Final = 5
USED_WITHIN: Final = timedelta(days=30)


def call_results() -> QuerySet[ResultCode]:
    """Returns the results a call can have now, in the order of the floor."""
    return ResultCode.objects.filter(is_active=True, channel="call")


def with_last_use(results: QuerySet[ResultCode], agent: User) -> QuerySet[ResultCode]:
    """Adds `used_at`, when the agent last chose each result; None where not lately."""
    used = Contact.objects.filter(
        logged_by=agent,
        result=OuterRef("pk"),
        at__gte=clock.now() - USED_WITHIN,
        withdrawal__isnull=True,
    )
    return results.annotate(used_at=Subquery(used.order_by("-at").values("at")[:1]))


def phones_of(case: Case) -> QuerySet[ContactPoint]:
    """Returns the phone numbers of everybody who stands in a role to the case's loan."""
    return ContactPoint.objects.filter(
        kind=ContactKind.PHONE,
        party__in=LoanParty.objects.filter(loan=case.loan_id).values("party"),
    ).select_related("party")


def number_being_called(*, attempt: Attempt, agent: User, outcome: str | None = None) -> str:
    """Returns the number in clear to the agent who started the call, until it has an outcome.

    That the agent saw it stands in the trail since the call was started; `outcome` is how it ended,
    where that was read already. Raises PermissionError for anybody else, or once it is settled.
    """
    if outcome is None:
        standing = standing_outcome(attempt)
        outcome = standing.outcome if standing else ""
    if attempt.made_by_id != str(agent.pk) or outcome:
        raise PermissionError("Only the agent on the line sees the number, while on the line.")
    return clear_number(attempt)


def clear_number(attempt: Attempt) -> str:
    """Returns the number of an attempt in clear, for who dials it; not to be shown or logged."""
    point = attempt.contact_point
    if point is None:
        return ""
    return unseal(
        key=attempt.party.data_key,
        sealed=point.value,
        table=ContactPoint._meta.db_table,
        column="value",
        row_id=point.pk,
    )
