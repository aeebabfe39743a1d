"""Stops, answers, wishes and complaints brought along at go-live: in, once, or refused by row."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import time_machine

from compliance.complaints.models import Complaint
from compliance.consents.models import Consent
from compliance.preferences.models import Preference
from compliance.stops.models import Stop
from core.encryption.words import words_in
from loans.imports.models import RowError
from tests.compliance.builders import OPEN_AT, reachable_loan, reachable_portfolio
from tests.loans.import_files import bring_in, csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan():
    with time_machine.travel(OPEN_AT, tick=False):
        yield reachable_loan(reachable_portfolio())[0]


@pytest.fixture
def bring(loan, tmp_path):
    """Sends a file with one row about the borrower."""

    def send(of: str, /, **cells: str) -> None:
        party = loan.parties.get(role="borrower").party
        row = {"customer_no": party.customer_no, **cells}
        path = tmp_path / f"{of}.csv"
        path.write_bytes(csv_bytes(list(row), [list(row.values())]))
        bring_in(loan.portfolio, of, path)

    return send


def _codes() -> list[tuple[str, str]]:
    return list(RowError.objects.values_list("column", "code"))


def test_a_stop_comes_with_its_loan_details_and_note(loan, bring):
    cells = {
        "kind": "attorney",
        "contract_no": loan.contract_no,
        "starts_on": "2026-05-02",
        "source": "letter of 2 May",
        "name": "A. Lawyer",
        "note": "12 Main Street",
    }

    for _twice in range(2):
        bring("stops", **cells)

    stop = Stop.objects.get()
    assert (stop.loan_id, stop.details) == (loan.pk, {"name": "A. Lawyer"})
    assert stop.starts_at == datetime.fromisoformat("2026-05-02T00:00:00-04:00")
    assert words_in(stop, "note", key=stop.party.data_key) == "12 Main Street"


def test_days_and_words_of_details_are_read(bring):
    bring(
        "stops",
        kind="bankruptcy",
        starts_on="2026-05-02",
        source="court",
        chapter="13",
        filed_on="2026-05-01",
    )

    assert Stop.objects.get().details == {"chapter": "13", "filed_on": "2026-05-01"}


def test_a_fact_that_the_kind_has_not_and_a_contract_of_others_are_refused(bring):
    bring("stops", kind="cease", starts_on="2026-05-02", source="x", chapter="13")
    bring("stops", kind="cease", starts_on="2026-05-02", source="x", contract_no="AF-0")

    assert _codes() == [("chapter", "not_of_this_stop"), ("contract_no", "not_a_party")]
    assert not Stop.objects.exists()


def test_consents_of_every_kind_come_along(bring):
    bring("consents", channel="sms", answer="yes", given_on="2026-05-02", source="contract")
    bring(
        "consents",
        kind="hours",
        answer="yes",
        given_on="2026-05-02",
        source="call",
        opens="21:00",
        closes="22:00",
        ends_on="2026-08-01",
    )

    sms, hours = Consent.objects.order_by("pk")
    assert (sms.kind, sms.channel) == ("channel", "sms")
    assert (hours.kind, hours.opens, hours.closes) == ("hours", time(21), time(22))
    assert hours.until == datetime.fromisoformat("2026-08-01T00:00:00-04:00")


def test_a_consent_to_nothing_is_refused(bring):
    common = {"answer": "yes", "given_on": "2026-05-02", "source": "call"}
    bring("consents", channel="", **common)
    bring("consents", channel="sms", opens="21:00", **common)
    bring("consents", kind="hours", opens="21:00", **common)

    assert _codes() == [
        ("channel", "missing"),
        ("opens", "not_of_this_consent"),
        ("closes", "missing"),
    ]
    assert not Consent.objects.exists()


def test_preferences_come_along_once(bring):
    cells = {
        "kind": "inconvenient_time",
        "days": "5, 1",
        "opens": "15:00",
        "starts_on": "2026-05-02",
        "last_day": "2026-12-31",
        "source": "call of 2 May",
    }

    for _twice in range(2):
        bring("preferences", **cells)

    wish = Preference.objects.get()
    assert (wish.days, wish.opens, wish.until) == ([0, 4], time(15), date(2026, 12, 31))


def test_a_preference_that_says_nothing_is_refused_with_what_to_do(bring):
    common = {"starts_on": "2026-05-02", "source": "call"}
    bring("preferences", kind="inconvenient_time", **common)
    bring("preferences", kind="inconvenient_time", days="Mon", **common)
    bring("preferences", kind="agreed_hours", opens="21:00", last_day="2026-05-01", **common)

    assert _codes() == [
        ("kind", "not_a_wish"),
        ("days", "not_weekdays"),
        ("last_day", "ends_before_start"),
    ]
    assert "record that as a stop" in str(RowError.objects.first().params)
    assert not Preference.objects.exists()


def test_an_open_complaint_comes_with_its_clock_and_its_stop(loan, bring):
    cells = {
        "contract_no": loan.contract_no,
        "category": "conduct",
        "received_by": "letter",
        "received_on": "2026-05-04",
        "text": "He shouted",
    }

    for _twice in range(2):
        bring("complaints", **cells)

    complaint = Complaint.objects.get()
    assert (complaint.due_on, complaint.loan_id) == (date(2026, 5, 19), loan.pk)
    assert Stop.objects.get().complaint == complaint
    assert words_in(complaint, "text", key=complaint.party.data_key) == "He shouted"


def test_a_complaint_from_tomorrow_or_a_stranger_is_refused(loan, bring):
    common = {"category": "conduct", "received_by": "letter", "text": "He shouted"}
    bring("complaints", contract_no=loan.contract_no, received_on="2026-05-13", **common)
    bring("complaints", contract_no="AF-0", received_on="2026-05-04", **common)

    assert _codes() == [("received_on", "in_future"), ("contract_no", "not_a_party")]
    assert not Complaint.objects.exists()
