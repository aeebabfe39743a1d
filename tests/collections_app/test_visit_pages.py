"""The list of visits: tiles that open their rows, a file of them, cash counted, who sees what."""

from __future__ import annotations

import csv
import io
from datetime import time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import Team, User
from collections_app.cases.models import Case
from collections_app.contacts.models import ResultCode
from collections_app.visits.findings import CashHandIn, CashReceipt
from collections_app.visits.flow import Position
from collections_app.visits.making import check_in, report_visit
from collections_app.visits.models import Visit
from collections_app.visits.positions import keep_position
from collections_app.visits.services import cancel_visit
from collections_app.visits.taking import take_cash
from collections_app.visits.tasks import watch_visits
from core import clock
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from loans.contracts.services import add_party
from loans.portfolios.services import grant_portfolio
from tests.collections_app.test_visits import DOOR, IN_THE_WINDOW
from tests.collections_app.visiting import TODAY, Field, build_field
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_party, us_party_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def field():
    with time_machine.travel(OPEN_AT, tick=False):
        field = build_field()
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        yield field


@pytest.fixture
def manager(field) -> User:
    user = User.objects.create_user(
        "maria@example.com", password=None, full_name="Maria", role=Role.MANAGER
    )
    grant_portfolio(portfolio=field.desk.cast.portfolio, user=user, by=CLERK)
    return user


def _others(field: Field, count: int) -> list[Visit]:
    """Planned visits to more people who owe the loan."""
    made = []
    for _number in range(count):
        party = build_party(field.desk.cast.portfolio, addresses=us_party_row().addresses)
        add_party(loan=field.desk.case.loan, party=party, role="co_borrower", by=CLERK)
        address = party.addresses.select_related("party__data_key").get()
        made.append(field.planned(field.asked(address=address)))
    return made


def _make(field: Field, visit: Visit, position: Position | None) -> None:
    watch_visits()
    check_in(visit=visit, agent=field.finn, at=clock.now(), position=position)
    result = ResultCode.objects.get(code="V-MET")
    report_visit(visit=visit, agent=field.finn, result=result, at=clock.now())


def test_each_tile_opens_just_the_rows_it_counts(client, field, manager):
    near, far, waiting, off = field.planned(), *_others(field, 3)
    keep_position(address=near.address, position=DOOR, at=clock.now(), by=CLERK)
    keep_position(address=far.address, position=DOOR, at=clock.now(), by=CLERK)
    _make(field, near, DOOR)
    _make(field, far, Position(DOOR.latitude + 1, DOOR.longitude, 20))
    cancel_visit(visit=off, reason="pays by phone", by=Actor.of(field.desk.cast.ben))
    client.force_login(manager)

    tiles = client.get(reverse("visits:list")).context["tiles"]

    assert [tile.value for tile in tiles] == ["3", "2", "1", "1"]
    for tile in tiles:
        rows = client.get(tile.href).context["rows"]
        assert str(len(rows)) == tile.value, tile.label
    assert {row.pk for row in client.get(tiles[0].href).context["rows"]} == {
        near.pk,
        far.pk,
        waiting.pk,
    }
    assert [row.pk for row in client.get(tiles[3].href).context["rows"]] == [far.pk]
    client.force_login(field.desk.cast.ana)
    assert not client.get(reverse("visits:list")).context["tiles"]


def test_the_file_has_the_rows_of_the_page_names_nobody_and_is_in_the_trail(client, field, manager):
    visit = field.planned()
    _make(field, visit, DOOR)
    address = f"{reverse('visits:export')}?show=done&first={TODAY}&last={TODAY}"
    client.force_login(field.desk.cast.ben)
    assert client.post(address, {"format": "csv"}).status_code == 403
    client.force_login(manager)

    answer = client.post(address, {"format": "csv"})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Contract"] for row in rows] == [visit.case.loan.contract_no]
    assert (rows[0]["Result"], rows[0]["Field agent"]) == ("V-MET", "Finn")
    for hidden in ("Ortiz", "Elm", "31.76"):
        assert hidden not in text
    entry = AuditEntry.objects.get(action__contains="export")
    assert (entry.actor_id, entry.count) == (str(manager.pk), 1)
    nothing = client.post(f"{reverse('visits:export')}?show=cancelled", {"format": "csv"})
    assert len(b"".join(nothing.streaming_content).decode("utf-8-sig").splitlines()) == 1


def test_cash_is_counted_on_its_page_by_somebody_else_and_a_difference_stays_seen(client, field):
    visit = field.planned()
    take_cash(visit=visit, agent=field.finn, number="R-17", amount=Decimal("50.00"), at=clock.now())
    receipt = CashReceipt.objects.get()
    address = reverse("visits:hand_in", args=[visit.pk, receipt.pk])
    client.force_login(field.finn)
    assert client.post(address, {"amount": "50.00"}).status_code == 403
    assert not CashHandIn.objects.exists()

    client.force_login(field.desk.cast.ben)
    assert client.get(address).context["form"].initial["amount"] == Decimal("50.00")
    assert client.post(address, {"amount": "-1"}).status_code == 422
    assert client.post(address, {"amount": "45.00"}).status_code == 302
    assert client.post(address, {"amount": "45.00"}).status_code == 422

    handed = CashHandIn.objects.get()
    assert (handed.amount, handed.received_by) == (Decimal("45.00"), field.desk.cast.ben)
    [shown] = client.get(reverse("visits:visit", args=[visit.pk])).context["receipts"]
    assert (shown["amount"], shown["counted"], shown["href"]) == (receipt.amount, handed.amount, "")


def test_a_plan_proposes_who_goes_to_the_same_place_already(client, field):
    field.planned(visit_on=TODAY + timedelta(days=2))
    party = build_party(field.desk.cast.portfolio, addresses=us_party_row().addresses)
    add_party(loan=field.desk.case.loan, party=party, role="co_borrower", by=CLERK)
    address = party.addresses.select_related("party__data_key").get()
    visit = field.asked(address=address)
    client.force_login(field.desk.cast.ben)

    [near] = client.get(reverse("visits:plan", args=[visit.pk])).context["nearby"]

    assert (near["agent"], near["count"]) == ("Finn", 1)
    page = client.get(near["href"])
    assert page.context["form"].initial["agent"] == field.finn.pk
    assert page.context["form"].initial["visit_on"] == TODAY + timedelta(days=2)
    assert [row.contract_no for row in page.context["day"]] == [visit.case.loan.contract_no]


def test_who_leads_field_agents_plans_what_other_teams_ask_for_and_only_that(client, field):
    crew = Team.objects.create(name="Field")
    lead = User.objects.create_user(
        "luis@example.com", password=None, full_name="Luis", role=Role.TEAM_LEAD, team=crew
    )
    grant_portfolio(portfolio=field.desk.cast.portfolio, team=crew, by=CLERK)
    visit = field.asked()

    def seen() -> list[Visit]:
        return list(Visit.objects.visible_to(lead))

    assert seen() == [], "a team that makes no visits plans none"

    User.objects.filter(pk=field.finn.pk).update(team=crew)
    assert seen() == [visit]
    assert Case.objects.visible_to(lead).exists()
    field.planned(visit, opens=time(14))
    assert seen() == [visit]
    field.planned(visit, reason="Finn is ill", agent=field.gail, second_visitor=None)
    assert seen() == [], "another team makes it now"
    assert not Case.objects.visible_to(lead).exists()
    client.force_login(lead)
    assert client.get(reverse("visits:visit", args=[visit.pk])).status_code == 404
