"""A visit's notice: owed with the plan, in time or not at all, taken back with it, counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.inbox.models import Notice
from collections_app.visits.announcing import still_planned
from collections_app.visits.calling_off import still_off
from collections_app.visits.making import book_visit
from collections_app.visits.models import Visit
from collections_app.visits.services import announce_visit, cancel_visit, send_notice, take_off
from collections_app.visits.tasks import watch_visits
from compliance.notices.models import ServedNotice
from compliance.rulepacks.services import install_standard_packs
from core.audit.actors import Actor
from loans.borrowers.models import ContactPoint
from notifications.channels.adapters import Accepted, Refused
from notifications.channels.flow import Lookup
from notifications.letters.models import LetterBatch
from notifications.letters.posting import mark_posted
from notifications.letters.services import print_batch
from notifications.outbox.models import Message
from notifications.outbox.running import run_account
from notifications.templates.standard import install_standard_templates
from tests.collections_app.visiting import TODAY, Field, build_field
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import answer_with, build_account

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
#: The rule pack of the United Kingdom asks for three days between notice and visit.
IN_TIME = TODAY + 3 * DAY


class Post:
    """A provider that takes everything, or says no to everything."""

    code, channel, lookup, deduplicates, find_delay = "post", "email", Lookup.NONE, False, 0.0
    answer = Accepted("P1")

    def __init__(self) -> None:
        self.sent = []

    def send(self, outgoing):
        self.sent.append(outgoing)
        return self.answer


@pytest.fixture
def field():
    with time_machine.travel(OPEN_AT, tick=False):
        field = build_field(rule_packs=("UK",))
        install_standard_packs(by=CLERK)
        install_standard_templates(by=CLERK)
        yield field


@pytest.fixture
def post(monkeypatch):
    adapter = Post()
    answer_with(monkeypatch, adapter)
    return adapter


def _ben(field: Field) -> Actor:
    return Actor.of(field.desk.cast.ben)


def _send_all() -> None:
    run_account(build_account(channel="email", adapter="mail"), seconds=2)
    watch_visits()


def _kinds(visit: Visit) -> list[str]:
    return list(visit.events.order_by("pk").values_list("kind", flat=True))


def test_where_the_pack_asks_the_plan_owes_a_notice_that_names_day_and_window(field, post):
    visit = field.planned(visit_on=IN_TIME)

    [message] = Message.objects.all()
    assert (message.channel, message.purpose, message.state) == ("email", "visit_notice", "waiting")
    assert visit.notice_message == message
    assert message.expires_at == datetime.combine(TODAY + DAY, time(0), tzinfo=visit.zone)

    _send_all()

    [sent] = post.sent
    assert "15 May 2026, 13:00–17:00" in sent.body
    visit.refresh_from_db()
    served = ServedNotice.objects.get()
    assert visit.notice == served
    assert (served.served_on, served.how, served.document_ref) == (TODAY, "email", str(message.pk))
    assert _kinds(visit) == ["requested", "planned", "notice_owed", "notice"]
    with time_machine.travel(datetime(2026, 5, 15, 19, tzinfo=UTC), tick=False):
        assert book_visit(visit=visit)


def test_without_a_rule_that_asks_for_it_nothing_is_sent_until_somebody_does(client, post):
    with time_machine.travel(OPEN_AT, tick=False):
        field = build_field()
        install_standard_templates(by=CLERK)
        visit = field.planned(visit_on=IN_TIME)
        assert not Message.objects.exists()
        address = reverse("visits:send_notice", args=[visit.pk])
        client.force_login(field.desk.cast.ana)
        assert client.post(address).status_code == 403
        client.force_login(field.desk.cast.ben)
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 409
        assert Message.objects.get().expires_at == Visit.objects.get().opens_at
        page = client.get(reverse("visits:visit", args=[visit.pk])).content.decode()
        assert "waiting" in page


def test_a_day_that_no_notice_can_be_in_time_for_is_refused_with_the_first_that_it_can(field):
    visit = field.asked()

    with pytest.raises(ValidationError, match="15 May"):
        field.planned(visit, visit_on=TODAY + 2 * DAY)

    visit.refresh_from_db()
    assert (visit.state, Message.objects.count()) == ("requested", 0)
    served = {"served_on": TODAY - DAY, "how": "hand", "document_ref": "VN-1", "by": _ben(field)}
    announce_visit(visit=visit, **served)
    assert field.planned(visit, visit_on=TODAY + 2 * DAY).state == "planned"
    assert not Message.objects.exists(), "it was announced by hand"


@pytest.mark.parametrize("ends", [cancel_visit, take_off])
def test_a_visit_that_is_not_made_takes_its_unsent_notice_back_with_it(field, post, ends):
    visit = field.planned(visit_on=IN_TIME)

    ends(visit=visit, reason="paid at the counter", by=_ben(field))

    assert Message.objects.get().state == "cancelled"
    _send_all()
    assert not post.sent
    visit.refresh_from_db()
    assert visit.notice_message is None


def test_cancelling_that_fails_leaves_the_notice_owed(field):
    visit = field.planned(visit_on=IN_TIME)

    with pytest.raises(ValidationError, match="why"):
        cancel_visit(visit=visit, reason=" ", by=_ben(field))

    assert Message.objects.get().state == "waiting"


def test_moved_the_person_is_told_the_new_time_and_only_that(field, post):
    visit = field.planned(visit_on=IN_TIME)
    field.planned(visit, reason="asked for Monday", visit_on=IN_TIME + 3 * DAY)
    first, second = Message.objects.order_by("planned_at", "pk")
    assert (first.state, second.state) == ("cancelled", "waiting")
    assert not still_planned(first).is_still_so
    assert still_planned(second).fields["visit_date"] == "18 May 2026"

    field.planned(
        visit,
        reason="Gail drives",
        visit_on=IN_TIME + 3 * DAY,
        agent=field.gail,
        second_visitor=None,
    )
    assert Message.objects.count() == 2, "the same day and window need no other notice"
    _send_all()
    field.planned(visit, reason="the car broke", visit_on=IN_TIME + 9 * DAY)
    assert Message.objects.filter(state="waiting").count() == 1, "told before, told anew"


def test_a_notice_that_was_refused_counts_for_nothing_and_the_lead_is_told(field, post):
    post.answer = Refused("no such mailbox", may_retry=False)
    visit = field.planned(visit_on=IN_TIME)

    _send_all()
    watch_visits()

    assert not ServedNotice.objects.exists()
    told = Notice.objects.get(key="visit.notice_lost")
    assert told.user == field.desk.cast.ben
    visit.refresh_from_db()
    assert (visit.notice_message, _kinds(visit)[-1]) == (None, "notice_lost")
    post.answer = Accepted("P2")
    send_notice(visit=visit, by=_ben(field))
    assert Message.objects.count() == 2


def test_one_that_comes_back_later_is_withdrawn(field, post):
    visit = field.planned(visit_on=IN_TIME)
    _send_all()
    Message.objects.update(state="undelivered", reason="bounced")

    watch_visits()

    assert ServedNotice.objects.get().withdrawn_at is not None
    visit.refresh_from_db()
    assert visit.notice is None
    with time_machine.travel(datetime(2026, 5, 15, 19, tzinfo=UTC), tick=False):
        assert not book_visit(visit=visit)


def test_a_letter_counts_from_its_posting_and_its_days_on_the_way(field):
    ContactPoint.objects.filter(party=field.desk.case.borrower).update(invalid_since=TODAY)
    visit = field.asked()
    field.planned(visit, visit_on=TODAY + 7 * DAY)
    assert not Message.objects.exists(), "three days, one to print and four on the way are too many"

    account = build_account(
        adapter="letters",
        channel="letter",
        settings={"sender_lines": ["Lakeland Auto Loans", "1 Main St"], "paper": "letter"},
    )
    field.planned(visit, reason="for the letter", visit_on=TODAY + 9 * DAY)
    run_account(account, seconds=2)
    watch_visits()
    assert Message.objects.get().state == "accepted"
    assert not ServedNotice.objects.exists(), "printed is not posted"
    print_batch(account=account, by=CLERK)
    mark_posted(batch=LetterBatch.objects.get(), on=date(2026, 5, 12), by=CLERK)
    watch_visits()

    served = ServedNotice.objects.get()
    assert (served.how, served.served_on, served.days) == ("post", TODAY, 7)


@pytest.mark.parametrize("ends", [cancel_visit, take_off])
def test_who_was_told_of_a_visit_is_told_that_nobody_comes(field, post, ends):
    visit = field.planned(visit_on=IN_TIME)
    _send_all()

    ends(visit=visit, reason="paid at the counter", by=_ben(field))

    word = Message.objects.get(purpose="visit_called_off")
    assert word.state == "waiting"
    still = still_off(word)
    assert still.is_still_so
    assert still.fields == {"visit_date": "15 May 2026", "visit_window": "13:00–17:00"}
    assert "told_off" in _kinds(visit)


def test_on_the_same_day_again_it_is_not_called_off(field, post):
    visit = field.planned(visit_on=IN_TIME)
    _send_all()
    take_off(visit=visit, reason="Finn is ill", by=_ben(field))

    field.planned(visit, visit_on=IN_TIME)

    assert not still_off(Message.objects.get(purpose="visit_called_off")).is_still_so


def test_who_was_told_nothing_is_told_nothing_more(field):
    cancel_visit(visit=field.planned(visit_on=IN_TIME), reason="paid", by=_ben(field))

    assert not Message.objects.filter(purpose="visit_called_off").exists()
