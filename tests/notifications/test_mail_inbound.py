"""E-mail that people write: whose it is, what they say themselves, stops, bounces, machines."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from compliance.attempts.models import Attempt
from compliance.consents.models import Consent
from core import clock
from core.audit.models import AuditEntry
from loans.borrowers.rows import ContactRow
from loans.borrowers.services import add_contact_point
from notifications.channels.adapters import Accepted
from notifications.inbound.mail_words import own_words, text_of_html
from notifications.inbound.models import InboundMessage
from notifications.inbound.reading import words_of
from notifications.outbox import claiming, sending
from notifications.outbox.claiming import claim
from notifications.outbox.models import Message
from notifications.receipts.models import ProviderEvent
from notifications.receipts.services import apply_events
from tests.compliance.builders import OPEN_AT, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK
from tests.notifications.builders import SECRET, Post, agree_to, build_account, build_template
from tests.notifications.test_sending import Told

pytestmark = pytest.mark.django_db
ADDRESS = "ann.lee@example.com"
BODY = "Your payment is late. {opt_out}"


@pytest.fixture
def post(db, monkeypatch):
    with time_machine.travel(OPEN_AT, tick=True):
        adapter = Told()
        for module in (sending, claiming):
            monkeypatch.setattr(module, "adapter_of", lambda account: adapter)
        portfolio = reachable_portfolio()
        loan, phone = reachable_loan(portfolio)
        point = an_address(phone.party)
        account = build_account(
            adapter="mail",
            channel="email",
            settings={"host": "mail.lender.example", "sender": "loans@lender.example"},
        )
        template = build_template(code="overdue-mail", body=BODY, channel="email")
        adapter.answers = [Accepted("M-1")]
        yield Post(portfolio, loan, point, template, account)


def an_address(party):
    point = add_contact_point(
        party=party, row=ContactRow(kind="email", value=ADDRESS), country="US", by=CLERK
    )
    agree_to("email", point)
    return point


@pytest.fixture
def message(post):
    post.owe()
    taken = claim(account=post.account)
    for message_id in taken.message_ids:
        sending.send_one(message_id=message_id, token=taken.token)
    found = Message.objects.get()
    assert found.state == "accepted", (found.reason, found.reason_values)
    return found


def mime(text, *, subject="Re: Your loan", sender=ADDRESS, key="<a1@example.com>", **headers):
    told = {
        "From": f"Ann Lee <{sender}>",
        "To": "loans@lender.example",
        "Subject": subject,
        "Message-ID": key,
        "Date": "Tue, 12 May 2026 14:00:00 +0000",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "\r\n".join(f"{name}: {value}" for name, value in told.items())
    return f"{head}\r\n\r\n{text}".encode()


def hand_on(client, account, body, *, secret=SECRET, at=None):
    """As the lender's own mail server posts it."""
    stamp = str(int((at or clock.now()).timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    headers = {"X-Makegood-Timestamp": stamp, "X-Makegood-Signature": digest.hexdigest()}
    return client.post(
        reverse("receipts:receive_mail", args=[account.pk]),
        body,
        content_type="message/rfc822",
        headers=headers,
    )


def taken_in(client, account, body, **how):
    assert hand_on(client, account, body, **how).status_code == 200
    apply_events()
    return InboundMessage.objects.order_by("-pk").first()


def refusals(point):
    return Consent.objects.filter(contact_point=point, answer="no").count()


# --- who may call ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "seconds"),
    [("of somebody else", 0), (SECRET, -301), (SECRET, 330)],
    ids=["another secret", "a replay", "from the future"],
)
def test_mail_that_is_not_signed_now_is_not_kept(client, post, message, secret, seconds):
    at = clock.now() + timedelta(seconds=seconds)
    answer = hand_on(client, post.account, mime("STOP"), secret=secret, at=at)

    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()
    entry = AuditEntry.objects.get(action="webhook.refused")
    assert ADDRESS not in json.dumps(entry.data)


def test_only_accounts_of_e_mail_take_mail(client, post):
    other = build_account(adapter="gateway", settings={"url": "http://127.0.0.1:9"})
    assert hand_on(client, other, mime("STOP")).status_code == 404
    assert client.get(reverse("receipts:receive_mail", args=[post.account.pk])).status_code == 405
    assert not ProviderEvent.objects.exists()


# --- what is taken in --------------------------------------------------------------------


def test_a_reply_is_kept_once_sealed_and_answers_the_message_it_names(client, post, message):
    text = "I paid on Friday.\n\nOn Tue, 12 May 2026, Lakeland wrote:\n> Your payment is late."
    body = mime(text, In_Reply_To=f"<{message.reference}@lender.example>")
    for _twice in range(2):
        inbound = taken_in(client, post.account, body)

    assert InboundMessage.objects.count() == ProviderEvent.objects.count() == 1
    assert (inbound.party, inbound.answers, inbound.intent) == (post.phone.party, message, "paid")
    assert words_of(inbound) == "I paid on Friday."
    assert b"Friday" not in bytes(inbound.text) + bytes(inbound.event.body)
    assert inbound.handled_at is None
    assert Attempt.objects.get(pk=inbound.attempt_id) is not None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("STOP", "Re: Your loan"),
        ("stop.\n\nRegards\nAnn\n-- \nSent from my phone", "Re: Your loan"),
        ("", "Unsubscribe"),
        ("please", "STOP"),
        ("退订", "回复：还款提醒"),
        ("Do not contact me again by e-mail.", "My loan"),
    ],
)
def test_a_wish_to_stop_by_e_mail_is_in_force_at_once(client, post, message, text, subject):
    inbound = taken_in(client, post.account, mime(text, subject=subject))

    assert (inbound.intent, refusals(post.phone)) == ("opt_out", 1)
    assert inbound.handled_at is not None
    post.owe(anchor="due:2026-06-01")
    for message_id in (taken := claim(account=post.account)).message_ids:
        sending.send_one(message_id=message_id, token=taken.token)
    later = Message.objects.get(anchor="due:2026-06-01")
    assert (later.state, later.reason) == ("suppressed", "gate")


