"""Callbacks: whose clock, whose hours, what meets one, and that nothing ends one silently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from accounts.access.rights import Role
from accounts.inbox.models import Notice
from accounts.models import User
from accounts.shifts.models import Leave
from collections_app.callbacks.answering import contact_made
from collections_app.callbacks.following import follow_cases, follow_contacts
from collections_app.callbacks.models import Callback, CallbackEvent
from collections_app.callbacks.queries import note_text
from collections_app.callbacks.services import (
    CallbackRefused,
    cancel_callback,
    hand_on_callback,
    reschedule_callback,
    schedule_callback,
)
from collections_app.callbacks.tasks import watch_callbacks
from collections_app.cases.models import Case
from collections_app.cases.services import assign
from collections_app.contacts.models import Contact
from collections_app.contacts.services import log_call, log_inbound_call, start_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.desk.case_history import case_history
from compliance.consents.models import Consent
from compliance.gate.services import decide
from compliance.stops.services import add_stop
from core import clock
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from loans.portfolios.services import grant_portfolio
from tests.collections_app.builders import answers_to, build_desk
from tests.compliance.builders import OPEN_AT, call_request
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

#: OPEN_AT on the clock of Texas, where the borrower lives: Tuesday, one o'clock. Texas has two
#: zones; the first is the one whose days are counted.
AT_ONE = datetime.fromisoformat("2026-05-12T13:00")
AT_TWO = AT_ONE.replace(hour=14)


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _agree(desk, wall_time=AT_TWO, **more):
    usual = {"contact_point": desk.phone, "agent": desk.cast.ana, "note": "", "is_wish": True}
    return schedule_callback(
        case=desk.case,
        wall_time=wall_time,
        by=Actor.of(desk.cast.ana),
        **(usual | more),
    )


def _call(desk, code: str = "RPC-REF") -> Contact:
    """A call that Ana starts and logs now."""
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    result = desk.result(code)
    more = {"note": "x"} if result.asks_for("note") else {}
    return log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(result=result, answers=answers_to(result), **more),
        agent=desk.cast.ana,
    )


def _kinds(callback) -> list[str]:
    return list(callback.events.order_by("pk").values_list("kind", flat=True))


def _at(wall_time: datetime):
    """The moment at which the clock in Texas shows a time in May."""
    return time_machine.travel(wall_time.replace(tzinfo=UTC) + timedelta(hours=5), tick=False)


def test_a_callback_keeps_the_persons_own_clock_and_is_the_next_step(desk):
    callback = _agree(desk, note="after work, not to the wife")

    callback.refresh_from_db()
    assert callback.time_zone == "America/Chicago"
    assert (f"{callback.local_on}", f"{callback.local_at:%H:%M}") == ("2026-05-12", "14:00")
    assert callback.due_at == datetime(2026, 5, 12, 19, 0, tzinfo=UTC)
    assert b"wife" not in bytes(callback.note)
    assert note_text(callback) == "after work, not to the wife"
    desk.case.refresh_from_db()
    assert (desk.case.next_step, desk.case.next_step_at) == ("call", callback.due_at)
    assert _kinds(callback) == ["agreed"]
    assert AuditEntry.objects.filter(action="callback.agreed", object_id=desk.case.pk).exists()


@pytest.mark.parametrize(
    ("wall_time", "nearest"),
    [
        # Nine is eight in the west of Texas, where the person may be as well.
        (AT_ONE.replace(hour=23), "2026-05-13 09:00"),
        (AT_ONE.replace(day=13, hour=6), "2026-05-13 09:00"),
        # Nine in the evening in New York, where the number is, although eight in Texas.
        (AT_ONE.replace(hour=20), "2026-05-13 09:00"),
    ],
)
def test_outside_the_persons_hours_it_is_refused_with_the_next_time_and_nothing_is_written(
    desk, wall_time, nearest
):
    before = AuditEntry.objects.count()

    with pytest.raises(CallbackRefused) as refusal, transaction.atomic():
        _agree(desk, wall_time)

    assert f"{refusal.value.nearest:%Y-%m-%d %H:%M}" == nearest
    assert "Outside calling hours" in refusal.value.message
    assert not Callback.objects.exists()
    assert not Consent.objects.filter(kind="call_back").exists()
    assert AuditEntry.objects.count() == before
    desk.case.refresh_from_db()
    assert desk.case.next_step_at != refusal.value.nearest
    # The moment that was offered is taken.
    assert _agree(desk, refusal.value.nearest.replace(tzinfo=None)).pk


def test_a_stop_of_today_does_not_forbid_to_agree_on_a_call_the_gate_is_asked_when_it_is_made(desk):
    add_stop(
        party=desk.case.borrower, kind="dispute", source="letter", starts_at=clock.now(), by=CLERK
    )

    assert _agree(desk).state == "open"
    with pytest.raises(CallbackRefused, match="gate"), transaction.atomic():
        _agree(desk, AT_ONE.replace(hour=23))


@pytest.mark.parametrize(
    ("wall_time", "says"),
    [(AT_ONE - timedelta(hours=1), "passed"), (AT_ONE + timedelta(days=400), "within a year")],
)
def test_a_moment_past_or_far_away_is_refused(desk, wall_time, says):
    with pytest.raises(ValidationError, match=says), transaction.atomic():
        _agree(desk, wall_time)
    assert not Callback.objects.exists()


def test_no_card_number_is_kept(desk):
    with pytest.raises(ValidationError), transaction.atomic():
        _agree(desk, note="card 4111 1111 1111 1111")
    assert not Callback.objects.exists()


def test_a_call_the_person_asked_for_is_let_through_where_a_talk_would_bar_it(desk):
    """Regulation F: no call within seven days of a talk, but for one they asked for."""
    contact = _talk_with_wish(desk)
    callback = Callback.objects.get()

    with _at(AT_TWO):
        with_wish = decide(call_request(desk.case.loan, desk.phone))
        cancel_callback(callback=callback, reason="will write instead", by=CLERK)
        without = decide(call_request(desk.case.loan, desk.phone))

    assert contact.result.code == "RPC-HARD"
    assert with_wish.allowed
    assert not without.allowed
    assert "pause_after_talk" in {found.reason for found in without.denials}


def _talk_with_wish(desk) -> Contact:
    contact = _call(desk, "RPC-HARD")
    _agree(desk)
    return contact


def test_agreed_anew_a_callback_moves_there_are_never_two(desk):
    first = _agree(desk)
    second = _agree(desk, AT_ONE.replace(day=13, hour=11), note="rather tomorrow")

    assert second.pk == first.pk
    assert Callback.objects.count() == 1
    assert f"{second.local_time:%Y-%m-%d %H:%M}" == "2026-05-13 11:00"
    assert note_text(second) == "rather tomorrow"
    assert _kinds(second) == ["agreed", "rescheduled"]


def test_a_talk_that_we_begin_at_the_time_agreed_meets_it(desk):
    callback = _agree(desk)
    with _at(AT_TWO - timedelta(minutes=10)):
        contact = _call(desk)
        changed = contact_made(contact=contact, by=Actor.of(desk.cast.ana))

    assert [row.pk for row in changed] == [callback.pk]
    callback.refresh_from_db()
    assert (callback.state, callback.met_by_id) == ("met", contact.attempt_id)
    assert _kinds(callback) == ["agreed", "met"]
    # The same contact found again by the sweep changes nothing.
    assert contact_made(contact=contact, by=CLERK) == []


def test_a_call_in_vain_at_the_time_is_tried_and_not_missed(desk):
    callback = _agree(desk)
    with _at(AT_TWO):
        contact_made(contact=_call(desk, "NA"), by=CLERK)
    with _at(AT_TWO + timedelta(minutes=40)):
        watch_callbacks()

    callback.refresh_from_db()
    assert (callback.state, callback.tried_at is not None) == ("open", True)
    assert _kinds(callback) == ["agreed", "tried"]
    assert not Notice.objects.filter(key="callback.missed").exists()


def test_what_the_person_says_before_stands_beside_it_and_ends_nothing(desk):
    callback = _agree(desk)
    with _at(AT_ONE + timedelta(minutes=30)):
        inbound = log_inbound_call(
            case=desk.case,
            contact_point=desk.phone,
            at=clock.now(),
            wrapup=Wrapup(
                result=desk.result("RPC-PAID"), answers=answers_to(desk.result("RPC-PAID"))
            ),
            agent=desk.cast.ana,
        )
        contact_made(contact=inbound, by=CLERK)

    callback.refresh_from_db()
    assert callback.state == "open"
    assert _kinds(callback) == ["agreed", "heard_from"]


def test_an_inbound_call_at_the_very_time_still_does_not_end_it(desk):
    callback = _agree(desk)
    with _at(AT_TWO):
        inbound = log_inbound_call(
            case=desk.case,
            contact_point=desk.phone,
            at=clock.now(),
            wrapup=Wrapup(
                result=desk.result("RPC-PAID"), answers=answers_to(desk.result("RPC-PAID"))
            ),
            agent=desk.cast.ana,
        )
        contact_made(contact=inbound, by=CLERK)

    callback.refresh_from_db()
    assert (callback.state, _kinds(callback)) == ("open", ["agreed", "heard_from"])


def test_a_missed_one_is_still_owed_and_the_lead_is_told_once(desk):
    desk.cast.team.lead = desk.cast.ben
    desk.cast.team.save()
    callback = _agree(desk)
    with _at(AT_TWO + timedelta(minutes=14)):
        watch_callbacks()
        assert not Notice.objects.filter(key="callback.missed").exists()
    with _at(AT_TWO + timedelta(minutes=15)):
        watch_callbacks()
        watch_callbacks()

    callback.refresh_from_db()
    assert callback.state == "missed"
    notice = Notice.objects.get(key="callback.missed")
    assert (notice.user, notice.urgency) == (desk.cast.ben, "do_now")
    assert Callback.objects.pending().count() == 1
    with _at(AT_TWO + timedelta(minutes=30)):
        contact_made(contact=_call(desk), by=CLERK)
    callback.refresh_from_db()
    assert (callback.state, _kinds(callback)) == ("met", ["agreed", "missed", "met"])


def test_a_callback_of_somebody_away_becomes_the_teams_and_the_lead_knows(desk):
    desk.cast.team.lead = desk.cast.ben
    desk.cast.team.save()
    callback = _agree(desk)
    Leave.objects.create(
        user=desk.cast.ana, starts_on=AT_ONE.date(), ends_on=AT_ONE.date(), reason="sick"
    )
    with _at(AT_TWO - timedelta(minutes=20)):
        watch_callbacks()

    callback.refresh_from_db()
    assert (callback.owner, callback.state) == (None, "open")
    assert callback.events.get(kind="handed_on").reason == "Ana is away"
    assert Notice.objects.get(key="callback.for_the_team").user == desk.cast.ben


@pytest.mark.django_db(transaction=True)
def test_a_case_that_moves_takes_its_callback_along(desk):
    callback = _agree(desk)
    assign(case=desk.case, to=desk.cast.ben, reason="ana is away", by=CLERK)
    while follow_cases():
        pass

    callback.refresh_from_db()
    assert callback.owner == desk.cast.ben
    event = callback.events.get(kind="handed_on")
    assert (event.to_user, event.reason) == (desk.cast.ben, "the case was given to somebody else")
    assert {"the case was given to somebody else", "ana is away"} <= {
        line.told_reason for line in case_history(desk.case)
    }
    with override("zh-hans"):
        assert {"案件已转给他人", "ana is away"} <= {
            line.told_reason for line in case_history(desk.case)
        }


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_cured_ends_it_with_the_reason_for_all_to_see(desk):
    from collections_app.cases.models import CaseEvent

    callback = _agree(desk)
    Case.objects.filter(pk=desk.case.pk).update(
        state="cured", closed_on=AT_ONE.date(), close_reason="cured"
    )
    CaseEvent.objects.create(case=desk.case, kind="cured", on=AT_ONE.date(), by="Makegood")
    while follow_cases():
        pass

    callback.refresh_from_db()
    assert (callback.state, callback.over_at is not None) == ("ended", True)
    assert callback.events.get(kind="ended").reason == "arrears paid"


@pytest.mark.django_db(transaction=True)
def test_a_contact_that_nobody_told_of_is_found_by_the_sweep(desk):
    callback = _agree(desk)
    with _at(AT_TWO):
        _call(desk)
    while follow_contacts():
        pass

    callback.refresh_from_db()
    assert callback.state == "met"


def test_cancelling_needs_a_reason_and_keeps_the_trail(desk):
    callback = _agree(desk)
    with pytest.raises(ValidationError), transaction.atomic():
        cancel_callback(callback=callback, reason=" ", by=CLERK)
    callback.refresh_from_db()
    assert callback.state == "open"

    cancel_callback(callback=callback, reason="will write instead", by=CLERK)

    callback.refresh_from_db()
    assert callback.state == "cancelled"
    assert callback.events.get(kind="cancelled").reason == "will write instead"
    with pytest.raises(ValidationError, match="is over"), transaction.atomic():
        reschedule_callback(callback=callback, wall_time=AT_TWO, reason="x", by=CLERK)
    assert CallbackEvent.objects.count() == 2


def test_a_case_that_is_over_gets_no_callback(desk):
    Case.objects.filter(pk=desk.case.pk).update(
        state="cured", closed_on=AT_ONE.date(), close_reason="cured"
    )
    desk.case.refresh_from_db()

    with pytest.raises(ValidationError, match="over"), transaction.atomic():
        _agree(desk)
    assert not Callback.objects.exists()


def test_who_sees_which(desk):
    _agree(desk)
    seen = {
        name: Callback.objects.visible_to(getattr(desk.cast, name)).count()
        for name in ("ana", "ben", "cleo", "auditor")
    }
    assert seen == {"ana": 1, "ben": 1, "cleo": 0, "auditor": 1}


def test_what_is_the_teams_is_seen_by_the_whole_team_until_somebody_has_it(desk):
    colleague = User.objects.create_user(
        "dee@example.com", full_name="Dee", role=Role.AGENT, team=desk.cast.team
    )
    grant_portfolio(portfolio=desk.cast.portfolio, user=colleague, by=CLERK)
    callback = _agree(desk)
    assert not Case.objects.visible_to(colleague).exists()

    hand_on_callback(callback=callback, to=None, reason="away", by=CLERK)
    assert Case.objects.visible_to(colleague).get() == desk.case
    assert not Case.objects.visible_to(desk.cast.cleo).exists()  # another team

    hand_on_callback(callback=callback, to=colleague, reason="taken", by=CLERK)
    assert Callback.objects.visible_to(colleague).get() == callback
    cancel_callback(callback=callback, reason="wrote instead", by=CLERK)
    assert not Case.objects.visible_to(colleague).exists()
