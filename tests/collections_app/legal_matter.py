"""A Chinese case with a legal officer, a lead who decides, and everything a demand needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from accounts.access.rights import Role
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.close.services import catch_up
from collections_app.contacts.services import install_standard_results
from collections_app.legal.file_services import add_document
from collections_app.legal.flow import DOCUMENTS_NEEDED, ProceedingKind
from collections_app.legal.letter_services import (
    Posting,
    decide_letter,
    draw_letter,
    post_letter,
    propose_letter,
    record_delivery,
)
from collections_app.legal.letters import Drawing
from collections_app.legal.models import Proceeding
from collections_app.legal.services import (
    Details,
    Opening,
    change_details,
    decide_filing,
    open_proceeding,
    propose_filing,
)
from compliance.rulepacks.services import install_standard_packs
from core import clock
from core.audit.actors import Actor
from core.calendars import ensure_standard_calendars, fill_year
from loans.borrowers.rows import AddressRow, ContactRow
from loans.contracts.models import Loan
from notifications.templates.standard import install_standard_templates
from tests.loans.builders import (
    CLERK,
    Cast,
    build_cast,
    build_loan,
    build_party,
    build_portfolio,
    even_schedule,
)
from tests.notifications.builders import build_account

#: A Monday morning in Shenzhen; the books are on the same day.
MONDAY = "2026-03-02T02:00:00+00:00"
BOOKS_ON = date(2026, 3, 2)
PDF = b"%PDF-1.4 a paper of the file"


@dataclass
class Matter:
    cast: Cast
    case: Case
    loan: Loan
    officer: User

    @property
    def by(self) -> Actor:
        return Actor.of(self.officer)

    @property
    def lead(self) -> Actor:
        return Actor.of(self.cast.ben)

    def drawing(self, **changes: Any) -> Drawing:
        borrower = self.case.borrower
        usual: dict[str, Any] = {
            "party": borrower,
            "address": borrower.addresses.get(),
            "language": "zh-hans",
            "as_of": self.case.portfolio.business_date,
            "pay_by": date(2026, 3, 16),
        }
        return Drawing(**(usual | changes))


def build_matter(last_due_on: date = date(2026, 2, 20), **settings: Any) -> Matter:
    """A loan of twelve months up to a day, wholly unpaid, handed to a legal officer of the team."""
    install_standard_packs(by=CLERK)
    install_standard_templates(by=CLERK)
    ensure_standard_calendars(by=CLERK)
    for year in range(2026, 2032):
        fill_year(code="CN", year=year, by=CLERK)
    portfolio = build_portfolio(
        country="CN",
        business_date=date(2026, 3, 1),
        **{"rule_packs": ("CN",), "contacts_known_from": date(2026, 1, 1), **settings},
    )
    build_account(
        adapter="letters",
        channel="letter",
        portfolio=portfolio,
        settings={"call_back_phone": "400-800-0100", "sender_lines": [portfolio.name]},
    )
    cast = build_cast(portfolio=portfolio)
    install_standard_results(by=CLERK)
    party = build_party(
        portfolio,
        full_name="欧阳建国",
        contact_points=(ContactRow(kind="phone", value="13800138000", place="mobile"),),
        addresses=(
            AddressRow(
                kind="home", text="深圳市南山区科技园路8号3栋1201", country="CN", region="广东"
            ),
        ),
    )
    year, month = divmod(last_due_on.year * 12 + last_due_on.month - 1 - 11, 12)
    first = date(year, month + 1, last_due_on.day)
    loan = build_loan(
        portfolio,
        party=party,
        schedule=even_schedule(
            first_due_on=first, principal=Decimal("4000.00"), interest=Decimal("260.00")
        ),
    )
    catch_up(portfolio=portfolio, through=date(2026, 3, 1), by=CLERK)
    case = Case.objects.select_related("loan", "portfolio", "borrower__data_key").get()
    officer = User.objects.create_user(
        "lin@example.com",
        password=None,
        full_name="Lin Yu",
        role=Role.LEGAL_OFFICER,
        team=cast.team,
    )
    return Matter(cast=cast, case=case, loan=loan, officer=officer)


def deliver_demand(matter: Matter, on: date | None = None, **changes: Any) -> Any:
    """A demand letter drawn up, approved, posted and delivered on the same day."""
    letter = draw_letter(case=matter.case, drawing=matter.drawing(**changes), by=matter.by)
    propose_letter(letter=letter, by=matter.by)
    decide_letter(letter=letter, approve=True, reason="", by=matter.lead)
    today = clock.local_today(matter.case.portfolio.time_zone)
    letter = post_letter(
        letter=letter, posting=Posting(on=today, courier="EMS", tracking_number="EM1"), by=matter.by
    )
    return record_delivery(letter=letter, on=on or today, by=matter.by)


def complete(proceeding: Proceeding, by: Actor, *leave_out: str) -> None:
    """Puts every paper on file that the kind needs, and says court and claim."""
    for kind in (*DOCUMENTS_NEEDED[ProceedingKind(proceeding.kind)], "security"):
        if kind not in leave_out:
            add_document(
                proceeding=proceeding, kind=kind, content=BytesIO(PDF), name=f"{kind}.pdf", by=by
            )
    change_details(
        proceeding=proceeding,
        details=Details(
            court="深圳市南山区人民法院",
            counsel="周律师",
            claim_amount=Decimal("51120.00"),
            claim_as_of=BOOKS_ON,
            security_given_on=BOOKS_ON if proceeding.kind == "preservation" else None,
        ),
        by=by,
    )


def approved(matter: Matter, **opening: Any) -> Proceeding:
    """Proceedings that a second person approved for filing."""
    proceeding = open_proceeding(
        case=matter.case, opening=Opening(**opening), owner=matter.officer, by=matter.by
    )
    complete(proceeding, matter.by)
    propose_filing(proceeding=proceeding, by=matter.by)
    return decide_filing(proceeding=proceeding, approve=True, reason="", by=matter.lead)
