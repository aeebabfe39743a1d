"""Keyset pages of the queue: orders as columns, and the key after which a page starts.

A page is found by the values of the last row shown, never by counting rows off, so the thousandth
page costs what the first did and a case that moves meanwhile is neither skipped nor shown twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from collections_app.cases.models import NO_NEXT_STEP, Case, CaseQuerySet

#: Stands for "no open instalment": after everything that has a day.
NO_DAY = date(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an order: what is compared, how a key spells it, which way it runs."""

    name: str
    expression: Any
    parse: Callable[[str], Any]
    descending: bool = False

    def spell(self, value: Any) -> str:
        return value.isoformat() if hasattr(value, "isoformat") else str(value)


#: The same expression as the index `case_open_due`.
DUE = Column("key_due", Coalesce(F("next_step_at"), Value(NO_NEXT_STEP)), datetime.fromisoformat)

#: order -> its columns; the case itself always comes last and decides ties.
ORDERS: dict[str, tuple[Column, ...]] = {
    "obligations": (Column("key_rank", F("obligation"), int), DUE),
    "next_step": (DUE,),
    "late": (
        Column(
            "key_late",
            Coalesce(F("loan__position__oldest_unsatisfied_due_on"), Value(NO_DAY)),
            date.fromisoformat,
        ),
    ),
    "amount": (
        Column("key_amount", F("loan__position__overdue_amount"), Decimal, descending=True),
    ),
}

SEPARATOR = "~"


def ordered(cases: CaseQuerySet, order: str) -> CaseQuerySet:
    """Puts cases into an order, with the columns of the key annotated."""
    columns = ORDERS[order]
    keyed = cases.annotate(**{column.name: column.expression for column in columns})
    names = [f"-{column.name}" if column.descending else column.name for column in columns]
    return keyed.order_by(*names, "pk")


def beyond(order: str, after: str) -> Q:
    """The rows of an order after a key. Raises ValueError or ArithmeticError for a foreign key."""
    columns = ORDERS[order]
    *texts, pk = after.split(SEPARATOR)
    values = [column.parse(text) for column, text in zip(columns, texts, strict=True)]
    condition = Q(pk__gt=UUID(pk))
    for column, value in reversed(list(zip(columns, values, strict=True))):
        side = "lt" if column.descending else "gt"
        condition = Q(**{f"{column.name}__{side}": value}) | (Q(**{column.name: value}) & condition)
    # Says what follows from the rest, so that an index on the first column has where to begin.
    bound = "lte" if columns[0].descending else "gte"
    return Q(**{f"{columns[0].name}__{bound}": values[0]}) & condition


def key_of(case: Case, order: str) -> str:
    """Returns the key of a case that `ordered` gave."""
    texts = [column.spell(getattr(case, column.name)) for column in ORDERS[order]]
    return SEPARATOR.join([*texts, str(case.pk)])
