"""The docket, the legal file and the pages of matters: who sees what, filters, refusals, days."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access.rights import Role
from accounts.inbox.models import Notice
from accounts.inbox.queries import inbox_of
from accounts.models import User
from collections_app.cases.models import Case, NextStep
from collections_app.legal.deadline_services import add_deadline
from collections_app.legal.file_services import add_document
from collections_app.legal.models import LegalDeadline, Proceeding
from collections_app.legal.reminding import remind_due, threshold_of, watch_periods
from collections_app.legal.services import Opening, open_proceeding
from compliance.notices.services import record_notice
from core.audit.models import AuditEntry
from tests.collections_app.legal_matter import MONDAY, PDF, build_matter
from tests.collections_app.test_legal_journey import Person
from tests.config.api_caller import build_caller
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

DOCKET = reverse("legal:docket")
TODAY = date(2026, 3, 2)


@pytest.fixture
def matter():
    with time_machine.travel(MONDAY, tick=False) as now:
        built = build_matter()
        built.now = now
        yield built


def _client(user) -> Client:
    return Person(user).client


def _open(matter, kind="litigation", **opening) -> Proceeding:
    return open_proceeding(
        case=matter.case, opening=Opening(kind, **opening), owner=matter.officer, by=matter.by
    )


def _days(matter, *after) -> list[LegalDeadline]:
    suit = _open(matter)
    return [
        add_deadline(
            proceeding=suit,
            code=code,
            due_on=TODAY + timedelta(days=days),
            is_hard=is_hard,
            by=matter.by,
        )
        for code, days, is_hard in after
    ]


# --- who sees what -------------------------------------------------------------------------


def test_who_may_look_and_who_may_act(matter):
    suit = _open(matter)
    pages = [
        DOCKET,
        reverse("legal:case_file", args=[matter.case.pk]),
        reverse("legal:proceeding", args=[suit.pk]),
    ]
    outsider = User.objects.create_user(
        "out@example.com", password=None, full_name="Out", role=Role.LEGAL_OFFICER
    )
    expected = {
        matter.officer: (200, 200, 200),
        matter.cast.ben: (200, 200, 200),
        matter.cast.auditor: (200, 200, 200),
        matter.cast.ana: (403, 403, 403),
        outsider: (200, 404, 404),
    }
    for user, codes in expected.items():
        client = _client(user)
        assert tuple(client.get(page).status_code for page in pages) == codes, user
    lead = _client(matter.cast.ben)
    for name in ("proceeding_details", "proceeding_cost", "proceeding_propose"):
        assert lead.post(reverse(f"legal:{name}", args=[suit.pk])).status_code == 403
    assert lead.get(pages[2]).context["side_steps"] == []
    assert _client(outsider).get(DOCKET).context["rows"] == []


def test_an_officer_sees_what_was_handed_over_whoever_holds_it(matter):
    Case.objects.filter(pk=matter.case.pk).update(
        assignee=matter.cast.cleo, team=matter.cast.other_team
    )
    seen = Case.objects.visible_to(matter.officer)
    assert not seen.exists()
    Case.objects.filter(pk=matter.case.pk).update(next_step=NextStep.LEGAL)
    assert seen.get() == matter.case
    rows = _client(matter.officer).get(DOCKET, {"show": "handed"}).context["rows"]
    assert [(row["contract_no"], row["ends_on"]) for row in rows] == [
        (matter.loan.contract_no, date(2029, 2, 20))
    ]

    _open(matter)
    Case.objects.filter(pk=matter.case.pk).update(next_step=NextStep.CALL)
    (row,) = _client(matter.officer).get(DOCKET, {"show": "matters"}).context["rows"]
    assert (row["label"], row["ends_on"], row["ends_soon"]) == (
        "L-0001",
        date(2029, 2, 20),
        False,
    )

    assert seen.get() == matter.case
    assert _client(matter.officer).get(DOCKET, {"show": "handed"}).context["rows"] == []


def test_a_paper_is_read_by_who_works_or_decides_and_it_is_on_record(matter):
    suit = _open(matter)
    paper = add_document(
        proceeding=suit, kind="contract", content=BytesIO(PDF), name="合同.pdf", by=matter.by
    )
    href = reverse("legal:read_document", args=[paper.pk])

    assert _client(matter.cast.auditor).post(href).status_code == 403
    assert not AuditEntry.objects.filter(action="legal_document.read").exists()
    answer = _client(matter.cast.ben).post(href)

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.get(action="legal_document.read").actor_label == "Ben"


# --- the docket ------------------------------------------------------------------------------


def test_the_docket_shows_what_is_due_by_days_strength_and_owner(matter):
    _days(matter, ("review", 1, False), ("evidence", 5, True), ("fee", 12, True))
    client = _client(matter.officer)

    def shown(**params):
        rows = client.get(DOCKET, params).context["rows"]
        return [(row["line"].what, row["line"].days_left) for row in rows]

    everything = [("Look at it again", 1), ("Hand in evidence", 5), ("Pay the court's fee", 12)]
    assert shown() == everything
    assert shown(within="7") == everything[:2]
    assert shown(within="1") == everything[:1]
    assert shown(within="over") == []
    assert shown(strength="hard") == everything[1:]
    assert shown(kind="arbitration") == []
    assert shown(within="nonsense", show="nonsense") == everything
    page = client.get(DOCKET).context
    assert [str(line.what) for line in page["urgent"]["lines"]] == ["Hand in evidence"]
    assert [tab["count"] for tab in page["spans"]] == [0, 1, 1, 2, 3, 3]
    assert _client(matter.cast.ben).get(DOCKET, {"whose": "mine"}).context["rows"] == []
    assert len(_client(matter.cast.ben).get(DOCKET).context["rows"]) == 3
    # The day is over where the case is, whatever the clock of who reads of it.
    matter.now.move_to("2026-03-03T17:00:00+00:00")
    matter.officer.time_zone = "America/Chicago"
    matter.officer.save()
    client = _client(matter.officer)
    assert shown(within="over") == [("Look at it again", -1)]
    assert client.get(DOCKET).context["spans"][0]["count"] == 1


def test_every_view_of_the_docket_keeps_its_number_of_queries(matter):
    _days(matter, ("review", 1, False))
    client = _client(matter.officer)

    def count() -> list[int]:
        found = []
        for show in ("due", "matters", "handed", "ended"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(DOCKET, {"show": show}).status_code == 200
            found.append(len(queries))
        return found

    count()  # what is remembered is remembered then
    before = count()
    for asset in ("movable", "deposit", "immovable"):
        measure = _open(matter, "preservation", asset=asset)
        add_deadline(proceeding=measure, code="fee", due_on=TODAY + timedelta(days=3), by=matter.by)

    assert count() == before


def test_a_second_sending_of_a_form_is_the_same_cost(matter):
    suit = _open(matter)
    officer = Person(matter.officer)
    page = reverse("legal:proceeding", args=[suit.pk])
    cost = {"kind": "counsel", "amount": "100.00", "incurred_on": "2026-03-02"}
    html = officer.client.get(page).content.decode()
    token = html.split('id="step-cost"')[1].split('name="token" value="')[1].split('"')[0]
    href = reverse("legal:proceeding_cost", args=[suit.pk])

    first = officer.client.post(href, {"token": token, **cost})
    again = officer.client.post(href, {"token": token, **cost})
    other = officer.client.post(href, {"token": token, **cost, "amount": "200.00"})

    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 422)
    assert suit.costs.count() == 1


# --- reminders -------------------------------------------------------------------------------


def test_thresholds_are_fourteen_seven_three_one_and_over():
    assert [threshold_of(days) for days in (15, 14, 8, 7, 4, 3, 2, 1, 0, -1)] == [
        *(None, 14, 14, 7, 7, 3, 3, 1, 1, -1)
    ]


def test_each_reminder_comes_once_and_the_lead_hears_of_what_is_near(matter):
    day = _days(matter, ("evidence", 20, True))[0]
    told = []
    for passed in range(23):
        matter.now.move_to(f"2026-03-{2 + passed:02}T02:00:00+00:00")
        remind_due(by=CLERK)
        remind_due(by=CLERK)
        told.append(Notice.objects.filter(key__startswith="legal.").count())

    left = [
        20 - passed for passed, (a, b) in enumerate(zip([0, *told], told, strict=False)) if b > a
    ]
    assert left == [14, 7, 3, 1, -1]
    mine = Notice.objects.filter(user=matter.officer, key__startswith="legal.")
    assert mine.count() == 5
    assert Notice.objects.filter(user=matter.cast.ben, key__startswith="legal.").count() == 3
    day.refresh_from_db()
    assert day.reminded_days == -1
    text = inbox_of(matter.officer)[0]
    assert text.text == "L-0001: hand in evidence, was due on 2026-03-22."
    assert text.link == reverse("legal:proceeding", args=[day.proceeding_id])


def test_a_limitation_that_nears_its_end_is_put_on_the_docket_and_leaves_it_when_interrupted():
    with time_machine.travel(MONDAY, tick=False):
        matter = build_matter(last_due_on=date(2023, 3, 20))
        assert watch_periods(by=CLERK) == 1
        assert watch_periods(by=CLERK) == 1
        day = LegalDeadline.objects.get()
        assert (day.code, day.due_on, day.is_hard) == ("limitation", date(2026, 3, 20), True)
        remind_due(by=CLERK)
        assert not Notice.objects.filter(key__startswith="legal.").exists()

    with time_machine.travel("2026-03-10T02:00:00+00:00", tick=False):
        remind_due(by=CLERK)
        assert Notice.objects.filter(key="legal.due.limitation").exists()
        record_notice(
            loan=matter.loan,
            party=matter.case.borrower,
            kind="demand",
            served_on=date(2026, 3, 9),
            how="registered_post",
            document_ref="D-7",
            by=matter.by,
        )
        watch_periods(by=CLERK)

    day.refresh_from_db()
    assert day.state == "met"


def test_the_case_page_shows_the_limitation_and_the_timeline_its_stages(matter):
    _open(matter)
    Case.objects.filter(pk=matter.case.pk).update(assignee=matter.cast.ana)
    page = _client(matter.cast.ana).get(reverse("desk:case", args=[matter.case.pk]))

    assert page.context["legal"]["limitation"]["ends_on"] == date(2029, 2, 20)
    assert page.context["legal"]["matters"][0]["label"] == "L-0001"
    assert page.context["legal"]["file_href"] == ""
    assert "L-0001 litigation: in preparation on 2 Mar 2026" in page.content.decode()


def test_proceedings_are_read_over_the_api(matter):
    cache.clear()
    _days(matter, ("evidence", 5, True))
    caller = build_caller(matter.cast.portfolio)
    stranger = build_caller(matter.cast.other_portfolio)

    (row,) = caller.get("proceedings/", {"kind": "litigation"}).json()["results"]

    assert (row["number"], row["stage"], row["deadlines"][0]["what"]) == (
        "L-0001",
        "preparing",
        "evidence",
    )
    assert caller.get(f"proceedings/{row['id']}/").json() == row
    assert caller.get("proceedings/", {"stage": "filed"}).json()["results"] == []
    assert stranger.get("proceedings/").json()["results"] == []
    assert stranger.get(f"proceedings/{row['id']}/").status_code == 404
