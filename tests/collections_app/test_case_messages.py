"""Messages and replies on the case: in the timeline, as an obligation, in the inbox, dealt with."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.inbox.models import Notice
from accounts.inbox.queries import inbox_of
from collections_app.desk.case_page import gather, timeline_sources
from collections_app.desk.case_row import case_for
from collections_app.desk.timeline import timeline_page
from compliance.consents.services import record_consent
from core import clock
from core.audit.models import AuditEntry
from core.encryption.sealing import seal
from core.ids import uuid7
from notifications.inbound.models import InboundMessage
from notifications.inbound.services import mark_handled, take_in
from notifications.outbox import claiming, sending
from notifications.outbox.claiming import claim
from notifications.outbox.services import cancel
from notifications.receipts.models import ProviderEvent
from notifications.receipts.reading import Reply
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import Post, agree_to_texts, build_account, build_template
from tests.notifications.test_sending import Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


@pytest.fixture
def post(desk, monkeypatch):
    for module in (sending, claiming):
        monkeypatch.setattr(module, "adapter_of", lambda account: Told())
    agree_to_texts(desk.phone)
    case = desk.case
    return Post(case.portfolio, case.loan, desk.phone, build_template(), build_account())


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def send(post):
    taken = claim(account=post.account)
    for message_id in taken.message_ids:
        sending.send_one(message_id=message_id, token=taken.token)


def write_back(post, text, capture=None):
    """The person writes to us from their number."""
    pk = uuid7()
    event = ProviderEvent.objects.create(
        id=pk,
        account=post.account,
        event_id=pk.hex,
        kind="reply",
        body=seal(
            key=post.account.data_key,
            plaintext="{}",
            table="notifications_providerevent",
            column="body",
            row_id=pk,
        ),
        received_at=clock.now(),
    )
    reply = Reply(event_id=pk.hex, sender="+12125550142", text=text, at=clock.now())
    take_in(reply=reply, event=event)
    return InboundMessage.objects.get(event=event)


def events(desk, show="message"):
    case = case_for(desk.cast.ben, desk.case.pk)
    sources = timeline_sources(gather(case, desk.cast.ben))
    return timeline_page(sources=sources, show=show).events


def test_messages_stand_in_the_timeline_planned_sent_and_stopped(desk, post):
    post.owe()
    send(post)
    post.owe(anchor="due:2026-06-01", send_at=clock.now() + timedelta(hours=2))
    post.owe(anchor="due:2026-07-01", send_at=clock.now() + timedelta(hours=2))
    cancel(reason="agreed on the phone", by=CLERK, anchor="due:2026-07-01")

    found = [(event.summary, event.state_name, event.detail) for event in events(desk)]

    assert [line[:2] for line in found] == [
        ("SMS: past due", "waiting"),
        ("SMS: past due", "accepted by the provider"),
        ("SMS: past due", ""),
    ]
    assert "cancelled · Withdrawn: agreed on the phone" in found[2][2]
    assert events(desk, show="promise") == []


def test_a_reply_is_quoted_counts_as_an_obligation_and_is_dealt_with_once(desk, post):
    reply = write_back(post, "Please call me after five")
    ana = as_(desk.cast.ana)
    case, handle = (
        reverse("desk:case", args=[desk.case.pk]),
        reverse("desk:handle_reply", args=[desk.case.pk, reply.pk]),
    )

    queue = ana.get(reverse("desk:my_cases"), {"view": "replies"})
    page = ana.get(case)

    assert "Reply of" in str(queue.context["rows"][0].why_now.text)
    assert page.context["replies"][0]["words"] == "Please call me after five"
    (line,) = events(desk)
    assert (line.quote, line.state_name) == ("Please call me after five", "to deal with")
    assert as_(desk.cast.cleo).post(handle).status_code == 404
    assert as_(desk.cast.auditor).post(handle).status_code == 403
    assert InboundMessage.objects.get().handled_at is None
    for _twice in range(2):
        assert ana.post(handle).status_code == 302
    reply.refresh_from_db()
    assert reply.handled_by == "Ana"
    assert AuditEntry.objects.filter(action="inbound.handled").count() == 1
    assert ana.get(case).context["replies"] == []
    assert ana.get(reverse("desk:my_cases"), {"view": "replies"}).context["rows"] == []


def test_who_works_the_case_finds_it_in_the_inbox(desk, post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write_back(post, "I have paid already")
        write_back(post, "STOP")

    notice = Notice.objects.get()
    assert (notice.user, notice.link.partition("#")[2]) == (desk.cast.ana, "replies")
    assert desk.case.loan.contract_no in inbox_of(desk.cast.ana)[0].text


def test_a_wish_to_stop_is_seen_on_the_case_and_needs_nobody(desk, post):
    write_back(post, "STOP")

    page = as_(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    assert page.context["replies"] == []
    assert [flag["text"] for flag in page.context["flags"]] == ["No SMS wanted since 12 May"]


def test_messages_and_replies_cost_the_case_page_no_query(desk, post):
    ana, address = as_(desk.cast.ana), reverse("desk:case", args=[desk.case.pk])
    ana.get(address)
    with CaptureQueriesContext(connection) as before:
        ana.get(address)
    post.owe()
    send(post)
    for number in range(3):
        post.owe(anchor=f"due:2026-08-{number + 1:02}")
        mark_handled(inbound=write_back(post, f"text {number}"), by=CLERK)
    write_back(post, "call me")

    with CaptureQueriesContext(connection) as after:
        assert ana.get(address).status_code == 200

    assert len(after) <= len(before), [query["sql"][:90] for query in after]


def test_consent_taken_back_and_given_again_is_no_flag(desk, post):
    write_back(post, "STOP")
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        record_consent(
            party=desk.phone.party,
            channel="sms",
            answer="yes",
            given_at=clock.now(),
            source="call",
            by=CLERK,
        )
        page = as_(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    assert page.context["flags"] == []
