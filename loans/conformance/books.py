"""The books a conformance case is told on: portfolio, product and loan, made by the services.

Everything is written to the database the way any other portfolio is; who calls rolls it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from core.audit import Actor
from core.calendars import CalendarDay, HolidayCalendar, set_day
from core.ids import uuid7
from loans.borrowers.rows import PartyRow
from loans.borrowers.services import register_party
from loans.conformance.terms import NotExpressible, calendar_of, terms_of
from loans.contracts.models import Loan
from loans.contracts.rows import LoanRow, SignatoryRow
from loans.contracts.services import open_loan
from loans.contracts.terms import ScheduledInstalment, Shift, Terms
from loans.delinquency.conventions import Bucket, Conventions
from loans.delinquency.models import Position
from loans.delinquency.results import RepaymentOutcome
from loans.delinquency.services import age_portfolio
from loans.portfolios.models import BucketScheme, Ledger, Portfolio, Product
from loans.portfolios.product_conventions import ProductConventions
from loans.portfolios.schemes import BucketSpec
from loans.portfolios.services import (
    PortfolioSettings,
    create_bucket_scheme,
    create_portfolio,
    create_product,
    set_business_date,
)
from loans.portfolios.stored_settings import write_settings

Row = Mapping[str, Any]

CLERK: Final = Actor(kind="system", id="conformance", label="Conformance run")
SECOND: Final = Actor(kind="system", id="conformance-approval", label="Conformance run, approval")

#: A case that expects no buckets gets this one.
_NO_BUCKETS: Final = (Bucket(code="ALL", min_days=0),)
_MOST_SEVERE: Final = 5


@dataclass(slots=True)
class Books:
    """One portfolio with one product and, once it is paid out, one loan."""

    case: Row
    conventions: Conventions
    product: Product
    loan: Loan | None = None
    tag: str = ""
    #: What repayments had paid before they were taken back, by their ids.
    taken_back: dict[int, RepaymentOutcome] = field(default_factory=dict)
    #: The events, by their place in the case, that the services refused or accepted although the
    #: source refuses them, and those that no service stands for.
    refused: set[Decimal] = field(default_factory=set)
    wrongly_accepted: set[Decimal] = field(default_factory=set)
    untold: dict[Decimal, str] = field(default_factory=dict)

    @property
    def portfolio(self) -> Portfolio:
        """The portfolio, with the business date its books are on."""
        return self.product.portfolio

    def move_to(self, on: date) -> None:
        """Closes the days before `on` and ages to its end, as the close does; never back."""
        if on > self.portfolio.business_date:
            set_business_date(portfolio=self.portfolio, to=on, by=CLERK)
            age_portfolio(portfolio=self.portfolio, on=on)

    def require_loan(self) -> Loan:
        """The loan. Raises NotExpressible for what happens to one that is not paid out."""
        if self.loan is None:
            raise NotExpressible("an event on a loan that is not paid out")
        return self.loan

    def pay_out(self, *, on: date, amount: Decimal, rows: Sequence[ScheduledInstalment]) -> None:
        """Opens the loan, its schedule made from the terms where they suffice, else as stated."""
        terms = _terms(self.case) if rows else None
        party = register_party(
            portfolio=self.portfolio,
            row=PartyRow(customer_no="conformance", full_name="Conformance"),
            by=CLERK,
        )
        self.loan = open_loan(
            portfolio=self.portfolio,
            row=LoanRow(
                contract_no=str(self.case["id"])[:60],
                product=self.product,
                started_on=on,
                principal_amount=amount,
                parties=(SignatoryRow(party_id=party.pk),),
                terms=terms,
                schedule=() if terms else tuple(rows),
            ),
            by=CLERK,
        )

    def position(self) -> Position:
        """The stored position, read afresh."""
        return Position.objects.get(pk=self.require_loan().pk)


def open_books(case: Row, *, conventions: Conventions, first_day: date) -> Books:
    """A portfolio and a product that count as the case's source does, on the day it begins."""
    token = uuid7().hex[-12:]
    portfolio = create_portfolio(
        code=f"conformance-{token}",
        name="Conformance",
        ledger=Ledger.MAKEGOOD,
        currency="USD",
        country="US",
        time_zone="Etc/UTC",
        business_date=first_day,
        bucket_scheme=_scheme(conventions.buckets or _NO_BUCKETS, token),
        settings=PortfolioSettings(
            bucket_basis=conventions.bucket_days.value,
            due_day_counts=conventions.due_day_counts,
            grace_days=conventions.grace_days,
            tolerance_amount=conventions.tolerance_amount,
            tolerance_fraction=conventions.tolerance_fraction,
            holiday_calendar=_calendar(case, token),
        ),
        by=CLERK,
    )
    product = create_product(
        portfolio=portfolio,
        code="conformance",
        name="Conformance",
        conventions=_product_settings(conventions),
        by=CLERK,
    )
    first = conventions.buckets[0].code if conventions.buckets else ""
    return Books(case=case, conventions=conventions, product=product, tag=first)


def _product_settings(conventions: Conventions) -> dict[str, Any]:
    stored: dict[str, Any] = write_settings(
        ProductConventions(
            allocation_order=conventions.allocation,
            grace_reduces_delinquent_days=conventions.grace_reduces_delinquent_days,
            pause_counting=conventions.pause_counting,
            late_charges=conventions.late_charges,
            closing_tolerance=conventions.closing_tolerance,
            money_unit=conventions.money_unit,
        )
    )
    return stored


def _scheme(buckets: Sequence[Bucket], token: str) -> BucketScheme:
    return create_bucket_scheme(
        code=f"conformance-{token}",
        name="Conformance",
        ranges=[
            BucketSpec(
                code=bucket.code,
                name=bucket.code,
                severity=min(at, _MOST_SEVERE),
                from_days=bucket.min_days,
                to_days=bucket.max_days,
            )
            for at, bucket in enumerate(buckets)
        ],
        by=CLERK,
    )


def _calendar(case: Row, token: str) -> HolidayCalendar | None:
    """Weekends and the case's own holidays, where its due dates keep off them."""
    terms = _terms(case)
    if terms is None or terms.shift is Shift.NONE:
        return None
    calendar = HolidayCalendar.objects.create(
        code=f"case-{token}", name="Conformance", country="US"
    )
    for day in sorted(calendar_of(case).holidays):
        set_day(
            calendar=calendar,
            on=day,
            kind=CalendarDay.Kind.HOLIDAY,
            name="Holiday",
            source="the case",
            by=CLERK,
        )
    return calendar


def _terms(case: Row) -> Terms | None:
    try:
        return terms_of(case)
    except NotExpressible:
        return None
