"""One person's record over HTTP: scope, rights, what is recorded once, what a refusal leaves."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.access.rights import Role
from accounts.users.services import create_user
from compliance.complaints.models import Complaint
from compliance.consents.models import Consent, ConsentKind
from compliance.gate.services import decide
from compliance.notices.models import CourtOrder, NoticeKind, OrderKind, ServedNotice
from compliance.preferences.models import Preference, PreferenceKind
from compliance.stops.models import Stop, StopKind
from compliance.stops.rights import MADE_ELSEWHERE
from compliance.stops.services import add_stop
from core import clock
from core.audit import SYSTEM
from core.audit.models import AuditEntry
from tests.compliance.builders import (
    OPEN_AT,
    call_request,
    reachable_loan,
    reachable_portfolio,
)
from tests.loans.builders import CLERK, build_cast, build_portfolio

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    with time_machine.travel(OPEN_AT, tick=False):
        yield Floor()


class Floor:
    """A borrower on one loan, and the people who may or may not know of them."""

    def __init__(self) -> None:
        portfolio = reachable_portfolio()
        self.loan, self.phone = reachable_loan(portfolio)
        self.party = self.phone.party
        self.cast = build_cast(portfolio=portfolio, other=build_portfolio(code="elsewhere"))
        self.officer = create_user(
            email="olga@lender.example",
            full_name="Olga Berg",
            role=Role.COMPLIANCE_OFFICER,
            password="seven quiet harbour lamps",
            must_change_password=False,
            by=SYSTEM,
        )

    def href(self, name: str = "person", *args) -> str:
        return reverse(f"registers:{name}", args=[self.party.pk, *args])


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _send(client, href, **data):
    """Fills a form as it is offered, changes some fields and sends it."""
    form = client.get(href).context["form"]
    offered = {name: form[name].value() for name in form.fields}
    sent = {name: _typed(value) for name, value in {**offered, **data}.items()}
    return client.post(href, {name: value for name, value in sent.items() if value is not None})


def _typed(value):
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def test_an_agent_records_a_stop_and_the_gate_closes(floor):
    ana = _client(floor.cast.ana)

    answer = _send(
        ana,
        floor.href("add_stop", "attorney"),
        detail_name="A. Lawyer",
        note="12 Main Street, 212 555 0199",
    )

    assert answer.status_code == 302
    assert answer["Location"] == floor.href() + "#stops"
    stop = Stop.objects.get()
    assert (stop.kind, stop.details, stop.set_by) == (
        "attorney",
        {"name": "A. Lawyer"},
        floor.cast.ana.get_full_name(),
    )
    assert not decide(call_request(floor.loan, floor.phone)).allowed
    html = ana.get(floor.href()).content.decode()
    assert "A. Lawyer" in html
    assert "12 Main Street" in html


def test_sending_a_form_twice_records_it_once(floor):
    ana = _client(floor.cast.ana)
    href = floor.href("add_stop", "hardship")
    form = ana.get(href).context["form"]
    data = {name: _typed(form[name].value()) or "" for name in form.fields}

    answers = [ana.post(href, data).status_code for _twice in range(2)]
    other_words = ana.post(href, {**data, "source": "somebody else"})

    assert answers == [302, 302]
    assert other_words.status_code == 422
    assert "saved before" in other_words.content.decode()
    assert Stop.objects.count() == 1


@pytest.mark.parametrize("kind", sorted(set(StopKind) - MADE_ELSEWHERE - {"time_barred", "hold"}))
def test_every_stop_heard_on_the_telephone_has_a_form_that_an_agent_can_send(floor, kind):
    ana = _client(floor.cast.ana)
    asked = {"received_by": "letter", "name": "X", "type": "standard", "how": "oral"}
    form = ana.get(floor.href("add_stop", kind)).context["form"]
    answers = {f"detail_{name}": value for name, value in asked.items()}

    answer = _send(
        ana,
        floor.href("add_stop", kind),
        **{name: value for name, value in answers.items() if name in form.fields},
    )

    assert answer.status_code == 302, answer.context["form"].errors
    assert Stop.objects.get().kind == kind


def test_a_standard_breathing_space_ends_after_its_sixty_days(floor):
    _send(
        _client(floor.cast.ana), floor.href("add_stop", "breathing_space"), detail_type="standard"
    )

    assert Stop.objects.get().ends_at == datetime.fromisoformat("2026-07-11T00:00:00-04:00")


def test_what_a_form_insists_on_is_said_with_422_and_nothing_is_written(floor):
    answer = _send(_client(floor.cast.ana), floor.href("add_stop", "attorney"))

    assert answer.status_code == 422
    assert "Name of the lawyer" in answer.content.decode()
    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    ("kind", "data", "parts"),
    [
        ("inconvenient_time", {"days": [1, 3], "opens": "15:00"}, {"days": [1, 3]}),
        ("inconvenient_place", {"place": "work"}, {"place": "work"}),
        ("agreed_hours", {"opens": "21:00", "closes": "22:00"}, {}),
    ],
)
def test_every_preference_has_a_form_and_is_ended_with_a_reason(floor, kind, data, parts):
    ana = _client(floor.cast.ana)

    answer = _send(ana, floor.href("add_preference", kind), **data)

    assert answer.status_code == 302, answer.context["form"].errors
    wish = Preference.objects.get()
    assert wish.kind == kind
    assert {name: getattr(wish, name) for name in parts} == parts
    assert _send(ana, floor.href("end_preference", wish.pk), reason="").status_code == 422
    assert _send(ana, floor.href("end_preference", wish.pk), reason="moved").status_code == 302
    wish.refresh_from_db()
    assert wish.ended_reason == "moved"


def test_another_number_is_agreed_only_where_a_rule_permits_it(floor):
    floor.loan.portfolio.__class__.objects.update(rule_packs=["CN"])
    ana = _client(floor.cast.ana)
    href = floor.href("add_preference", "agreed_cap")

    offered = [value for value, _label in ana.get(href).context["form"].fields["rule"].choices]
    answer = _send(ana, href, rule="CN-TALK-3D", count=5)

    assert "CN-TALK-3D" in offered
    assert "CN-HOURS" not in offered
    assert answer.status_code == 302
    assert Preference.objects.get().count == 5


@pytest.mark.parametrize("kind", ConsentKind.values)
def test_every_consent_has_a_form(floor, kind):
    more = {"channel": {"channel": "sms"}, "hours": {"opens": "21:00", "closes": "22:00"}}

    answer = _send(
        _client(floor.cast.ana),
        floor.href("record_consent", kind),
        answer="yes",
        **more.get(kind, {}),
    )

    assert answer.status_code == 302, answer.context["form"].errors
    assert (Consent.objects.get().kind, Consent.objects.get().answer) == (kind, "yes")


def test_an_agent_registers_a_complaint_and_sees_its_clock(floor):
    ana = _client(floor.cast.ana)

    answer = _send(
        ana, floor.href("register_complaint"), category="conduct", channel="call", text="He shouted"
    )

    assert answer.status_code == 302
    assert Complaint.objects.get().label == "C-1"
    html = ana.get(floor.href()).content.decode()
    assert "C-1" in html
    assert "15 days left" in html
    assert reverse("complaints:complaint", args=[Complaint.objects.get().pk]) not in html


def test_a_lead_records_and_withdraws_notices_and_orders(floor):
    ben = _client(floor.cast.ben)

    for kind in NoticeKind.values:
        sent = _send(ben, floor.href("record_notice", kind), how="post", document_ref=f"D {kind}")
        assert sent.status_code == 302
    for kind in OrderKind.values:
        more = {} if kind == "debtor_consent_at_the_time" else {"court": "CC", "number": kind}
        assert _send(ben, floor.href("record_order", kind), **more).status_code == 302
    notice, order = ServedNotice.objects.first(), CourtOrder.objects.first()
    _send(ben, floor.href("withdraw_notice", notice.pk), reason="cured")
    _send(ben, floor.href("discharge_order", order.pk), reason="set aside")

    notice.refresh_from_db()
    order.refresh_from_db()
    assert (notice.withdrawn_reason, order.discharged_reason) == ("cured", "set aside")
    assert ServedNotice.objects.count() == len(NoticeKind.values)
    assert CourtOrder.objects.count() == len(OrderKind.values)
    html = ben.get(floor.href()).content.decode()
    assert "withdrawn" in html
    assert "discharged" in html


def test_a_lead_lifts_what_the_person_ends_and_compliance_alone_what_the_law_attached(floor):
    hardship, bankruptcy = (
        add_stop(party=floor.party, kind=kind, source="letter", starts_at=clock.now(), by=CLERK)
        for kind in ("hardship", "bankruptcy")
    )
    ben, olga = _client(floor.cast.ben), _client(floor.officer)

    lifted = _send(ben, floor.href("lift_stop", hardship.pk), reason="plan agreed")
    refused = ben.post(floor.href("lift_stop", bankruptcy.pk), {"token": "1", "reason": "x"})
    assert (
        _send(olga, floor.href("lift_stop", bankruptcy.pk), reason="discharged").status_code == 302
    )

    assert (lifted.status_code, refused.status_code) == (302, 403)
    assert set(Stop.objects.values_list("lifted_by", flat=True)) == {
        floor.cast.ben.get_full_name(),
        "Olga Berg",
    }


def test_a_person_is_held_until_a_day_by_who_may(floor):
    olga = _client(floor.officer)

    answer = _send(olga, floor.href("add_stop", "hold"), until="2026-05-20", source="flood")

    assert answer.status_code == 302
    stop = Stop.objects.get()
    assert stop.ends_at == datetime.fromisoformat("2026-05-21T00:00:00-04:00")
    assert _client(floor.cast.ana).get(floor.href("add_stop", "hold")).status_code == 403


WRITING = [
    ("add_stop", "cease", "stop.add"),
    ("add_stop", "time_barred", "notice.record"),
    ("add_preference", "agreed_hours", "consent.record"),
    ("record_consent", "visit", "consent.record"),
    ("record_notice", "demand", "notice.record"),
    ("record_order", "stay", "notice.record"),
]


@pytest.mark.parametrize(("name", "kind", "right"), WRITING)
def test_the_auditor_reads_and_records_nothing(floor, name, kind, right):
    auditor = _client(floor.cast.auditor)

    assert auditor.get(floor.href()).status_code == 200
    assert auditor.get(floor.href(name, kind)).status_code == 403
    assert auditor.post(floor.href(name, kind), {"token": "1"}).status_code == 403
    assert "add_stop" not in auditor.get(floor.href()).content.decode()


def test_agents_record_no_notices_and_no_time_bars(floor):
    ana = _client(floor.cast.ana)

    for name, kind in (("record_notice", "demand"), ("record_order", "stay")):
        assert ana.get(floor.href(name, kind)).status_code == 403
    assert ana.get(floor.href("add_stop", "time_barred")).status_code == 403


def test_outside_ones_portfolios_there_is_no_such_person(floor):
    cleo = _client(floor.cast.cleo)

    for href in (
        floor.href(),
        floor.href("add_stop", "cease"),
        floor.href("record_consent", "visit"),
        floor.href("register_complaint"),
    ):
        assert cleo.get(href).status_code == 404
    assert not Stop.objects.exists()


def test_kinds_that_are_not_there_are_404(floor):
    olga = _client(floor.officer)

    for name in ("add_stop", "add_preference", "record_consent", "record_notice", "record_order"):
        assert olga.get(floor.href(name, "mood")).status_code == 404
    assert olga.get(floor.href("add_stop", "complaint")).status_code == 404


def test_rows_of_another_person_cannot_be_ended_from_here(floor):
    other_loan, other_phone = reachable_loan(floor.loan.portfolio)
    stop = add_stop(
        party=other_phone.party, kind="hardship", source="x", starts_at=clock.now(), by=CLERK
    )

    assert other_loan.pk != floor.loan.pk
    if other_phone.party_id != floor.party.pk:
        href = floor.href("lift_stop", stop.pk)
        assert _client(floor.officer).get(href).status_code == 404


def test_the_way_back_leads_into_this_site_only(floor):
    ana = _client(floor.cast.ana)

    page = ana.get(floor.href() + "?back=/cases/1/")
    assert page.context["back_href"] == "/cases/1/"
    assert "back=%2Fcases%2F1%2F" in page.context["menu"][0].choices[0].href
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "cases"):
        assert ana.get(floor.href(), {"back": elsewhere}).context["back_href"] == ""


def test_reading_writes_nothing_in_a_fixed_number_of_queries(floor, django_assert_max_num_queries):
    ana = _client(floor.cast.ana)
    for kind in PreferenceKind.values[:1] * 3:
        _send(ana, floor.href("add_preference", kind), opens="15:00")
    for number in range(3):
        _send(ana, floor.href("add_stop", "hardship"), source=f"call {number}", note="lost the job")
    entries = AuditEntry.objects.count()

    # Session, user; party with key, signatures, points; stops, preferences, consents, complaints,
    # notices, orders.
    with django_assert_max_num_queries(14):
        ana.get(floor.href())

    assert AuditEntry.objects.count() == entries
