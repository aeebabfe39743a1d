"""A message sent from the case: which wordings fit, read first, once, now or not at all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.case_row import case_for
from collections_app.messages import services
from collections_app.messages.queries import places_of, wordings_for
from collections_app.messages.services import send_message
from collections_app.worklist.leases import lease_of, take_over, take_up
from core import clock
from core.audit.models import AuditEntry
from loans.borrowers.models import ContactPoint
from notifications.outbox.models import Message
from notifications.outbox.services import cancel
from notifications.templates.models import MessageTemplate, TemplateVersion
from tests.collections_app.builders import build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import agree_to_texts, approve, build_account, build_template

pytestmark = pytest.mark.django_db

WORDS = "{lender}, {name}: {amount} is past due on {contract_tail}. {opt_out}"


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        desk = build_desk()
        build_account(price_per_part=Decimal("0.0450"), price_currency="USD")
        agree_to_texts(desk.phone)
        yield desk


@pytest.fixture
def wording(desk):
    return build_template(code="overdue-sms", body=WORDS)


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _href(desk) -> str:
    return reverse("desk:write_message", args=[desk.case.pk])


def _read(desk, **asked):
    return as_(desk.cast.ana).get(_href(desk), {"channel": "sms", **asked})


def _send(desk, page, client=None, **changes):
    form = page.context["message_form"]
    data = {name: form[name].value() for name in ("wording", "place", "token")}
    return (client or as_(desk.cast.ana)).post(_href(desk), {**data, **changes})


def _place(desk):
    return places_of([desk.phone], [])[0]


def _whole(desk) -> Case:
    return case_for(desk.cast.ana, desk.case.pk)


def test_what_would_leave_is_read_first_with_the_name_hidden_and_nothing_is_written(desk, wording):
    client = as_(desk.cast.ana)
    entries = AuditEntry.objects.count()

    page = client.get(_href(desk), {"channel": "sms"})

    html, shown = page.content.decode(), page.context["message_shown"]
    assert desk.case.borrower.full_name not in html
    assert "2125550142" not in html
    assert desk.case.loan.contract_no[-4:] in shown["body"]
    assert "past due" in shown["body"]
    assert "Reply STOP" in shown["body"]
    assert shown["size"] == "1 part, GSM-7, costs 0.045 USD"
    assert page.context["message_verdict"].state == "allowed"
    assert (Message.objects.count(), AuditEntry.objects.count()) == (0, entries)


def test_whoever_sends_has_the_person_and_a_lost_lease_sends_nothing(desk, wording):
    lease = take_up(agent=desk.cast.ana, case=desk.case)
    page = _read(desk)
    assert f'name="lease" value="{lease.token}"' in page.content.decode()
    take_over(lead=desk.cast.ben, lease=lease, reason="shift is over")

    lost = _send(desk, page, lease=str(lease.token))
    held = _send(desk, page)

    assert (lost.status_code, held.status_code) == (409, 409)
    assert "has this person now" in lost.content.decode()
    assert "has this person until" in held.content.decode()
    assert held.context["message_form"]["wording"].value() == str(wording.pk)
    assert not Message.objects.exists()

    _send(desk, page, as_(desk.cast.ben))
    assert Message.objects.count() == 1
    assert lease_of(desk.case.borrower_id).agent == desk.cast.ben


def test_it_is_owed_once_to_leave_now_and_stands_in_the_timeline(desk, wording):
    client, page = as_(desk.cast.ana), _read(desk)

    first = _send(desk, page, client)
    again = _send(desk, page, client)

    assert (first.status_code, again.status_code) == (302, 302)
    message = Message.objects.get()
    assert (message.party, message.contact_point) == (desk.case.borrower, desk.phone)
    assert list(message.loans.all()) == [desk.case.loan]
    assert message.send_at == clock.now()
    assert message.expires_at - message.send_at == timedelta(minutes=15)
    assert message.amount == desk.case.loan.position.overdue_amount
    assert message.planned_by == desk.cast.ana.get_full_name()
    entry = AuditEntry.objects.get(action="message.sent_by_hand")
    assert entry.object_id == str(message.pk)
    case = client.get(reverse("desk:case", args=[desk.case.pk]), {"show": "message"})
    assert [event.summary for event in case.context["timeline"]] == ["SMS: past due"]


def test_the_same_wording_does_not_go_to_the_same_number_twice_a_day(desk, wording):
    _send(desk, _read(desk))

    answer = _send(desk, _read(desk))

    assert answer.status_code == 422
    assert "sent to the same number or address today" in answer.content.decode()
    assert Message.objects.count() == 1


def test_what_came_to_nothing_may_be_tried_again(desk, wording):
    _send(desk, _read(desk))
    cancel(reason="mistake", by=CLERK, messages=list(Message.objects.all()))

    answer = _send(desk, _read(desk))

    assert answer.status_code == 302
    assert [message.state for message in Message.objects.order_by("planned_at", "pk")] == [
        "cancelled",
        "waiting",
    ]


def test_two_who_press_at_the_same_moment_send_once(desk, wording, monkeypatch):
    """Both have looked and found nothing sent yet: the obligation itself is unique."""
    case, place = _whole(desk), _place(desk)
    step = services._step(case, wording, place)
    monkeypatch.setattr(services, "_step", lambda *_args: step)
    send_message(case=case, template=wording, place=place, by=desk.cast.ana)

    with pytest.raises(ValidationError, match="today"):
        send_message(case=case, template=wording, place=place, by=desk.cast.ben)

    assert Message.objects.count() == 1
    assert AuditEntry.objects.filter(action="message.sent_by_hand").count() == 1


@pytest.mark.parametrize("refuses", ["hours", "stop", "consent"])
def test_a_refusal_says_why_and_owes_nothing(desk, wording, refuses):
    from compliance.consents.services import record_consent
    from compliance.stops.services import add_stop

    page, at, expected = _read(desk), clock.now(), "opens"
    if refuses == "hours":
        at, expected = CLOSED_AT, "Outside calling hours"
    elif refuses == "stop":
        add_stop(party=desk.case.borrower, kind="dispute", source="mail", starts_at=at, by=CLERK)
        expected = "A dispute is open"
    else:
        at = clock.now() + timedelta(minutes=1)
        with time_machine.travel(at, tick=False):
            record_consent(
                party=desk.case.borrower,
                channel="sms",
                answer="no",
                given_at=at,
                source="call",
                by=CLERK,
            )
        expected = "refused"

    with time_machine.travel(at, tick=False):
        answer = _send(desk, page)

    assert answer.status_code == 422
    assert "Nothing was sent." in answer.content.decode()
    assert expected in answer.context["message_refusal"]
    assert "Send it now" not in answer.content.decode()
    assert not Message.objects.exists()
    assert not AuditEntry.objects.filter(action="message.sent_by_hand").exists()


def test_only_what_fits_person_pack_and_hand_is_offered(desk, wording):
    build_template(code="no-way-out", body="{lender}: {amount} is past due.")
    build_template(code="planned", body=WORDS, purpose="promise_tomorrow")
    foreign = MessageTemplate.objects.create(
        code="french", name="french", channel="sms", purpose="overdue"
    )
    approve(foreign, body=WORDS, language="fr")
    draft = MessageTemplate.objects.create(
        code="draft", name="draft", channel="sms", purpose="overdue"
    )
    TemplateVersion.objects.create(
        template=draft,
        language="en",
        version=1,
        body=WORDS,
        written_by="Ana",
        written_at=clock.now(),
    )

    assert wordings_for(_whole(desk)) == [wording]


def test_choosing_wordings_costs_no_query_for_each(desk, wording, django_assert_max_num_queries):
    for number in range(5):
        build_template(code=f"more-{number}", body=WORDS)
    case = _whole(desk)

    with django_assert_max_num_queries(3):
        assert len(wordings_for(case)) == 6


def test_a_wording_whose_field_has_no_value_says_which(desk):
    build_template(code="pay", body=f"{WORDS} {{payment_link}}", purpose="payment_details")

    page = _read(desk)

    assert "payment_link" in page.context["message_problem"]
    assert "Send it now" not in page.content.decode()
    assert _send(desk, page).status_code == 422
    assert not Message.objects.exists()


def test_an_invalid_number_is_not_offered(desk, wording):
    ContactPoint.objects.filter(pk=desk.phone.pk).update(invalid_since=clock.now().date())

    page = _read(desk)

    assert page.context["message_wordings"] is False
    assert "No approved wording fits" in page.content.decode()


def test_a_number_of_somebody_else_cannot_be_written_to(desk, wording):
    page = _read(desk)

    answer = _send(desk, page, place="point:01990000-0000-7000-8000-000000000000")

    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_a_case_that_is_over_sends_nothing(desk, wording):
    page = _read(desk)
    Case.objects.filter(pk=desk.case.pk).update(
        state=CaseState.CLOSED, closed_on=clock.now().date(), close_reason="cured"
    )

    answer = _send(desk, page)

    assert answer.status_code == 422
    assert "The case is over" in answer.context["message_refusal"]
    assert not Message.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("cleo", 404)])
def test_who_may_not_write(desk, wording, who, status):
    client = as_(getattr(desk.cast, who))

    read, sent = client.get(_href(desk)), client.post(_href(desk), {"wording": wording.pk})

    assert (read.status_code, sent.status_code) == (status, status)
    assert not Message.objects.exists()


def test_the_case_leads_there_for_who_may_write_and_htmx_gets_the_part_alone(desk, wording):
    case = reverse("desk:case", args=[desk.case.pk])

    links = [row["href"] for row in as_(desk.cast.ana).get(case).context["channels"]]
    reading = [row["href"] for row in as_(desk.cast.auditor).get(case).context["channels"]]
    part = as_(desk.cast.ana).get(
        _href(desk), {"channel": "sms"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="message"
    )

    assert links[0] == f"{_href(desk)}?channel=sms"
    assert set(reading) == {""}
    assert part.content.decode().strip().startswith("<section")
