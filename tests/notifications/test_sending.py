"""One message from its order to its end: what leaves, what is stopped, what is known."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from compliance.attempts.models import Attempt, Settlement, Verdict
from core import clock
from notifications.channels.adapters import (
    Absent,
    Accepted,
    CannotTell,
    Found,
    Refused,
    Unknown,
)
from notifications.channels.flow import Lookup
from notifications.channels.models import ChannelAccount
from notifications.outbox import sending
from notifications.outbox.asking import ask_due
from notifications.outbox.claiming import claim, give_back_lost
from notifications.outbox.content import said_in
from notifications.outbox.models import Message, MessageEvent
from notifications.outbox.running import run_account
from notifications.outbox.services import cancel, enqueue, hold, release, settle_uncertain
from tests.compliance.builders import CLOSED_AT, OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import answer_with, build_post, pay_everything

pytestmark = pytest.mark.django_db


class Told:
    """An adapter that answers as told and remembers what it was given."""

    code = channel = "sms"
    lookup = Lookup.REFERENCE
    deduplicates = False
    find_delay = 0.0

    def __init__(self) -> None:
        self.sent = []
        self.answers = []
        self.found = []

    def send(self, outgoing):
        self.sent.append(outgoing)
        return self.answers.pop(0) if self.answers else Accepted(f"P{len(self.sent)}")

    def find(self, outgoing):
        return self.found.pop(0)


@pytest.fixture
def told(monkeypatch):
    adapter = Told()
    answer_with(monkeypatch, adapter)
    return adapter


@pytest.fixture
def post():
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_post()


def send(post):
    """One claim of what is due; the database's own clock stands half a year later."""
    taken = claim(account=post.account)
    for message_id in taken.message_ids:
        sending.send_one(message_id=message_id, token=taken.token)
    return Message.objects.get()


def test_a_message_leaves_once_with_what_is_owed_now(post, told):
    post.owe()
    assert enqueue(orders=[post.order()], by=CLERK) == 0

    for _ in range(2):
        run_account(post.account, seconds=1)

    message = Message.objects.get()
    assert message.state == "accepted", (message.reason, message.reason_values)
    assert [out.reference for out in told.sent] == [message.pk.hex]
    assert told.sent[0].body == said_in(message).body
    assert message.attempt.settlements.get().outcome == "sent"
    states = MessageEvent.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["waiting", "sending", "accepted"]


def test_a_payment_between_plan_and_sending_stops_the_message(post, told):
    post.owe()
    pay_everything(post.loan)

    message = send(post)

    assert (message.state, message.reason) == ("suppressed", "paid")
    assert told.sent == []
    assert not Attempt.objects.exists()


def test_another_sum_stops_it_too_and_says_both(post, told):
    post.owe(amount=Decimal("1.00"))

    message = send(post)

    assert (message.state, message.reason) == ("suppressed", "amount_changed")
    assert message.reason_values == {"planned": "1.00", "now": str(post.owed)}
    assert told.sent == []


def test_at_night_it_waits_for_the_window_and_is_no_failed_try(post, told):
    with time_machine.travel(CLOSED_AT, tick=True):
        post.owe(expires_at=clock.now() + timedelta(days=2))
        message = send(post)

    assert (message.state, message.reason) == ("waiting", "gate_waits")
    assert message.reason_values["codes"] == "REGF-HOURS"
    assert message.send_at.astimezone(ZoneInfo("America/New_York")).hour >= 8
    assert message.attempt_count == 0
    assert told.sent == []


def test_what_would_be_useless_by_morning_is_suppressed_with_the_codes(post, told):
    with time_machine.travel(CLOSED_AT, tick=True):
        post.owe(expires_at=clock.now() + timedelta(hours=1))
        message = send(post)

    assert (message.state, message.reason) == ("suppressed", "gate")
    assert Verdict.objects.get().is_allowed is False
    assert told.sent == []


