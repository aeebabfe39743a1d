"""Reads of telephone systems and calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import User
from collections_app.contacts.models import ResultCode
from collections_app.dialling.flow import CallEnding, CallState
from collections_app.dialling.models import CallEvent, DiallerAccount, PhoneCall
from compliance.attempts.models import Direction, Outcome
from core import clock
from core.encryption.sealing import unseal
from loans.portfolios.models import Portfolio

#: So long an incoming call is offered to be taken up.
_RINGS_FOR: Final = timedelta(minutes=10)

#: How a call ended -> the outcome of a result that says the same; a talk says nothing yet.
_SUGGESTS: Final = {
    CallEnding.NO_ANSWER: Outcome.NO_ANSWER,
    CallEnding.REJECTED: Outcome.NO_ANSWER,
    CallEnding.BUSY: Outcome.BUSY,
    CallEnding.NOT_IN_SERVICE: Outcome.NOT_IN_SERVICE,
    CallEnding.FAILED: Outcome.NOT_MADE,
}


def account_for(portfolio: Portfolio) -> DiallerAccount | None:
    """Returns the telephone system of a portfolio: its own, else the common one; None by hand."""
    accounts = DiallerAccount.objects.filter(Q(portfolio=portfolio) | Q(portfolio=None))
    return accounts.select_related("data_key").order_by(*_OWN_FIRST).first()


_OWN_FIRST: Final = (Choice(When(portfolio=None, then=Value(1)), default=Value(0)),)


def account_called(account_id: UUID) -> DiallerAccount | None:
    """Returns the telephone system that an address of events names, on or off; no reader's scope
    is asked, for its signature is all that is believed."""
    return DiallerAccount.objects.select_related("data_key").filter(pk=account_id).first()


def clicks_to_call(portfolio: Any, clicking: Collection[str]) -> Subquery:
    """Whether calls of the outer row's portfolio are dialled for the agent; None without account.

    Arguments: portfolio, a reference to the outer row's portfolio; clicking, the adapters that dial
    by themselves.
    """
    serving = DiallerAccount.objects.filter(Q(portfolio=portfolio) | Q(portfolio=None))
    dials = Choice(
        When(is_on=True, adapter__in=sorted(clicking), then=Value(True)), default=Value(False)
    )
    return Subquery(serving.annotate(dials=dials).order_by(*_OWN_FIRST).values("dials")[:1])


def suggested_result(call: PhoneCall | None, results: Iterable[ResultCode]) -> ResultCode | None:
    """Returns the result that says what the telephone system says of a call nobody answered.

    Of several the first in the order of the floor that asks for nothing more. None for a talk, and
    while the call goes on: what came of it only people know.
    """
    if call is None or call.state != CallState.ENDED:
        return None
    outcome = _SUGGESTS.get(CallEnding(call.ending)) if call.ending else None
    fitting = (row for row in results if row.outcome == outcome and not row.asks)
    return next(fitting, None)


def ringing_for(user: User) -> QuerySet[PhoneCall]:
    """Returns the calls that come in for the user, or for nobody in particular, the last first."""
    since = clock.now() - _RINGS_FOR
    return (
        PhoneCall.objects.visible_to(user)
        .filter(direction=Direction.INBOUND, attempt=None, started_at__gte=since)
        .filter(Q(agent=None) | Q(agent=user))
        .select_related("account__data_key")
        .order_by("-started_at")
    )


def calling_number(call: PhoneCall) -> str:
    """Returns the number an incoming call shows, in clear; empty where it shows none."""
    if call.number is None:
        return ""
    return unseal(
        key=call.account.data_key,
        sealed=call.number,
        table=PhoneCall._meta.db_table,
        column="number",
        row_id=call.pk,
    )


def accounts_with_health(user: User, *, since: datetime) -> QuerySet[DiallerAccount]:
    """Returns the telephone systems one may see, each with what it did since an instant.

    `placed`, `not_placed`, `answered`, `incoming`, `unclear`: calls; `refused`: events about calls
    that are not known; `last_event_at`: of all time.
    """
    calls = PhoneCall.objects.filter(account=OuterRef("pk"), started_at__gte=since)
    events = CallEvent.objects.filter(account=OuterRef("pk"))

    def counted(rows: QuerySet[Any]) -> Subquery:
        found = rows.order_by().values("account").annotate(number=Count("pk"))
        return Subquery(found.values("number"))

    outgoing = calls.filter(direction=Direction.OUTBOUND)
    last = events.order_by().values("account").annotate(last=Max("received_at"))
    return (
        DiallerAccount.objects.visible_to(user)
        .select_related("portfolio")
        .annotate(
            placed=counted(outgoing.exclude(state=CallState.NOT_PLACED)),
            not_placed=counted(outgoing.filter(state=CallState.NOT_PLACED)),
            unclear=counted(outgoing.filter(state=CallState.ASKED).exclude(problem="")),
            answered=counted(outgoing.filter(answered_at__isnull=False)),
            incoming=counted(calls.filter(direction=Direction.INBOUND)),
            refused=counted(events.filter(received_at__gte=since).exclude(refusal="")),
            last_event_at=Subquery(last.values("last")),
        )
    )


def refused_events(accounts: Iterable[UUID], *, limit: int = 20) -> QuerySet[CallEvent]:
    """Returns the last events that changed nothing, the latest first."""
    rows = CallEvent.objects.filter(account__in=list(accounts)).exclude(refusal="")
    return rows.select_related("account").order_by("-received_at")[:limit]
