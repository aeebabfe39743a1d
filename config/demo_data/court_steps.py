"""Steps of a legal matter in the demonstration, each on its day: demand, file, stages, costs.

Days behind today are told as a file that is brought along tells them: the clock is held at the day
of each paper, while the trail and the facts say when they were entered, which is now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.legal.deadline_services import add_deadline
from collections_app.legal.file_services import add_document, record_cost
from collections_app.legal.flow import DOCUMENTS_NEEDED, DocumentKind, ProceedingKind
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.letter_services import (
    Posting,
    decide_letter,
    draw_letter,
    post_letter,
    propose_letter,
    record_delivery,
    record_return,
)
from collections_app.legal.letters import Drawing
from collections_app.legal.models import Proceeding
from collections_app.legal.services import (
    Details,
    Opening,
    change_details,
    decide_filing,
    move,
    open_proceeding,
    propose_filing,
)
from config.demo_data.court_papers import paper_of
from config.demo_data.floor import Floor
from core import clock
from core.audit import Actor

_COURTS: Final = (
    ("深圳市福田区人民法院", "District Court of Travis County, Texas"),
    ("深圳市南山区人民法院", "Superior Court of Fulton County, Georgia"),
)
_COUNSEL: Final = (("周律师（广东示范律师事务所）", "Hale & Sons, Austin"), ("程律师", "R. Quist"))


@dataclass(slots=True)
class Docket:
    """Who works one portfolio's matters, who decides, and the days before today."""

    floor: Floor
    officer: User
    lead: User

    @property
    def by(self) -> Actor:
        return Actor.of(self.officer)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.floor.portfolio.time_zone)

    @property
    def today(self) -> dt.date:
        return self.floor.now.astimezone(self.zone).date()

    @property
    def language(self) -> str:
        return "zh-hans" if self.floor.is_chinese else "en"

    def say(self, words: tuple[str, str]) -> str:
        return words[0] if self.floor.is_chinese else words[1]

    def day(self, days_ago: int) -> dt.date:
        """Returns a day before today; courts and couriers rest at the weekend."""
        on = self.today - dt.timedelta(days=days_ago)
        return on - dt.timedelta(days=max(0, on.weekday() - 4))

    def moment(self, days_ago: int, *, hour: int) -> dt.datetime:
        """Returns an hour of a day before today, or of a day ahead where the number is negative."""
        on = self.day(days_ago) if days_ago > 0 else self.today - dt.timedelta(days=days_ago)
        return dt.datetime.combine(on, dt.time(hour), self.zone)

    def on(self, days_ago: int) -> AbstractContextManager[None]:
        """Holds the clock at ten o'clock of a day before today."""
        return clock.held_at(self.moment(days_ago, hour=10))


def demand(
    docket: Docket, case: Case, *, drawn: int, posted: int, ended: int, is_back: bool = False
) -> None:
    """A demand letter approved, posted and delivered, so many days ago each; or it came back."""
    with docket.on(drawn):
        letter = draw(docket, case)
        propose_letter(letter=letter, by=docket.by)
        decide_letter(letter=letter, approve=True, reason="", by=Actor.of(docket.lead))
    with docket.on(posted):
        letter = post_letter(
            letter=letter,
            posting=Posting(
                on=docket.day(posted),
                courier="EMS" if docket.floor.is_chinese else "USPS certified mail",
                tracking_number=f"10{letter.number:04}8877CN",
            ),
            by=docket.by,
        )
    with docket.on(ended):
        on = docket.day(ended)
        if is_back:
            record_return(
                letter=letter,
                on=on,
                reason=docket.say(("拒收退回", "Refused by the addressee")),
                is_agreed_address=True,
                by=docket.by,
            )
        else:
            record_delivery(letter=letter, on=on, by=docket.by)


def draw(docket: Docket, case: Case) -> DemandLetter:
    today = clock.local_today(docket.zone)
    address = case.borrower.addresses.filter(is_current=True).order_by("kind", "pk").first()
    assert address is not None  # everybody in the demonstration lives somewhere
    drawing = Drawing(
        party=case.borrower,
        address=address,
        language=docket.language,
        as_of=min(today, docket.floor.portfolio.business_date),
        pay_by=today + dt.timedelta(days=14),
    )
    return draw_letter(case=case, drawing=drawing, by=docket.by)


def prepare(
    docket: Docket, case: Case, kind: str, *, leave_out: Sequence[str] = (), **opening: Any
) -> Proceeding:
    """Opens proceedings and puts the papers on file, but for those that are left out."""
    proceeding = open_proceeding(
        case=case, opening=Opening(kind=kind, **opening), owner=docket.officer, by=docket.by
    )
    papers = [*DOCUMENTS_NEEDED[ProceedingKind(kind)]]
    if kind == ProceedingKind.PRESERVATION:
        papers.append(DocumentKind.SECURITY)
    for paper in papers:
        if paper not in leave_out:
            add_paper(docket, proceeding, paper)
    today = clock.local_today(docket.zone)
    at = int(case.loan.contract_no[-1]) % 2
    details = Details(
        court="" if "court" in leave_out else docket.say(_COURTS[at]),
        counsel=docket.say(_COUNSEL[at]),
        claim_amount=case.loan.position.outstanding_amount,
        claim_as_of=min(today, docket.floor.portfolio.business_date),
        security_given_on=today if kind == ProceedingKind.PRESERVATION else None,
    )
    return change_details(proceeding=proceeding, details=details, by=docket.by)


def add_paper(docket: Docket, proceeding: Proceeding, kind: str) -> None:
    add_document(
        proceeding=proceeding,
        kind=kind,
        content=BytesIO(paper_of(kind, docket.language)),
        name=f"{DocumentKind(kind).value}.pdf",
        by=docket.by,
    )


def file(docket: Docket, proceeding: Proceeding, *, approved: int, filed: int) -> Proceeding:
    with docket.on(approved):
        propose_filing(proceeding=proceeding, by=docket.by)
        decide_filing(proceeding=proceeding, approve=True, reason="", by=Actor.of(docket.lead))
    return come_to(docket, proceeding, "filed", filed)


def come_to(
    docket: Docket, proceeding: Proceeding, stage: str, days_ago: int, reason: str = "", **said: Any
) -> Proceeding:
    with docket.on(days_ago):
        return move(
            proceeding=proceeding,
            stage=stage,
            on=docket.day(days_ago),
            said=said,
            reason=reason,
            by=docket.by,
        )


def due(docket: Docket, proceeding: Proceeding, code: str, days: int, *, is_hard: bool) -> None:
    add_deadline(
        proceeding=proceeding,
        code=code,
        due_on=docket.today + dt.timedelta(days=days),
        is_hard=is_hard,
        by=docket.by,
    )


def case_number(docket: Docket, kind: tuple[str, str], proceeding: Proceeding) -> str:
    year, number = docket.today.year, 1200 + proceeding.number
    if docket.floor.is_chinese:
        return f"({year})粤0304{kind[0]}{number}号"
    return f"D-1-GN-{year % 100}-{kind[1]}{number}"


def costs(docket: Docket, proceeding: Proceeding, days_ago: int, **charged: str) -> None:
    with docket.on(days_ago):
        for kind, amount in charged.items():
            record_cost(
                proceeding=proceeding,
                kind=kind,
                amount=Decimal(amount),
                incurred_on=docket.day(days_ago),
                is_charged=True,
                by=docket.by,
            )
