"""Drafts loans: from a story and a product to terms, a schedule and a told book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from config.demo_data.book import Book
from config.demo_data.cars import CarModel, price_of
from config.demo_data.stories import Story
from core.calendars import WorkingDays
from loans.contracts.due_dates import add_periods
from loans.contracts.schedules import make_schedule
from loans.contracts.terms import MONTHLY, Method, Shift, Terms
from loans.contracts.terms import ScheduledInstalment as Instalment


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPlan:
    """One product of a lender and the range of what it is sold for."""

    code: str
    name: str
    share: int
    is_new_car: bool
    periods: tuple[int, ...]
    rates: tuple[str, str]
    financed: tuple[int, int]  # per cent of the price
    method: Method = Method.ANNUITY
    balloon_percent: int = 0
    shift: Shift = Shift.NONE
    conventions: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One loan before it is opened."""

    contract_no: str
    story: Story
    product: str
    terms: Terms
    instalments: tuple[Instalment, ...]
    book: Book
    car: CarModel
    car_age: int
    price: Decimal

    @property
    def started_on(self) -> dt.date:
        return self.terms.start_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Lender:
    """What all drafts of one portfolio share."""

    products: tuple[ProductPlan, ...]
    cars: tuple[CarModel, ...]
    methods: tuple[str, ...]
    is_chinese: bool
    today: dt.date
    calendar: WorkingDays | None
    number: Callable[[dt.date, int], str]
    money_step: int = 100


def draft_loan(*, lender: Lender, story: Story, at: int, rng: Random) -> Draft:
    """Drafts the loan with the running number `at`, and tells its story up to today."""
    plan = rng.choices(lender.products, weights=[p.share for p in lender.products])[0]
    age = rng.randint(*story.ages)
    terms_of, car, car_age, price = _sale(lender, plan, rng)
    periods = story.periods or rng.choice([n for n in plan.periods if n > age] or [age + 6])
    started_on = _start(lender.today, story, age, rng)
    terms = terms_of(started_on, periods)
    instalments = make_schedule(terms, lender.calendar)
    contract_no = lender.number(started_on, at)
    book = Book(
        contract_no=contract_no,
        terms=terms,
        instalments=instalments,
        today=lender.today,
        rng=rng,
        methods=lender.methods,
        is_chinese=lender.is_chinese,
    )
    story.tell(book)
    book.events[:] = [event for event in book.events if event.on <= lender.today]
    return Draft(
        contract_no=contract_no,
        story=story,
        product=plan.code,
        terms=terms,
        instalments=instalments,
        book=book,
        car=car,
        car_age=car_age,
        price=price,
    )


def _start(today: dt.date, story: Story, age: int, rng: Random) -> dt.date:
    """The day of payout that puts the latest due day where the story wants it."""
    last_due = today - dt.timedelta(days=rng.randint(*story.last_due))
    last_due = last_due.replace(day=min(last_due.day, 28))
    return add_periods(last_due, period=MONTHLY, count=-age)


def _sale(
    lender: Lender, plan: ProductPlan, rng: Random
) -> tuple[Callable[[dt.date, int], Terms], CarModel, int, Decimal]:
    car = rng.choice(lender.cars)
    car_age = 0 if plan.is_new_car else rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 7))
    price = price_of(car=car, rng=rng, age_years=car_age)
    step = Decimal(lender.money_step)
    principal = max(
        step * 30, (price * rng.randint(*plan.financed) / 100 / step).quantize(Decimal(1)) * step
    )
    low, high = (Decimal(rate) for rate in plan.rates)
    rate = low + (high - low) * rng.randrange(0, 11) / 10

    def terms(started_on: dt.date, periods: int) -> Terms:
        return Terms(
            principal=principal,
            periods=periods,
            start_on=started_on,
            first_due_on=add_periods(started_on, period=MONTHLY, count=1),
            annual_rate=rate.quantize(Decimal("0.0001")),
            method=plan.method,
            balloon=(principal * plan.balloon_percent / 100).quantize(Decimal(1)),
            shift=plan.shift,
        )

    return terms, car, car_age, price
