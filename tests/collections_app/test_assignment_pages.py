"""The assignment pages over HTTP: who may, what is shown, and that each step does what it says."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.cases.moves import CaseMove
from collections_app.cases.services import assign
from core.audit.models import AuditEntry
from loans.portfolios.services import grant_portfolio
from tests.collections_app.test_moving import _held_by, build_floor
from tests.loans.builders import CLERK, build_loan

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


@pytest.fixture
def cast():
    return build_floor()


def _signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _client(user) -> Client:
    client = _signed_in(user)
    client.get(reverse("assignment:board"))  # the first request also starts the session
    return client


def _preview(client, user, **values):
    return client.get(reverse("assignment:preview"), {"from": user.pk, **values})


def _send(client, page, **changes):
    context = page.context
    data = {
        "from": context["from_user"].pk if context["from_user"] else "",
        "case": [str(pk) for pk in context["case_ids"]],
        "to": context["target"],
        "reason": "ill",
        "digest": context["digest"],
        "token": str(context["token"]),
    }
    return client.post(reverse("assignment:apply"), {**data, **changes})


def test_the_board_shows_the_leads_team_and_what_everybody_holds(cast):
    page = _client(cast.ben).get(reverse("assignment:board"))

    assert page.status_code == 200
    (team,) = page.context["teams"]
    held = {agent["name"]: agent["people"] for agent in team["agents"]}
    assert held == {"Ana": 4, "Bo": 0, "Chen": 0}
    assert "$" in page.content.decode()


def test_a_manager_deals_for_the_teams_of_granted_portfolios(cast):
    maria = User.objects.create_user(
        "maria@example.com", password=None, full_name="Maria", role="manager"
    )
    client = _client(maria)
    assert client.get(reverse("assignment:board")).context["teams"] == []

    grant_portfolio(portfolio=cast.portfolio, user=maria, by=CLERK)

    (team,) = client.get(reverse("assignment:board")).context["teams"]
    assert team["name"] == cast.team.name


def test_agents_have_no_board(cast):
    client = _signed_in(cast.ana)

    assert client.get(reverse("assignment:board")).status_code == 403
    assert client.post(reverse("assignment:deal")).status_code == 403
    assert client.post(reverse("assignment:apply"), {"from": cast.ana.pk}).status_code == 403


def test_what_lies_beyond_the_leads_scope_is_not_found(cast):
    client = _client(cast.ben)

    assert _preview(client, cast.cleo).status_code == 404
    assert client.get(reverse("assignment:preview")).status_code == 404
    assert client.get(reverse("assignment:preview"), {"from": "x"}).status_code == 404


@pytest.mark.parametrize("page", ["board", "preview", "move"])
def test_pages_cost_the_same_for_few_and_for_many(cast, page):
    client = _client(cast.ben)

    def cost():
        addresses = {
            "board": reverse("assignment:board"),
            "preview": f"{reverse('assignment:preview')}?from={cast.ana.pk}",
            "move": reverse("assignment:move", args=[_move(client, cast)])
            if page == "move"
            else "",
        }
        with CaptureQueriesContext(connection) as captured:
            assert client.get(addresses[page]).status_code == 200
        return len(captured)

    before = cost()
    for _number in range(5):
        loan = build_loan(cast.portfolio)
        borrower = loan.parties.first().party
        Case.objects.create(
            loan=loan,
            portfolio=cast.portfolio,
            borrower=borrower,
            opened_on="2025-01-17",
            assignee=cast.ana,
            team=cast.team,
        )

    assert cost() == before
    assert before <= (MOST_QUERIES if page != "preview" else 20), before


def _move(client, cast):
    if not _held_by(cast.ana).exists():
        return CaseMove.objects.latest("made_at").pk
    _send(client, _preview(client, cast.ana))
    return CaseMove.objects.latest("made_at").pk


def test_a_preview_writes_nothing_and_the_second_press_does_it(cast):
    client = _client(cast.ben)
    entries = AuditEntry.objects.count()

    page = _preview(client, cast.ana)

    assert page.context["moving_people"] == 4
    assert "Dana" not in page.content.decode(), "names are masked"
    assert AuditEntry.objects.count() == entries
    answer = _send(client, page)
    move = CaseMove.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("assignment:move", args=[move.pk]),
    )
    assert _held_by(cast.ana).count() == 0


def test_the_same_press_twice_moves_once(cast):
    client = _client(cast.ben)
    page = _preview(client, cast.ana)

    first, second = _send(client, page), _send(client, page)

    assert first["Location"] == second["Location"]
    assert CaseMove.objects.count() == 1


def test_a_changed_plan_answers_409_with_the_plan_of_now(cast):
    client = _client(cast.ben)
    page = _preview(client, cast.ana)
    assign(case=_held_by(cast.ana).first(), to=cast.ben, reason="mine", by=CLERK)

    answer = _send(client, page)

    assert answer.status_code == 409
    assert answer.context["digest"] != page.context["digest"]
    assert CaseMove.objects.count() == 0
    assert _send(client, answer).status_code == 302


def test_another_target_than_the_previewed_one_is_previewed_first(cast):
    client = _client(cast.ben)
    page = _preview(client, cast.ana)

    answer = _send(client, page, to=f"user:{cast.extra['bo'].pk}")

    assert answer.status_code == 409
    assert [gain["name"] for gain in answer.context["gains"]] == ["Bo"]


@pytest.mark.parametrize("change", [{"reason": " "}, {"to": "user:0"}])
def test_a_refused_form_answers_422_and_moves_nothing(cast, change):
    client = _client(cast.ben)

    answer = _send(client, _preview(client, cast.ana), **change)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert _held_by(cast.ana).count() == 5


def test_chosen_cases_come_as_a_post_and_bring_their_person(cast):
    client = _client(cast.ben)
    case = _held_by(cast.ana).first()

    page = client.post(reverse("assignment:preview"), {"case": [str(case.pk)]})

    assert page.status_code == 200
    assert page.context["moving_people"] == 1
    _send(client, page, to=page.context["target"])
    assert _held_by(cast.ana).filter(borrower=case.borrower).count() == 0


def test_taking_back_over_the_page(cast):
    client = _client(cast.ben)
    pk = _move(client, cast)
    detail = client.get(reverse("assignment:move", args=[pk]))
    assert detail.context["undo"]["is_possible"]

    answer = client.post(reverse("assignment:undo", args=[pk]))
    again = client.post(reverse("assignment:undo", args=[pk]))

    assert answer.status_code == 302
    assert _held_by(cast.ana).count() == 5
    assert (again.status_code, "already" in again.context["refusal"]) == (409, True)


def test_deal_now_gives_out_what_is_with_nobody(cast):
    Case.objects.update(assignee=None, team=None)
    client = _client(cast.ben)
    page = client.get(reverse("assignment:board"))
    assert page.context["undealt"][0]["people"] == 4

    answer = client.post(reverse("assignment:deal"), {"token": str(page.context["token"])})

    assert answer.status_code == 302
    assert not Case.objects.filter(assignee=None).exists()


def test_the_pages_of_people_say_what_somebody_holds_and_lead_to_the_move(cast):
    address = reverse("people:user", args=[cast.ana.pk])
    page = _signed_in(cast.administrator).get(address)
    assert page.context["work"].text == "4 people, 5 cases"
    assert not page.context["may_move"], "an administrator deals nothing out"

    lead, days = _signed_in(cast.ben), {"starts_on": "2099-01-01", "ends_on": "2099-01-09"}
    lead.post(reverse("people:add_leave", args=[cast.ana.pk]), days | {"reason": "annual"})
    week = lead.get(reverse("people:week", args=[cast.ana.pk]))

    assert week.context["work"].href == f"{reverse('assignment:preview')}?from={cast.ana.pk}"
    assert lead.get(week.context["work"].href).status_code == 200


def test_the_page_of_teams_says_which_portfolios_each_may_see(cast):
    page = _signed_in(cast.ben).get(reverse("people:teams"))

    (row,) = page.context["rows"]
    assert [granted.name for granted in row["granted"]] == [cast.portfolio.name]
