"""What if: the gate's own answer, rule by rule, for any person and moment; nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse

from accounts.access.rights import Role
from compliance.attempts.history import HistoricContact, record_history
from compliance.gate.facts import Channel
from compliance.gate.queries import gather
from compliance.gate.services import decide
from compliance.rulepacks.documents import read_document
from compliance.rulepacks.editions import applied
from compliance.rulepacks.services import install_pack, propose_version
from compliance.rulepacks.standard import standard_documents
from compliance.rules.registry import RULES
from compliance.stops.models import StopKind
from compliance.stops.services import add_stop
from compliance.whatif.hours import open_hours
from compliance.whatif.trace import trace
from core import clock
from core.audit import SYSTEM, Actor
from tests.compliance.builders import call_request, reachable_loan, reachable_portfolio
from tests.compliance.packs import officer, pack_document
from tests.loans.builders import CLERK, build_loan, build_party

pytestmark = pytest.mark.django_db
#: The number is of New York, the address in El Paso: the window opens at ten there.
ZONE = "America/New_York"
NOON = "2026-05-12T16:00:00Z"


@pytest.fixture
def cleo(client):
    cleo = officer("Cleo")
    client.force_login(cleo)
    return cleo


@pytest.fixture
def loan():
    with time_machine.travel(NOON):
        portfolio = reachable_portfolio(rule_packs=("TEST",))
        install_pack(document=pack_document(), by=SYSTEM)
        found, _phone = reachable_loan(portfolio)
        yield found


def asked(client, loan, **query):
    return client.get(reverse("whatif:ask"), {"loan": loan.pk, "zone": ZONE, **query})


def called(loan, *days, outcome="conversation"):
    phone = loan.parties.get().party.contact_points.get(kind="phone")
    record_history(
        contacts=[
            HistoricContact(
                portfolio_id=loan.portfolio_id,
                party_id=phone.party_id,
                loan_id=loan.pk,
                channel="call",
                direction="outbound",
                outcome=outcome,
                at=datetime.combine(day, time(11), ZoneInfo(ZONE)),
                contact_point_id=phone.pk,
            )
            for day in days
        ],
        by=CLERK,
    )


def lines(page):
    return {line.code: line for line in page.context["lines"]}


# --- the answer --------------------------------------------------------------------------


def test_without_more_it_asks_for_a_call_to_the_borrower_now(client, cleo, loan):
    page = asked(client, loan)

    assert page.status_code == 200
    assert page.context["answer"]["state"] == "allowed"
    assert page.context["answer"]["at"].startswith("2026-05-12 12:01")
    assert page.context["objecting"] == 0
    assert {"T-HOURS", "T-CAP"} <= set(lines(page))


def test_a_moment_outside_the_hours_is_refused_with_the_next_opening(client, cleo, loan):
    page = asked(client, loan, day="2026-05-12", time="21:27")

    answer, hours = page.context["answer"], lines(page)["T-HOURS"]
    assert answer["state"] == "later"
    assert answer["opens"].startswith("2026-05-13 10:00")
    assert (hours.state, hours.citation) == ("later", "12 CFR 1006.6(b)(1)(i)")
    assert "21:27 in New York" in hours.read
    assert lines(page)["T-CAP"].state == "allowed"


def test_the_answer_is_the_gates_own(client, cleo, loan):
    called(loan, *(date(2026, 5, day) for day in range(6, 13)))
    phone = loan.parties.get().party.contact_points.get(kind="phone")

    page = asked(client, loan)
    decision = decide(call_request(loan, phone))

    objecting = {line.code for line in page.context["lines"] if line.objects}
    assert objecting == {found.code for found in decision.denials} == {"T-CAP"}
    assert lines(page)["T-CAP"].read == "7 of 7 used"
    assert page.context["answer"]["grounds"]
    assert page.context["answer"]["opens"].startswith("2026-05-13 10:00")


def test_a_stop_no_pack_names_is_a_line_of_its_own(client, cleo, loan):
    add_stop(
        party=loan.parties.get().party,
        kind=StopKind.DISPUTE,
        source="letter",
        starts_at=clock.now(),
        by=CLERK,
    )

    page = asked(client, loan)

    assert page.context["answer"]["state"] == "stopped"
    stopping = [line for line in page.context["lines"] if line.state == "stopped"]
    assert [line.says.partition(",")[0] for line in stopping] == ["A dispute is open"]


def test_a_rule_about_stops_says_which_it_read(client, cleo, loan):
    disputes = {
        "rule": "dispute",
        "code": "T-DISPUTE",
        "values": {},
        "binding": "law",
        "citation": "12 CFR 1006.38(d)",
    }
    stricter = pack_document(version=2, effective_from="2026-05-01")
    stricter["rules"].append(disputes)
    install_pack(document=stricter, by=SYSTEM)
    assert lines(asked(client, loan))["T-DISPUTE"].read == "none on file"

    add_stop(
        party=loan.parties.get().party,
        kind=StopKind.DISPUTE,
        source="letter",
        starts_at=datetime.fromisoformat("2026-05-11T21:30:00-04:00"),  # tomorrow in UTC
        by=CLERK,
    )

    found = lines(asked(client, loan))["T-DISPUTE"]
    assert (found.state, found.citation) == ("stopped", "12 CFR 1006.38(d)")
    assert "2026-05-11" in found.read


def test_contacts_after_a_past_moment_do_not_count_then(client, cleo, loan):
    called(loan, *(date(2026, 5, day) for day in range(5, 12)))

    page = asked(client, loan, day="2026-05-08", time="12:00")

    assert lines(page)["T-CAP"].read == "4 of 7 used"


def test_rules_about_other_contacts_are_named_as_not_asked(client, cleo, loan):
    page = asked(client, loan, channel="letter")

    assert {"T-HOURS"} == {code for code, _asks, _scope in page.context["not_asked"]}
    assert "T-HOURS" not in lines(page)


def test_a_way_of_contact_has_its_own_numbers_and_addresses(client, cleo, loan):
    ways = {
        channel: asked(client, loan, channel=channel).context["form"]["point"]
        for channel in ("call", "email", "visit")
    }

    points = loan.parties.get().party.contact_points
    assert ways["call"].value() == str(points.get(kind="phone").pk)
    assert ways["email"].value() == str(points.get(kind="email").pk)
    assert ways["visit"].value() == ""


# --- another edition ---------------------------------------------------------------------


def test_a_proposed_version_answers_the_same_question_beside_the_one_in_force(client, cleo, loan):
    called(loan, date(2026, 5, 11))
    stricter = pack_document(version=2, effective_from="2031-01-01")
    stricter["rules"][1]["values"] |= {"limit": 1}
    proposal = propose_version(document=stricter, reason="Fewer calls.", by=Actor.of(cleo))

    page = asked(client, loan, edition=f"TEST:{proposal.pk}")

    found = page.context["comparison"]
    assert page.context["answer"]["state"] == "allowed"
    assert (found["answer"]["state"], found["is_same"]) == ("later", False)
    assert (found["only_there"], found["only_here"]) == (["T-CAP"], [])


def test_a_proposal_that_looks_further_back_is_given_the_contacts_it_counts(client, cleo, loan):
    called(loan, date(2026, 1, 20))
    longer = pack_document(version=2, effective_from="2031-01-01")
    longer["rules"][1]["values"] |= {"limit": 1, "days": 180}
    proposal = propose_version(document=longer, reason="Half a year.", by=Actor.of(cleo))

    page = asked(client, loan, edition=f"TEST:{proposal.pk}")

    assert page.context["comparison"]["only_there"] == ["T-CAP"]


def test_a_pack_that_is_not_named_can_be_tried_on(client, cleo, loan):
    install_pack(document=pack_document(code="MORE", effective_from="2031-01-01"), by=SYSTEM)

    page = asked(client, loan, edition="MORE:1", time="22:00", day="2026-05-12")

    assert page.context["comparison"]["is_same"]
    assert asked(client, loan, edition="MORE:9").status_code == 422


# --- the hours ---------------------------------------------------------------------------


def test_the_week_says_for_every_minute_what_the_gate_says(loan):
    called(loan, *(date(2026, 5, day) for day in range(6, 13)))
    phone = loan.parties.get().party.contact_points.get(kind="phone")
    facts = gather(call_request(loan, phone))

    week = open_hours(facts, zone=ZONE)

    assert [day.day for day in week] == [date(2026, 5, day) for day in range(12, 19)]
    for day in week:
        assert (day.spans[0].begins, day.spans[-1].ends) == (0, 24 * 60)
        for before, after in zip(day.spans, day.spans[1:], strict=False):
            assert before.ends == after.begins
            assert before.codes != after.codes
    first, second = week[0], week[1]
    assert not any(span.is_open for span in first.spans)
    assert [(s.begins, s.ends) for s in second.spans if s.is_open] == [(10 * 60, 21 * 60)]


@pytest.mark.parametrize(
    ("at", "open_spans"),
    [("2026-03-08T17:00:00Z", [(600, 1260)]), ("2026-11-01T17:00:00Z", [(600, 1260)])],
)
def test_days_on_which_the_clock_changes_keep_their_hours(loan, at, open_spans):
    phone = loan.parties.get().party.contact_points.get(kind="phone")
    with time_machine.travel(at):
        facts = gather(call_request(loan, phone))

    (day, *_others) = open_hours(facts, zone=ZONE)

    found = [(span.begins, span.ends) for span in day.spans if not set(span.codes) - {"x"}]
    assert found == open_spans


# --- the page ----------------------------------------------------------------------------


def test_asking_stores_nothing(client, cleo, loan):
    called(loan, date(2026, 5, 11))
    own = [model for model in apps.get_models() if model._meta.app_label in ("compliance", "core")]
    before = {model: model._default_manager.count() for model in own}

    asked(client, loan)
    asked(client, loan, day="2026-05-12", time="23:00")
    asked(client, loan, channel="visit", people_count="1", is_recorded="no", content="debt_details")

    assert {model: model._default_manager.count() for model in own} == before


def test_a_contract_number_leads_to_its_question(client, cleo, loan):
    found = client.get(reverse("whatif:ask"), {"contract": loan.contract_no.lower()})
    assert found["Location"] == f"{reverse('whatif:ask')}?loan={loan.pk}"

    other = build_loan(loan.portfolio, party=build_party(loan.portfolio))
    several = client.get(reverse("whatif:ask"), {"contract": "L"})
    assert {row[0] for row in several.context["found"]} == {loan.contract_no, other.contract_no}
    assert client.get(reverse("whatif:ask"), {"contract": "ZZ"}).context["found"] == []


def test_the_page_shows_no_name_in_clear(client, cleo, loan):
    party = loan.parties.get().party
    phone = party.contact_points.get(kind="phone")

    shown = asked(client, loan).content.decode()

    assert party.full_name not in shown
    assert "(212) 555-0142" not in shown
    assert phone.masked in shown


def test_who_may_not_see_the_loan_or_ask_the_gate_is_turned_away(client, loan):
    client.force_login(officer("Maria", Role.MANAGER))
    assert asked(client, loan).status_code == 404
    client.force_login(officer("Ana", Role.AGENT))
    assert asked(client, loan).status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"day": "tomorrow"}, 422),
        ({"channel": "telex"}, 422),
        ({"people_count": "-1", "channel": "visit"}, 422),
        ({"person": "00000000-0000-0000-0000-000000000000"}, 404),
        ({"loan": "x"}, 404),
        ({"loan": "00000000-0000-0000-0000-000000000000"}, 404),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(client, cleo, loan, query, status):
    assert client.get(reverse("whatif:ask"), {"loan": loan.pk} | query).status_code == status


@pytest.mark.parametrize("channel", list(Channel))
def test_every_rule_of_every_standard_pack_says_what_it_asks_and_why(loan, channel):
    phone = loan.parties.get().party.contact_points.get(kind="phone")
    facts = gather(call_request(loan, phone))
    rules = tuple(
        rule
        for document in standard_documents().values()
        for rule in applied(read_document(document), organisation="", label="X v1")
    )

    said = trace(
        replace(facts, rules=rules, request=replace(facts.request, channel=channel)), zone=ZONE
    )

    assert len(said) > 1
    for line in said:
        assert line.says, line.code
        assert line.asks not in RULES, line.code
