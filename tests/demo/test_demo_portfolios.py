"""The demonstration shows every state there is, and nothing in it is broken."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from random import Random

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import Count
from django.utils.module_loading import import_string

from accounts.access.rights import Role
from accounts.models import Leave, User
from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.moves import CaseMove
from collections_app.close.models import CloseRun
from collections_app.contacts.models import Contact
from collections_app.legal.completeness import missing_of
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.models import Proceeding
from collections_app.promises.models import Promise
from collections_app.strategy.planning import expect_day
from collections_app.visits.findings import CashReceipt
from collections_app.visits.models import Visit
from compliance.attempts.models import Attempt, Incident
from compliance.complaints.models import Complaint, ComplaintEvent
from compliance.consents.models import Consent
from compliance.gate.facts import Channel, ContactRequest
from compliance.gate.services import decide
from compliance.notices.models import CourtOrder, ServedNotice
from compliance.preferences.models import Preference
from compliance.stops.models import Stop, StopKind
from config.demo_data import americredit, identities
from config.demo_data.staff import AWAY, Staff
from config.schedule import BEAT_SCHEDULE
from core import clock
from core.audit.verification import verify_trail
from core.encryption import find_card_numbers
from core.encryption.card_numbers import is_resident_id
from core.files import open_stored
from loans.acceleration.queries import acceleration_of
from loans.borrowers.models import Address, ContactPoint, Party
from loans.borrowers.normalising import normalise_phone
from loans.contracts.models import (
    Loan,
    LoanParty,
    PartyRole,
    PaymentInstruction,
    Schedule,
    ScheduleOrigin,
)
from loans.delinquency.models import Pause, Position, ReplayDifference, Resume, StatedPosition
from loans.delinquency.verification import verify_portfolio
from loans.imports.models import ImportBatch, ImportState
from loans.portfolios.models import Portfolio
from loans.repayments import models as money
from loans.vehicles.models import Vehicle
from notifications.templates.models import TemplateVersion
from tests.demo.conftest import CLOSED_DAYS, MORNING

pytestmark = pytest.mark.django_db

#: When something was last alive or ran, which is what these rows are for.
ABOUT_RUNNING = {"core_heartbeat", "core_jobrun", "core_lastrun"}


def _values(model: type, field: str) -> set[str]:
    return set(model.objects.values_list(field, flat=True))


def test_the_registers_have_complaints_in_every_state_and_on_late_clocks(demo: Staff) -> None:
    assert _values(Complaint, "status") == {"open", "answered", "closed"}
    assert {"simple", "complex"} <= _values(Complaint, "clock")
    assert Complaint.objects.overdue(MORNING.date()).exists()
    assert ComplaintEvent.objects.filter(step="reopened").exists()
    assert {"inconvenient_time", "agreed_hours"} <= _values(Preference, "kind")
    assert Preference.objects.filter(ended_at__isnull=False).exists()
    assert ServedNotice.objects.filter(withdrawn_at__isnull=False).exists()
    assert CourtOrder.objects.exists()


def test_portfolios_stand_on_today_where_they_are(demo: Staff) -> None:
    books = {p.code: p for p in Portfolio.objects.all()}

    assert books["cn-auto"].business_date == dt.date(2026, 11, 19)
    assert books["us-auto"].business_date == dt.date(2026, 11, 19)
    assert books["americredit"].business_date == americredit.last_month_end(
        americredit.FILE
    ) + dt.timedelta(days=1)
    assert not books["americredit"].is_active  # beat would close six years, day by day
    assert CloseRun.objects.filter(portfolio=books["cn-auto"], state="done").count() == CLOSED_DAYS


def test_every_state_of_money_and_schedules_is_there(demo: Staff) -> None:
    assert _values(Position, "status") == {"active", "paid_off", "overpaid", "written_off"}
    assert {"M0", "M1", "M2", "M3", "M4"} <= _values(Position, "bucket")
    assert {"current", "1-29", "30-59", "60-89", "90-119"} <= _values(Position, "bucket")
    assert {"regular", "settlement", "recovery", "goodwill_credit"} <= _values(
        money.Repayment, "kind"
    )
    assert _values(money.Repayment, "state") == {"pending", "settled"}
    assert _values(money.RepaymentStateChange, "state") == {"settled", "returned"}
    assert Position.objects.filter(pending_amount__gt=0).exists()
    assert _values(money.Charge, "kind") == {"fee", "penalty"}
    assert {"interest", "penalty"} <= _values(money.Waiver, "component")
    assert _values(money.WriteOff, "kind") == {"charge_off", "write_off"}
    for model in (money.Refund, money.Reversal, money.Chargeback, Pause, Resume, ReplayDifference):
        assert model.objects.exists(), model.__name__
    assert _values(money.SuspenseItem, "state") == {"open", "placed", "sent_back"}
    assert _values(Schedule, "origin") == set(ScheduleOrigin.values)
    assert _values(StatedPosition, "kind") == {"opening", "stated"}
    assert Position.objects.filter(paused_from__isnull=False).exists()
    assert _values(PaymentInstruction, "kind") == {"bank", "card_link", "alipay", "wechat"}
    assert PaymentInstruction.objects.filter(loan__isnull=False).exists()


def test_first_payment_default_and_repeated_cures_are_there(demo: Staff) -> None:
    never = Loan.objects.filter(
        portfolio__code="cn-auto", position__last_repayment_on__isnull=True
    ).filter(position__overdue_amount__gt=0)
    stays = Loan.objects.filter(
        bucket_stays__superseded_at__isnull=True, bucket_stays__bucket__in=("M1", "M2")
    ).annotate(times=Count("bucket_stays"))

    assert never.exists()
    assert stays.filter(times__gte=3).exists()


def test_people_are_of_every_role_and_well_formed(demo: Staff) -> None:
    assert _values(LoanParty, "role") == set(PartyRole.values)
    assert Party.objects.filter(full_name="李𠮷祥").exists()
    assert ContactPoint.objects.filter(invalid_since__isnull=False).exists()
    assert Address.objects.filter(country="US", region="AE", time_zones=[]).exists()
    zones = {zone for row in _values_of_zones() for zone in row}
    assert {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"} <= zones


def _values_of_zones() -> list[list[str]]:
    return list(ContactPoint.objects.values_list("time_zones", flat=True))


def test_numbers_are_valid_and_nobodys_card(demo: Staff) -> None:
    rng = Random(5)
    for _turn in range(300):
        born_on = dt.date(1985, 3, 1) + dt.timedelta(days=rng.randrange(4000))
        number = identities.resident_id(
            rng=rng, region="440305", born_on=born_on, is_woman=rng.random() < 0.5
        )
        assert is_resident_id(number)
        assert normalise_phone(identities.us_phone(rng=rng, area_code="602"), "US")
        assert normalise_phone(identities.chinese_mobile(rng), "CN")
        assert not find_card_numbers(identities.us_tax_number(rng))
    for text in PaymentInstruction.objects.values_list("text", flat=True):
        assert not find_card_numbers(text)
    plates = set(Vehicle.objects.filter(plate__startswith="粤").values_list("plate", flat=True))
    assert {len(plate) for plate in plates} == {7, 8}


def test_positions_follow_from_the_facts(demo: Staff) -> None:
    for portfolio in Portfolio.objects.all():
        assert verify_portfolio(portfolio=portfolio) == []
    assert not Position.objects.filter(is_set_aside=True).exists()
    assert verify_trail().holds


def test_every_late_loan_has_its_case_and_somebody_who_can_talk_to_the_person(demo: Staff) -> None:
    open_cases = Case.objects.filter(state="open").exclude(portfolio__code="americredit")
    waiting = open_cases.filter(assignee__isnull=True)

    assert open_cases.exists()
    assert not open_cases.filter(loan__position__oldest_unsatisfied_due_on__isnull=True).exists()
    assert set(waiting.values_list("undealt_reason", flat=True)) <= {"language"}
    assert set(waiting.values_list("undealt_for", flat=True)) <= {"vi", "ug"}
    assert {"opened", "assigned", "cured", "next_step"} <= _values(CaseEvent, "kind")


def test_two_agents_are_away_and_one_of_them_holds_nobody(demo: Staff) -> None:
    """At a fiftieth of the size either may have been dealt nobody; a move is only the first's."""
    covered, waits = (demo.users[address] for address in AWAY)

    assert Leave.objects.filter(user__in=(covered, waits)).count() == 2
    assert not covered.cases.filter(state="open").exists()
    assert set(CaseMove.objects.values_list("from_user", flat=True)) <= {covered.pk}


