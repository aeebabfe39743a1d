"""The kind of file that brings along at go-live when, where and how often people are contacted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from compliance.preferences.models import Preference, PreferenceKind, every_day
from compliance.preferences.services import add_preference, check_parts
from loans.borrowers.models import ContactPlace
from loans.imports import cells
from loans.imports.columns import BadCell, Column, Reading
from loans.imports.kinds import Context, Counts, Group, Kind, RowProblem
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer, unknown_customers
from loans.imports.problems import Problem, add_sentences
from loans.imports.queries import known_customers, known_parties

add_sentences(
    {
        "not_weekdays": _("Write days of the week as digits, Monday 1 to Sunday 7, e.g. 1 2 5."),
        "not_a_wish": _("%(sentence)s Correct the row and send it again."),
    }
)


def weekdays(cell: str, column: Column, reading: Reading) -> str:
    """Days of the week, Monday 1 to Sunday 7, kept as digits in order."""
    digits = {char for char in cell if not char.isspace() and char not in ",;、，"}
    if not digits or not digits <= set("1234567"):
        raise BadCell("not_weekdays")
    return "".join(sorted(digits))


COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="kind",
        label=_("what was asked for"),
        parse=cells.choice,
        required=True,
        choices={value: value for value in PreferenceKind.values},
        synonyms=("preference", "偏好"),
        example="inconvenient_time",
    ),
    Column(
        name="days",
        label=_("days of the week"),
        parse=weekdays,
        synonyms=("星期",),
        help=_("Monday 1 to Sunday 7; empty: every day."),
        example="1 2 3 4 5",
    ),
    Column(name="opens", label=_("from"), parse=cells.time_of_day, synonyms=("开始时间",)),
    Column(name="closes", label=_("to"), parse=cells.time_of_day, synonyms=("结束时间",)),
    Column(
        name="place",
        label=_("place"),
        parse=cells.choice,
        choices={value: value for value in ContactPlace.values if value},
        synonyms=("地点",),
    ),
    Column(name="rule", label=_("rule"), parse=cells.text, limit=40, synonyms=("规则",)),
    Column(name="count", label=_("number agreed"), parse=cells.whole_number, synonyms=("次数",)),
    Column(
        name="starts_on",
        label=_("from"),
        parse=cells.day,
        required=True,
        synonyms=("start", "开始日期"),
        example="2026-11-02",
    ),
    Column(
        name="last_day",
        label=_("last day"),
        parse=cells.day,
        synonyms=("end", "结束日期"),
        help=_("Empty: until the person says otherwise."),
    ),
    Column(
        name="source",
        label=_("source"),
        parse=cells.text,
        required=True,
        limit=120,
        synonyms=("来源",),
        example="call of 2 Nov",
    ),
)


def _parts(values: Any) -> dict[str, Any]:
    """What a row says the preference is."""
    days = values["days"]
    return {
        "days": [int(digit) - 1 for digit in days] if days else every_day(),
        "opens": time.fromisoformat(values["opens"]) if values["opens"] else None,
        "closes": time.fromisoformat(values["closes"]) if values["closes"] else None,
        "place": values["place"] or "",
        "contact_point": None,
        "rule": values["rule"] or "",
        "count": values["count"],
    }


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_customers(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    yield from unknown_customers(groups, known)
    for group in groups:
        for row in group.rows:
            last_day = row.values["last_day"]
            if last_day is not None and last_day < row.values["starts_on"]:
                yield RowProblem(row.number, Problem("last_day", "ends_before_start"))
            try:
                check_parts(row.values["kind"], _parts(row.values))
            except ValidationError as refusal:
                words = {"sentence": " ".join(refusal.messages)}
                yield RowProblem(row.number, Problem("kind", "not_a_wish", words))


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    zone = ZoneInfo(context.portfolio.time_zone)
    keys = [group.key for group in groups]
    parties = known_parties(portfolio=context.portfolio, customer_nos=keys)
    before = Preference.objects.filter(party__in=parties.values()).count()
    rows = [(parties[group.key], row.values) for group in groups for row in group.rows]
    for party, values in rows:
        add_preference(
            party=party,
            kind=values["kind"],
            source=values["source"],
            starts_at=datetime.combine(values["starts_on"], time(), tzinfo=zone),
            until=values["last_day"],
            by=context.by,
            **_parts(values),
        )
    created = Preference.objects.filter(party__in=parties.values()).count() - before
    return Counts(created=created, unchanged=len(rows) - created)


KIND = Kind(
    code="preferences",
    label=_("when, where and how often people are contacted"),
    columns=COLUMNS,
    group_of=by_customer,
    group_label=_("Customer %(key)s"),
    check=_check,
    load=_load,
    order=74,
)
