"""What a legal officer has on the docket: demands, suits, a measure, payment orders, a closed file.

One story a case; the days ahead of today are the ones that the docket counts down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from collections_app.cases.models import Case, NextStep
from collections_app.cases.services import set_next_step
from collections_app.legal.deadline_services import meet_deadline
from collections_app.legal.file_models import LegalCost
from collections_app.legal.file_services import take_back_cost
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.letter_services import propose_letter
from collections_app.legal.models import LegalDeadline, Proceeding
from collections_app.legal.services import propose_filing
from collections_app.plans.models import Plan
from compliance.stops.models import Stop
from config.demo_data.court_steps import (
    Docket,
    add_paper,
    case_number,
    come_to,
    costs,
    demand,
    draw,
    due,
    file,
    prepare,
)
from config.demo_data.floor import Floor
from config.demo_data.history import Say
from core.audit import SYSTEM, Actor
from notifications.channels.services import create_account

_SUIT, _MEASURE = ("民初", "CV"), ("执保", "AT")
_ORDER = ("民督", "DC")


def go_to_court(*, floor: Floor, officer: User, lead: User, say: Say) -> None:
    """Fills the docket of one portfolio: as many stories as there are cases nobody has agreed on.

    Arguments: the officer owns the matters, the lead is the second person.
    """
    docket = Docket(floor=floor, officer=officer, lead=lead)
    _give_letter_account(floor)
    told = _CHINESE if floor.is_chinese else _AMERICAN
    cases = _cases(floor)
    for story, case in zip(told, cases, strict=False):
        set_next_step(
            case=case, step=NextStep.LEGAL, at=floor.local(20), by=Actor.of(floor.agent_of(case))
        )
        story(docket, case)
    letters = DemandLetter.objects.filter(case__portfolio=floor.portfolio).count()
    matters = Proceeding.objects.filter(case__portfolio=floor.portfolio).count()
    say(f"{floor.portfolio.code}: {letters} demand letters, {matters} matters in court")


def _give_letter_account(floor: Floor) -> None:
    portfolio = floor.portfolio
    create_account(
        name="信函（打印）" if floor.is_chinese else f"Letters, {portfolio.code}",
        channel="letter",
        adapter="letters",
        settings={
            "call_back_phone": "400-800-0100" if floor.is_chinese else "+1 212 555 0100",
            "sender_lines": [portfolio.name],
            "paper": "a4" if floor.is_chinese else "letter",
        },
        portfolio=portfolio,
        by=SYSTEM,
    )


def _cases(floor: Floor) -> list[Case]:
    """The longest overdue whom the gate lets write to, without an agreement first."""
    stops = Stop.objects.in_force(floor.now).filter(
        Q(party=OuterRef("borrower")) | Q(loan=OuterRef("loan"))
    )
    agreed = Plan.objects.filter(loan=OuterRef("loan"))
    late = Case.objects.filter(
        ~Exists(stops),
        pk__in=[case.pk for case in floor.cases],
        loan__position__oldest_unsatisfied_due_on__lt=floor.portfolio.business_date
        - dt.timedelta(days=20),
    ).select_related("loan__position", "portfolio", "borrower__data_key", "assignee")
    return list(
        late.alias(is_agreed=Exists(agreed)).order_by(
            "is_agreed", "loan__position__oldest_unsatisfied_due_on", "loan__contract_no"
        )
    )


# --- the stories ----------------------------------------------------------------------------


def _from_demand_to_measure(docket: Docket, case: Case) -> None:
    """A demand that arrived, a suit with a hearing ahead, the car sealed in it."""
    demand(docket, case, drawn=13, posted=12, ended=10)
    with docket.on(9):
        suit = prepare(docket, case, "litigation")
    suit = file(docket, suit, approved=8, filed=8)
    suit = come_to(docket, suit, "accepted", 6, case_number=case_number(docket, _SUIT, suit))
    costs(docket, suit, 6, court_fee="2130.00", service="44.00")
    _seal(docket, case)
    hearing_at = docket.moment(-14, hour=9)
    suit = come_to(docket, suit, "hearing", 3, hearing_at=hearing_at)
    due(docket, suit, "fee", 1, is_hard=True)
    due(docket, suit, "evidence", 3, is_hard=True)
    due(docket, suit, "mediation", 7, is_hard=False)


def _seal(docket: Docket, case: Case) -> None:
    with docket.on(8):
        measure = prepare(docket, case, "preservation", asset="movable")
    measure = file(docket, measure, approved=7, filed=7)
    measure = come_to(
        docket,
        measure,
        "accepted",
        6,
        case_number=case_number(docket, _MEASURE, measure),
        accepted_at=docket.moment(6, hour=9),
    )
    measure = come_to(docket, measure, "ruled", 4)
    come_to(docket, measure, "in_force", 2)


def _measure_before_suit(docket: Docket, case: Case) -> None:
    """Money in a bank is frozen before a suit: within thirty days it must be filed."""
    with docket.on(19):
        measure = prepare(docket, case, "preservation", asset="deposit", is_before_suit=True)
    measure = file(docket, measure, approved=18, filed=18)
    measure = come_to(
        docket,
        measure,
        "accepted",
        18,
        case_number=case_number(docket, _MEASURE, measure),
        accepted_at=docket.moment(18, hour=11),
    )
    measure = come_to(docket, measure, "ruled", 17)
    come_to(docket, measure, "in_force", 16)
    costs(docket, measure, 16, preservation_fee="530.00")


def _payment_order(docket: Docket, case: Case) -> None:
    """The order is served: the debtor pays or objects within its days."""
    demand(docket, case, drawn=13, posted=13, ended=11, is_back=True)
    with docket.on(10):
        order = prepare(docket, case, "payment_order")
    order = file(docket, order, approved=9, filed=9)
    order = come_to(docket, order, "accepted", 7, case_number=case_number(docket, _ORDER, order))
    order = come_to(docket, order, "issued", 3)
    come_to(docket, order, "served", 1)


def _awaits_approval(docket: Docket, case: Case) -> None:
    """A complete file that a second person has not looked at."""
    demand(docket, case, drawn=9, posted=9, ended=6)
    with docket.on(2):
        suit = prepare(docket, case, "litigation")
    with docket.on(1):
        propose_filing(proceeding=suit, by=docket.by)


def _incomplete(docket: Docket, case: Case) -> None:
    """A file in preparation that lacks papers, past the day on which it was to be looked at."""
    with docket.on(12):
        suit = prepare(
            docket, case, "litigation", leave_out=("court", "disbursement", "identity", "authority")
        )
    with docket.on(9):
        due(docket, suit, "review", -2, is_hard=False)
    with docket.on(3):
        letter = draw(docket, case)
        propose_letter(letter=letter, by=docket.by)


def _closed(docket: Docket, case: Case) -> None:
    """The debtor objected to the order, which ended it; its costs are on the loan, one is not."""
    demand(docket, case, drawn=13, posted=13, ended=11)
    with docket.on(11):
        order = prepare(docket, case, "payment_order")
    order = file(docket, order, approved=10, filed=10)
    order = come_to(docket, order, "accepted", 8, case_number=case_number(docket, _ORDER, order))
    order = come_to(docket, order, "issued", 6)
    order = come_to(docket, order, "served", 5)
    costs(docket, order, 5, court_fee="177.00", service="22.00", other="60.00")
    reason = docket.say(("重复登记", "Entered twice"))
    take_back_cost(
        cost=LegalCost.objects.get(proceeding=order, kind="other"), reason=reason, by=docket.by
    )
    reason = docket.say(("债务人提出异议，支付令失效", "The debtor objected"))
    come_to(docket, order, "ended", 3, reason=reason, ending="lapsed")


def _handed_over(docket: Docket, case: Case) -> None:
    """Handed over, and nobody has opened a file."""


def _american_suit(docket: Docket, case: Case) -> None:
    """A demand by certified mail, a suit on file, the day to hand evidence in set by the court."""
    demand(docket, case, drawn=13, posted=12, ended=9)
    with docket.on(8):
        suit = prepare(docket, case, "litigation")
    add_paper(docket, suit, "mortgage")
    suit = file(docket, suit, approved=7, filed=6)
    suit = come_to(docket, suit, "accepted", 4, case_number=case_number(docket, _SUIT, suit))
    due(docket, suit, "mediation", 7, is_hard=False)
    due(docket, suit, "evidence", 14, is_hard=True)
    with docket.on(3):
        due(docket, suit, "review", -1, is_hard=False)
    review = LegalDeadline.objects.get(proceeding=suit, code="review")
    meet_deadline(deadline=review, on=docket.day(1), by=docket.by)


_Story = Callable[[Docket, Case], None]
_CHINESE: Final[tuple[_Story, ...]] = (
    _from_demand_to_measure,
    _payment_order,
    _incomplete,
    _awaits_approval,
    _closed,
    _measure_before_suit,
    _handed_over,
)
_AMERICAN: Final[tuple[_Story, ...]] = (_american_suit, _handed_over)
