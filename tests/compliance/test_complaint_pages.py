"""The complaint register over HTTP: views and filters, one complaint, its steps, rights, scope."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from compliance.complaints.models import Complaint
from compliance.complaints.services import answer_complaint, register_complaint
from compliance.stops.models import Stop
from core import clock
from core.audit.models import AuditEntry
from tests.compliance.builders import OPEN_AT
from tests.compliance.test_register_pages import Floor, _client
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    with time_machine.travel(OPEN_AT, tick=False):
        yield Floor()


def _complaint(floor, **changes) -> Complaint:
    values = {
        "party": floor.party,
        "portfolio": floor.loan.portfolio,
        "loan": floor.loan,
        "category": "conduct",
        "channel": "call",
        "text": "He shouted at my wife",
        "received_at": clock.now(),
        "by": CLERK,
    }
    return register_complaint(**{**values, **changes})


def _href(complaint, name: str = "complaint") -> str:
    return reverse(f"complaints:{name}", args=[complaint.pk])


def _take(client, complaint, name: str, **data):
    """Sends one of the forms on the page of a complaint, with its token."""
    offered = client.get(_href(complaint)).context[f"{name}_form"]["form"]
    hidden = {field.name: field.value() for field in offered.hidden_fields()}
    return client.post(_href(complaint, name), {**hidden, **data})


def test_the_register_lists_by_due_day_and_counts_each_view(floor):
    late = _complaint(floor, received_at=clock.now() - timedelta(days=20))
    answered = _complaint(floor, category="fees")
    answer_complaint(complaint=answered, text="sorry", by=CLERK)
    fresh = _complaint(floor, category="vehicle")
    olga = _client(floor.officer)

    page = olga.get(reverse("complaints:list"))

    assert [row["number"] for row in page.context["rows"]] == [
        row.label for row in (late, answered, fresh)
    ]
    counts = {str(tab["label"]): tab["count"] for tab in page.context["views"]}
    assert counts == {
        "Not closed": "3",
        "Late": "1",
        "Unanswered": "2",
        "Answered": "1",
        "Closed": "0",
        "All": "3",
    }
    row = page.context["rows"][0]
    assert (row["clock_text"], row["clock_tone"], row["state"]) == ("5 days late", "late", "failed")
    assert "1 complaint has had no answer in time." in page.content.decode()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("view=overdue", ["C-1"]),
        ("view=open&category=fees", ["C-2"]),
        ("view=all&number=c-2", ["C-2"]),
        ("view=all&number=2", ["C-2"]),
        ("view=all&owner=none", ["C-1", "C-2"]),
        ("view=closed", []),
        ("view=nonsense&category=nonsense&owner=nonsense&number=x", ["C-1", "C-2"]),
        ("page=99", ["C-1", "C-2"]),
    ],
)
def test_filters_stand_in_the_address_and_unknown_ones_are_left_out(floor, query, numbers):
    _complaint(floor, received_at=clock.now() - timedelta(days=20))
    _complaint(floor, category="fees")

    page = _client(floor.officer).get(f"{reverse('complaints:list')}?{query}")

    assert [row["number"] for row in page.context["rows"]] == numbers


def test_a_complaint_stands_under_the_tabs_of_compliance_and_cites_its_clock(floor):
    complaint = _complaint(floor)

    page = _client(floor.officer).get(_href(complaint))

    current = [str(tab.label) for tab in page.context["compliance_tabs"] if tab.is_current]
    assert current == ["Complaints"]
    shown = page.content.decode()
    assert 'aria-label="Pages of compliance"' in shown
    assert "15 days from receipt" in shown
    assert "Policy: Regulation F sets no days for answers" in shown
    assert "acknowledge_form" not in page.context


def test_a_person_in_the_uk_is_told_that_their_complaint_came_in(floor):
    floor.loan.portfolio.rule_packs = ["UK"]
    floor.loan.portfolio.save()
    complaint, olga = _complaint(floor), _client(floor.officer)
    assert "not yet, by 2026-05-17" in olga.get(_href(complaint)).content.decode()

    assert _take(olga, complaint, "acknowledge", text="by letter").status_code == 302

    page = olga.get(_href(complaint))
    assert "acknowledge_form" not in page.context
    assert "extend_form" not in page.context  # eight weeks are all there is
    assert "Acknowledged" in page.content.decode()


def test_the_officer_leads_a_complaint_through_its_life(floor):
    complaint, olga = _complaint(floor), _client(floor.officer)

    assert _take(olga, complaint, "assign", owner=floor.cast.ben.pk).status_code == 302
    assert _take(olga, complaint, "extend", reason="files").status_code == 302
    assert _take(olga, complaint, "answer", text="We are sorry").status_code == 302
    assert _take(olga, complaint, "reopen", reason="in writing").status_code == 302
    assert _take(olga, complaint, "answer", text="Letter").status_code == 302
    assert _take(olga, complaint, "close", outcome="upheld").status_code == 302

    complaint.refresh_from_db()
    assert (complaint.status, complaint.owner) == ("closed", floor.cast.ben)
    assert Stop.objects.get().lifted_by == "Olga Berg"
    html = olga.get(_href(complaint)).content.decode()
    for words in ("He shouted at my wife", "We are sorry", "in writing", "Given to Ben"):
        assert words in html
    assert "answer_form" not in olga.get(_href(complaint)).context


def test_a_lead_answers_and_decides_nothing(floor):
    complaint, ben = _complaint(floor), _client(floor.cast.ben)

    page = ben.get(_href(complaint))
    assert "extend_form" not in page.context
    assert ben.post(_href(complaint, "extend"), {"to": "complex", "reason": "x"}).status_code == 403
    assert ben.post(_href(complaint, "close"), {"outcome": "upheld"}).status_code == 403
    assert _take(ben, complaint, "answer", text="sorry").status_code == 302

    complaint.refresh_from_db()
    assert (complaint.status, complaint.clock) == ("answered", "simple")


def test_a_step_sent_twice_is_taken_once(floor):
    complaint, olga = _complaint(floor), _client(floor.officer)
    form = olga.get(_href(complaint)).context["answer_form"]["form"]
    data = {"token": form["token"].value(), "text": "We are sorry"}

    answers = [olga.post(_href(complaint, "answer"), data).status_code for _twice in range(2)]
    other = olga.post(_href(complaint, "answer"), {**data, "text": "We are not"})

    assert answers == [302, 302]
    assert other.status_code == 422
    assert complaint.events.filter(step="answered").count() == 1


def test_who_comes_second_reads_what_happened_and_nothing_is_written(floor):
    floor.loan.portfolio.rule_packs = ["CN"]
    floor.loan.portfolio.save()
    complaint, olga = _complaint(floor), _client(floor.officer)
    stale = olga.get(_href(complaint)).context["extend_form"]["form"]
    _take(_client(floor.officer), complaint, "extend", reason="files")
    entries = AuditEntry.objects.count()

    answer = olga.post(
        _href(complaint, "extend"),
        {"token": stale["token"].value(), "to": stale["to"].value(), "reason": "files too"},
    )

    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    assert "files too" in answer.content.decode()
    assert AuditEntry.objects.count() == entries


def test_agents_have_no_register_and_strangers_no_complaint(floor):
    complaint = _complaint(floor)

    ana, cleo = _client(floor.cast.ana), _client(floor.cast.cleo)
    assert ana.get(reverse("complaints:list")).status_code == 403
    assert ana.get(_href(complaint)).status_code == 403
    assert cleo.post(_href(complaint, "answer"), {"text": "x"}).status_code == 403
    auditor = _client(floor.cast.auditor)
    assert auditor.get(_href(complaint)).status_code == 200
    assert auditor.post(_href(complaint, "answer"), {"text": "x"}).status_code == 403
    assert complaint.events.count() == 1


def test_a_lead_of_another_portfolio_finds_nothing(floor):
    complaint = _complaint(floor)
    dan = floor.cast.cleo
    type(dan).objects.filter(pk=dan.pk).update(role="team_lead")
    client = _client(dan)

    assert client.get(_href(complaint)).status_code == 404
    assert client.post(_href(complaint, "answer"), {"text": "x"}).status_code == 404
    assert client.get(reverse("complaints:list")).context["rows"] == []


def test_the_register_reads_in_a_fixed_number_of_queries(floor, django_assert_max_num_queries):
    for number in range(12):
        _complaint(floor, received_at=clock.now() - timedelta(days=number))
    olga = _client(floor.officer)

    # Session, user; owners for the filter, counts, number of rows, rows with people and owners;
    # the session saved between two savepoints.
    with django_assert_max_num_queries(9):
        assert len(olga.get(reverse("complaints:list")).context["rows"]) == 12
