"""Reads of accelerations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.contracts.models import Loan


def standing() -> QuerySet[Acceleration]:
    """Returns the accelerations that nobody took back; a loan has one at most."""
    return Acceleration.objects.filter(withdrawal__isnull=True)


def acceleration_of(loan: Loan) -> Acceleration | None:
    """Returns the acceleration that stands on a loan, or None. One query."""
    return standing().filter(loan=loan).first()


def acceleration_at(
    loan: Loan, *, as_of: dt.date, known_at: dt.datetime | None = None
) -> Acceleration | None:
    """Returns the acceleration in force on a loan at the end of a day, by what was known then.

    Arguments: `known_at`, only facts known by this moment; None: all that is known now. One query.
    """
    return _in_force(as_of, known_at).filter(loan=loan).order_by("value_on").first()


def accelerations_of(
    loan_ids: Collection[UUID], *, as_of: dt.date | None, known_at: dt.datetime | None = None
) -> dict[UUID, Acceleration]:
    """Returns the acceleration in force on each of many loans, by loan; the others are left out.

    Arguments: `as_of`, the end of this day; None: what stands now, whatever the books' day.
    `known_at` as in `acceleration_at`. One query.
    """
    facts = standing() if as_of is None else _in_force(as_of, known_at)
    found: dict[UUID, Acceleration] = {}
    for fact in facts.filter(loan__in=loan_ids).order_by("value_on"):
        found.setdefault(fact.loan_id, fact)
    return found


def _in_force(as_of: dt.date, known_at: dt.datetime | None) -> QuerySet[Acceleration]:
    facts = Acceleration.objects.filter(value_on__lte=as_of)
    ended = AccelerationWithdrawal.objects.filter(acceleration=OuterRef("pk"), value_on__lte=as_of)
    if known_at is not None:
        facts, ended = facts.filter(known_at__lte=known_at), ended.filter(known_at__lte=known_at)
    return facts.filter(~Exists(ended))


def accelerated_on(loan: str = "loan") -> Any:
    """Returns the day from which the whole loan is due, as a column; empty where it is not.

    Arguments: loan is the way from a row of the query to its loan.
    """
    found = standing().filter(loan=OuterRef(loan)).order_by("value_on")
    return Subquery(found.values("value_on")[:1])
