"""The US portfolios: books kept by the lenders, who send schedules, money and positions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from random import Random
from typing import Final
from uuid import UUID

from config.demo_data import american_people as people
from config.demo_data.history import Say, pass_days
from config.demo_data.households import (
    Household,
    open_drafts,
    others_of,
    register,
    with_dead_number,
)
from config.demo_data.identities import us_plate
from config.demo_data.lending import Draft, Lender, ProductPlan, draft_loan
from config.demo_data.player import Player
from config.demo_data.staff import AMERICAN_TEAMS, Staff
from config.demo_data.stories import REGULAR, STORIES, Story, behind, cast
from config.demo_data.us_stories import LENDERS_BOOKS, OPENED
from core import clock
from core.audit import SYSTEM
from core.calendars.models import HolidayCalendar
from loans.contracts.services import set_payment_instruction
from loans.delinquency.models import Position
from loans.delinquency.rows import PositionRow
from loans.delinquency.services import state_positions
from loans.portfolios.models import Ledger, Portfolio
from loans.portfolios.schemes import US_30
from loans.portfolios.services import (
    PortfolioSettings,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
    grant_portfolio,
)

CODE: Final = "us-auto"
STALE_CODE: Final = "us-harbor"
ZONE: Final = "America/New_York"
METHODS: Final = ("ACH", "ACH", "ACH", "check", "debit card", "cash at counter")
PRODUCTS: Final = (
    ProductPlan(
        code="used",
        name="Used car, simple interest",
        share=65,
        is_new_car=False,
        periods=(48, 60, 66, 72),
        rates=("0.1090", "0.2190"),
        financed=(85, 115),
        conventions=(("allocation", "oldest_first"),),
    ),
    ProductPlan(
        code="new",
        name="New car",
        share=35,
        is_new_car=True,
        periods=(60, 72, 72, 84),
        rates=("0.0590", "0.1290"),
        financed=(80, 100),
    ),
)
_RELATIONS: Final = ("spouse", "parent", "sibling", "friend", "partner")
_OTHERS: Final = (("co_borrower", "B", 20), ("guarantor", "G", 3), ("reference", "R", 12))
#: Every how many loans the lender's figures differ from ours.
_DIFFERS_EVERY: Final = 60


def load(*, staff: Staff, seed: int, loans: int, days: int, say: Say) -> Portfolio:
    """Makes the large portfolio and lets the last days pass; returns it."""
    stories = cast(stories=STORIES + LENDERS_BOOKS, loans=loans)
    return _load(
        staff=staff,
        rng=Random(f"{seed}/{CODE}"),
        code=CODE,
        name="Lakeland Auto Loans (demo)",
        stories=stories,
        days=days,
        feed_age=1,
        say=say,
    )


def load_stale(*, staff: Staff, seed: int, days: int, say: Say) -> Portfolio:
    """Makes a tiny portfolio whose lender has not sent a file for over a week."""
    late = [Story(code=f"behind_{n}", tell=behind(n), share=0, ages=(n + 2, 12)) for n in (1, 1, 2)]
    return _load(
        staff=staff,
        rng=Random(f"{seed}/{STALE_CODE}"),
        code=STALE_CODE,
        name="Harbor Credit Union (demo, late feed)",
        stories=[*late, *[REGULAR] * 9],
        days=min(days, 5),
        feed_age=9,
        say=say,
    )


def _load(
    *,
    staff: Staff,
    rng: Random,
    code: str,
    name: str,
    stories: list[Story],
    days: int,
    feed_age: int,
    say: Say,
) -> Portfolio:
    today = clock.local_today(ZONE)
    feed_through = today - dt.timedelta(days=feed_age)
    portfolio = _create(staff, code, name, today - dt.timedelta(days=days))
    drafts = _draft(code, stories, today, rng)
    homes = _households(code, drafts, today, rng)
    parties = register(portfolio=portfolio, homes=homes)
    ids = open_drafts(
        portfolio=portfolio,
        drafts=drafts,
        homes=homes,
        parties=parties,
        plate=lambda _draft, _home: us_plate(rng),
        insurers=people.INSURERS,
        states_schedule=True,
        rng=rng,
    )
    say(f"{code}: {len(ids):,} loans opened, {len(parties):,} people registered")
    player = Player(
        portfolio=portfolio,
        events={
            draft.contract_no: [event for event in draft.book.events if event.on <= feed_through]
            for draft in drafts
        },
        by=SYSTEM,
        approver=staff.actor("ben"),
    )
    _state_openings(portfolio, drafts)
    player.play(through=portfolio.business_date, ids=ids)
    player.refresh(ids.values())
    _state_positions(portfolio, ids)
    say(f"{code}: {sum(player.counts.values()):,} repayments and other entries booked")
    pass_days(
        portfolio=portfolio, player=player, ids=ids, today=today, say=say, feed_through=feed_through
    )
    return player.portfolio


def _create(staff: Staff, code: str, name: str, business_date: dt.date) -> Portfolio:
    portfolio = create_portfolio(
        code=code,
        name=name,
        ledger=Ledger.EXTERNAL,
        currency="USD",
        country="US",
        time_zone=ZONE,
        business_date=business_date,
        bucket_scheme=ensure_standard_scheme(scheme=US_30, by=SYSTEM),
        by=SYSTEM,
        language="en",
        settings=PortfolioSettings(
            grace_days=2,
            tolerance_amount=Decimal("5.00"),
            holiday_calendar=HolidayCalendar.objects.get(code="US"),
            rule_packs=("US-REGF", "US-TCPA"),
            contacts_known_from=business_date - dt.timedelta(days=30),
        ),
    )
    for plan in PRODUCTS:
        create_product(
            portfolio=portfolio,
            code=plan.code,
            name=plan.name,
            by=SYSTEM,
            conventions=dict(plan.conventions),
        )
    for team in AMERICAN_TEAMS:
        grant_portfolio(portfolio=portfolio, team=staff.teams[team], by=SYSTEM)
    grant_portfolio(portfolio=portfolio, team=staff.teams["Field and recovery"], by=SYSTEM)
    grant_portfolio(portfolio=portfolio, user=staff.users["maria"], by=SYSTEM)
    for kind, label, text in (
        ("card_link", "Pay by card", f"https://pay.makegood.example/card/{code}"),
        (
            "bank",
            "Bank transfer",
            "Example Bank, routing 000000000, account 12-345-678, memo {reference}",
        ),
    ):
        set_payment_instruction(portfolio=portfolio, kind=kind, label=label, text=text, by=SYSTEM)
    return portfolio


def _draft(code: str, stories: Iterable[Story], today: dt.date, rng: Random) -> list[Draft]:
    prefix = "LA" if code == CODE else "HB"
    lender = Lender(
        products=PRODUCTS,
        cars=people.CARS,
        methods=METHODS,
        is_chinese=False,
        today=today,
        calendar=None,
        number=lambda started_on, at: f"{prefix}-{started_on:%y}-{at:05d}",
        money_step=50,
    )
    return [
        draft_loan(lender=lender, story=story, at=at, rng=rng)
        for at, story in enumerate(stories, start=1)
    ]


def _households(code: str, drafts: list[Draft], today: dt.date, rng: Random) -> list[Household]:
    """One household per loan; a few have a second loan, a dead number or no known place."""
    homes: list[Household] = []
    for at in range(len(drafts)):
        if at > 20 and rng.random() < 0.03:
            homes.append(homes[rng.randrange(len(homes))])
            continue
        place = rng.choice(people.PLACES)
        number = f"{code[3].upper()}{at + 1:06d}"
        make = partial(people.person, rng=rng, place=place, today=today)
        borrower = make(customer_no=number)
        if at % 20 == 7:
            borrower = with_dead_number(row=borrower, today=today, rng=rng)
        elif at % 150 == 5:
            borrower = people.nowhere(borrower)
        others = others_of(
            person=make,
            customer_no=number,
            wanted=_OTHERS,
            relations=_RELATIONS,
            rng=rng,
        )
        homes.append(Household(borrower, place.state, "", others))
    return homes


def _state_openings(portfolio: Portfolio, drafts: list[Draft]) -> None:
    """Loans older than the history that came with them start from the position of a day."""
    rows = []
    for draft in drafts:
        if draft.story is not OPENED:
            continue
        first = draft.book.pays_from
        rest = sum((row.principal for row in draft.instalments[first:]), Decimal("0.00"))
        rows.append(
            PositionRow(
                contract_no=draft.contract_no,
                value_on=draft.instalments[first - 1].due_on + dt.timedelta(days=5),
                principal_outstanding=rest,
                kind="opening",
                arrears_total=Decimal("0.00"),
                external_ref="go-live",
            )
        )
    state_positions(portfolio=portfolio, rows=rows, by=SYSTEM, refresh=False)


def _state_positions(portfolio: Portfolio, ids: dict[str, UUID]) -> None:
    """The lender's own figures for every loan; a few are not what we compute."""
    numbers = {loan_id: contract_no for contract_no, loan_id in ids.items()}
    rows = []
    positions = Position.objects.filter(portfolio=portfolio, status="active")
    for at, position in enumerate(positions.order_by("loan__contract_no"), start=1):
        differs = Decimal("37.50") if at % _DIFFERS_EVERY == 11 else Decimal("0.00")
        rows.append(
            PositionRow(
                contract_no=numbers[position.pk],
                value_on=portfolio.business_date,
                principal_outstanding=position.outstanding_principal + differs,
                oldest_unpaid_due_on=position.oldest_unsatisfied_due_on,
                arrears_principal=position.overdue_principal,
                arrears_interest=position.overdue_interest,
                arrears_fee=position.overdue_fee,
                arrears_penalty=position.overdue_penalty,
                arrears_total=position.overdue_amount,
                external_ref=f"position-{portfolio.business_date:%Y%m%d}",
            )
        )
    state_positions(portfolio=portfolio, rows=rows, by=SYSTEM)
