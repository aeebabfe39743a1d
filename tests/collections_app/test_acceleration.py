"""Calling the whole loan due: what must come before, the fact that follows, what runs from it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from collections_app.cases.models import Case
from collections_app.legal.acceleration import missing_before
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.letter_services import (
    Posting,
    decide_letter,
    draw_letter,
    post_letter,
    propose_letter,
    record_delivery,
)
from collections_app.legal.limitation import chinese_days, limitation_of, with_limitation
from collections_app.legal.touches import matters_since
from compliance.notices.models import ServedNotice
from compliance.notices.services import record_notice
from core.audit.models import AuditEntry
from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.contracts.services import add_party
from loans.delinquency.models import Position
from loans.delinquency.verification import verify_portfolio
from tests.collections_app.legal_matter import MONDAY, build_matter, deliver_demand
from tests.loans.builders import CLERK, build_party

pytestmark = pytest.mark.django_db

CLAUSE = "合同第九条第二款"
#: The demand leaves until 16 March; on the 17th its time is over.
AFTER_DEMAND = "2026-03-17T02:00:00+00:00"


@pytest.fixture
def at():
    with time_machine.travel(MONDAY, tick=False) as now:
        yield now


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _limitation(matter):
    facts = with_limitation(Case.objects.filter(pk=matter.case.pk)).get().limitation_facts
    return limitation_of(facts, chinese_days())


def _call(matter, **changes) -> DemandLetter:
    drawing = matter.drawing(
        **{"kind": "acceleration", "basis": CLAUSE, "pay_by": date(2026, 4, 1), **changes}
    )
    return draw_letter(case=matter.case, drawing=drawing, by=matter.by)


def _called(matter) -> DemandLetter:
    letter = propose_letter(letter=_call(matter), by=matter.by)
    decide_letter(letter=letter, approve=True, reason="", by=matter.lead)
    on = date(2026, 3, 17)
    posting = Posting(on=on, courier="EMS", tracking_number="EM2")
    letter = post_letter(letter=letter, posting=posting, by=matter.by)
    return record_delivery(letter=letter, on=on, by=matter.by)


def test_a_letter_that_arrived_calls_the_whole_loan_due_and_limitation_runs_from_it(at):
    matter = build_matter(last_due_on=date(2026, 10, 20))
    deliver_demand(matter)
    at.move_to(AFTER_DEMAND)
    assert _limitation(matter).ends_on == date(2029, 10, 22)
    before = Position.objects.values().get()

    letter = _called(matter)

    fact = Acceleration.objects.get()
    assert (fact.value_on, fact.document_ref, fact.reason) == (
        date(2026, 3, 17),
        letter.label,
        CLAUSE,
    )
    assert fact.called_amount == Decimal(letter.figures["payoff"])
    assert (fact.approved_by, fact.entered_by) == (str(matter.cast.ben), matter.by.label)
    assert letter.approval.brief["basis"] == CLAUSE
    assert letter.approval.brief["share_past_due"].endswith("%")
    assert ServedNotice.objects.get(kind="acceleration") == letter.notice
    assert AuditEntry.objects.filter(action="acceleration.declared").count() == 1
    # The import that brought the loan is not undone under a letter that went out.
    since = matters_since([matter.loan.pk], letter.drawn_at - timedelta(days=1))
    assert [touch.at for touch in since] == [letter.drawn_at]
    found = _limitation(matter)
    assert (found.begun_on, found.because) == (date(2026, 3, 17), "called")
    assert found.ends_on == date(2029, 3, 19)  # 17 March 2029 is a Saturday
    # What is past due by the contract, and how many days, is not moved by a letter.
    assert Position.objects.values().get() == before
    assert verify_portfolio(portfolio=matter.cast.portfolio) == []

    lead, officer = _client(matter.cast.ben), _client(matter.officer)
    page = lead.get(reverse("contracts:loan", args=[matter.loan.pk])).content.decode()
    assert "called due as a whole since 2026-03-17" in page
    past = reverse("contracts:loan", args=[matter.loan.pk]) + "?as_of=2026-03-01"
    assert "called due as a whole" not in lead.get(past).content.decode()
    back = reverse("legal:call_back", args=[matter.case.pk])
    assert officer.post(back, {"token": "t1", "reason": "cured"}).status_code == 403
    assert lead.post(back, {"token": "t1", "reason": " "}).status_code == 422
    assert not AccelerationWithdrawal.objects.exists()

    assert lead.post(back, {"token": "t2", "reason": "Arrears paid in full"}).status_code == 302

    assert AccelerationWithdrawal.objects.get().acceleration == fact
    assert _limitation(matter).ends_on == date(2029, 10, 22)
    file = lead.get(reverse("legal:case_file", args=[matter.case.pk])).content.decode()
    assert "Due by its instalments" in file


def test_before_the_demand_has_run_its_time_nothing_is_drawn_up(at):
    matter = build_matter()
    guarantor = build_party(matter.cast.portfolio, full_name="王建军")
    add_party(loan=matter.loan, party=guarantor, role="guarantor", by=CLERK)
    file = _client(matter.officer).get(reverse("legal:case_file", args=[matter.case.pk]))
    assert 'id="step-call"' not in file.content.decode()
    assert "A demand must have arrived" in file.content.decode()
    with pytest.raises(ValidationError, match="A demand must have arrived"), transaction.atomic():
        _call(matter)
    deliver_demand(matter)
    with pytest.raises(ValidationError, match="must be over"), transaction.atomic():
        _call(matter)
    at.move_to(AFTER_DEMAND)
    with pytest.raises(ValidationError, match="Name the clause"), transaction.atomic():
        _call(matter, basis=" ")

    assert missing_before(matter.case, date(2026, 3, 17)) == []
    assert DemandLetter.objects.filter(kind="acceleration").count() == 0
    assert not Acceleration.objects.exists()


def test_in_great_britain_the_default_notice_has_its_fourteen_clear_days(at):
    """Served on 2 March, as in the scenario of the clocks: open from the 17th on."""
    matter = build_matter()
    matter.case.portfolio.country = "GB"
    assert missing_before(matter.case, date(2026, 3, 2))
    record_notice(
        loan=matter.loan,
        party=matter.case.borrower,
        kind="default_notice_uk",
        served_on=date(2026, 3, 2),
        how="post",
        document_ref="DN-1",
        by=CLERK,
    )

    assert "ss.87(1), 88(2)" in missing_before(matter.case, date(2026, 3, 16))[0]
    assert missing_before(matter.case, date(2026, 3, 17)) == []