QUOTED = "Reply with the word STOP to get no more e-mails. Or unsubscribe me."


@pytest.mark.parametrize(
    "text",
    [
        f"Who is this?\n\nOn Tue, 12 May 2026, Lakeland <a@b.example>\nwrote:\n\n> {QUOTED}",
        f"Who is this?\n-----Original Message-----\n{QUOTED}",
        f"Who is this?\n\nFrom: Lakeland\nSent: Tuesday\nTo: Ann\n{QUOTED}",
        f"Who is this?\n------------------ 原始邮件 ------------------\n{QUOTED}",
        f"Who is this?\n在 2026年5月12日，贷款 写道：\n{QUOTED}",
        f"> {QUOTED}\n\nWho is this?",
    ],
)
def test_our_own_words_in_a_quotation_are_no_wish_to_stop(client, post, message, text):
    inbound = taken_in(client, post.account, mime(text))

    assert (inbound.intent, words_of(inbound)) == ("other", "Who is this?")
    assert refusals(post.phone) == 0


def test_an_e_mail_never_starts_messages_again(client, post, message):
    taken_in(client, post.account, mime("STOP"))
    inbound = taken_in(client, post.account, mime("START", key="<b2@example.com>"))

    assert (inbound.intent, inbound.handled_at) == ("opt_in", None)
    newest = Consent.objects.filter(contact_point=post.phone).latest("given_at", "pk")
    assert newest.answer == "no"


def test_mail_from_another_address_that_answers_ours_stops_what_was_written_to(
    client, post, message
):
    reference = f"<{message.reference}@lender.example>"
    body = mime("STOP", sender="ann@work.example", References=reference)

    inbound = taken_in(client, post.account, body)

    assert (inbound.party, inbound.contact_point) == (post.phone.party, post.phone)
    assert refusals(post.phone) == 1


def test_a_sender_nobody_knows_waits_for_a_person(client, post, message):
    inbound = taken_in(client, post.account, mime("Please stop", sender="x@nowhere.example"))

    assert (inbound.party, inbound.contact_point, inbound.handled_at) == (None, None, None)
    assert words_of(inbound) == "Please stop"
    assert refusals(post.phone) == 0


@pytest.mark.parametrize(
    "header",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}],
)
def test_an_absence_note_is_nobodys_reply(client, post, message, header):
    assert hand_on(client, post.account, mime("I am away. STOP", **header)).status_code == 200
    assert not ProviderEvent.objects.exists()


def test_what_is_no_e_mail_is_thanked_for_and_not_kept(client, post):
    for body in (b"", b"\xff\xfe", b"From: nobody\r\n\r\n"):
        assert hand_on(client, post.account, body).status_code == 200
    assert not ProviderEvent.objects.exists()


# --- bounces -----------------------------------------------------------------------------


