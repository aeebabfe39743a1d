"""What makes a case worth opening now, as conditions that the database judges.

Obligations come before any ranking, in the order of `worklist.flow.Obligation`, then whatever else
is due today. The list is a plan of the day: a callback counts from the morning of its day, while
Next brings it when its time has come.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import Case as Choice
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from collections_app.callbacks.queries import callbacks_of_outer_case
from collections_app.cases.models import CaseQuerySet
from collections_app.promises.models import Promise, PromiseState
from collections_app.promises.queries import with_answers
from collections_app.worklist.flow import UNLOGGED_SINCE, Obligation
from compliance.attempts.models import Attempt, AttemptLoan
from core import clock
from core.statements.kept import id_as_text
from loans.contracts.models import LoanParty
from loans.delinquency.models import Instalment
from loans.portfolios.models import BucketRange
from notifications.inbound.models import InboundMessage

#: A loan is said to roll when its next bucket begins in that many days or fewer.
ROLLS_WITHIN_DAYS = 3

_CONDITIONS = {
    Obligation.UNLOGGED: "is_unlogged",
    Obligation.CALLBACK: "is_callback_due",
    Obligation.BROKEN: "is_promise_broken",
    Obligation.REPLY: "is_reply_waiting",
    Obligation.PROMISE_DUE: "is_promise_due",
}
#: The conditions by how much they press; a case with none of them comes last.
IN_ORDER = (*(_CONDITIONS[obligation] for obligation in Obligation), "is_due")


def with_obligations(
    cases: CaseQuerySet, *, agent: UUID, today_ends: datetime, unlogged_since: datetime
) -> CaseQuerySet:
    """Adds the conditions as `is_…` and their rank as `obligation`, for filters and orders.

    "Today" ends at midnight on the agent's clock; days past due are those of the portfolio's books.
    """
    agreed = callbacks_of_outer_case()
    flagged = cases.alias(
        is_due=_yes(Q(next_step_at__lt=today_ends)),
        is_callback=Exists(agreed),
        is_callback_due=Exists(agreed.filter(due_at__lt=today_ends)),
        is_promise_due=Exists(due_promises()),
        is_promise_broken=Exists(broken_promises()),
        is_new=~Exists(_contacts_since_assigned()),
        is_rolling=Exists(_bucket_about_to_end()),
        is_first_missed=Exists(_first_instalment_open()),
        is_reply_waiting=_yes(Q(loan__in=_loans_with_replies())),
        is_unlogged=_yes(Q(loan__in=_loans_of(unlogged_calls(agent=agent, since=unlogged_since)))),
    )
    ranks = [When(**{name: True}, then=Value(rank)) for rank, name in enumerate(IN_ORDER)]
    return flagged.alias(
        obligation=Choice(*ranks, default=Value(len(IN_ORDER)), output_field=IntegerField())
    )


def moments_of(user: User, now: datetime) -> dict[str, datetime]:
    """Returns the instants by which the obligations of somebody are judged now."""
    local = now.astimezone(clock.zone_of(user.time_zone))
    tomorrow = local.date() + timedelta(days=1)
    return {
        "today_ends": datetime.combine(tomorrow, time(0), tzinfo=local.tzinfo),
        "unlogged_since": now - UNLOGGED_SINCE,
    }


def unlogged_calls(*, agent: UUID, since: datetime) -> QuerySet[Attempt]:
    """Returns the contacts the agent began or took since then and never said the outcome of."""
    return Attempt.objects.unsettled().filter(made_by_id=id_as_text(agent), at__gte=since)


def due_promises() -> QuerySet[Promise]:
    """Promises of the outer case's loan whose day has come and that no pending money would keep."""
    return Promise.objects.filter(
        loan=OuterRef("loan"),
        state=PromiseState.OPEN,
        is_awaiting=False,
        due_on__lte=OuterRef("portfolio__business_date"),
    )


def broken_promises() -> QuerySet[Any]:
    """Promises of the outer case's loan not kept since it opened, that nobody talked about yet."""
    broken = Promise.objects.filter(
        loan=OuterRef("loan"),
        state__in=[PromiseState.BROKEN, PromiseState.PARTIAL],
        due_on__gte=OuterRef("opened_on"),
    )
    return with_answers(broken).filter(is_answered=False)


def _yes(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _loans_of(attempts: QuerySet[Attempt]) -> QuerySet[AttemptLoan, Any]:
    return AttemptLoan.objects.filter(attempt__in=attempts.values("pk")).values("loan")


def _loans_with_replies() -> QuerySet[LoanParty, Any]:
    """The loans whose people wrote something nobody has dealt with; read once, not per case."""
    people = InboundMessage.objects.unhandled().filter(party__isnull=False).values("party")
    return LoanParty.objects.filter(party__in=people).values("loan")


def _contacts_since_assigned() -> QuerySet[AttemptLoan]:
    """Contacts about the outer case's loan since its agent got it, or since it opened."""
    since = Coalesce(OuterRef("assigned_at"), OuterRef("created_at"))
    return AttemptLoan.objects.filter(loan=OuterRef("loan"), attempt__at__gte=since)


def _bucket_about_to_end() -> QuerySet[BucketRange]:
    days = Func(
        OuterRef("portfolio__business_date"),
        OuterRef("loan__position__oldest_unsatisfied_due_on"),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    counted = days + Cast(OuterRef("portfolio__due_day_counts"), IntegerField())
    return BucketRange.objects.filter(
        scheme=OuterRef("portfolio__bucket_scheme"),
        code=OuterRef("loan__position__bucket"),
        to_days__lt=counted + ROLLS_WITHIN_DAYS,
    )


def _first_instalment_open() -> QuerySet[Instalment]:
    return Instalment.objects.filter(
        loan=OuterRef("loan"),
        number=1,
        satisfied_on__isnull=True,
        due_on__lt=OuterRef("portfolio__business_date"),
    )
