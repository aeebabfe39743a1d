"""Notices served and orders of courts: recorded once, taken out of force, never edited."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from compliance.notices.models import CourtOrder, ServedNotice
from compliance.notices.services import (
    discharge_order,
    record_notice,
    record_order,
    withdraw_notice,
)
from core.audit.models import AuditEntry
from tests.compliance.builders import OPEN_AT, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK, build_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan():
    with time_machine.travel(OPEN_AT, tick=False):
        yield reachable_loan(reachable_portfolio())[0]


def _notice(loan, **changes):
    values = {
        "party": loan.parties.get(role="borrower").party,
        "kind": "right_to_cure",
        "served_on": date(2026, 5, 1),
        "how": "registered_post",
        "document_ref": "RR 123",
        "by": CLERK,
    }
    return record_notice(loan=loan, **{**values, **changes})


def _order(loan, **changes):
    values = {
        "kind": "possession",
        "made_on": date(2026, 5, 1),
        "court": "County Court",
        "number": "K 12/26",
        "by": CLERK,
    }
    return record_order(loan=loan, **{**values, **changes})


def test_a_notice_is_recorded_once_and_withdrawn_once(loan):
    notice = _notice(loan, days=20)
    assert _notice(loan, days=20).pk == notice.pk

    with pytest.raises(ValidationError, match="Say why"):
        withdraw_notice(notice=notice, reason="", by=CLERK)
    withdraw_notice(notice=notice, reason="cured on 9 May", by=CLERK)
    with pytest.raises(ValidationError, match="withdrawn by Clerk"):
        withdraw_notice(notice=notice, reason="again", by=CLERK)
    with pytest.raises(ValidationError, match="document of its own"):
        _notice(loan, days=20)

    notice.refresh_from_db()
    assert (notice.days, notice.withdrawn_reason) == (20, "cured on 9 May")
    actions = AuditEntry.objects.filter(action__startswith="notice.").order_by("pk")
    assert [entry.action for entry in actions] == ["notice.recorded", "notice.withdrawn"]
    assert actions[0].portfolio_id == loan.portfolio_id


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "mood"}, "mood is not known"),
        ({"how": "pigeon"}, "pigeon is not known"),
        ({"served_on": date(2026, 5, 13)}, "still to come"),
        ({"document_ref": " "}, "Name the document"),
        ({"days": 0}, "from 1 to 366"),
    ],
)
def test_a_refused_notice_leaves_nothing_behind(loan, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        _notice(loan, **changes)

    assert not ServedNotice.objects.exists()


def test_a_notice_to_a_stranger_is_refused(loan):
    stranger = build_party(loan.portfolio, customer_no="C-8", full_name="Else")

    with pytest.raises(ValidationError, match="no role to the loan"):
        _notice(loan, party=stranger)


def test_an_order_is_recorded_once_and_discharged_once(loan):
    order = _order(loan)
    assert _order(loan).pk == order.pk

    with pytest.raises(ValidationError, match="by what the order ended"):
        discharge_order(order=order, reason=" ", by=CLERK)
    discharge_order(order=order, reason="set aside on 10 May", by=CLERK)
    with pytest.raises(ValidationError, match="on record"):
        discharge_order(order=order, reason="again", by=CLERK)
    with pytest.raises(ValidationError, match="Record the new order"):
        _order(loan)

    actions = AuditEntry.objects.filter(action__startswith="order.").order_by("pk")
    assert [entry.action for entry in actions] == ["order.recorded", "order.discharged"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "mood"}, "mood is not known"),
        ({"made_on": date(2026, 5, 13)}, "still to come"),
        ({"court": ""}, "Name the court"),
        ({"number": ""}, "number of the case"),
        ({"until": date(2026, 4, 1)}, "last day lies before"),
    ],
)
def test_a_refused_order_leaves_nothing_behind(loan, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        _order(loan, **changes)

    assert not CourtOrder.objects.exists()


def test_the_debtor_who_agrees_on_the_spot_needs_no_court(loan):
    order = _order(loan, kind="debtor_consent_at_the_time", court="", number="")

    assert order.court == ""


def test_what_was_served_or_ordered_cannot_be_edited_or_deleted(loan):
    notice, order = _notice(loan), _order(loan)

    with pytest.raises(DatabaseError), transaction.atomic():
        ServedNotice.objects.filter(pk=notice.pk).update(served_on=date(2026, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        CourtOrder.objects.filter(pk=order.pk).update(made_on=date(2026, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        order.delete()
