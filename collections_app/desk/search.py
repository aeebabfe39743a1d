"""Looks a text up in every way it can be meant, inside the reader's scope, in a few queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, Value

from accounts.models import User
from collections_app.desk.search_terms import EXACT, Way
from loans.borrowers import queries as borrowers
from loans.borrowers.names import fold
from loans.contracts.models import Loan, LoanParty
from loans.contracts.numbers import numbered, numbered_from
from loans.portfolios.models import Portfolio
from loans.vehicles import queries as vehicles

#: So many loans are listed for each way; one more is looked for to know that there are others.
SHOWN: Final = 20

_NO_ONE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Hit:
    """A loan that was found, in which way, and by whom of its people (None: by itself)."""

    way: Way
    loan_id: UUID
    party_id: UUID | None


@dataclass(frozen=True, slots=True)
class Realm:
    """The reader's portfolios, and how numbers are written there."""

    portfolio_ids: tuple[UUID, ...]
    countries: frozenset[str]
    namespaces: frozenset[str]


def realm_of(user: User) -> Realm:
    """Returns the reader's portfolios with their countries and customer numbers; one query."""
    portfolios = Portfolio.objects.visible_to(user).order_by()
    rows = list(portfolios.values_list("pk", "country", "customer_namespace"))
    return Realm(
        portfolio_ids=tuple(pk for pk, _country, _space in rows),
        countries=frozenset(country for _pk, country, _space in rows),
        namespaces=frozenset(space for _pk, _country, space in rows),
    )


def look_up(*, user: User, text: str, ways: Iterable[Way]) -> dict[Way, list[Hit]]:
    """Returns what each way finds, at most `SHOWN` + 1 loans each; three queries.

    Arguments: text as `search_terms.tidy` returns it; ways of `search_terms.ways_of`.
    """
    wanted = set(ways)
    realm = realm_of(user)
    found: dict[Way, list[Hit]] = {}
    for rows in (_loans_found(user, text, wanted, realm), _people_found(user, text, wanted, realm)):
        if rows is None:
            continue
        for way, loan_id, party_id in rows:
            hit = Hit(Way(way), loan_id, None if party_id == _NO_ONE else party_id)
            found.setdefault(hit.way, []).append(hit)
    return found


def only_exact_loan(found: dict[Way, list[Hit]]) -> UUID | None:
    """Returns the loan when the exact ways found one and no other."""
    loans = {hit.loan_id for way in EXACT for hit in found.get(way, ())}
    return loans.pop() if len(loans) == 1 else None


def has_every_word(name: str, text: str) -> bool:
    """Says whether a name holds each word; the index of pairs lets a few others through."""
    return all(fold(word) in fold(name) for word in text.split())


def _loans_found(user: User, text: str, ways: set[Way], realm: Realm) -> QuerySet[Any, Any] | None:
    """Loans found by their own number or their car's."""
    by_car: dict[Way, Callable[..., QuerySet[Any, Any]]] = {
        Way.PLATE: vehicles.with_plate,
        Way.PLATE_START: vehicles.with_plate_start,
        Way.VIN: vehicles.with_vin,
        Way.VIN_START: vehicles.with_vin_start,
        Way.VIN_END: vehicles.with_vin_end,
    }
    branches: dict[Way, QuerySet[Loan]] = {}
    if Way.CONTRACT in ways:
        branches[Way.CONTRACT] = numbered(user=user, text=text)
    if Way.CONTRACT_START in ways:
        # Told which portfolios, the planner reads the beginning in those alone.
        begun = numbered_from(user=user, text=text)
        branches[Way.CONTRACT_START] = begun.filter(portfolio__in=realm.portfolio_ids)
    for way in by_car.keys() & ways:
        loans = Loan.objects.visible_to(user).filter(pk__in=by_car[way](text=text))
        branches[way] = loans.order_by()
    return _together(
        [
            loans.annotate(way=Value(way.value), person=Value(_NO_ONE)).values_list(
                "way", "pk", "person"
            )[: SHOWN + 1]
            for way, loans in branches.items()
        ]
    )


def _people_found(user: User, text: str, ways: set[Way], realm: Realm) -> QuerySet[Any, Any] | None:
    """Loans found by somebody who signed them or stands beside them."""
    finders: dict[Way, Callable[[], QuerySet[Any, Any]]] = {
        Way.PHONE: lambda: borrowers.with_phone(text=text, countries=realm.countries),
        Way.PHONE_END: lambda: borrowers.with_phone_end(last4=text),
        Way.ID_NUMBER: lambda: borrowers.with_id_number(text=text, countries=realm.countries),
        Way.CUSTOMER_NO: lambda: borrowers.with_customer_no(text=text, namespaces=realm.namespaces),
        Way.EMAIL: lambda: borrowers.with_email(text=text),
        Way.NAME: lambda: borrowers.with_name(text=text),
        Way.SPOKEN_NAME: lambda: borrowers.with_spoken_name(text=text),
    }
    return _together(
        [
            LoanParty.objects.visible_to(user)
            .filter(party_id__in=find())
            .order_by()
            .annotate(way=Value(way.value))
            .values_list("way", "loan_id", "party_id")[: SHOWN + 1]
            for way, find in finders.items()
            if way in ways
        ]
    )


def _together(branches: list[QuerySet[Any, Any]]) -> QuerySet[Any, Any] | None:
    """One statement for all branches; each keeps its own limit and its own index."""
    if not branches:
        return None
    return reduce(lambda one, other: one.union(other, all=True), branches)
