"""Sums and rows of the measures: the same filters on rollups and on lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, UUIDField, When

from accounts.access.decorators import has_right
from accounts.models import User
from core.money.amounts import ZERO
from reporting.dashboards.measures import Measure, Table
from reporting.dashboards.report_filter import Books, ReportFilter
from reporting.rollups.models import (
    LEFT_THE_BOOK,
    NOWHERE,
    BookLine,
    BookRollup,
    EventLine,
    EventRollup,
    RollRollup,
)

_UNLOGGED = F("case_count") - F("worked_count")


def total_of(*, user: User, measure: Measure, chosen: ReportFilter) -> Decimal:
    """Returns the number of a measure, from rollups. One query."""
    rows = summed(user=user, measure=measure, chosen=chosen)
    column: Any = _UNLOGGED if measure.total == "unlogged_count" else F(measure.total)
    answer = rows.aggregate(total=Sum(column))["total"]
    return Decimal(answer) if answer is not None else ZERO


def read_together(*, user: User, readings: Mapping[str, Subquery]) -> dict[str, Any]:
    """Returns numbers of unlike tables by their names; one query, or none where none is asked."""
    if not readings:
        return {}
    found = User.objects.filter(pk=user.pk).values_list(*readings.values()).get()
    return dict(zip(readings, found, strict=True))


def summed(*, user: User, measure: Measure, chosen: ReportFilter) -> QuerySet[Any]:
    """Returns the rollup rows a measure is summed from."""
    if measure.table == Table.BOOK:
        return book_sums(user=user, chosen=chosen, days=_as_of(chosen.books)).exclude(
            place__in=LEFT_THE_BOOK
        )
    if measure.table == Table.ROLL:
        return roll_sums(user=user, chosen=chosen)
    rows = event_sums(user=user, chosen=chosen).filter(kind=measure.kind)
    return rows.filter(mark__in=measure.marks) if measure.marks else rows


def book_sums(*, user: User, chosen: ReportFilter, days: Q) -> QuerySet[BookRollup]:
    """Returns the sums of the books at the closes named by `days`."""
    rows = BookRollup.objects.visible_to(user).filter(days)
    return _narrow(rows, chosen, place="place")


def event_sums(*, user: User, chosen: ReportFilter) -> QuerySet[EventRollup]:
    """Returns the sums of the events of the period."""
    rows = EventRollup.objects.visible_to(user).filter(_in_period(chosen))
    return _narrow(rows, chosen, place="place")


def roll_sums(*, user: User, chosen: ReportFilter) -> QuerySet[RollRollup]:
    """Returns the cells of the roll matrix of the shown closes."""
    cells = RollRollup.objects.visible_to(user).filter(_as_of(chosen.books), span=chosen.span)
    rows = _narrow(cells, chosen, place="from_place")
    if chosen.from_place:
        rows = rows.filter(from_place=chosen.from_place)
    if chosen.to_place:
        rows = rows.filter(to_place=chosen.to_place)
    return rows


def rows_of(*, user: User, measure: Measure, chosen: ReportFilter) -> QuerySet[Any]:
    """Returns the lines behind a number, unordered: their count or sum is the number."""
    if measure.table == Table.BOOK:
        return _book_rows(user, measure, chosen)
    if measure.table == Table.ROLL:
        return _roll_rows(user, chosen)
    rows = EventLine.objects.visible_to(user).filter(_in_period(chosen), kind=measure.kind)
    if measure.marks:
        rows = rows.filter(mark__in=measure.marks)
    return _narrow(rows, chosen, place="place").select_related(
        "loan", "portfolio", "product", "agent"
    )


def _book_rows(user: User, measure: Measure, chosen: ReportFilter) -> QuerySet[BookLine]:
    lines = BookLine.objects.visible_to(user).filter(_in_force(chosen.books))
    rows = _narrow(lines, chosen, place="place").exclude(place__in=LEFT_THE_BOOK)
    conditions = {
        "past_due": Q(overdue_amount__gt=0),
        "past_30": Q(is_past_30=True),
        "cases": Q(case__isnull=False),
        "worked": Q(case__isnull=False, is_worked=True),
        "unlogged": Q(case__isnull=False, is_worked=False),
    }
    return rows.filter(conditions.get(measure.code, Q())).select_related(
        "loan", "portfolio", "product", "agent"
    )


def _roll_rows(user: User, chosen: ReportFilter) -> QuerySet[BookLine]:
    """Lines at the later close of loans that had a line in a bucket at the earlier one.

    Whose they are, for scope and filters, is read as `SUM_ROLL` reads it: from the later day, or
    from the earlier one where there is no case any more.
    """
    then = _lines_before(chosen)
    if then is None:
        return BookLine.objects.none()
    before = then.filter(loan=OuterRef("loan"))
    lines = BookLine.objects.in_portfolios_of(user).filter(_in_force(chosen.books))
    rows: QuerySet[Any] = lines.exclude(place=NOWHERE).annotate(
        place_then=Subquery(before.values("place")[:1]),
        principal_then=Subquery(before.values("principal_amount")[:1]),
        whose_team=_later_or_earlier("team", before),
        whose_agent=_later_or_earlier("agent", before),
    )
    if not has_right(user, "case.view_all"):
        rows = rows.filter(whose_team=user.team_id) if user.team_id else rows.none()
    conditions: dict[str, Any] = {
        "place": chosen.to_place,
        "product": chosen.product,
        "whose_team": chosen.team,
        "whose_agent": chosen.agent,
    }
    rows = rows.filter(Exists(before), **{name: v for name, v in conditions.items() if v})
    return rows.select_related("loan", "portfolio", "product", "agent")


def _lines_before(chosen: ReportFilter) -> QuerySet[BookLine] | None:
    """The lines at the earlier close of each portfolio, in the bucket that is asked for.

    None where no portfolio has an earlier close.
    """
    cells = RollRollup.objects.filter(_as_of(chosen.books), span=chosen.span)
    days = list(cells.values_list("portfolio_id", "from_on").distinct())
    if not days:
        return None
    then = Q()
    for portfolio_id, day in days:
        then |= Q(portfolio=portfolio_id) & _at(day)
    before = BookLine.objects.filter(then).exclude(place__in=(*LEFT_THE_BOOK, NOWHERE))
    for code in filter(None, (chosen.bucket, chosen.from_place)):
        before = before.filter(place=code)
    return before


def _later_or_earlier(name: str, before: QuerySet[BookLine]) -> Case:
    return Case(
        When(case__isnull=True, then=Subquery(before.values(name)[:1])),
        default=F(name),
        output_field=UUIDField(),
    )


def keyset_page(
    *, user: User, measure: Measure, chosen: ReportFilter, after: str, size: int
) -> tuple[list[Any], str]:
    """Returns a page of rows, the largest or latest first, and the key the next one starts after.

    Each portfolio gives its own first rows, from its own index, and the first of all are taken:
    two queries, whatever the number of portfolios. Raises ValueError for a key not of ours.
    """
    name = "on" if measure.table == Table.EVENT else "overdue_amount"
    order = (f"-{name}", "-pk")
    beyond = _beyond(name, after)
    firsts = [
        rows_of(user=user, measure=measure, chosen=part)
        .select_related(None)
        .filter(beyond)
        .order_by(*order)
        .values_list(name, "pk")[: size + 1]
        for part in _by_portfolio(chosen)
    ]
    if not firsts:
        return [], ""
    keys = firsts[0].union(*firsts[1:], all=True) if len(firsts) > 1 else firsts[0]
    first = sorted(keys, reverse=True)[: size + 1]
    wanted = [key for _value, key in first[:size]]
    found = rows_of(user=user, measure=measure, chosen=chosen).filter(pk__in=wanted)
    value, key = first[size - 1] if len(first) > size else ("", "")
    return list(found.order_by(*order)), f"{value}~{key}" if key else ""


def _by_portfolio(chosen: ReportFilter) -> list[ReportFilter]:
    return [
        chosen.narrowed(
            portfolio_ids=(key,),
            books=tuple(one for one in chosen.books if one.portfolio_id == key),
        )
        for key in chosen.portfolio_ids
    ]


def _beyond(name: str, after: str) -> Q:
    if not after:
        return Q()
    text, _separator, key = after.rpartition("~")
    value: Any = dt.date.fromisoformat(text) if name == "on" else _decimal(text)
    return Q(**{f"{name}__lt": value}) | Q(**{name: value, "pk__lt": int(key)})


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{text} is no amount.") from None


def days_of(*, books: Iterable[Books], name: str) -> Q:
    """Returns the condition for the closes `name` of each portfolio: as_of, week_ago, month_ago."""
    days = Q(pk__in=[])
    for one in books:
        day = getattr(one, name)
        if day is not None:
            days |= Q(portfolio=one.portfolio_id, on=day)
    return days


def _as_of(books: Iterable[Books]) -> Q:
    return days_of(books=books, name="as_of")


def _in_force(books: Iterable[Books]) -> Q:
    lines = Q(pk__in=[])
    for one in books:
        # The lines of the latest close are those without an end, which have their own index.
        day = Q(to_on__isnull=True) if one.as_of == one.latest else _at(one.as_of)
        lines |= Q(portfolio=one.portfolio_id) & day
    return lines


def _at(day: dt.date) -> Q:
    return Q(from_on__lte=day) & (Q(to_on__isnull=True) | Q(to_on__gt=day))


def _in_period(chosen: ReportFilter) -> Q:
    return Q(
        portfolio__in=chosen.portfolio_ids,
        on__gte=chosen.period.start,
        on__lte=chosen.period.end,
    )


def _narrow(rows: QuerySet[Any], chosen: ReportFilter, *, place: str) -> QuerySet[Any]:
    conditions: dict[str, Any] = {
        "product": chosen.product,
        "team": chosen.team,
        "agent": chosen.agent,
        place: chosen.bucket,
    }
    return rows.filter(**{name: value for name, value in conditions.items() if value})
