"""Visits: asked for, planned, announced, let pass at their hour, moved, cancelled, looked after."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.inbox.models import Notice
from collections_app.cases.models import Case, CaseEvent
from collections_app.contacts.models import Contact, ResultCode
from collections_app.visits.asking import VisitRefused
from collections_app.visits.findings import AddressPosition, CheckIn
from collections_app.visits.flow import Position, is_near, metres_between
from collections_app.visits.following import follow_cases
from collections_app.visits.making import book_visit, check_in, report_visit
from collections_app.visits.models import Visit, VisitEvent
from collections_app.visits.positions import position_at, position_of
from collections_app.visits.queries import note_text, route_of
from collections_app.visits.route import move_up, order_day
from collections_app.visits.services import (
    announce_visit,
    cancel_visit,
    request_visit,
    take_off,
)
from collections_app.visits.tasks import watch_visits
from compliance.attempts.models import Attempt, Incident, Settlement, Verdict
from compliance.notices.models import ServedNotice
from compliance.stops.services import add_stop
from core import clock
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from loans.borrowers.models import Address
from tests.collections_app.visiting import TODAY, build_field
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

#: Two in the afternoon in Texas, an hour into the window.
IN_THE_WINDOW = datetime(2026, 5, 12, 19, 0, tzinfo=UTC)
DOOR = Position(31.76190, -106.48500, 12)


@pytest.fixture
def field():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_field()


def _kinds(visit: Visit) -> list[str]:
    return list(visit.events.order_by("pk").values_list("kind", flat=True))


def _by(user) -> Actor:
    return Actor.of(user)


def _result(code: str) -> ResultCode:
    return ResultCode.objects.get(code=code)


def _stop(field, kind: str = "cease") -> None:
    add_stop(
        party=field.desk.case.borrower, kind=kind, source="letter", starts_at=clock.now(), by=CLERK
    )


def test_a_visit_is_asked_for_with_a_purpose_and_the_case_waits_for_it(field):
    visit = field.asked(note="a dog behind the gate")

    assert visit.state == "requested"
    assert b"dog" not in bytes(visit.note)
    assert note_text(visit) == "a dog behind the gate"
    assert Case.objects.get().next_step == "visit"
    assert _kinds(visit) == ["requested"]
    assert AuditEntry.objects.filter(action="visit.requested").exists()
    assert not Attempt.objects.exists()


def test_a_second_visit_to_the_same_person_waits_until_the_first_is_over(field):
    field.asked()

    with pytest.raises(ValidationError, match="already"):
        field.asked()
    assert Visit.objects.count() == 1


def test_nobody_is_visited_where_they_do_not_live_any_more_or_about_somebody_elses_debt(field):
    from tests.loans.builders import build_party

    stranger = build_party(field.desk.cast.portfolio, addresses=_rows(field))
    with pytest.raises(ValidationError, match="does not owe"):
        request_visit(
            case=field.desk.case,
            address=stranger.addresses.get(),
            purpose=field.purpose(),
            note="",
            by=field.desk.cast.ana,
        )
    Address.objects.filter(party=field.desk.case.borrower).update(is_current=False)
    with pytest.raises(ValidationError, match="any more"):
        field.asked()
    assert not Visit.objects.exists()


def _rows(field):
    from tests.loans.builders import us_party_row

    return us_party_row().addresses


def test_planned_it_stands_in_the_day_of_who_goes_on_the_addresss_own_clock(field):
    visit = field.planned()

    assert (visit.state, visit.place_in_day) == ("planned", 1)
    assert visit.opens_at == datetime(2026, 5, 12, 13, tzinfo=visit.zone)
    assert Case.objects.get().next_step_at == visit.opens_at
    assert list(route_of(field.finn, TODAY)) == list(route_of(field.gail, TODAY)) == [visit]
    assert Case.objects.visible_to(field.finn).exists()
    assert not Attempt.objects.exists(), "nothing is booked before its hour"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"opens": time(17), "closes": time(13)}, "closes after"),
        ({"visit_on": TODAY - timedelta(days=1)}, "lies behind"),
        ({"visit_on": TODAY + timedelta(days=120)}, "90 days"),
        ({"agent": "ana"}, "makes visits"),
        ({"agent": "cleo"}, "makes visits"),
        ({"second_visitor": "finn"}, "not one twice"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_is_written(field, changes, says):
    people = {"ana": field.desk.cast.ana, "cleo": field.desk.cast.cleo, "finn": field.finn}
    visit = field.asked()
    with pytest.raises(ValidationError) as refusal:
        field.planned(visit, **{k: people.get(v, v) for k, v in changes.items()})

    assert says in " ".join(refusal.value.messages)
    visit.refresh_from_db()
    assert (visit.state, visit.agent) == ("requested", None)
    assert _kinds(visit) == ["requested"]


def test_what_planning_cannot_mend_is_refused_with_the_next_time(field):
    visit = field.asked()

    with pytest.raises(VisitRefused) as refusal:
        field.planned(visit, opens=time(22), closes=time(23))
    assert refusal.value.nearest is not None
    assert f"{refusal.value.nearest:%H:%M}" in refusal.value.message
    with pytest.raises(VisitRefused, match="no visit"):
        field.planned(visit, opens=time(20), closes=time(22))  # told a window that outlasts the day
    _stop(field)
    with pytest.raises(VisitRefused) as refusal:
        field.planned(visit)
    assert refusal.value.nearest is None
    visit.refresh_from_db()
    assert visit.state == "requested"


def test_two_go_where_the_pack_asks_for_two_and_all_of_it_is_recorded():
    with time_machine.travel(OPEN_AT, tick=False):
        field = build_field(rule_packs=("CN",))
        visit = field.asked()
        for lacking in ({"second_visitor": None}, {"is_recorded": False}):
            with pytest.raises(VisitRefused):
                field.planned(visit, **lacking)
        assert field.planned(visit).state == "planned"


def test_a_visit_that_must_be_announced_is_planned_and_waits_for_its_notice():
    with time_machine.travel(OPEN_AT, tick=False):
        field = build_field(rule_packs=("UK",))
        visit = field.planned(visit_on=TODAY + timedelta(days=3))
        left = visit.events.get(kind="planned")
        assert left is not None
    with time_machine.travel(IN_THE_WINDOW + timedelta(days=3), tick=False):
        assert not book_visit(visit=visit)
        assert Verdict.objects.get().is_allowed is False
    with time_machine.travel(OPEN_AT, tick=False):
        announce_visit(
            visit=visit,
            served_on=TODAY,
            how="post",
            document_ref="VN-1",
            by=_by(field.desk.cast.ben),
        )
        assert ServedNotice.objects.get().kind == "visit_notice"
    with time_machine.travel(IN_THE_WINDOW + timedelta(days=3), tick=False):
        assert book_visit(visit=visit)
    assert _kinds(visit) == ["requested", "planned", "refused", "notice", "booked"]


def test_at_its_hour_the_gate_sets_the_contact_aside_once(field):
    visit = field.planned(opens=time(14))
    watch_visits()
    assert not Attempt.objects.exists(), "before the hour nothing is booked"

    with time_machine.travel(IN_THE_WINDOW, tick=False):
        watch_visits()
        watch_visits()

    attempt = Attempt.objects.get()
    assert (attempt.channel, attempt.people_count, attempt.is_recorded) == ("visit", 2, True)
    assert attempt.made_by_id == str(field.finn.pk)
    visit.refresh_from_db()
    assert (visit.state, visit.attempt) == ("booked", attempt)
    assert _kinds(visit) == ["requested", "planned", "booked"]


def test_refused_at_its_hour_who_goes_and_the_lead_are_told_once(field):
    visit = field.planned()
    _stop(field)

    with time_machine.travel(IN_THE_WINDOW, tick=False):
        watch_visits()
        watch_visits()
        with pytest.raises(VisitRefused):
            check_in(visit=visit, agent=field.finn, at=clock.now())

    assert not Attempt.objects.exists()
    assert not CheckIn.objects.exists()
    told = Notice.objects.filter(key="visit.refused")
    assert {n.user for n in told} == {field.finn, field.gail, field.desk.cast.ben}
    assert told.count() == 3
    visit.refresh_from_db()
    assert (visit.state, visit.refused_at is None) == ("planned", False)


def test_moved_and_taken_off_with_a_reason_and_what_was_set_aside_is_given_back(field):
    visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        book_visit(visit=visit)
        with pytest.raises(ValidationError, match="moved"):
            field.planned(visit, visit_on=TODAY + timedelta(days=9))
        assert not Settlement.objects.exists()
        field.planned(visit, reason="asked for another day", visit_on=TODAY + timedelta(days=9))
        assert Settlement.objects.get().outcome == "not_made"
        visit.refresh_from_db()
        assert (visit.state, visit.attempt) == ("planned", None)
        take_off(visit=visit, reason="Finn is ill", by=_by(field.desk.cast.ben))
        visit.refresh_from_db()
        assert (visit.state, visit.agent, visit.visit_on) == ("requested", None, None)
        cancel_visit(visit=visit, reason="pays by phone", by=_by(field.desk.cast.ben))
        with pytest.raises(ValidationError, match="cancelled"):
            cancel_visit(visit=visit, reason="again", by=_by(field.desk.cast.ben))
    assert _kinds(visit) == ["requested", "planned", "booked", "moved", "taken_off", "cancelled"]
    assert Case.objects.get().next_step == "call"
    assert not Contact.objects.exists()


def test_a_day_is_in_order_of_place_and_window_and_by_hand_where_somebody_knows_better(field):
    first = field.planned(opens=time(14))
    others = [_copy(first, city, opens) for city, opens in (("Odessa", 13), ("El Paso", 15))]
    field.planned(first, reason="x", opens=time(14))

    def cities() -> list[tuple[str, int]]:
        return [(v.address.city, v.opens.hour) for v in route_of(field.finn, TODAY)]

    assert cities() == [("Odessa", 13), (first.address.city, 14), ("El Paso", 15)]
    move_up(visit=others[1], by=_by(field.desk.cast.ben))
    assert cities() == [("Odessa", 13), ("El Paso", 15), (first.address.city, 14)]
    others[0].refresh_from_db()
    with pytest.raises(ValidationError, match="Nothing stands before"):
        move_up(visit=others[0], by=_by(field.desk.cast.ben))


def test_places_stand_together_as_far_as_windows_elsewhere_allow(field):
    first = field.planned(opens=time(9), closes=time(17))
    home = first.address.city
    for city, opens in (("Odessa", 10), (home, 13), (home, 14)):
        _copy(first, city, opens)
    elsewhere = Visit.objects.filter(address__city="Odessa")

    def day(hours: int) -> list[tuple[str, int]]:
        elsewhere.update(closes_at=first.opens_at + timedelta(hours=hours))
        order_day(agent=field.finn, on=TODAY)
        return [(v.address.city, v.opens.hour) for v in route_of(field.finn, TODAY)]

    assert day(hours=3) == [(home, 9), ("Odessa", 10), (home, 13), (home, 14)]
    assert day(hours=8) == [(home, 9), (home, 13), (home, 14), ("Odessa", 10)]


def _copy(visit: Visit, city: str, hour: int) -> Visit:
    """Another planned visit of the day, elsewhere: to somebody else of the same case."""
    from tests.loans.builders import build_party

    party = build_party(visit.case.portfolio, addresses=_rows(None))
    address = party.addresses.get()
    Address.objects.filter(pk=address.pk).update(city=city)
    values = {f.attname: getattr(visit, f.attname) for f in Visit._meta.concrete_fields}
    del values["id"]
    values |= {
        "party_id": party.pk,
        "address_id": address.pk,
        "note": None,
        "opens": time(hour),
        "opens_at": datetime.combine(TODAY, time(hour), tzinfo=visit.zone),
    }
    return Visit.objects.create(**values)


def test_who_checks_in_is_measured_and_never_stopped_by_the_distance(field):
    visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        check_in(visit=visit, agent=field.gail, at=clock.now(), position=DOOR, is_at_address=True)

    row = CheckIn.objects.get()
    assert row.distance is None, "nobody knew where the address lies"
    assert position_at(row, visit.party).text == DOOR.text
    assert b"31.7" not in bytes(row.position)
    assert position_of(visit.address).text == DOOR.text, "learned at the door"
    visit.refresh_from_db()
    assert (visit.state, visit.arrived_at) == ("arrived", IN_THE_WINDOW)
    far = Position(DOOR.latitude + 0.01, DOOR.longitude, 30)
    assert metres_between(DOOR, far) == 1112
    assert not is_near(1112, 30)
    assert is_near(170, 30)
    assert not is_near(None, 30)


def test_a_stop_that_came_since_is_told_at_the_door_and_what_happened_is_still_recorded(field):
    visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        watch_visits()
        _stop(field)
        with pytest.raises(VisitRefused):
            check_in(visit=visit, agent=field.finn, at=clock.now())
        assert not CheckIn.objects.exists()
        report_visit(visit=visit, agent=field.finn, result=_result("V-TP"), at=clock.now())

    assert Settlement.objects.get().outcome == "third_party"
    visit.refresh_from_db()
    assert visit.state == "done"


def test_told_late_because_no_network_was_there_it_counts_as_it_was(field):
    visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        watch_visits()
    came, left = IN_THE_WINDOW + timedelta(minutes=20), IN_THE_WINDOW + timedelta(minutes=45)
    with time_machine.travel(IN_THE_WINDOW + timedelta(hours=2), tick=False):
        check_in(visit=visit, agent=field.finn, at=came, is_recording=True)
        contact = report_visit(visit=visit, agent=field.finn, result=_result("V-MET"), at=left)

    visit.refresh_from_db()
    assert (visit.arrived_at, visit.left_at, visit.contact) == (came, left, contact)
    assert Settlement.objects.get().at == left
    assert not Incident.objects.exists()


def test_made_without_the_gates_yes_it_counts_and_opens_an_incident(field):
    visit = field.planned()
    came = IN_THE_WINDOW
    with time_machine.travel(IN_THE_WINDOW + timedelta(hours=2), tick=False):
        check_in(visit=visit, agent=field.finn, at=came)
        report_visit(visit=visit, agent=field.finn, result=_result("V-MET"), at=came)

    attempt = Attempt.objects.get()
    assert (attempt.is_unsanctioned, attempt.at) == (True, came)
    assert Incident.objects.count() == 1
    assert VisitEvent.objects.filter(kind="checked_out").exists()


def test_not_made_after_all_it_waits_to_be_planned_and_counts_as_nothing(field):
    visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        watch_visits()
        answer = report_visit(
            visit=visit, agent=field.finn, result=_result("V-NOT-MADE"), at=clock.now(), note="rain"
        )

    assert answer is None
    assert Settlement.objects.get().outcome == "not_made"
    visit.refresh_from_db()
    assert visit.state == "requested"


@pytest.mark.parametrize("code", ["V-MET", "NA"])
def test_only_who_goes_records_it_and_only_with_results_of_visits(field, code):
    visit = field.planned()
    who = field.desk.cast.ana if code == "V-MET" else field.finn
    with time_machine.travel(IN_THE_WINDOW, tick=False), pytest.raises(ValidationError):
        report_visit(visit=visit, agent=who, result=_result(code), at=clock.now())
    assert not Attempt.objects.exists()
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_who_is_not_back_out_in_time_is_looked_for_once(field):
    visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        check_in(visit=visit, agent=field.finn, at=clock.now())
    for minutes, told in ((44, 0), (45, 1), (50, 1)):
        with time_machine.travel(IN_THE_WINDOW + timedelta(minutes=minutes), tick=False):
            watch_visits()
        assert Notice.objects.filter(key="visit.no_word", user=field.desk.cast.ben).count() == told


def test_no_word_after_the_window_is_an_alarm_too(field):
    visit = field.planned()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        watch_visits()
    with time_machine.travel(visit.closes_at + timedelta(minutes=45), tick=False):
        watch_visits()
    visit.refresh_from_db()
    assert visit.alarmed_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_cured_ends_its_visit_with_the_reason(field):
    visit = field.planned()
    Case.objects.filter(pk=field.desk.case.pk).update(
        state="cured", closed_on=TODAY, close_reason="cured"
    )
    CaseEvent.objects.create(case=field.desk.case, kind="cured", on=TODAY, by="Makegood")
    while follow_cases():
        pass
    visit.refresh_from_db()
    assert visit.state == "cancelled"


# --- pages ------------------------------------------------------------------------------------
def _sign_in(client, user) -> None:
    client.force_login(user)


def test_asking_and_planning_work_as_plain_forms(client, field):
    case = field.desk.case
    _sign_in(client, field.desk.cast.ana)
    page = client.get(reverse("desk:ask_visit", args=[case.pk]))
    assert page.status_code == 200
    assert b"No address" not in page.content
    sent = {"purpose": field.purpose().pk, "address": field.address.pk, "note": ""}
    assert client.post(reverse("desk:ask_visit", args=[case.pk]), sent).status_code == 302
    assert client.post(reverse("desk:ask_visit", args=[case.pk]), sent).status_code == 422
    visit = Visit.objects.get()
    assert client.get(reverse("visits:plan", args=[visit.pk])).status_code == 403

    _sign_in(client, field.desk.cast.ben)
    assert visit.case.loan.contract_no in client.get(reverse("visits:list")).content.decode()
    plan = {
        "agent": field.finn.pk,
        "second_visitor": field.gail.pk,
        "visit_on": "2026-05-12",
        "opens": "13:00",
        "closes": "17:00",
        "is_recorded": "on",
        "position": "31.76190, -106.48500",
    }
    refused = client.post(
        reverse("visits:plan", args=[visit.pk]), plan | {"opens": "22:00", "closes": "23:00"}
    )
    assert refused.status_code == 422
    assert not AddressPosition.objects.exists()
    assert client.post(reverse("visits:plan", args=[visit.pk]), plan).status_code == 302
    assert AddressPosition.objects.count() == 1
    page = client.get(reverse("visits:visit", args=[visit.pk])).content.decode()
    assert "Finn" in page
    assert "31.76" not in page
    assert client.get(reverse("visits:list") + "?show=planned").status_code == 200


def test_pages_keep_to_scope_and_rights_and_reading_writes_nothing(client, field):
    visit = field.planned()
    events = VisitEvent.objects.count()
    pages = [reverse("visits:visit", args=[visit.pk]), reverse("visits:list")]
    for user, expected in ((field.desk.cast.cleo, 404), (field.desk.cast.auditor, 200)):
        _sign_in(client, user)
        assert client.get(pages[0]).status_code == expected
    _sign_in(client, field.desk.cast.cleo)
    assert visit.case.loan.contract_no not in client.get(pages[1]).content.decode()
    _sign_in(client, field.finn)
    assert client.get(pages[0]).status_code == 200
    assert (
        client.post(reverse("visits:cancel", args=[visit.pk]), {"reason": "x"}).status_code == 403
    )
    _sign_in(client, field.desk.cast.auditor)
    assert client.post(reverse("visits:notice", args=[visit.pk])).status_code == 403
    assert VisitEvent.objects.count() == events
