"""The pages of messages: who sees what, one message's life, settling, holding, switching."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.access.rights import Role
from compliance.attempts.models import Settlement
from core import clock
from core.audit.models import AuditEntry
from core.ids import uuid7
from notifications.channels.adapters import Accepted, Unknown
from notifications.channels.models import ChannelAccount
from notifications.outbox import sending
from notifications.outbox.claiming import claim
from notifications.outbox.content import said_in
from notifications.outbox.models import Batch, Message, MessageEvent, MessageHold
from notifications.outbox.services import cancel, enqueue
from notifications.oversight.batch_queries import ending_of, progress_of
from notifications.oversight.health import health_of, oldest_due_at, oldest_lease_until
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_cast
from tests.notifications.builders import answer_with, build_post, client_of, pay_everything
from tests.notifications.test_sending import Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    adapter = Told()
    answer_with(monkeypatch, adapter)
    return adapter


@pytest.fixture
def post():
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_post()


@pytest.fixture
def cast(post):
    return build_cast(portfolio=post.portfolio)


def send(post):
    taken = claim(account=post.account)
    for message_id in taken.message_ids:
        sending.send_one(message_id=message_id, token=taken.token)
    return Message.objects.order_by("planned_at")[0]


def listed(client, **filters):
    page = client.get(reverse("messages:outbox"), filters)
    assert page.status_code == 200, filters
    return len(page.context["rows"])


def test_the_outbox_counts_states_and_finds_what_is_searched_for(post, cast, told):
    told.answers = [Accepted("SM-77")]
    message = post.owe()
    sent = send(post)
    assert sent.state == "accepted", sent.reason_values
    post.owe(anchor="due:2026-06-01", send_at=clock.now() + timedelta(hours=2))
    ben = client_of(cast.ben)

    page = ben.get(reverse("messages:outbox"))

    counts = {str(tab.label): tab.count for tab in page.context["states"]}
    assert (counts["All"], counts["accepted by the provider"], counts["waiting"]) == (2, 1, 1)
    number, name = post.loan.contract_no, post.phone.party.full_name
    for found in (number, number[:4], name, name.split()[0]):
        assert listed(ben, q=found) == 2, found
    for found in ("SM-77", message.pk.hex, str(message.pk)):
        assert listed(ben, q=found) == 1, found
    assert listed(ben, q="nobody") == listed(ben, q="SM-7") == 0
    assert listed(ben, state="waiting", channel="sms", purpose="overdue", day="2026-05-12") == 1
    assert listed(ben, day="2026-05-13") == 0
    assert listed(ben, channel="email") == 0


def test_the_outbox_reads_with_as_many_queries_for_many_as_for_one(
    post, cast, django_assert_max_num_queries
):
    ben = client_of(cast.ben)
    post.owe()
    ben.get(reverse("messages:outbox"))
    for day in range(12):
        post.owe(anchor=f"due:2026-07-{day + 1:02}")

    with django_assert_max_num_queries(12):
        assert listed(ben) == 13


def test_what_is_not_in_scope_does_not_exist(post, cast):
    message = post.owe()
    cleo = client_of(cast.cleo, Role.MANAGER)

    assert listed(cleo) == 0
    assert listed(cleo, q=post.loan.contract_no) == 0
    assert cleo.get(reverse("messages:message", args=[message.pk])).status_code == 404
    address = reverse("messages:settle", args=[message.pk])
    assert cleo.post(address, {"token": "1"}).status_code == 404
    by_portfolio = {"portfolio": str(post.portfolio.pk)}
    assert cleo.get(reverse("messages:outbox"), by_portfolio).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AGENT, 403), (Role.TEAM_LEAD, 200), (Role.MANAGER, 200), (Role.AUDITOR, 200)],
)
def test_agents_have_the_case_and_not_the_outbox(post, cast, role, status):
    post.owe()
    client = client_of(cast.ben, role)

    for name in ("outbox", "batches", "replies", "holds"):
        assert client.get(reverse(f"messages:{name}")).status_code == status, name


def test_a_message_tells_its_life_with_the_verdict_and_the_page_of_it(post, cast, told):
    post.owe()
    message = send(post)
    address = reverse("messages:message", args=[message.pk])

    lead, manager = client_of(cast.ben).get(address), client_of(cast.ben, Role.MANAGER).get(address)

    states = [event.state for event in manager.context["life"]]
    assert states == ["waiting", "being sent", "accepted by the provider"]
    verdict = reverse("oversight:verdict", args=[message.attempt.verdict_id])
    assert verdict in manager.content.decode()
    assert verdict not in lead.content.decode()
    assert said_in(message).body not in manager.content.decode()


def test_a_stopped_message_says_why_as_a_sentence(post, cast, told):
    post.owe()
    pay_everything(post.loan)
    message = send(post)

    page = client_of(cast.ben).get(reverse("messages:message", args=[message.pk]))

    assert "Nothing is owed any more" in page.content.decode()
    assert page.context["read_form"] is None


def test_the_text_is_read_for_a_purpose_and_the_trail_says_by_whom(post, cast, told):
    post.owe()
    message = send(post)
    ben = client_of(cast.ben)
    address = reverse("messages:read", args=[message.pk])

    refused = ben.post(address, {"purpose": "curiosity"})
    assert refused.status_code == 422
    assert not AuditEntry.objects.filter(action="party.revealed").exists()
    shown = ben.post(address, {"purpose": "complaint"})

    assert said_in(message).body in shown.content.decode()
    entry = AuditEntry.objects.get(action="party.revealed")
    assert (entry.actor_id, entry.reason) == (str(cast.ben.pk), "complaint")
    assert entry.data == {"field": "message", "row": str(message.pk)}
    assert client_of(cast.auditor).post(address, {"purpose": "complaint"}).status_code == 403
    assert AuditEntry.objects.filter(action="party.revealed").count() == 1


def uncertain(post, told):
    told.answers = [Unknown("timeout")]
    post.owe()
    message = send(post)
    assert message.state == "uncertain"
    return message


def test_an_uncertain_message_is_settled_once_with_how_it_was_found_out(post, cast, told):
    message = uncertain(post, told)
    ben = client_of(cast.ben)
    address = reverse("messages:settle", args=[message.pk])
    data = {"token": uuid7().hex, "outcome": "sent", "note": "seen in the console"}

    answers = [ben.post(address, data).status_code for _twice in range(2)]
    late = ben.post(address, {**data, "token": uuid7().hex, "outcome": "not_sent"})

    assert answers == [302, 302]
    assert late.status_code == 422
    message.refresh_from_db()
    assert (message.state, message.reason) == ("accepted", "settled_sent")
    assert Settlement.objects.get(attempt=message.attempt).outcome == "sent"
    assert AuditEntry.objects.get(action="message.settled").reason == "seen in the console"


@pytest.mark.parametrize("missing", ["note", "outcome"])
def test_a_settlement_without_its_ground_changes_nothing(post, cast, told, missing):
    message = uncertain(post, told)
    data = {"token": uuid7().hex, "outcome": "sent", "note": "asked", missing: ""}

    answer = client_of(cast.ben).post(reverse("messages:settle", args=[message.pk]), data)

    assert answer.status_code == 422
    assert Message.objects.get().state == "uncertain"
    assert not AuditEntry.objects.filter(action="message.settled").exists()
    auditor = client_of(cast.auditor).post(reverse("messages:settle", args=[message.pk]), data)
    assert auditor.status_code == 403


def test_the_list_goes_into_a_file_with_a_line_in_the_trail(post, cast):
    post.owe()
    address = f"{reverse('messages:export')}?state=waiting&q={post.loan.contract_no}"

    assert client_of(cast.ben).post(address, {"format": "csv"}).status_code == 403
    answer = client_of(cast.ben, Role.MANAGER).post(address, {"format": "csv"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert post.loan.contract_no in lines[1]
    entry = AuditEntry.objects.get(action="export.write")
    assert (entry.object_id, entry.data["rows"]) == ("notifications.messages", 1)
    assert entry.data["filters"] == {"state": "waiting"}


def hold_data(post, client, **changes):
    token = client.get(reverse("messages:hold_preview")).context["form"]["token"].value()
    data = {"token": token, "portfolio": post.portfolio.code, "what": "portfolio"}
    return {**data, "reason": "wording under review", **changes}


def test_a_hold_says_how_many_it_keeps_is_set_once_and_released(post, cast, told):
    post.owe()
    boss = client_of(cast.ben, Role.MANAGER)
    data = hold_data(post, boss, what="party", contract_no=post.loan.contract_no)

    preview = boss.post(reverse("messages:hold_preview"), data)
    assert preview.context["kept"] == 1
    assert not MessageHold.objects.exists()
    answers = [boss.post(reverse("messages:hold"), data).status_code for _twice in range(2)]

    assert answers == [302, 302]
    held = MessageHold.objects.get()
    assert (held.party_id, held.loan_id, held.ends_at) == (post.phone.party_id, None, None)
    assert send(post).reason == "held"
    page = boss.get(reverse("messages:holds"))
    assert dict(page.context["lines"][0]["row"].cells)["Messages kept back"].text == "1"
    release = reverse("messages:release", args=[held.pk])
    assert boss.post(release, {"token": uuid7().hex}).status_code == 302
    assert boss.post(release, {"token": uuid7().hex}).status_code == 422
    over = boss.get(reverse("messages:holds"), {"show": "over"})
    assert "released by Ben" in over.content.decode()
    assert told.sent == []
    assert send(post).state == "accepted"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Say why the messages are held."),
        ({"until": "2026-05-11T08:00"}, "must end in the future"),
        ({"what": "step"}, "Say which line of the plan."),
        ({"what": "loan"}, "Give the contract number."),
        ({"what": "loan", "contract_no": "X-1"}, "no such contract"),
        ({"portfolio": "nowhere"}, "Portfolio"),
    ],
)
def test_a_refused_hold_says_why_and_holds_nothing(post, cast, changes, sentence):
    boss = client_of(cast.ben, Role.MANAGER)

    answer = boss.post(reverse("messages:hold"), hold_data(post, boss, **changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not MessageHold.objects.exists()
    assert not AuditEntry.objects.filter(action="messages.held").exists()


def test_leads_look_on_and_holds_of_others_are_not_released(post, cast):
    boss = client_of(cast.ben, Role.MANAGER)
    boss.post(reverse("messages:hold"), hold_data(post, boss))
    release = reverse("messages:release", args=[MessageHold.objects.get().pk])

    assert client_of(cast.cleo, Role.MANAGER).post(release, {"token": "1"}).status_code == 404
    lead = client_of(cast.ben, Role.TEAM_LEAD)
    assert lead.get(reverse("messages:holds")).status_code == 200
    assert lead.get(reverse("messages:hold_preview")).status_code == 403
    assert lead.post(release, {"token": "1"}).status_code == 403
    assert MessageHold.objects.get().released_at is None


def test_a_batch_says_how_far_it_is_why_others_were_stopped_and_when_it_ends(post, cast, told):
    now = clock.now()
    batch = Batch.objects.create(
        portfolio=post.portfolio,
        label="Due reminders",
        planned_for=now.date(),
        planned_by="Makegood",
        planned_at=now,
    )
    orders = [post.order(anchor=f"due:2026-07-{n:02}") for n in range(1, 5)]
    orders += [post.order(anchor="due:2026-09-01", send_at=now + timedelta(hours=3))]
    enqueue(orders=orders, by=CLERK, batch=batch)
    cancel(reason="paid", by=CLERK, anchor="due:2026-07-01")
    taken = claim(account=post.account, limit=1)
    sending.send_one(message_id=taken.message_ids[0], token=taken.token)

    progress = progress_of([batch.pk])[batch.pk]

    assert (progress.planned, progress.sent, progress.waiting, progress.stopped) == (5, 1, 3, 1)
    assert progress.by_reason == {"withdrawn": 1}
    ending = ending_of(batch)
    assert ending.at == now + timedelta(hours=3)
    ChannelAccount.objects.update(is_on=False, switched_reason="fault")
    assert ending_of(batch).lacks_account
    ben = client_of(cast.ben)
    part = ben.get(reverse("messages:progress", args=[batch.pk]))
    assert (part.status_code, part.context["is_running"]) == (200, True)
    assert "HX-Refresh" not in part.headers
    cancel(reason="x", by=CLERK, messages=list(Message.objects.waiting()))
    assert ben.get(reverse("messages:progress", args=[batch.pk])).headers["HX-Refresh"] == "true"
    assert ending_of(batch) is None
    assert (
        client_of(cast.cleo, Role.MANAGER)
        .get(reverse("messages:batch", args=[batch.pk]))
        .status_code
        == 404
    )


def test_health_counts_today_and_takes_the_time_to_the_receipt(post, cast, told):
    post.owe()
    message = send(post)
    MessageEvent.objects.create(
        message=message,
        state="delivered",
        at=message.calling_at + timedelta(seconds=4),
        by="Makegood",
    )

    health = health_of([post.account.pk], since=clock.now() - timedelta(hours=1))

    found = health[post.account.pk]
    assert (found.sent, found.refused, found.uncertain) == (1, 0, 0)
    assert (found.median, found.p95) == (timedelta(seconds=4), timedelta(seconds=4))
    page = client_of(cast.administrator).get(reverse("messages:channels"))
    assert page.context["accounts"][0].delay == "4.0 s, 4.0 s"


def test_the_switch_stops_the_account_with_a_reason_and_who(post, cast):
    admin = client_of(cast.administrator)
    address = reverse("messages:switch", args=[post.account.pk])
    data = {"token": uuid7().hex, "is_on": "off", "reason": "wrong amounts"}

    assert admin.post(address, {**data, "reason": ""}).status_code == 422
    assert ChannelAccount.objects.get().is_on
    assert [admin.post(address, data).status_code for _twice in range(2)] == [302, 302]

    account = ChannelAccount.objects.get()
    assert (account.is_on, account.switched_reason) == (False, "wrong amounts")
    assert account.switched_by == "Admin"
    assert client_of(cast.auditor).post(address, data).status_code == 403
    assert client_of(cast.ben).get(reverse("messages:channels")).status_code == 403


def test_limits_are_edited_within_bounds(post, cast):
    admin = client_of(cast.administrator)
    address = reverse("messages:limits", args=[post.account.pk])
    data = {"token": uuid7().hex, "rate_per_second": "7", "parallel_calls": "2"}

    assert admin.post(address, {**data, "rate_per_second": "0"}).status_code == 422
    assert ChannelAccount.objects.get().rate_per_second == 1_000
    assert admin.post(address, data).status_code == 302

    account = ChannelAccount.objects.get()
    assert (account.rate_per_second, account.parallel_calls) == (7, 2)


def test_a_message_that_could_leave_and_a_lease_that_ran_out_are_seen(post, told):
    now = clock.now()
    assert oldest_due_at(now) is None
    message = post.owe()
    later = now + timedelta(minutes=20)

    assert oldest_due_at(later) == message.send_at
    ChannelAccount.objects.update(is_on=False, switched_reason="fault")
    assert oldest_due_at(later) is None
    ChannelAccount.objects.update(is_on=True)
    claim(account=post.account)
    assert oldest_due_at(later) is None
    assert oldest_lease_until(now) is None
    assert oldest_lease_until(now + timedelta(days=400)) is not None