def test_the_floor_has_worked(demo: Staff) -> None:
    assert _values(Stop, "kind") == set(StopKind.values)
    assert Stop.objects.filter(lifted_at__isnull=False).exists()
    assert Stop.objects.filter(portfolio__isnull=False, ends_at__lt=MORNING).exists()
    assert Promise.objects.filter(state="open", due_on__gte=dt.date(2026, 11, 19)).exists()
    assert _values(Promise, "state") >= {"open", "kept", "broken"}
    assert _values(Consent, "answer") <= {"yes", "no"}
    assert Attempt.objects.filter(is_history=True).exists()
    assert Attempt.objects.filter(direction="inbound", is_history=False).exists()
    assert Attempt.objects.filter(verdict__is_allowed=True).exists()  # morning in New York
    assert Incident.objects.exists()
    assert Contact.objects.exclude(next_step="").exists()


def test_the_docket_has_matters_from_the_demand_to_the_measure(demo: Staff) -> None:
    """Days ahead at every reminder, one soft day behind, files that wait, and one that is over."""
    today = dt.date(2026, 11, 19)
    chinese = Proceeding.objects.filter(case__portfolio__code="cn-auto")
    suit = chinese.get(kind="litigation", stage="hearing")
    ahead = suit.deadlines.filter(state="open").values_list("due_on", flat=True)
    assert sorted((day - today).days for day in ahead) == [1, 3, 7, 14]
    assert chinese.get(case=suit.case_id, kind="preservation", asset="movable").stage == "in_force"
    letter = DemandLetter.objects.get(case=suit.case_id)
    assert (letter.state, letter.notice is not None) == ("delivered", True)
    assert open_stored(letter.file).read().startswith(b"%PDF-")
    assert set(chinese.filter(kind="payment_order").values_list("stage", flat=True)) == {
        "served",
        "ended",
    }
    waits = chinese.get(stage="proposed")
    assert missing_of(waits) == []
    assert acceleration_of(waits.case.loan).value_on < today
    unfinished = chinese.get(stage="preparing")
    assert missing_of(unfinished)
    assert unfinished.deadlines.get(state="open", is_hard=False).due_on < today
    costs = chinese.get(stage="ended").costs
    assert costs.filter(charge__isnull=False, reversed_at__isnull=True).count() == 2
    assert DemandLetter.objects.filter(state="returned", counts_as_served=True).exists()
    assert Proceeding.objects.filter(case__portfolio__code="us-auto", stage="accepted").exists()
    assert set(Proceeding.objects.values_list("owner", flat=True)) == {demo.users["noor"].pk}


