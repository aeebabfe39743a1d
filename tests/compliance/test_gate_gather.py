"""What the gate looks at: everything on record, of everybody on the loans, in four queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
import time_machine

from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.services import record_inbound, reserve, settle
from compliance.consents.services import record_consent
from compliance.gate.facts import Channel, ContactRequest
from compliance.gate.queries import gather, gather_many
from compliance.gate.reach import FAILURES
from compliance.notices.services import record_notice, record_order
from compliance.preferences.services import add_preference
from compliance.stops.services import add_stop, hold
from core import clock
from loans.borrowers.rows import AddressRow, ContactRow
from loans.contracts.models import LoanParty
from loans.contracts.terms import Terms
from loans.repayments.rows import RepaymentRow
from loans.repayments.services import record_repayments
from tests.compliance.builders import OPEN_AT, call_request, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK, build_loan, build_party

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open_hours():
    with time_machine.travel(OPEN_AT, tick=False):
        yield


@pytest.fixture
def portfolio():
    return reachable_portfolio()


@pytest.fixture
def called(portfolio):
    return reachable_loan(portfolio)


def signs(loan, role, relationship="", **row):
    """Somebody else on a loan, in a role; returns their phone."""
    point = ContactRow(kind="phone", value="(617) 555-0175", place="home")
    party = build_party(loan.portfolio, **{"contact_points": (point,), **row})
    LoanParty.objects.create(loan=loan, party=party, role=role, relationship=relationship)
    return party.contact_points.first()


def about(point, *loans, channel=Channel.CALL):
    return ContactRequest(
        party_id=point.party_id,
        loan_ids=tuple(loan.pk for loan in loans),
        channel=channel,
        at=clock.now(),
        contact_point_id=point.pk,
    )


def was_called(loan, point, *outcomes, days_ago=2):
    record_history(
        contacts=[
            HistoricContact(
                portfolio_id=loan.portfolio_id,
                party_id=point.party_id,
                loan_id=loan.pk,
                channel="call",
                direction="outbound",
                outcome=outcome,
                contact_point_id=point.pk,
                at=clock.now() - timedelta(days=days_ago) + timedelta(minutes=number),
            )
            for number, outcome in enumerate(outcomes)
        ],
        by=CLERK,
    )


def mover(portfolio):
    """A house in Boston, a telephone there, a mobile of California, a dead number of Hawaii."""
    party = build_party(
        portfolio,
        contact_points=(
            ContactRow(kind="phone", value="(617) 555-0171", place="home"),
            ContactRow(kind="phone", value="(415) 555-0172", place="mobile"),
            ContactRow(
                kind="phone", value="(808) 555-0173", place="work", invalid_since=date(2026, 1, 5)
            ),
            ContactRow(kind="email", value="dana@works.example", place="work"),
        ),
        addresses=(AddressRow(text="1 Beacon St", region="Massachusetts", city="Boston"),),
    )
    return build_loan(portfolio, party=party), party.contact_points


def test_a_person_may_be_wherever_a_valid_number_or_a_current_address_points(portfolio):
    loan, points = mover(portfolio)
    east, west, hawaii = "America/New_York", "America/Los_Angeles", "Pacific/Honolulu"

    for place in ("home", "mobile"):
        seen = gather(about(points.get(place=place), loan))
        assert (seen.zones, seen.place) == ((west, east), place)
        assert not seen.contact_point_invalid
    dead = gather(about(points.get(kind="phone", place="work"), loan))

    assert dead.contact_point_invalid
    assert set(dead.zones) == {east, west, hawaii}
    assert {dead.day_zone, seen.day_zone} == {east}  # of the house, whichever number is asked about
    assert seen.locations == ("US-MA",)


def test_an_address_at_work_is_known_as_one(portfolio):
    loan, points = mover(portfolio)

    mail = gather(about(points.get(kind="email"), loan, channel=Channel.EMAIL))

    assert (mail.point_kind, mail.is_work_email) == ("email", True)
    assert not gather(about(points.get(place="home"), loan)).is_work_email


@pytest.mark.parametrize(
    ("region", "city", "location"),
    [
        ("MA", "Boston", "US-MA"),
        ("massachusetts", "Boston", "US-MA"),
        ("New York", "Brooklyn", "US-NY-NYC"),
        ("NY", "Albany", "US-NY"),
        ("", "", "US"),
    ],
)
def test_an_address_is_named_as_the_packs_name_places(portfolio, region, city, location):
    party = build_party(
        portfolio,
        contact_points=(ContactRow(kind="phone", value="(617) 555-0171"),),
        addresses=(AddressRow(text="1 Main St", region=region, city=city),),
    )
    loan = build_loan(portfolio, party=party)

    asked = about(party.contact_points.get(), loan)

    # New York City's rule for whoever collects is in force from September.
    seen = gather(replace(asked, at=asked.at + timedelta(days=120)))

    assert seen.locations == (location,)
    local = {rule.pack.split()[0] for rule in seen.rules} - {"US-REGF"}
    assert local == {pack for pack in ("US-MA", "US-NYC") if pack[3:] in location}


def test_somebody_elses_number_is_no_number_of_the_person(called, portfolio):
    loan, phone = called
    _other_loan, other = reachable_loan(portfolio)

    assert gather(replace(about(phone, loan), contact_point_id=other.pk)).contact_point_missing


def test_history_is_of_the_person_about_anything_and_of_anybody_about_these_loans(
    called, portfolio
):
    loan, phone = called
    second = build_loan(portfolio, party=phone.party)
    other = signs(loan, "co_borrower")
    theirs = build_loan(portfolio, party=other.party)
    was_called(second, phone, "voicemail", days_ago=4)
    was_called(loan, other, "busy", days_ago=3)
    was_called(theirs, other, "dropped", days_ago=2)
    settle(attempt=reserve(request=about(phone, loan), by=CLERK), outcome="sent", by=CLERK)
    reserve(request=about(other, loan), by=CLERK)

    history = gather(about(phone, loan)).history

    assert [contact.outcome for contact in history] == ["voicemail", "busy", "sent", ""]
    assert history[0].loan_ids == (second.pk,)
    assert history[1].party_id == other.party_id
    assert (history[1].place, history[1].contact_point_id) == ("home", other.pk)


def test_history_goes_as_far_back_as_a_rule_in_force_looks(called):
    loan, phone = called
    was_called(loan, phone, "no_answer", days_ago=59)
    was_called(loan, phone, "busy", days_ago=70)

    # Regulation F asks about texts of the last 60 days.
    assert [contact.outcome for contact in gather(about(phone, loan)).history] == ["no_answer"]


def test_a_correction_is_what_is_counted(called):
    loan, phone = called
    was_called(loan, phone, "wrong_number", "no_answer")

    assert [c.is_misdirected for c in gather(about(phone, loan)).history] == [True, False]


def test_stops_are_of_the_person_of_others_of_the_loan_and_of_its_portfolio(called, portfolio):
    loan, phone = called
    other = signs(loan, "co_borrower")
    until = clock.now() + timedelta(days=5)
    add_stop(
        party=phone.party,
        kind="dispute",
        source="a letter",
        starts_at=clock.now(),
        details={"received_by": "letter"},
        by=CLERK,
    )
    add_stop(party=other.party, kind="bankruptcy", source="court", starts_at=clock.now(), by=CLERK)
    hold(loan=loan, until=until, reason="a court case", by=CLERK)
    hold(portfolio=portfolio, until=until, reason="a flood", by=CLERK)
    elsewhere, stranger = reachable_loan(portfolio)
    hold(loan=elsewhere, until=until, reason="not this one", by=CLERK)
    add_stop(party=stranger.party, kind="cease", source="call", starts_at=clock.now(), by=CLERK)

    seen = gather(about(phone, loan)).stops

    assert sorted((stop.kind, stop.party_id, stop.loan_id) for stop in seen if stop.party_id) == [
        ("bankruptcy", other.party_id, None)
    ]
    assert sorted(stop.kind for stop in seen if not stop.party_id) == ["dispute", "hold", "hold"]
    assert next(s for s in seen if s.kind == "dispute").details == {"received_by": "letter"}


def test_what_was_said_served_and_ordered_is_seen(called, portfolio):
    loan, phone = called
    second = build_loan(portfolio, party=phone.party)
    record_consent(
        party=phone.party,
        channel="sms",
        answer="yes",
        given_at=clock.now(),
        source="a call",
        by=CLERK,
    )
    add_preference(
        party=phone.party,
        kind="inconvenient_time",
        days=[1, 3],
        closes=time(14),
        source="a call",
        starts_at=clock.now(),
        by=CLERK,
    )
    for of in (loan, second):
        record_notice(
            loan=of,
            party=phone.party,
            kind="right_to_cure",
            served_on=date(2026, 5, 1),
            how="post",
            document_ref="N-1",
            days=20,
            by=CLERK,
        )
        record_order(
            loan=of,
            kind="possession",
            made_on=date(2026, 5, 2),
            court="County",
            number="7",
            by=CLERK,
        )

    seen = gather(about(phone, loan))

    assert [(p.kind, p.channel, p.answer) for p in seen.permissions] == [("channel", "sms", "yes")]
    assert [(p.days, p.opens, p.closes) for p in seen.preferences] == [({1, 3}, None, time(14))]
    assert [(n.kind, n.served_on, n.days, n.loan_id) for n in seen.notices] == [
        ("right_to_cure", date(2026, 5, 1), 20, loan.pk)
    ]
    assert [(o.kind, o.made_on, o.loan_id) for o in seen.orders] == [
        ("possession", date(2026, 5, 2), loan.pk)
    ]


@pytest.mark.parametrize(
    ("written", "word"), [("Wife", "spouse"), ("配偶", "spouse"), ("aunt", "aunt")]
)
def test_a_relationship_is_read_in_the_word_of_the_rules(called, written, word):
    loan, _phone = called
    other = signs(loan, "reference", written)

    seen = gather(about(other, loan))

    assert (seen.role, seen.relationship) == ("reference", word)


def test_a_debtor_who_can_be_reached_is_not_out_of_reach(called):
    loan, phone = called
    other = signs(loan, "reference")
    was_called(loan, phone, *["no_answer"] * (FAILURES - 1))

    assert gather(about(other, loan)).unreachable == ""


@pytest.mark.parametrize("said", ["conversation", "voicemail"])
def test_contacts_fail_in_a_row_or_not_at_all(called, said):
    loan, phone = called
    other = signs(loan, "reference")
    was_called(loan, phone, "busy", "no_answer", said, "not_in_service", "no_answer")
    assert gather(about(other, loan)).unreachable == ""

    was_called(loan, phone, "not_made", "failed", days_ago=1)
    assert gather(about(other, loan)).unreachable == "three_failures"
    assert gather(about(phone, loan)).unreachable == ""  # asked of others only

    record_inbound(request=call_request(loan, phone), outcome="conversation", by=CLERK)
    assert gather(about(other, loan)).unreachable == ""


@pytest.mark.parametrize(
    ("kind", "details", "why"),
    [
        ("deceased", {}, "deceased"),
        ("vulnerable", {"incapacitated": "yes"}, "incapacitated"),
        ("vulnerable", {}, ""),
    ],
)
def test_death_and_incapacity_put_a_debtor_out_of_reach(called, kind, details, why):
    loan, phone = called
    other = signs(loan, "reference")
    add_stop(
        party=phone.party,
        kind=kind,
        source="family",
        starts_at=clock.now(),
        details=details,
        by=CLERK,
    )

    assert gather(about(other, loan)).unreachable == why


def test_an_incapacity_that_is_over_no_longer_lets_others_be_asked(called):
    loan, phone = called
    other = signs(loan, "reference")
    now = clock.now()
    add_stop(
        party=phone.party,
        kind="vulnerable",
        source="family",
        starts_at=now - timedelta(days=40),
        ends_at=now - timedelta(days=10),
        details={"incapacitated": "yes"},
        by=CLERK,
    )

    assert gather(about(other, loan)).unreachable == ""


def test_a_debtor_without_a_number_that_works_is_out_of_reach(called):
    loan, phone = called
    other = signs(loan, "reference")
    phone.party.contact_points.update(invalid_since=date(2026, 5, 1))

    assert gather(about(other, loan)).unreachable == "number_invalid"


def test_the_share_paid_is_known_where_the_whole_price_is(portfolio):
    party = build_party(portfolio)
    terms = Terms(
        principal=Decimal("1200.00"),
        annual_rate=Decimal(0),
        periods=12,
        start_on=date(2024, 12, 15),
        first_due_on=date(2025, 1, 15),
    )
    known = build_loan(portfolio, party=party, terms=terms)
    unknown = build_loan(portfolio, party=party)
    asked = ContactRequest(
        party_id=party.pk,
        loan_ids=(known.pk,),
        channel=Channel.REPOSSESSION,
        at=clock.now(),
    )
    record_repayments(
        portfolio=portfolio,
        rows=[
            RepaymentRow(
                contract_no=known.contract_no, amount=Decimal("480.00"), value_on=date(2025, 2, 15)
            )
        ],
        by=CLERK,
    )

    assert gather(asked).paid_share == Decimal("0.4")
    # A schedule that says nothing of a deposit: one may have been paid.
    assert gather(replace(asked, loan_ids=(unknown.pk,))).paid_share is None
    assert gather(replace(asked, loan_ids=(known.pk, unknown.pk))).paid_share is None
    assert gather(replace(asked, channel=Channel.LETTER)).paid_share is None


def test_one_and_fifty_cost_the_same_queries(portfolio, django_assert_num_queries):
    asked = [about(phone, loan) for loan, phone in (reachable_loan(portfolio) for _n in range(50))]
    asked += [replace(request, channel=Channel.SMS) for request in asked]

    # people and portfolios, the rules in force, everything on record, earlier contacts
    with django_assert_num_queries(4):
        gather(asked[0])
    with django_assert_num_queries(4):
        seen = gather_many(asked)

    assert [facts.request for facts in seen] == asked


def test_taking_cars_costs_one_query_more(called, django_assert_num_queries):
    loan, phone = called
    with django_assert_num_queries(5):
        gather(replace(about(phone, loan), channel=Channel.REPOSSESSION))


def test_who_is_no_party_of_a_loan_is_not_asked_about(called, portfolio):
    loan, _phone = called
    _other_loan, stranger = reachable_loan(portfolio)

    with pytest.raises(LoanParty.DoesNotExist):
        gather(about(stranger, loan))
