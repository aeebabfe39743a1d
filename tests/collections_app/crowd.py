"""Many people who may be called now, as copies of one who was made through the real services.

What Next looks at is copied with its own keys: the person, their number and address, the loan, its
position, the case and the work item. Nothing sealed is read from the copies.
"""

from __future__ import annotations

import copy
from typing import Any

from django.db import models

from accounts.access.rights import Role
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.worklist.models import WorkItem
from core.ids import uuid7
from loans.contracts.models import LoanParty
from tests.collections_app.builders import Desk


def multiply(desk: Desk, number: int) -> list[Case]:
    """Adds so many people with one late loan each, whose cases nobody holds; returns the cases."""
    case = desk.case
    party, loan = case.borrower, case.loan
    item = WorkItem.objects.get(party=party)
    role = LoanParty.objects.get(loan=loan, party=party)
    keys = [_like(party.data_key) for _one in range(number)]
    people = [
        _like(party, data_key=key, customer_no=f"K{n:06}", full_name=f"Kim Vale {n}")
        for n, key in enumerate(keys)
    ]
    loans = [_like(loan, contract_no=f"K{n:06}") for n in range(number)]
    cases = [
        _like(case, borrower=who, loan=owed, assignee=None, assigned_at=None)
        for who, owed in zip(people, loans, strict=True)
    ]
    _keep(keys)
    _keep(people)
    for detail in [*party.contact_points.all(), *party.addresses.all()]:
        _keep([_like(detail, party=who) for who in people])
    _keep(loans)
    _keep([_like(loan.position, pk=owed.pk, loan=owed) for owed in loans])
    pairs = list(zip(people, loans, strict=True))
    _keep([_like(role, pk=None, party=who, loan=owed) for who, owed in pairs])
    _keep(cases)
    # Their creation made them due; the hints are those of the one they are copied from.
    WorkItem.objects.filter(party__in=people).delete()
    _keep([_like(item, pk=None, party=who) for who in people])
    return cases


def leads(desk: Desk, number: int) -> list[User]:
    """People of one team who see the cases that nobody holds."""
    made = [
        User(
            email=f"lead{n}@example.com",
            full_name=f"Lead {n}",
            role=Role.TEAM_LEAD,
            team=desk.cast.team,
        )
        for n in range(number)
    ]
    return User.objects.bulk_create(made)


def _like(row: Any, **other: Any) -> Any:
    """A row as another one, with a key of its own."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.adding = True
    made._state.fields_cache = {}
    if "pk" not in other:
        made.pk = uuid7() if isinstance(row._meta.pk, models.UUIDField) else None
    for name, value in other.items():
        setattr(made, name, value)
    return made


def _keep(rows: list[Any]) -> None:
    type(rows[0])._base_manager.bulk_create(rows, batch_size=1_000)