def test_the_gate_is_shut_by_a_late_feed_an_unknown_place_and_the_night(demo: Staff) -> None:
    assert "feed_stale" in _refusals("us-harbor", at=MORNING)
    assert _refusals("us-auto", at=MORNING, region="AE") >= {"zone_unknown"}
    assert "window_closed" in _refusals("cn-auto", at=MORNING)  # eleven at night in Shanghai
    assert "history_unknown" in _refusals("americredit", at=MORNING)


def _refusals(code: str, *, at: dt.datetime, region: str = "") -> set[str]:
    chosen = LoanParty.objects.filter(loan__portfolio__code=code, role="borrower")
    if region:
        chosen = chosen.filter(party__addresses__region=region)
    signature = chosen.filter(party__stops__isnull=True).order_by("loan__contract_no").first()
    assert signature is not None
    point = ContactPoint.objects.filter(party=signature.party, kind="phone").first()
    decision = decide(
        ContactRequest(
            party_id=signature.party_id,
            loan_ids=(signature.loan_id,),
            channel=Channel.CALL,
            at=at,
            contact_point_id=point.pk if point else None,
        )
    )
    return {found.reason for found in decision.denials}


def test_the_real_loans_came_through_the_importer(demo: Staff) -> None:
    batch = ImportBatch.objects.get(portfolio__code="americredit")

    assert (batch.state, batch.row_count, batch.bad_count) == (ImportState.LOADED, 1479, 0)
    assert Loan.objects.filter(portfolio__code="americredit").count() == 72


