"""What providers send back: believed only when signed, kept once, applied whatever the order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlencode

import pgtrigger
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from compliance.attempts.models import Attempt
from compliance.consents.models import Consent
from compliance.gate.services import decide
from core import clock
from core.audit.models import AuditEntry
from core.encryption.sealing import unseal
from notifications.channels import http
from notifications.channels.services import end_previous_secret, rotate_secret
from notifications.inbound.models import InboundMessage, Intent
from notifications.inbound.services import mark_handled
from notifications.outbox.gating import contact_request
from notifications.outbox.models import Message
from notifications.outbox.running import run_account
from notifications.receipts import services
from notifications.receipts.models import ProviderEvent
from notifications.receipts.services import WAITS, apply_events
from notifications.receipts.signatures import MOST_BYTES, twilio_signed
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_party, us_party_row
from tests.notifications.builders import SECRET, build_account, build_post
from tests.notifications.faulty_provider import running_provider
from tests.notifications.vectors import vectors

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    log = tmp_path_factory.mktemp("provider") / "taken"
    with running_provider(log, seed="webhooks") as url:
        yield url


@pytest.fixture
def post(provider):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_post(url=provider)


@pytest.fixture
def message(post):
    post.owe()
    run_account(post.account, seconds=2)
    found = Message.objects.get()
    assert found.state == "accepted", (found.reason, found.reason_values)
    return found


def behave(provider, fault):
    told = json.dumps({"faults": {fault: 1.0} if fault else {}}).encode()
    http.call(method="POST", url=f"{provider}/_faults", headers={}, body=told)


def address(account):
    return reverse("receipts:receive", args=[account.pk])


def signed(body, *, secret=SECRET, at=None):
    stamp = str(int((at or clock.now()).timestamp()))
    text = stamp.encode() + b"." + body
    signature = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {"X-Makegood-Timestamp": stamp, "X-Makegood-Signature": signature}


def tell(client, account, *events, **how):
    body = json.dumps({"events": events}).encode()
    headers = signed(body, **how)
    return client.post(address(account), body, content_type="application/json", headers=headers)


def receipt(message, status, *, key="e1", **more):
    return {
        "id": key,
        "kind": "receipt",
        "status": status,
        "reference": message.reference,
        **more,
    }


def reply(post, text, *, key="r1", sender=None):
    phone = sender or number_of(post.phone)
    return {"id": key, "kind": "reply", "from": phone, "text": text}


def number_of(point):
    return unseal(
        key=point.party.data_key,
        sealed=point.value,
        table="loans_contactpoint",
        column="value",
        row_id=point.pk,
    )


def state(message):
    message.refresh_from_db()
    return message.state


# --- signatures --------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors("twilio_signature"), ids=lambda vector: vector["id"])
def test_twilio_signatures_hold_with_and_without_the_port(vector):
    told = {
        "url": vector["url_received"],
        "form": {name: [value] for name, value in vector["params"].items()},
        "signature": vector["expected_signature"],
    }
    assert twilio_signed(**told, secrets=[vector["auth_token"]])
    assert not twilio_signed(**told, secrets=["54321", ""])
    assert not twilio_signed(**{**told, "form": {}}, secrets=[vector["auth_token"]])


@pytest.mark.parametrize(
    ("secret", "seconds"),
    [("of somebody else", 0), (SECRET, -301), (SECRET, 330)],
    ids=["another secret", "a replay", "from the future"],
)
def test_what_is_not_signed_now_by_the_account_is_not_kept(client, post, message, secret, seconds):
    how = {"secret": secret, "at": clock.now() + timedelta(seconds=seconds)}
    answer = tell(client, post.account, receipt(message, "delivered"), **how)

    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()
    entry = AuditEntry.objects.get(action="webhook.refused")
    assert entry.object_id == str(post.account.pk)
    assert message.reference not in json.dumps(entry.data)


def test_an_unsigned_call_is_refused_and_a_signed_body_may_not_be_changed(client, post):
    body = b'{"events": []}'
    headers = signed(body)
    for sent, given in ((body, {}), (body + b" ", headers)):
        answer = client.post(
            address(post.account), sent, content_type="application/json", headers=given
        )
        assert answer.status_code == 400


def test_while_a_secret_is_renewed_both_hold_and_then_only_the_new(client, post, message):
    rotate_secret(account=post.account, secret="the new one", by=CLERK)
    for key, secret in (("a", SECRET), ("b", "the new one")):
        told = tell(client, post.account, receipt(message, "sent", key=key), secret=secret)
        assert told.status_code == 200

    end_previous_secret(account=post.account, by=CLERK)
    assert tell(client, post.account, receipt(message, "sent", key="c")).status_code == 400
    assert ProviderEvent.objects.count() == 2


def test_only_posts_of_a_bearable_size_to_known_accounts(client, post):
    assert client.get(address(post.account)).status_code == 405
    large = client.post(
        address(post.account), b"x" * (MOST_BYTES + 1), content_type="application/json"
    )
    assert large.status_code == 413
    gone = address(post.account).replace(str(post.account.pk), str(post.loan.pk))
    assert client.post(gone, b"{}", content_type="application/json").status_code == 404
    assert not ProviderEvent.objects.exists()
    assert not AuditEntry.objects.filter(action="webhook.refused").exists()


def test_nobody_calls_back_for_a_folder_or_a_printer(client, db):
    account = build_account(adapter="letters", channel="letter")
    assert tell(client, account, {"id": "x"}).status_code == 400


def test_a_switched_off_account_still_listens(client, post, message):
    type(post.account).objects.update(is_on=False, switched_reason="drill")
    assert tell(client, post.account, receipt(message, "delivered")).status_code == 200
    apply_events()
    assert state(message) == "delivered"


def test_twilio_signs_the_address_it_was_told(client, provider):
    told = "https://collect.example/webhooks/1"
    account = build_account(adapter="twilio", settings={"account_sid": "A", "receipts_url": told})
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "ErrorCode": ""}
    text = f"{told}?reference=ab" + "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    kind = "application/x-www-form-urlencoded"

    answer = client.post(
        f"{address(account)}?reference=ab", urlencode(form), content_type=kind, headers=headers
    )
    moved = client.post(
        f"{address(account)}?reference=cd", urlencode(form), content_type=kind, headers=headers
    )

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
    assert moved.status_code == 400
    assert ProviderEvent.objects.get().event_id == "SM1:sent"


# --- receipts ----------------------------------------------------------------------------


def test_an_event_is_kept_once_and_answered_well_each_time(
    client, post, message, django_capture_on_commit_callbacks
):
    for _ in range(3):
        with django_capture_on_commit_callbacks() as calls:
            assert tell(client, post.account, receipt(message, "delivered")).status_code == 200
        assert services._wake in calls

    assert ProviderEvent.objects.count() == 1
    kept = ProviderEvent.objects.get()
    assert message.reference.encode() not in bytes(kept.body)
    assert apply_events() == 1
    assert apply_events() == 0
    assert state(message) == "delivered"


@pytest.mark.parametrize("order", [("sent", "delivered"), ("delivered", "sent")])
def test_receipts_move_a_message_forward_only(client, post, message, order):
    for place, status in enumerate(order):
        tell(client, post.account, receipt(message, status, key=f"e{place}"))
        apply_events()
    tell(client, post.account, receipt(message, "failed", key="late"))
    apply_events()

    assert state(message) == "delivered"


def test_a_receipt_before_the_calls_own_answer_waits_for_it(client, post, message):
    # Back to the middle of the call, as a quick provider finds it.
    with_lease = {"lease_token": post.loan.pk, "lease_until": clock.now() + timedelta(minutes=1)}
    Message.objects.filter(pk=message.pk).update(provider_ref="")
    _force_state(message, "sending", with_lease)
    tell(client, post.account, receipt(message, "delivered"))

    assert apply_events() == 0
    assert state(message) == "sending"

    _force_state(message, "accepted", {"lease_token": None, "lease_until": None})
    with time_machine.travel(clock.now() + WAITS[0], tick=True):
        assert apply_events() == 1
    assert state(message) == "delivered"


def _force_state(message, state, changes):
    with pgtrigger.ignore("notifications.Message:message_flow"):
        Message.objects.filter(pk=message.pk).update(state=state, **changes)


def test_a_receipt_settles_what_was_uncertain(client, post, provider):
    behave(provider, "garbage_after")
    post.owe()
    run_account(post.account, seconds=2)
    behave(provider, "")
    message = Message.objects.get()
    assert message.state == "uncertain"

    tell(client, post.account, receipt(message, "delivered") | {"message": "P77"})
    apply_events()

    assert state(message) == "delivered"
    assert (message.provider_ref, message.ask_at) == ("P77", None)


def test_a_receipt_of_nobodys_message_is_tried_ever_later_and_given_up(client, post, message):
    event = {**receipt(message, "delivered"), "reference": post.loan.pk.hex}
    tell(client, post.account, event)
    for wait in (*WAITS, timedelta(days=1)):
        assert apply_events() == 0
        assert apply_events() == 0  # at once again: its time has not come
        row = ProviderEvent.objects.get()
        if row.try_at is None:
            break
        assert row.try_at - clock.now() <= wait
        ProviderEvent.objects.update(try_at=clock.now())
    assert (row.tries, row.try_at, row.error) == (len(WAITS) + 1, None, "message unknown")
    assert state(message) == "accepted"


def test_an_event_that_breaks_holds_up_no_other(client, post, message, monkeypatch):
    tell(client, post.account, reply(post, "hello", key="bad"), receipt(message, "delivered"))

    def broken(**_told):
        raise RuntimeError("poison")

    monkeypatch.setattr(services, "take_in", broken)
    assert apply_events() == 1
    assert state(message) == "delivered"
    assert ProviderEvent.objects.get(applied_at=None).error == "RuntimeError"


def test_a_bounce_says_why_and_marks_the_number(client, post, message):
    told = receipt(message, "failed", reason="no such number", bad_address=True)
    tell(client, post.account, told)
    apply_events()

    assert (state(message), message.reason) == ("undelivered", "bounced")
    assert message.reason_values == {"said": "no such number"}
    post.phone.refresh_from_db()
    assert post.phone.invalid_since is not None


def test_another_accounts_receipt_moves_nothing(client, post, message):
    other = build_account(name="Other", portfolio=post.portfolio)
    tell(client, other, receipt(message, "delivered") | {"message": message.provider_ref})
    apply_events()
    assert state(message) == "accepted"


# --- replies -----------------------------------------------------------------------------


def denials_of_the_next(message):
    wording = message.template.versions.get()
    return [found.code for found in decide(contact_request(message, wording)).denials]


@pytest.mark.parametrize("word", ["STOP", "stop.", "ＳＴＯＰ", "退订", "Please stop texting me"])
def test_a_wish_to_stop_is_in_force_at_once(client, post, message, word):
    assert denials_of_the_next(message) == []
    tell(client, post.account, reply(post, word))
    apply_events()

    assert denials_of_the_next(message) == ["REGF-MEDIUM-OPTOUT"]
    consent = Consent.objects.filter(party=post.phone.party).latest("given_at")
    assert (consent.channel, consent.answer) == ("sms", "no")
    inbound = InboundMessage.objects.get()
    assert (inbound.intent, inbound.answers) == ("opt_out", message)
    assert inbound.handled_at is not None

    post.owe(anchor="due:2026-06-01")
    run_account(post.account, seconds=2)
    later = Message.objects.get(anchor="due:2026-06-01")
    assert (later.state, later.reason) == ("suppressed", "gate")


def test_what_a_person_writes_after_stop_lets_no_planned_message_through(client, post, message):
    for key, text in (("r1", "STOP"), ("r2", "I already paid")):
        tell(client, post.account, reply(post, text, key=key))
        apply_events()
    assert denials_of_the_next(message) == ["REGF-MEDIUM-OPTOUT"]


def test_the_same_reply_twice_is_one_reply(client, post, message):
    for _ in range(2):
        tell(client, post.account, reply(post, "STOP"))
        apply_events()
    assert InboundMessage.objects.count() == 1
    assert Consent.objects.filter(party=post.phone.party, answer="no").count() == 1


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I already paid on Friday", "paid"),
        ("已还款", "paid"),
        ("Call me after six", "call_me"),
        ("请给我打电话", "call_me"),
        ("Who is this?", "other"),
        ("Don't stop believing", "other"),
    ],
)
def test_what_is_not_a_stop_waits_for_a_person(client, post, message, text, intent):
    tell(client, post.account, reply(post, text))
    apply_events()

    inbound = InboundMessage.objects.get()
    assert inbound.intent == intent
    assert inbound.handled_at is None
    assert text.encode() not in bytes(inbound.text)
    assert Attempt.objects.get(pk=inbound.attempt_id) is not None
    assert not Consent.objects.filter(party=post.phone.party, answer="no").exists()

    mark_handled(inbound=inbound, by=CLERK)
    with pytest.raises(ValidationError, match="dealt with it before"):
        mark_handled(inbound=inbound, by=CLERK)


def test_a_sender_nobody_knows_is_kept_for_a_person(client, post):
    tell(client, post.account, reply(post, "STOP", sender="+12125559999"))
    apply_events()

    inbound = InboundMessage.objects.get()
    assert (inbound.party, inbound.intent) == (None, Intent.OPT_OUT)
    assert inbound.handled_at is None  # nobody was served: somebody has to find out who it is
    assert not Consent.objects.filter(answer="no").exists()


def test_a_number_of_several_people_stops_for_all_of_them(client, post, message):
    row = us_party_row()
    build_party(
        post.portfolio, customer_no="C-OTHER", full_name="Bo", contact_points=row.contact_points
    )
    tell(client, post.account, reply(post, "STOP"))
    apply_events()

    stopped = Consent.objects.filter(answer="no").values_list("party__full_name", flat=True)
    assert sorted(stopped) == sorted(["Bo", post.phone.party.full_name])
    assert InboundMessage.objects.get().party == post.phone.party  # whom the message went to


# --- e-mail ------------------------------------------------------------------------------


def mail_events(client, account, told, secret=SECRET):
    given = base64.b64encode(f"makegood:{secret}".encode()).decode()
    return client.post(
        address(account),
        json.dumps(told),
        content_type="application/json",
        headers={"Authorization": f"Basic {given}"},
    )


@pytest.fixture
def mail_account(post):
    return build_account(
        adapter="mail", channel="email", settings={"provider": "postmark", "sender": "a@b.example"}
    )


def bounce(kind):
    return {
        "RecordType": "Bounce",
        "ID": 4,
        "Type": kind,
        "MessageID": "883953f4",
        "Email": "ann@example.com",
        "BouncedAt": "2026-05-12T18:00:00Z",
        "Metadata": {"reference": "ab"},
    }


@pytest.mark.parametrize(("kind", "is_bad"), [("HardBounce", True), ("SoftBounce", False)])
def test_a_hard_bounce_of_an_email_tells_a_bad_address(client, mail_account, kind, is_bad):
    assert mail_events(client, mail_account, bounce(kind), "wrong").status_code == 400
    assert mail_events(client, mail_account, bounce(kind)).status_code == 200
    assert mail_events(client, mail_account, {"nonsense": 1}).status_code == 200

    row = ProviderEvent.objects.get(event_id__startswith="bounced")
    told = json.loads(services._opened(row))
    assert (told["arrived"], told["address_is_bad"], told["reference"]) == (False, is_bad, "ab")


def test_who_unsubscribes_at_the_provider_of_email_has_opted_out(client, mail_account):
    told = {
        "RecordType": "SubscriptionChange",
        "MessageID": "883953f4",
        "Recipient": "nobody@example.com",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "ChangedAt": "2026-05-12T18:00:00Z",
    }
    mail_events(client, mail_account, told)
    apply_events()
    inbound = InboundMessage.objects.get()
    assert (inbound.intent, inbound.channel) == ("opt_out", "email")
