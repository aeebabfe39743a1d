"""One person's day: what is owed, done and asked for, what was paid, who waits for a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

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

from accounts.access.scope import asker, asker_of
from accounts.models import User
from collections_app.callbacks.models import Callback
from collections_app.callbacks.presentation import CallbackRow, callback_row
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, ResultGroup
from collections_app.promises.models import Promise, PromiseEvent, PromiseState
from collections_app.protection import queries as protection
from core import clock
from core.statements.kept import KeptStatement, id_as_text
from loans.repayments.models import Repayment, Reversal

#: Money valued longer ago than this is history that an import brought, not news of the night.
NEWS_FOR = timedelta(days=7)

#: How many of the calls owed today stand in the strip; the list has them all.
SHOWN_CALLBACKS = 4

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
    """What was done since midnight on the person's clock, with what their team asks for, if any.

    `broken` counts promises found broken since yesterday's midnight, `callbacks` are the calls
    still owed before this midnight, the next one first.
    """

    logged: int
    talks: int
    promises_taken: int
    target_logged: int | None
    target_talks: int | None
    target_promises: int | None
    may_have_pause: bool
    money: tuple[DayMoney, ...]
    broken: int
    callbacks: tuple[CallbackRow, ...]

    @property
    def ended_cases(self) -> int:
        return sum(row.ended_cases for row in self.money)


def my_day(user: User) -> MyDay:
    """Returns the day of somebody who works cases. Three queries; the team comes with the first.

    Money counts when it became known since yesterday's midnight on the person's clock, is valued
    within the week before and was not taken back; on loans whose case is theirs and open, or was
    theirs until yesterday or today. Promises are those still open whose day has come on the
    portfolio's books.
    """
    local = clock.local_now(user.time_zone)
    midnight = datetime.combine(local.date(), time(0), tzinfo=local.tzinfo)
    since = midnight - timedelta(days=1)
    (done,) = _DONE.rows(
        user=user.pk, midnight=midnight, spared_since=clock.now() - protection.STANDS_FOR
    )
    rows = _CASES_OF_THE_DAY.rows(
        since=since,
        since_day=since.date(),
        valued_since=since.date() - NEWS_FOR,
        **asker_of(user),
    )
    user.team = team = done.team
    return MyDay(
        logged=done.logged,
        talks=done.talks,
        promises_taken=done.promises_taken,
        may_have_pause=done.may_have_pause,
        target_logged=team.target_attempts if team else None,
        target_talks=team.target_talks if team else None,
        target_promises=team.target_promises if team else None,
        money=tuple(DayMoney(*row[:-1]) for row in rows),
        broken=sum(row[-1] for row in rows),
        callbacks=_callbacks_today(user, midnight + timedelta(days=1)),
    )


def _done_since(user: UUID, midnight: datetime, spared_since: datetime) -> QuerySet[User, Any]:
    """The person with what they did since an instant and their team, in one row."""
    logged = Contact.objects.filter(logged_by=user, at__gte=midnight, withdrawal=None)
    taken = Promise.objects.taken().filter(taken_by_id=id_as_text(user), made_at__gte=midnight)
    done: QuerySet[User, Any] = (
        User.objects.select_related("team")
        .annotate(
            logged=_counted(logged),
            talks=_counted(logged.filter(result__group=ResultGroup.RIGHT_PARTY)),
            promises_taken=_counted(taken),
            may_have_pause=Exists(protection.pauses_since(spared_since, agent=user)),
        )
        .filter(pk=user)
    )
    return done


_DONE: Final = KeptStatement(_done_since)


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as part of another query."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(total=Count("pk"))
    return Coalesce(Subquery(counted.values("total"), output_field=IntegerField()), Value(0))


def _callbacks_today(user: User, until: datetime) -> tuple[CallbackRow, ...]:
    """The next calls that the person owes today, each with the time on the clock of who waits."""
    now = clock.now()
    return tuple(callback_row(row, user, now) for row in _OWED.rows(owner=user.pk, until=until))


def _owed_until(owner: UUID, until: datetime) -> QuerySet[Callback]:
    return (
        Callback.objects.pending()
        .filter(owner=owner, due_at__lt=until)
        .select_related("case__loan", "party__data_key", "contact_point", "owner")
        .order_by("due_at", "pk")[:SHOWN_CALLBACKS]
    )


_OWED: Final = KeptStatement(_owed_until)


def _cases_of_the_day(
    since: datetime, since_day: date, valued_since: date, **who: Any
) -> QuerySet[Case, Any]:
    user = asker(**who)
    mine = Case.objects.visible_to(user).filter(assignee=user)
    over = ~Q(state=CaseState.OPEN)
    return (
        mine.filter(Q(state=CaseState.OPEN) | Q(closed_on__gte=since_day))
        .annotate(
            received=_total(_repayments_since(since, valued_since), "amount"),
            promised=_total(_promises_due(), "amount"),
            promise_count=_number(_promises_due()),
            broken_count=_number(_promises_broken_since(since)),
        )
        .order_by()
        .values("portfolio__currency")
        .annotate(
            received_sum=Sum("received"),
            paid=Count("pk", filter=Q(received__gt=0)),
            ended=Count("pk", filter=over),
            promised_sum=Sum("promised"),
            promise_sum=Sum("promise_count"),
            broken_sum=Sum("broken_count"),
        )
        .order_by("portfolio__currency")
        .values_list(
            "portfolio__currency",
            "received_sum",
            "paid",
            "ended",
            "promised_sum",
            "promise_sum",
            "broken_sum",
        )
    )


_CASES_OF_THE_DAY: Final = KeptStatement(_cases_of_the_day)


def _repayments_since(since: datetime, valued_since: date) -> QuerySet[Repayment]:
    taken_back = Reversal.objects.filter(of_kind="repayment", of_id=OuterRef("pk"))
    return Repayment.objects.filter(
        loan=OuterRef("loan"), known_at__gte=since, value_on__gte=valued_since
    ).filter(~Exists(taken_back))


def _promises_due() -> QuerySet[Promise]:
    return Promise.objects.filter(
        loan=OuterRef("loan"),
        state=PromiseState.OPEN,
        is_awaiting=False,
        due_on__lte=OuterRef("portfolio__business_date"),
    )


def _promises_broken_since(since: datetime) -> QuerySet[Promise]:
    """Those found broken lately: what the agent opens the day with."""
    judged = PromiseEvent.objects.filter(
        promise=OuterRef("pk"),
        state__in=[PromiseState.BROKEN, PromiseState.PARTIAL],
        known_at__gte=since,
    )
    return Promise.objects.filter(
        Exists(judged),
        loan=OuterRef("loan"),
        state__in=[PromiseState.BROKEN, PromiseState.PARTIAL],
    )


def _total(rows: QuerySet[Any], column: str) -> Coalesce:
    summed = rows.order_by().values("loan").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(summed, output_field=_MONEY), Value(Decimal(0)), output_field=_MONEY)


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("loan").annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