def test_one_account_of_every_role_can_sign_in(demo: Staff) -> None:
    roles = {row["role"] for row in demo.sign_ins}

    assert {role.value.replace("_", " ") for role in Role} - {"integration"} <= roles
    for row in demo.sign_ins:
        user = User.objects.get(email=row["email"])
        assert user.check_password(row["password"])
        assert not user.must_change_password


def test_field_agents_have_made_a_day_and_have_one_before_them(demo: Staff) -> None:
    visits = Visit.objects.all()
    done = visits.filter(state="done")

    assert _values(Visit, "state") == {"requested", "planned", "booked", "done", "cancelled"}
    assert set(visits.values_list("case__portfolio__code", flat=True)) == {"cn-auto", "us-auto"}
    assert visits.filter(alarmed_at__isnull=False).exists()  # nobody came, and the lead was told
    assert visits.filter(notice__isnull=False).exists()
    assert done.filter(photos__isnull=False).exists()
    assert done.filter(sightings__is_seen=True).exists()
    assert CashReceipt.objects.filter(hand_in__isnull=False).exists()
    assert CashReceipt.objects.filter(hand_in__isnull=True).exists()
    assert not Incident.objects.filter(attempt__channel="visit").exists()
    routes = visits.filter(visit_on__isnull=False).order_by("agent", "visit_on", "place_in_day")
    for _day, route in groupby(routes, key=lambda row: (row.agent_id, row.visit_on)):
        opens = [row.opens for row in route]
        assert opens == sorted(opens), "who goes does not come back to an hour that is over"
    for row in done:  # the gate let each pass at its hour
        assert row.attempt is not None
        assert row.arrived_at is not None
        assert row.attempt.at == row.arrived_at


def test_every_portfolio_has_a_strategy_a_provider_and_a_plan(demo):
    portfolios = Portfolio.objects.filter(is_active=True)

    for portfolio in portfolios:
        assert portfolio.strategy.versions.filter(status="active").count() == 1
        assert portfolio.channel_accounts.filter(adapter="files", is_on=True).count() == 1
    # What is useless by this hour is not planned any more, so the days ahead are asked as well.
    for portfolio in portfolios.filter(code__in=("cn-auto", "us-auto")):
        ahead = [clock.local_today(portfolio.time_zone) + dt.timedelta(days=n) for n in range(1, 7)]
        assert any(expect_day(portfolio=portfolio, on=day) for day in ahead), portfolio.code
    assert TemplateVersion.objects.filter(status="proposed").count() == 1


def _image() -> dict[str, str]:
    """Every table's rows as one hash."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if table in ABOUT_RUNNING or not model._meta.managed:
                continue
            cursor.execute(
                "SELECT count(*) || coalesce(md5(string_agg(r::text, '' ORDER BY r::text)), '')"
                f" FROM {connection.ops.quote_name(table)} AS r"
            )
            (found[table],) = cursor.fetchone()
    return found


def test_every_task_of_the_schedule_runs_twice_to_the_same_rows(demo: Staff) -> None:
    """Celery may deliver any of them twice: the second time finds nothing left to do."""
    names = sorted({entry["task"] for entry in BEAT_SCHEDULE.values()})
    differing = {}
    with time_machine.travel(MORNING, tick=False):
        untouched = _image()
        for name in names:
            import_string(name).apply(throw=True)
        assert _image() != untouched  # the first time there was something to do
        for name in names:
            import_string(name).apply(throw=True)
            once = _image()
            import_string(name).apply(throw=True)
            twice = _image()
            if changed := sorted(table for table in once if once[table] != twice[table]):
                differing[name] = changed

    assert differing == {}
