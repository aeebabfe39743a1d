"""Demand letters: figures of a day, bytes that are kept, a second person, the gate, delivery."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import DatabaseError

from collections_app.cases.models import Case
from collections_app.legal import letter_services
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.letter_services import (
    Posting,
    decide_letter,
    draw_letter,
    post_letter,
    propose_letter,
    read_letter,
    record_delivery,
    record_return,
)
from collections_app.legal.letters import compose
from collections_app.legal.limitation import limitation_of, with_limitation
from compliance.attempts.models import Attempt, Verdict
from compliance.attempts.services import ContactRefused
from compliance.notices.models import ServedNotice
from compliance.stops.services import add_stop
from core import clock
from core.audit.models import AuditEntry
from core.calendars import load
from core.files.services import path_of
from loans.repayments.services import record_repayment
from notifications.letters.layout import Printed
from tests.collections_app.legal_matter import MONDAY, PDF, build_matter, deliver_demand

pytestmark = pytest.mark.django_db

POSTED = Posting(on=date(2026, 3, 2), courier="EMS", tracking_number="1234567890")


@pytest.fixture
def printing_matter():
    """With real letters; cutting the font down takes seconds for each."""
    with time_machine.travel(MONDAY, tick=False):
        yield build_matter()


@pytest.fixture
def matter(printing_matter, monkeypatch):
    sheet = Printed(PDF, (1,))
    monkeypatch.setattr(letter_services, "printed", lambda *_args: sheet)
    return printing_matter


def _drawn(matter, **changes):
    return draw_letter(case=matter.case, drawing=matter.drawing(**changes), by=matter.by)


def _approved(matter):
    letter = propose_letter(letter=_drawn(matter), by=matter.by)
    return decide_letter(letter=letter, approve=True, reason="", by=matter.lead)


def _read(letter, by):
    _name, content = read_letter(letter=letter, by=by)
    with content:
        return content.read()


def _limitation(case):
    row = with_limitation(Case.objects.filter(pk=case.pk)).get()
    return limitation_of(row.limitation_facts, load("CN"))


def test_a_letter_states_the_books_of_its_day_and_its_bytes_are_kept(printing_matter):
    matter = printing_matter
    letter = _drawn(matter)

    # Twelve instalments of 4,260.00, all due by 20 February 2026, none paid.
    assert letter.figures == {
        "arrears_principal": "48000.00",
        "arrears_interest": "3120.00",
        "arrears_fee": "0.00",
        "arrears_penalty": "0.00",
        "arrears": "51120.00",
        "principal": "48000.00",
        "payoff": "51120.00",
    }
    first, second = _read(letter, matter.by), _read(letter, matter.by)
    assert first == second
    assert hashlib.sha256(first).hexdigest() == letter.file.sha256
    assert b"%PDF" not in path_of(letter.file).read_bytes()
    assert AuditEntry.objects.filter(action="demand_letter.read").count() == 2


def test_an_earlier_business_date_states_what_was_owed_then(matter):
    letter = _drawn(matter, as_of=date(2025, 6, 30))

    # March to June 2025: four instalments were due.
    assert letter.figures["arrears"] == "17040.00"
    assert letter.figures["principal"] == "48000.00"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("欧阳建国", "逾期合计：¥51,120.00", "截至2026年3月2日账面日终")),
        ("en", ("Total past due: ¥51,120.00", "On our books of 2 Mar 2026", "by 16 Mar 2026")),
    ],
)
def test_the_words_are_chinese_or_english_in_one_small_file(printing_matter, language, words):
    matter = printing_matter
    said = compose(matter.case, matter.drawing(language=language)).said.body
    letter = _drawn(matter, language=language)

    assert [word for word in words if word not in said] == []
    assert "{" not in said
    assert letter.file.size < 300_000
    assert _read(letter, matter.by).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pay_by": date(2026, 3, 3)}, "at least 3 days"),
        ({"as_of": date(2026, 3, 9)}, "figures of a later day"),
        ({"as_of": date(2025, 3, 1)}, "Nothing was past due"),
        ({"language": "fr"}, "No approved wording"),
    ],
)
def test_what_cannot_be_demanded_is_refused_and_nothing_is_kept(matter, changes, said):
    with pytest.raises(ValidationError, match=said):
        _drawn(matter, **changes)

    assert not DemandLetter.objects.exists()


def test_one_letter_to_a_person_is_on_its_way_at_a_time(matter):
    _drawn(matter)

    with pytest.raises(ValidationError, match="is on its way"):
        _drawn(matter)

    assert DemandLetter.objects.count() == 1


def test_whoever_asks_does_not_approve_and_a_refusal_says_why(matter):
    letter = propose_letter(letter=_drawn(matter), by=matter.by)

    with pytest.raises(PermissionDenied):
        decide_letter(letter=letter, approve=True, reason="", by=matter.by)
    with pytest.raises(ValidationError, match="why you refuse"):
        decide_letter(letter=letter, approve=False, reason=" ", by=matter.lead)
    letter.refresh_from_db()
    assert letter.state == "proposed"

    decide_letter(letter=letter, approve=False, reason="wrong address", by=matter.lead)
    letter.refresh_from_db()
    assert letter.state == "refused"
    with pytest.raises(ValidationError, match="does not wait for this"):
        post_letter(letter=letter, posting=POSTED, by=matter.by)
    assert not Attempt.objects.exists()


def test_posting_asks_the_gate_and_books_one_letter(matter):
    letter = post_letter(letter=_approved(matter), posting=POSTED, by=matter.by)

    attempt = Attempt.objects.get()
    assert (letter.state, letter.attempt) == ("posted", attempt)
    assert (attempt.channel, attempt.verdict.is_allowed) == ("letter", True)
    assert attempt.settlements.get().outcome == "sent"
    with pytest.raises(ValidationError, match="does not wait for this"):
        post_letter(letter=letter, posting=POSTED, by=matter.by)
    assert Attempt.objects.count() == 1


def test_a_refusal_of_the_gate_is_kept_and_nothing_goes_out(matter):
    letter = _approved(matter)
    add_stop(
        party=matter.case.borrower,
        kind="time_barred",
        source="counsel",
        starts_at=clock.now(),
        by=matter.lead,
    )

    with pytest.raises(ContactRefused):
        post_letter(letter=letter, posting=POSTED, by=matter.by)

    letter.refresh_from_db()
    assert letter.state == "approved"
    assert Verdict.objects.get().is_allowed is False
    assert not Attempt.objects.exists()


def test_what_was_paid_meanwhile_is_not_demanded(matter):
    letter = _approved(matter)
    record_repayment(
        loan=matter.loan, amount=Decimal("51120.00"), value_on=date(2026, 3, 2), by=matter.lead
    )

    with pytest.raises(ValidationError, match="Nothing is past due any more"):
        post_letter(letter=letter, posting=POSTED, by=matter.by)

    assert not Attempt.objects.exists()


def test_delivery_is_a_notice_of_demand_and_starts_the_limitation_anew(matter):
    before = _limitation(matter.case)
    letter = deliver_demand(matter)

    notice = ServedNotice.objects.get()
    assert (notice.kind, notice.served_on, notice.how) == (
        "demand",
        date(2026, 3, 2),
        "registered_post",
    )
    assert notice.document_ref == f"{letter.label} EMS EM1"
    # 20 February 2029 is a Tuesday; 2 March 2029 a Friday.
    assert (before.ends_on, before.because) == (date(2029, 2, 20), "due")
    after = _limitation(matter.case)
    assert (after.ends_on, after.begun_on, after.because) == (
        date(2029, 3, 2),
        date(2026, 3, 2),
        "demand",
    )


@pytest.mark.parametrize(("is_agreed", "notices"), [(True, 1), (False, 0)])
def test_what_comes_back_counts_from_the_agreed_address_only(matter, is_agreed, notices):
    letter = post_letter(letter=_approved(matter), posting=POSTED, by=matter.by)

    with pytest.raises(ValidationError, match="what the courier noted"):
        record_return(
            letter=letter, on=date(2026, 3, 2), reason="", is_agreed_address=True, by=matter.by
        )
    record_return(
        letter=letter,
        on=date(2026, 3, 2),
        reason="moved",
        is_agreed_address=is_agreed,
        by=matter.by,
    )

    assert ServedNotice.objects.count() == notices
    assert (_limitation(matter.case).because == "demand") is is_agreed


def test_a_delivery_lies_between_the_posting_and_today(matter):
    letter = post_letter(letter=_approved(matter), posting=POSTED, by=matter.by)

    for day in (date(2026, 3, 1), date(2026, 3, 3)):
        with pytest.raises(ValidationError, match="That day lies"):
            record_delivery(letter=letter, on=day, by=matter.by)
    assert not ServedNotice.objects.exists()


def test_the_database_refuses_to_skip_the_second_person_and_to_change_what_was_said(matter):
    letter = _drawn(matter)

    for change in ({"state": "approved"}, {"figures": {}}, {"as_of": date(2026, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DemandLetter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM collections_app_demandletter")


# --- two at once -----------------------------------------------------------------------------


@pytest.fixture
def approved_for_two(monkeypatch):
    """An approved letter and two people who are about to say that it was posted."""
    sheet = Printed(PDF, (1,))
    monkeypatch.setattr(letter_services, "printed", lambda *_args: sheet)
    with time_machine.travel(MONDAY, tick=False):
        matter = build_matter()
        yield matter, _approved(matter)


def _post_together(matter, letter):
    """Both have read that it is approved before either says that it was posted."""
    barrier = threading.Barrier(2, timeout=30)
    ready = letter_services.reserve

    def meet(**kwargs):
        barrier.wait()
        return ready(**kwargs)

    def post(_number):
        try:
            return post_letter(letter=letter, posting=POSTED, by=matter.by)
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with (
        pytest.MonkeyPatch.context() as patch,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        patch.setattr(letter_services, "reserve", meet)
        return list(pool.map(post, range(2)))


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_say_that_they_posted_it(approved_for_two, monkeypatch):
    matter, letter = approved_for_two
    monkeypatch.setattr(letter_services, "_locked", letter_services._read)
    monkeypatch.setattr(letter_services, "_check_state", lambda *_args: None)
    monkeypatch.setattr(letter_services, "_move", lambda *_args, **_kwargs: None)

    _post_together(matter, letter)

    outcomes = [attempt.settlements.get().outcome for attempt in Attempt.objects.all()]
    assert outcomes == ["sent", "sent"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_post_one_letter_one_is_told_that_it_went_out(approved_for_two):
    matter, letter = approved_for_two

    answers = _post_together(matter, letter)

    refused = [answer for answer in answers if isinstance(answer, ValidationError)]
    assert len(refused) == 1
    outcomes = sorted(attempt.settlements.get().outcome for attempt in Attempt.objects.all())
    assert outcomes == ["not_made", "sent"]
    assert letter.events.filter(state="posted").count() == 1
