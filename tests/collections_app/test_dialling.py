"""Diallers: a call passes the gate first, a telephone system is believed only when it signs, and
what it tells never settles a contact."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.contacts.models import Contact
from collections_app.contacts.services import log_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.dialling import loopback
from collections_app.dialling.adapters import NotPlaced, Placed, Unclear
from collections_app.dialling.calling import NotDialled, place_call
from collections_app.dialling.flow import CallEnding, CallState, EventKind, Told, course_of
from collections_app.dialling.loopback import Loopback
from collections_app.dialling.models import CallEvent, DiallerAccount, PhoneCall
from collections_app.dialling.queries import account_for, calling_number
from collections_app.dialling.registry import DIALLERS, dialler_of
from collections_app.dialling.services import save_account
from compliance.attempts.models import Attempt, Settlement
from compliance.attempts.services import ContactRefused
from core import clock
from core.audit.models import AuditEntry
from core.ids import uuid7
from notifications.receipts.signatures import timed_signature
from tests.collections_app.builders import build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT
from tests.loans.builders import CLERK

pytestmark = [pytest.mark.django_db]

SECRET = "a telephone's own secret"
AT = datetime(2026, 5, 12, 15, 0, tzinfo=UTC)


class Exchange:
    """A telephone system that keeps what it was asked, and answers as it is told to."""

    code, clicks_to_call, signs_events, records = "exchange", True, True, True
    asked: list = []
    answer: object = Placed("x-1")

    def __init__(self, **_made) -> None:
        pass

    def place(self, outgoing):
        self.asked.append((outgoing, list(Attempt.objects.values_list("pk", flat=True))))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @staticmethod
    def problems_of(settings) -> list[str]:
        return []


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


@pytest.fixture
def exchange(monkeypatch):
    kind = type("Exchange", (Exchange,), {"asked": []})
    monkeypatch.setitem(DIALLERS, "exchange", kind)
    return kind


def telephone(adapter="exchange", **changes):
    values = {
        "account": None,
        "name": "Exchange",
        "adapter": adapter,
        "portfolio": None,
        "settings": {},
        "is_on": True,
        "secret": SECRET,
        "by": CLERK,
    }
    return save_account(**{**values, **changes})


@pytest.fixture
def dialled(desk, exchange):
    """A call that the telephone system places for Ana."""
    telephone()
    attempt = place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    return PhoneCall.objects.get(attempt=attempt)


def event(call, kind, *, key="", after=0, **more):
    named = call if isinstance(call, str) else call.pk.hex
    at = clock.now() + timedelta(seconds=after)
    return {
        "id": key or f"{named}-{kind}",
        "call": named,
        "kind": kind,
        "at": at.isoformat(),
    } | more


def tell(client, account, *events, secret=SECRET, off=0, body=None):
    body = body if body is not None else json.dumps({"events": events}).encode()
    stamp = str(int(clock.now().timestamp()) + off)
    signature = timed_signature(timestamp=stamp, body=body, secret=secret)
    headers = {"X-Makegood-Timestamp": stamp, "X-Makegood-Signature": signature}
    address = reverse("dialling:receive", args=[account.pk])
    return client.post(address, body, content_type="application/json", headers=headers)


# --- placing a call ----------------------------------------------------------------------


def test_without_a_telephone_system_the_agent_sees_the_number(desk):
    attempt = place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    assert not PhoneCall.objects.exists()
    assert AuditEntry.objects.filter(action="party.revealed").count() == 1
    assert attempt.verdict is not None


def test_a_call_is_reserved_before_the_telephone_system_hears_of_it(desk, exchange):
    telephone()
    attempt = place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    [(outgoing, reserved)] = exchange.asked
    assert reserved == [attempt.pk]
    call = PhoneCall.objects.get()
    assert outgoing.number == "+12125550142"
    assert (outgoing.reference, outgoing.agent) == (call.pk.hex, desk.cast.ana.email)
    assert (call.attempt, call.reference, call.state) == (attempt, "x-1", CallState.ASKED)
    # It dials, so nobody sees the number.
    assert not AuditEntry.objects.filter(action="party.revealed").exists()


def test_what_the_gate_refuses_never_reaches_the_telephone_system(desk, exchange):
    telephone()
    with time_machine.travel(CLOSED_AT, tick=False), pytest.raises(ContactRefused):
        place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    assert exchange.asked == []
    assert not PhoneCall.objects.exists()


def test_a_refused_call_gives_its_reservation_back(desk, exchange):
    telephone()
    exchange.answer = NotPlaced("agent not signed in")

    with pytest.raises(NotDialled) as refused:
        place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    assert refused.value.reason == "agent not signed in"
    assert Settlement.objects.get().outcome == "not_made"
    call = PhoneCall.objects.get()
    assert (call.state, call.problem) == (CallState.NOT_PLACED, "agent not signed in")
    assert AuditEntry.objects.filter(action="call.not_placed").count() == 1
    # The next one may be dialled at once, by hand.
    again = place_call(
        case=desk.case, contact_point=desk.phone, agent=desk.cast.ana, is_by_hand=True
    )
    assert again.settlements.count() == 0


@pytest.mark.parametrize("answer", [Unclear("TimeoutError"), RuntimeError("broken")])
def test_where_nobody_can_tell_the_call_stays_reserved(desk, exchange, answer):
    telephone()
    exchange.answer = answer

    place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    assert not Settlement.objects.exists()
    call = PhoneCall.objects.get()
    assert (call.state, bool(call.problem)) == (CallState.ASKED, True)


def test_the_portfolios_own_telephone_goes_before_the_common_one(desk, exchange):
    common = telephone()
    assert account_for(desk.case.portfolio) == common
    own = telephone("manual", portfolio=desk.case.portfolio, secret="")
    assert account_for(desk.case.portfolio) == own

    place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    assert exchange.asked == []


def test_switched_off_everybody_dials_by_hand(desk, exchange):
    account = telephone(is_on=False)

    assert not dialler_of(account).clicks_to_call
    place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    assert exchange.asked == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"adapter": "tin can"}, "no such adapter"),
        ({"name": " "}, "a name"),
        ({"adapter": "loopback", "secret": "", "settings": {"url": "http://here"}}, "secret"),
        ({"adapter": "loopback"}, "url"),
        ({"adapter": "loopback", "settings": {"url": "http://here", "ending": "x"}}, "ending"),
        (
            {"adapter": "loopback", "settings": {"url": "http://here", "ring_seconds": "soon"}},
            "ring_seconds",
        ),
        ({"settings": {"recordings_url": "javascript:alert(1)//{reference}"}}, "recordings_url"),
        ({"settings": {"recordings_url": "https://pbx.example/"}}, "recordings_url"),
        ({"settings": ["url"]}, "names and values"),
    ],
)
def test_an_account_that_cannot_work_is_refused(exchange, changes, said):
    with pytest.raises(ValidationError, match=said):
        telephone(**changes)

    assert not DiallerAccount.objects.exists()
    assert not AuditEntry.objects.filter(action="dialler.created").exists()


def test_a_second_account_for_the_same_portfolio_is_refused(exchange):
    telephone()
    with pytest.raises(ValidationError, match="Change that one"):
        telephone()
    assert DiallerAccount.objects.count() == 1


# --- what it tells -----------------------------------------------------------------------


def test_events_tell_how_the_call_went_and_settle_nothing(client, desk, dialled):
    for each in (
        event(dialled, "ringing"),
        event(dialled, "answered", after=5),
        event(dialled, "ended", after=139, ending="talked", seconds=134),
        event(dialled, "recording", after=150, recording="rec-7"),
    ):
        assert tell(client, dialled.account, each).status_code == 200

    dialled.refresh_from_db()
    assert (dialled.state, dialled.ending) == (CallState.ENDED, CallEnding.TALKED)
    assert (dialled.talk_seconds, dialled.recording) == (134, "rec-7")
    assert not Settlement.objects.exists()
    assert not Contact.objects.exists()


def test_an_event_counts_once_however_often_it_comes(client, desk, dialled):
    ended = event(dialled, "ended", ending="busy")

    first, second = (tell(client, dialled.account, ended) for _time in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert [answer.json()["events"][0]["repeated"] for answer in (first, second)] == [False, True]
    assert CallEvent.objects.count() == 1


def test_a_call_is_also_known_by_the_systems_own_name(client, desk, dialled):
    assert tell(client, dialled.account, event("x-1", "ringing")).status_code == 200
    dialled.refresh_from_db()
    assert dialled.state == CallState.RINGING


def test_an_event_about_an_unknown_call_is_kept_and_refused(client, desk, dialled):
    answer = tell(client, dialled.account, event("nobody", "ended", ending="busy"))

    assert answer.status_code == 422
    assert answer.json()["events"][0]["code"] == "unknown-call"
    kept = CallEvent.objects.get()
    assert (kept.call, kept.call_named, kept.refusal) == (None, "nobody", "unknown_call")
    dialled.refresh_from_db()
    assert dialled.state == CallState.ASKED


def test_the_call_of_another_account_is_not_known(client, desk, dialled):
    other = telephone(portfolio=desk.case.portfolio)

    answer = tell(client, other, event(dialled, "ended", ending="busy"))

    assert answer.status_code == 422
    dialled.refresh_from_db()
    assert dialled.state == CallState.ASKED


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "somebody else's"},
        {"off": -301},
        {"off": 301},
    ],
)
def test_what_is_not_signed_now_is_not_read(client, desk, dialled, how):
    answer = tell(client, dialled.account, event(dialled, "ended", ending="busy"), **how)

    assert answer.status_code == 400
    assert not CallEvent.objects.exists()
    told = AuditEntry.objects.get(action="webhook.refused")
    assert set(told.data) == {"adapter", "bytes"}


def test_a_renewed_secret_and_the_one_before_both_sign_until_it_is_ended(client, desk, dialled):
    account, values = dialled.account, {"name": "Exchange", "adapter": "exchange", "settings": {}}
    values |= {"portfolio": None, "is_on": True, "by": CLERK}
    save_account(account=account, secret="the new one", **values)
    account.refresh_from_db()
    ringing = event(dialled, "ringing")
    assert tell(client, account, ringing).status_code == 200
    assert tell(client, account, ringing, secret="the new one").status_code == 200

    save_account(account=account, ends_previous=True, **values)

    assert tell(client, account, ringing).status_code == 400
    assert tell(client, account, ringing, secret="the new one").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"{}",
        b'{"events": []}',
        b'{"events": [7]}',
        b'{"events": [{"id": "1", "call": "c", "kind": "sung", "at": "2026-05-12T15:00:00Z"}]}',
        b'{"events": [{"id": "1", "call": "c", "kind": "ended", "at": "2026-05-12T15:00:00Z"}]}',
        b'{"events": [{"id": "1", "call": "c", "kind": "ringing", "at": "2026-05-12 15:00"}]}',
        b'{"events": [{"id": "1", "call": "c", "kind": "ringing", "at": "2026-13-40T15:00Z"}]}',
        b'{"events": [{"id": "", "call": "c", "kind": "ringing", "at": "2026-05-12T15:00:00Z"}]}',
        b'{"events": [{"id": "1", "call": "c", "kind": "recording", "at": "2026-05-12T15:00Z"}]}',
        b'{"events": [{"id": "1", "call": "c", "kind": "ended", "ending": "busy", "seconds": -1,'
        b' "at": "2026-05-12T15:00:00Z"}]}',
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whole(client, desk, dialled, body):
    answer = tell(client, dialled.account, body=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")
    assert not CallEvent.objects.exists()


def test_an_incoming_call_keeps_its_number_sealed(client, desk, dialled):
    told = {"from": "+12125550142", "agent": desk.cast.ana.email.upper()}

    assert tell(client, dialled.account, event("in-1", "incoming", **told)).status_code == 200

    call = PhoneCall.objects.get(reference="in-1")
    assert (call.direction, call.attempt, call.agent) == ("inbound", None, desk.cast.ana)
    assert b"5550142" not in bytes(call.number)
    assert calling_number(call) == "+12125550142"
    assert not Attempt.objects.filter(direction="inbound").exists()


# --- the order of events is nobody's ------------------------------------------------------


_seconds = st.integers(0, 3_600)
_told = st.lists(
    st.builds(
        Told,
        event_id=st.uuids().map(str),
        kind=st.sampled_from(EventKind),
        at=_seconds.map(lambda after: AT + timedelta(seconds=after)),
        ending=st.sampled_from(["", *CallEnding.values]),
        seconds=st.none() | _seconds,
        recording=st.sampled_from(["", "one", "two"]),
    ),
    max_size=6,
    unique_by=lambda told: told.event_id,
)


@given(told=_told, data=st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_order_events_come_in_they_tell_the_same_call(told, data):
    other = data.draw(st.permutations(told))

    course = course_of(told)

    assert course_of(other) == course
    assert (course.state == CallState.ENDED) == any(t.kind == EventKind.ENDED for t in told)
    assert (course.talk_seconds is not None) <= (course.ending == CallEnding.TALKED)


# --- the loopback ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "kinds"),
    [
        ("talked", ["ringing", "answered", "ended", "recording"]),
        ("no_answer", ["ringing", "ended"]),
    ],
)
def test_the_loopback_signs_what_the_product_reads(client, desk, monkeypatch, ending, kinds):
    stated = {"url": "http://here", "ending": ending, "ring_seconds": 0, "talk_seconds": 0}
    account = telephone("loopback", settings=stated)
    posted = []

    def post(*, method, url, headers, body):
        path = reverse("dialling:receive", args=[account.pk])
        assert (method, url) == ("POST", f"http://here{path}")
        answer = client.post(path, body, content_type="application/json", headers=headers)
        posted.append((json.loads(body)["events"][0]["kind"], answer.status_code))

    class Now:
        def __init__(self, *, target, args, daemon):
            self.start = lambda: target(*args)

    monkeypatch.setattr(loopback, "call", post)
    monkeypatch.setattr(loopback, "Thread", Now)

    place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    assert posted == [(kind, 200) for kind in kinds]
    call = PhoneCall.objects.get()
    assert (call.state, call.ending) == (CallState.ENDED, ending)
    # Its own answer came after its events, and took nothing back.
    assert call.reference == f"loopback-{call.pk.hex}"


def test_the_loopback_refuses_as_it_is_told(desk):
    telephone("loopback", settings={"url": "http://here", "refuses": "no line free"})
    with pytest.raises(NotDialled, match="does not place"):
        place_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    assert Settlement.objects.get().outcome == "not_made"


def test_the_loopback_waits_no_longer_than_a_call_may(desk):
    made = Loopback(
        settings={"ring_seconds": 9_999, "talk_seconds": -5}, secret="", account=str(desk.case.pk)
    )
    assert [seconds for seconds, _event in made.events_of("r")] == [0, 120.0, 0.0, 0]


def test_mixed_calls_end_each_in_its_own_way():
    made = Loopback(settings={"ending": "mixed"}, secret="", account=str(uuid7()))

    endings = [
        [event["ending"] for _wait, event in made.events_of(f"call-{digit:x}") if "ending" in event]
        for digit in range(8)
    ]

    assert endings[:4] == [["talked"], ["no_answer"], ["talked"], ["busy"]]
    assert endings[4:] == endings[:4]


# --- the page ----------------------------------------------------------------------------


def start(client, desk, **said):
    client.force_login(desk.cast.ana)
    address = reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk])
    return client.post(address, said, follow=True)


def test_the_page_shows_how_the_call_goes_but_not_the_number(client, desk, exchange):
    telephone()
    page = start(client, desk)

    assert "+12125550142" not in page.content.decode()
    assert page.context["open_call"]["told"]["text"] == "the telephone system dials"


def test_dialled_by_hand_the_number_is_a_link(client, desk, exchange):
    telephone()
    page = start(client, desk, dial="by_hand")

    assert 'href="tel:+12125550142"' in page.content.decode()
    assert exchange.asked == []


def test_a_refusal_says_what_to_do_and_the_page_offers_it(client, desk, exchange):
    telephone()
    exchange.answer = NotPlaced("no line free")

    page = start(client, desk).content.decode()

    assert "no line free" in page
    assert "The reservation was given back" in page
    assert 'value="by_hand"' in page


def told_now(client, desk, seen):
    address = reverse("desk:call_told", args=[desk.case.pk])
    return client.get(address, {"seen": seen})


def test_the_page_asks_until_the_call_is_over(client, desk, exchange):
    account = telephone()
    start(client, desk)
    assert told_now(client, desk, "asked").status_code == 204
    call = PhoneCall.objects.get()

    tell(client, account, event(call, "ringing"))
    ringing = told_now(client, desk, "asked")
    assert (ringing.status_code, "hx-get" in ringing.content.decode()) == (200, True)
    tell(client, account, event(call, "ended", ending="no_answer"))
    ended = told_now(client, desk, "ringing").content.decode()

    assert "hx-get" not in ended
    assert f'data-suggested="{desk.result("NA").pk}"' in ended
    assert not Settlement.objects.exists()


def test_nothing_is_asked_where_no_call_is_open(client, desk):
    client.force_login(desk.cast.ana)
    assert told_now(client, desk, "asked").status_code == 286


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("no_answer", "NA"),
        ("rejected", "NA"),
        ("busy", "BZ"),
        ("not_in_service", "DISC"),
        ("failed", "NOT-MADE"),
        ("talked", None),
    ],
)
def test_an_unanswered_call_suggests_its_result(client, desk, exchange, ending, code):
    account = telephone()
    start(client, desk)
    tell(client, account, event(PhoneCall.objects.get(), "ended", ending=ending))

    page = client.get(reverse("desk:case", args=[desk.case.pk]))

    choices = [*page.context["result_codes"], *page.context["more_result_codes"]]
    chosen = [row["value"] for row in choices if row["is_chosen"]]
    assert chosen == ([desk.result(code).pk] if code else [])


@pytest.mark.parametrize(
    ("stated", "href"),
    [
        ({}, ""),
        ({"recordings_url": "https://pbx.example/r/{reference}"}, "https://pbx.example/r/a%2F7"),
    ],
)
def test_the_timeline_names_the_talk_and_its_recording(client, desk, exchange, stated, href):
    account = telephone(settings=stated)
    start(client, desk)
    call = PhoneCall.objects.get()
    tell(
        client,
        account,
        event(call, "answered"),
        event(call, "ended", after=134, ending="talked"),
        event(call, "recording", recording="a/7"),
    )
    log_call(
        case=desk.case,
        attempt=call.attempt,
        wrapup=Wrapup(result=desk.result("RPC-PLAN")),
        agent=desk.cast.ana,
    )

    page = client.get(reverse("desk:timeline", args=[desk.case.pk]))

    [line] = [one for one in page.context["timeline"] if one.kind == "contact"]
    assert "talked 2:14" in line.detail
    assert (line.link_text, line.link_href) == ("recording a/7", href)
    assert (f'href="{href}"' in page.content.decode()) == bool(href)


# --- the people who run it ----------------------------------------------------------------


def test_the_page_of_telephones_counts_today(client, desk, dialled):
    tell(client, dialled.account, event(dialled, "answered"))
    tell(client, dialled.account, event("nobody", "ended", ending="busy"))
    client.force_login(desk.cast.administrator)

    page = client.get(reverse("dialling:telephones"))

    [line] = page.context["telephones"]
    assert (line.placed, line.answered, line.not_placed, line.refused) == ("1", "1", "0", "1")
    assert line.address.endswith(reverse("dialling:receive", args=[dialled.account.pk]))
    [amiss] = page.context["refused_events"]
    assert amiss.call == "nobody"
    assert SECRET not in page.content.decode()


def test_who_may_not_see_channels_sees_no_telephones(client, desk):
    client.force_login(desk.cast.ana)
    assert client.get(reverse("dialling:telephones")).status_code == 403


def test_the_administration_saves_by_the_service(client, desk):
    client.force_login(desk.cast.administrator)
    client.post(
        reverse("admin:collections_app_dialleraccount_add"),
        {
            "name": "Trying things out",
            "adapter": "loopback",
            "settings": json.dumps({"url": "http://here"}),
            "is_on": "on",
            "new_secret": SECRET,
        },
    )

    account = DiallerAccount.objects.get()
    assert SECRET.encode() not in bytes(account.secret)
    assert AuditEntry.objects.filter(action="dialler.created").count() == 1
    page = client.get(reverse("admin:collections_app_dialleraccount_change", args=[account.pk]))
    assert SECRET not in page.content.decode()


# --- the clock ---------------------------------------------------------------------------


def test_the_clock_counts_the_call_and_anew_once_it_is_over(client, desk, exchange):
    account = telephone()
    start(client, desk)
    call = PhoneCall.objects.get()
    page = reverse("desk:case", args=[desk.case.pk])
    with time_machine.travel(clock.now() + timedelta(seconds=48), tick=False):
        going = client.get(page).context["open_call"]["clock"]
        tell(client, account, event(call, "ended", ending="busy"))
    with time_machine.travel(clock.now() + timedelta(seconds=55), tick=False):
        over = client.get(page).context["open_call"]["clock"]

    assert going == {"seconds": 48, "wrapup_seconds": None, "target": 60}
    assert over == {"seconds": 55, "wrapup_seconds": 7, "target": 60}
    assert not Settlement.objects.exists()


def test_who_wants_no_clock_has_none(client, desk):
    client.force_login(desk.cast.ana)
    wanted = {"language": "en", "theme": "auto", "time_zone": "UTC"}
    wanted |= {"shortcut_keys": "letters", "wrapup_seconds": "0"}
    client.post(reverse("preferences"), wanted)

    page = start(client, desk)

    assert page.context["open_call"]["clock"] is None
    assert "data-call-clock" not in page.content.decode()


def test_a_target_outside_the_list_is_refused(client, desk):
    client.force_login(desk.cast.ana)
    wanted = {"language": "en", "theme": "auto", "time_zone": "UTC"}
    wanted |= {"shortcut_keys": "letters", "wrapup_seconds": "7"}

    assert client.post(reverse("preferences"), wanted).status_code == 422

    desk.cast.ana.refresh_from_db()
    assert desk.cast.ana.wrapup_seconds == 60