def test_a_hold_keeps_it_and_what_expires_meanwhile_says_so(post, told):
    hold(portfolio=post.portfolio, reason="Flood", by=CLERK)
    post.owe()
    message = send(post)
    assert (message.state, message.reason, message.attempt_count) == ("waiting", "held", 0)
    assert message.send_at == message.expires_at

    with time_machine.travel(message.expires_at + timedelta(minutes=1), tick=True):
        message = send(post)

    assert (message.state, message.reason) == ("expired", "held_too_long")
    assert told.sent == []


def test_what_a_hold_kept_leaves_when_it_is_released(post, told):
    held = hold(portfolio=post.portfolio, reason="Flood", by=CLERK)
    post.owe()
    send(post)

    release(held=held, by=CLERK)

    assert send(post).state == "accepted"
    with pytest.raises(ValidationError):
        release(held=held, by=CLERK)


def test_a_hold_of_a_line_or_a_loan_holds_only_that(post, told):
    hold(portfolio=post.portfolio, step="another", reason="Wording", by=CLERK)
    post.owe()

    assert send(post).state == "accepted"


@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        (Refused("21211", may_retry=False, address_is_bad=True), "failed", "not_made"),
        (Refused("429", may_retry=True, retry_after=60.0), "waiting", "not_made"),
        (Unknown("ConnectionResetError"), "uncertain", None),
    ],
)
def test_what_the_provider_says_decides(post, told, answer, state, outcome):
    told.answers = [answer]
    post.owe()

    message = send(post)

    assert message.state == state
    assert [row.outcome for row in message.attempt.settlements.all()] == [outcome] * bool(outcome)
    if state == "failed":
        post.phone.refresh_from_db()
        assert post.phone.invalid_since is not None


def test_the_switch_keeps_everything_waiting(post, told):
    post.owe()
    ChannelAccount.objects.update(is_on=False, switched_reason="Drill")

    run_account(post.account, seconds=1)

    assert Message.objects.get().state == "waiting"
    assert told.sent == []


def test_after_five_refusals_that_pass_it_is_given_up(post, told):
    told.answers = [Refused("429", may_retry=True)] * 5
    post.owe()

    for _ in range(5):
        send(post)
        Message.objects.filter(state="waiting").update(send_at=clock.now())

    message = Message.objects.get()
    assert (message.state, message.reason) == ("failed", "too_many_tries")
    assert Settlement.objects.filter(outcome="not_made").count() == 5


def test_an_uncertain_one_that_the_provider_has_is_accepted(post, told):
    told.answers, told.found = [Unknown("reset")], [Found("P9")]
    post.owe()
    send(post)

    assert ask_due() == 1

    message = Message.objects.get()
    assert (message.state, message.provider_ref) == ("accepted", "P9")
    assert message.attempt.settlements.get().outcome == "sent"


def test_absent_counts_the_second_time_and_then_it_is_owed_again(post, told):
    told.answers, told.found = [Unknown("reset")], [Absent(), Absent()]
    post.owe()
    send(post)
    ask_due()
    assert Message.objects.get().state == "uncertain"

    Message.objects.update(ask_at=clock.now())
    ask_due()
    message = send(post)

    assert message.state == "accepted"
    assert len({out.reference for out in told.sent}) == 1
    assert Settlement.objects.values_list("outcome", flat=True).order_by("pk")[0] == "not_made"


def test_a_provider_that_cannot_tell_leaves_it_to_a_person(post, told):
    told.lookup = Lookup.NONE
    told.answers = [Unknown("reset")]
    post.owe()
    send(post)
    ask_due()

    message = Message.objects.get()
    assert (message.state, message.ask_at, message.reason) == ("uncertain", None, "cannot_tell")
    assert ask_due() == 0
    with pytest.raises(ValidationError):
        settle_uncertain(message=message, was_sent=True, note=" ", by=CLERK)

    settle_uncertain(message=message, was_sent=False, note="Called the provider", by=CLERK)

    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "settled_not_sent")
    assert len(told.sent) == 1


