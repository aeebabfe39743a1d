"""The people of one loan and how they are registered and sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from uuid import UUID

from config.demo_data.cars import vehicle_row
from config.demo_data.lending import Draft
from core.audit import SYSTEM
from loans.borrowers.rows import PartyRow
from loans.borrowers.services import register_parties
from loans.contracts.rows import LoanRow, SignatoryRow
from loans.contracts.services import open_loans
from loans.portfolios.models import Portfolio, Product

#: Role, letter behind the borrower's customer number, how many in a hundred loans have one.
Others = Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Household:
    """A borrower, where they live, and the others: role, relationship, person."""

    borrower: PartyRow
    region: str
    plate_city: str
    others: tuple[tuple[str, str, PartyRow], ...]


def others_of(
    *,
    person: Callable[..., PartyRow],
    customer_no: str,
    wanted: Others,
    relations: Sequence[str],
    rng: Random,
) -> tuple[tuple[str, str, PartyRow], ...]:
    """Makes the other people of a loan; `person` makes one, given customer_no."""
    return tuple(
        (role, rng.choice(relations), person(customer_no=f"{customer_no}{letter}"))
        for role, letter, chance in wanted
        if rng.randrange(100) < chance
    )


def with_dead_number(*, row: PartyRow, today: dt.date, rng: Random) -> PartyRow:
    """Returns the person with a first number that is known not to be in service."""
    first, *rest = row.contact_points
    since = today - dt.timedelta(days=rng.randrange(20, 120))
    return replace(row, contact_points=(replace(first, invalid_since=since), *rest))


def register(*, portfolio: Portfolio, homes: Sequence[Household]) -> dict[str, UUID]:
    """Registers everybody once; returns ids by customer number."""
    rows = {home.borrower.customer_no: home.borrower for home in homes}
    rows |= {row.customer_no: row for home in homes for _role, _relation, row in home.others}
    return register_parties(portfolio=portfolio, rows=list(rows.values()), by=SYSTEM)


def open_drafts(
    *,
    portfolio: Portfolio,
    drafts: Sequence[Draft],
    homes: Sequence[Household],
    parties: dict[str, UUID],
    plate: Callable[[Draft, Household], str],
    insurers: Sequence[str],
    states_schedule: bool,
    rng: Random,
) -> dict[str, UUID]:
    """Opens the loans; returns ids by contract number. Positions follow with the first refresh.

    Arguments: states_schedule, whether the lender gives the instalments (else the terms make them).
    """
    products = {product.code: product for product in Product.objects.filter(portfolio=portfolio)}
    rows = [
        LoanRow(
            contract_no=draft.contract_no,
            product=products[draft.product],
            started_on=draft.started_on,
            principal_amount=draft.terms.principal,
            parties=_signatories(home, parties),
            terms=draft.terms,
            schedule=draft.instalments if states_schedule else (),
            vehicles=(
                vehicle_row(
                    rng=rng,
                    car=draft.car,
                    age_years=draft.car_age,
                    price=draft.price,
                    sold_on=draft.started_on,
                    plate=plate(draft, home),
                    insurer=rng.choice(insurers),
                ),
            ),
            region=home.region,
            attributes={"credit_score": rng.randrange(480, 760)},
        )
        for draft, home in zip(drafts, homes, strict=True)
    ]
    return open_loans(portfolio=portfolio, rows=rows, by=SYSTEM, refresh=False)


def _signatories(home: Household, parties: dict[str, UUID]) -> tuple[SignatoryRow, ...]:
    return (
        SignatoryRow(party_id=parties[home.borrower.customer_no]),
        *(
            SignatoryRow(party_id=parties[row.customer_no], role=role, relationship=relation)
            for role, relation, row in home.others
        ),
    )