def bounce(message, status, action="failed"):
    return (
        "From: MAILER-DAEMON@example.com\r\nTo: loans@lender.example\r\n"
        "Subject: Undelivered\r\nMessage-ID: <dsn1@example.com>\r\nMIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {ADDRESS}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Subject: Your loan\r\nMessage-ID: <{message.reference}@lender.example>\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(("status", "is_bad"), [("5.1.1", True), ("5.2.2", False)])
def test_a_bounce_moves_its_message_and_marks_an_address_that_is_gone(
    client, post, message, status, is_bad
):
    assert hand_on(client, post.account, bounce(message, status)).status_code == 200
    assert apply_events() == 1

    message.refresh_from_db()
    post.phone.refresh_from_db()
    assert (message.state, message.reason) == ("undelivered", "bounced")
    assert message.reason_values == {"said": status}
    assert (post.phone.invalid_since is not None) is is_bad
    assert not InboundMessage.objects.exists()


def test_a_delay_that_is_reported_is_no_bounce(client, post, message):
    hand_on(client, post.account, bounce(message, "4.4.1", action="delayed"))
    apply_events()
    message.refresh_from_db()
    assert message.state == "accepted"


# --- providers ---------------------------------------------------------------------------


def by_provider(post, provider):
    type(post.account).objects.filter(pk=post.account.pk).update(
        settings={"provider": provider, "sender": "loans@lender.example"}
    )
    post.account.refresh_from_db()


def told_by_provider(client, post, body, content_type="application/json", secret=SECRET):
    signed = base64.b64encode(f"makegood:{secret}".encode()).decode()
    return client.post(
        reverse("receipts:receive_mail", args=[post.account.pk]),
        body,
        content_type=content_type,
        headers={"Authorization": f"Basic {signed}"},
    )


def postmark(message):
    return {
        "FromFull": {"Email": ADDRESS, "Name": "Ann Lee"},
        "ToFull": [{"Email": "loans@lender.example"}],
        "Subject": "Re: Your loan",
        "MessageID": "pm-77",
        "Headers": [{"Name": "In-Reply-To", "Value": f"<{message.reference}@lender.example>"}],
        "TextBody": "STOP",
        "HtmlBody": "",
        "Attachments": [{"Name": "a.png", "Content": "AAAA", "ContentType": "image/png"}],
    }


def brevo(message):
    headers = {"From": f"Ann <{ADDRESS}>", "Subject": "Re: x", "Message-ID": "<c@example.com>"}
    item = {
        "Uuid": ["br-1"],
        "Headers": headers,
        "RawTextBody": "STOP",
        "RawHtmlBody": "",
        "Attachments": [{"DownloadToken": "t", "Name": "a.png", "ContentType": "image/png"}],
    }
    return {"items": [item]}


@pytest.mark.parametrize(("provider", "told"), [("postmark", postmark), ("brevo", brevo)])
def test_providers_hand_on_replies_and_their_attachments_are_left_alone(
    client, post, message, provider, told
):
    by_provider(post, provider)
    body = json.dumps(told(message))
    assert told_by_provider(client, post, body, secret="another").status_code == 400
    assert not ProviderEvent.objects.exists()

    for _twice in range(2):
        assert told_by_provider(client, post, body).status_code == 200
        apply_events()

    inbound = InboundMessage.objects.get()
    assert (inbound.intent, inbound.party) == ("opt_out", post.phone.party)
    assert words_of(inbound) == "STOP\n[+1]"
    assert refusals(post.phone) == 1


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
def test_sendgrid_posts_a_form_with_files(client, post, message):
    by_provider(post, "sendgrid")
    parts = {
        "headers": f"From: Ann <{ADDRESS}>\nSubject: Re: x\nMessage-ID: <d@example.com>\n",
        "text": "Call me please",
        "envelope": json.dumps({"from": ADDRESS, "to": ["loans@lender.example"]}),
        "charsets": json.dumps({"text": "UTF-8"}),
    }
    lines = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    ]
    body = "".join(lines) + (
        '--b\r\nContent-Disposition: form-data; name="attachment1"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\nPNG\r\n--b--\r\n"
    )

    answer = told_by_provider(client, post, body, "multipart/form-data; boundary=b")
    apply_events()

    assert answer.status_code == 200
    inbound = InboundMessage.objects.get()
    assert (inbound.intent, inbound.party) == ("call_me", post.phone.party)
    assert words_of(inbound) == "Call me please\n[+1]"


# --- words -------------------------------------------------------------------------------


def test_html_alone_is_read_without_what_it_quotes():
    source = (
        "<style>p{}</style><p>Please&nbsp;call me</p><div>after six<br>thanks</div>"
        f"<blockquote><p>{QUOTED}</p></blockquote>"
    )
    assert text_of_html(source).split("\n") == ["Please call me", "after six", "thanks"]


def test_words_below_a_quotation_are_the_persons_own():
    assert own_words("On 1 May, L wrote:\n> Pay now\n\nI have no job\n") == "I have no job"
