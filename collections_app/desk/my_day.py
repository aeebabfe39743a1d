"""One person's day in one strip: what was done, what was paid overnight, which promises are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, ResultGroup
from collections_app.promises.models import Promise, PromiseState
from core import clock
from loans.repayments.models import Repayment, Reversal

#: Money valued longer ago than this is history that an import brought, not news of the night.
NEWS_FOR = timedelta(days=7)

_MONEY = DecimalField(max_digits=20, decimal_places=2)


@dataclass(frozen=True, slots=True)
class DayMoney:
    """What one currency's part of the day is: amounts and how many cases they come from."""

    currency: str
    received_amount: Decimal
    paid_cases: int
    ended_cases: int
    promised_amount: Decimal
    promises: int


@dataclass(frozen=True, slots=True)
class MyDay:
    """`since` is the midnight that began yesterday on the person's clock."""

    logged: int
    talks: int
    money: tuple[DayMoney, ...]

    @property
    def ended_cases(self) -> int:
        return sum(row.ended_cases for row in self.money)


def my_day(user: User) -> MyDay:
    """Returns the day of somebody who works cases. Two queries.

    Money counts when it became known since yesterday's midnight on the person's clock, is valued
    within the week before and was not taken back; on loans whose case is theirs and open, or was
    theirs until yesterday or today. Promises are those still open whose day has come on the
    portfolio's books.
    """
    local = clock.local_now(user.time_zone)
    midnight = datetime.combine(local.date(), time(0), tzinfo=local.tzinfo)
    done = Contact.objects.filter(logged_by=user, at__gte=midnight, withdrawal=None).aggregate(
        logged=Count("pk"), talks=Count("pk", filter=Q(result__group=ResultGroup.RIGHT_PARTY))
    )
    rows = _cases_of_the_day(user, midnight - timedelta(days=1))
    return MyDay(
        logged=done["logged"], talks=done["talks"], money=tuple(DayMoney(*row) for row in rows)
    )


def _cases_of_the_day(user: User, since: datetime) -> QuerySet[Case, Any]:
    mine = Case.objects.visible_to(user).filter(assignee=user)
    over = ~Q(state=CaseState.OPEN)
    return (
        mine.filter(Q(state=CaseState.OPEN) | Q(closed_on__gte=since.date()))
        .annotate(
            received=_total(_repayments_since(since), "amount"),
            promised=_total(_promises_due(), "amount"),
            promise_count=_number(_promises_due()),
        )
        .order_by()
        .values("portfolio__currency")
        .annotate(
            received_sum=Sum("received"),
            paid=Count("pk", filter=Q(received__gt=0)),
            ended=Count("pk", filter=over),
            promised_sum=Sum("promised"),
            promise_sum=Sum("promise_count"),
        )
        .order_by("portfolio__currency")
        .values_list(
            "portfolio__currency", "received_sum", "paid", "ended", "promised_sum", "promise_sum"
        )
    )


def _repayments_since(since: datetime) -> QuerySet[Repayment]:
    taken_back = Reversal.objects.filter(of_kind="repayment", of_id=OuterRef("pk"))
    return Repayment.objects.filter(
        loan=OuterRef("loan"), known_at__gte=since, value_on__gte=since.date() - NEWS_FOR
    ).filter(~Exists(taken_back))


def _promises_due() -> QuerySet[Promise]:
    return Promise.objects.filter(
        loan=OuterRef("loan"),
        state=PromiseState.OPEN,
        due_on__lte=OuterRef("portfolio__business_date"),
    )


def _total(rows: QuerySet[Any], column: str) -> Coalesce:
    summed = rows.order_by().values("loan").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(summed, output_field=_MONEY), Value(Decimal(0)), output_field=_MONEY)


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("loan").annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
