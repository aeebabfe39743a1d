"""Reads around a call: which results it can have, which numbers, and the one being called."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.models import ResultCode
from compliance.attempts.models import Attempt
from core.encryption.sealing import unseal
from loans.borrowers.models import ContactKind, ContactPoint
from loans.contracts.models import LoanParty


def call_results() -> QuerySet[ResultCode]:
    """Returns the results a call can have now, in the order of the floor."""
    return ResultCode.objects.filter(is_active=True, channel="call")


def result_of(pk: int) -> ResultCode:
    """Returns a result code, also one that is no longer in use."""
    return ResultCode.objects.get(pk=pk)


def phones_of(case: Case) -> QuerySet[ContactPoint]:
    """Returns the phone numbers of everybody who stands in a role to the case's loan."""
    return ContactPoint.objects.filter(
        kind=ContactKind.PHONE,
        party__in=LoanParty.objects.filter(loan=case.loan_id).values("party"),
    ).select_related("party")


def number_being_called(*, attempt: Attempt, agent: User) -> str:
    """Returns the number in clear to the agent who started the call, until it has an outcome.

    That the agent saw it stands in the trail since the call was started. Raises PermissionError
    for anybody else, or once the call is settled.
    """
    if attempt.made_by_id != str(agent.pk) or attempt.settlements.exists():
        raise PermissionError("Only the agent on the line sees the number, while on the line.")
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
