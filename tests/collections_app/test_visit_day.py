"""Several visits put on one day in one step: the preview, the refused ones, each for itself."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.visits.day_layout import lay_out, windows_of
from collections_app.visits.day_services import plan_several
from collections_app.visits.models import Visit, VisitEvent
from collections_app.visits.queries import route_of
from collections_app.visits.services import request_visit
from collections_app.worklist.services import make_work_items
from compliance.stops.services import add_stop
from core import clock
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from tests.collections_app.crowd import multiply
from tests.collections_app.visiting import TODAY, build_field
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

TOMORROW = TODAY + timedelta(days=1)
NINE = datetime(2026, 5, 13, 9, tzinfo=UTC)


def _visit(city: str, opens_at: datetime | None = None) -> SimpleNamespace:
    address = SimpleNamespace(country="US", region="TX", city=city)
    return SimpleNamespace(pk=uuid4(), address=address, requested_at=NINE, opens_at=opens_at)


def _cities(laid) -> list[str]:
    return [visit.address.city for visit, _at in laid]


def test_windows_follow_each_other_and_the_last_one_closes_in_time():
    each = timedelta(minutes=90)
    opens = windows_of(opens=NINE, closes=NINE + timedelta(hours=5), each=each)

    assert [f"{at:%H:%M}" for at in opens] == ["09:00", "10:30", "12:00"]
    assert windows_of(opens=NINE, closes=NINE + timedelta(hours=1), each=each) == []


@pytest.mark.parametrize(
    ("standing", "order"),
    [
        ([], ["Dallas", "Dallas", "Plano", "Plano"]),
        # Who is to be in Plano in the morning anyway stays there first.
        ([_visit("Plano", NINE)], ["Plano", "Plano", "Dallas", "Dallas"]),
        ([_visit("Plano", NINE + timedelta(hours=4))], ["Dallas", "Dallas", "Plano", "Plano"]),
    ],
)
def test_places_follow_each_other_around_what_stands_in_the_day(standing, order):
    visits = [_visit("Plano"), _visit("Dallas"), _visit("Plano"), _visit("Dallas")]
    each = timedelta(hours=1)
    windows = windows_of(opens=NINE, closes=NINE + timedelta(hours=5), each=each)

    laid = lay_out(visits=visits, standing=standing, windows=windows, each=each)

    assert _cities(laid) == order
    taken = {visit.opens_at for visit in standing}
    given = [at for _visit, at in laid]
    assert given == [at for at in windows if at not in taken][:4]


def test_whom_the_day_has_no_window_for_gets_none():
    visits = [_visit("Dallas"), _visit("Dallas")]

    laid = lay_out(visits=visits, standing=[], windows=[NINE], each=timedelta(hours=1))

    assert [at for _visit, at in laid] == [NINE, None]


@pytest.fixture
def field():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_field()


def _others(field, count: int) -> list[Visit]:
    """Visits asked for at other people, each on a case of their own in the same portfolio."""
    make_work_items()
    return [
        request_visit(
            case=case,
            address=case.borrower.addresses.select_related("party__data_key").get(),
            purpose=field.purpose(),
            note="",
            by=field.desk.cast.ana,
        )
        for case in multiply(field.desk, count)
    ]


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _asking(field, visits, **changes) -> dict:
    usual = {
        "visit": [str(visit.pk) for visit in visits],
        "agent": str(field.finn.pk),
        "second_visitor": str(field.gail.pk),
        "visit_on": TOMORROW.isoformat(),
        "opens": "09:00",
        "closes": "18:00",
        "minutes": "90",
        "is_recorded": "on",
    }
    return usual | changes


def _windows(*pairs) -> dict[str, str]:
    return {
        f"{visit.pk}-{name}": at
        for visit, opens, closes in pairs
        for name, at in (("opens", opens), ("closes", closes))
    }


@pytest.mark.django_db
def test_a_lead_sees_the_day_the_chosen_make_and_puts_them_on_it(
    field, django_assert_max_num_queries
):
    stopped, (first, second) = field.asked(), _others(field, 2)
    add_stop(party=stopped.party, kind="cease", source="letter", starts_at=clock.now(), by=CLERK)
    client, url = _client(field.desk.cast.ben), reverse("visits:day")
    listed = client.get(reverse("visits:list")).content.decode()
    assert f'value="{first.pk}"' in listed
    assert url in listed

    with django_assert_max_num_queries(45):
        page = client.get(url, _asking(field, [stopped, first, second], closes="12:00"))

    assert page.status_code == 200
    shown = [(stop.row.hours, stop.window is not None) for stop in page.context["stops"]]
    # Who may not be visited takes no window from the others: two are all that the day has.
    assert shown == [("09:00–10:30", True), ("10:30–12:00", True)]
    ((row, why),) = page.context["refused"]
    assert row.pk == stopped.pk
    assert why
    assert not VisitEvent.objects.exclude(kind="requested").exists(), "looking writes nothing"

    sent = _asking(field, [first, second]) | _windows(
        (first, "09:00", "10:30"), (second, "11:00", "12:30")
    )
    assert client.post(url, sent).status_code == 302

    route = list(route_of(field.finn, TOMORROW))
    assert [(row.pk, row.place_in_day) for row in route] == [(first.pk, 1), (second.pk, 2)]
    assert [row.opens for row in route] == [time(9), time(11)]
    assert {row.second_visitor for row in route} == {field.gail}
    assert AuditEntry.objects.filter(action="visit.planned").count() == 2
    stopped.refresh_from_db()
    assert stopped.state == "requested"


@pytest.mark.django_db
def test_one_that_is_refused_changes_nothing_and_holds_no_other_up(field):
    first, (second,) = field.asked(), _others(field, 1)
    client, url = _client(field.desk.cast.ben), reverse("visits:day")
    sent = _asking(field, [first, second]) | _windows(
        (first, "22:30", "23:30"), (second, "09:00", "10:30")
    )

    page = client.post(url, sent)

    assert page.status_code == 409
    assert [row.pk for row, _why in page.context["refused"]] == [first.pk]
    first.refresh_from_db()
    assert (first.state, first.visit_on) == ("requested", None)
    assert list(first.events.values_list("kind", flat=True)) == ["requested"]
    assert [row.pk for row in route_of(field.finn, TOMORROW)] == [second.pk]


@pytest.mark.django_db
def test_sent_twice_it_stands_once_and_somebody_elses_plan_is_not_moved(field):
    visit = field.asked()
    plan = field.plan(visit_on=TOMORROW)
    by = Actor.of(field.desk.cast.ben)
    for _time in range(2):
        done = plan_several(plans=[(visit, plan)], by=by)
        assert (len(done.planned), done.refused) == (1, [])
    assert visit.events.filter(kind="planned").count() == 1

    later = field.plan(visit_on=TOMORROW + timedelta(days=1))
    done = plan_several(plans=[(visit, later)], by=by)

    assert done.planned == []
    assert "Planned already" in done.refused[0][1]
    visit.refresh_from_db()
    assert visit.visit_on == TOMORROW


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"visit": []}, "at least one"),
        ({"opens": "18:00", "closes": "09:00"}, "closes after"),
        ({"visit_on": (TODAY + timedelta(days=91)).isoformat()}, "90 days"),
        ({"agent": ""}, "required"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_reason(field, changes, says):
    visit = field.asked()

    page = _client(field.desk.cast.ben).get(
        reverse("visits:day"), _asking(field, [visit], **changes)
    )

    assert page.status_code == 422
    assert says in str(page.context["form"].errors)


@pytest.mark.django_db
def test_only_who_plans_visits_may_and_only_what_they_see_is_offered(field):
    visit = field.asked()
    url = reverse("visits:day")

    assert _client(field.desk.cast.ana).get(url).status_code == 403
    Visit.objects.filter(pk=visit.pk).update(requested_at=datetime(2026, 5, 1, tzinfo=UTC))
    stranger = build_field()
    page = _client(stranger.desk.cast.ben).get(url, _asking(stranger, [visit]))
    assert page.context["stops"] == []
    assert page.context["places"] == []