def test_a_provider_that_deduplicates_is_simply_given_it_again(post, told):
    told.lookup, told.deduplicates = Lookup.NONE, True
    told.answers = [Unknown("reset")]
    post.owe()
    send(post)
    ask_due()

    assert send(post).state == "accepted"
    assert len({out.reference for out in told.sent}) == 1


def test_a_worker_lost_before_its_call_gives_the_message_back(post, told):
    post.owe()
    claim(account=post.account)
    Message.objects.update(lease_until=clock.now() - timedelta(days=400))

    assert give_back_lost() == 1

    assert Message.objects.get().state == "waiting"
    assert send(post).state == "accepted"


def test_a_worker_lost_in_its_call_leaves_it_uncertain(post, told):
    post.owe()
    taken = claim(account=post.account)
    sending._prepare(taken.message_ids[0], taken.token)
    Message.objects.update(lease_until=clock.now() - timedelta(days=400))

    give_back_lost()

    message = Message.objects.get()
    assert (message.state, message.reason) == ("uncertain", "lease_lost")
    assert message.attempt.settlements.count() == 0, "it counts as sent until somebody knows"


def test_a_worker_that_slept_through_its_lease_does_not_call(post, told):
    post.owe()
    taken = claim(account=post.account)
    Message.objects.update(lease_until=clock.now() - timedelta(days=400))
    give_back_lost()
    again = claim(account=post.account)

    sending.send_one(message_id=taken.message_ids[0], token=taken.token)
    assert told.sent == []
    sending.send_one(message_id=again.message_ids[0], token=again.token)

    assert len(told.sent) == 1


def test_what_breaks_its_preparation_is_set_aside_at_last(post, told, monkeypatch):
    monkeypatch.setattr(sending, "recheck", lambda message: 1 / 0)
    post.owe()

    for _ in range(5):
        send(post)
        Message.objects.filter(state="waiting").update(send_at=clock.now())

    message = Message.objects.get()
    assert (message.state, message.reason) == ("failed", "poison")
    assert message.reason_values == {"said": "ZeroDivisionError"}


def test_cancelling_takes_what_waits_and_nothing_else(post, told):
    post.owe(anchor="promise:1")
    post.owe(anchor="promise:2", step="other")

    assert cancel(anchor="promise:1", reason="The promise is over", by=CLERK) == 1

    states = dict(Message.objects.values_list("anchor", "state"))
    assert states == {"promise:1": "cancelled", "promise:2": "waiting"}


def test_useless_orders_owe_nothing(post):
    now = clock.now()
    with pytest.raises(ValidationError):
        enqueue(orders=[post.order(), post.order(step="b", expires_at=now)], by=CLERK)
    assert not Message.objects.exists()


def test_only_its_own_turn_counts_as_a_try_of_a_message(post, told):
    """Nine that were claimed beside one that kills its worker are not set aside with it."""
    post.owe()
    for _ in range(7):
        claim(account=post.account)
        Message.objects.update(lease_until=clock.now() - timedelta(days=400))
        give_back_lost()

    message = send(post)

    assert (message.state, message.attempt_count) == ("accepted", 1)


def test_a_worker_that_sleeps_before_its_call_does_not_begin_it(post, told, monkeypatch):
    """The message is given back: certainly nothing left, so nothing is uncertain."""
    monkeypatch.setattr(sending, "may_call", lambda **of: False)
    post.owe()

    message = send(post)

    assert told.sent == []
    assert (message.state, message.reason_values) == ("waiting", {"said": "too_late"})
    assert message.attempt.settlements.get().outcome == "not_made"


def test_absent_said_once_after_silence_is_not_enough_to_send_again(post, told):
    told.answers, told.found = [Unknown("reset")], [CannotTell("no_answer"), Absent(), Absent()]
    post.owe()
    send(post)

    for state in ("uncertain", "uncertain", "waiting"):
        Message.objects.filter(state="uncertain").update(ask_at=clock.now())
        ask_due()
        assert Message.objects.get().state == state
