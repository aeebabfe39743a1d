"""Dealing new cases with everything read from the database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.shifts.models import Leave
from accounts.users.assignment_profile import AssignmentProfile, profile_of, set_assignment_profile
from collections_app.cases.dealing import deal_new_cases
from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.routing import SkillRequirement, TeamQueue
from collections_app.cases.routing_rules import (
    remove_skill_requirement,
    remove_team_queue,
    save_skill_requirement,
    save_team_queue,
)
from collections_app.close.services import catch_up
from core import clock
from core.audit.models import AuditEntry
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import (
    CLERK,
    build_cast,
    build_loan,
    build_party,
    build_portfolio,
    us_party_row,
)

pytestmark = pytest.mark.django_db

JAN_15, JAN_16 = date(2025, 1, 15), date(2025, 1, 16)


@pytest.fixture
def cast():
    return build_cast(portfolio=build_portfolio(business_date=JAN_15))


def _agent(cast, name, team=None, **profile):
    user = User.objects.create_user(
        f"{name}.{User.objects.count()}@example.com",
        password=None,
        full_name=name.title(),
        role="agent",
        team=team or cast.team,
    )
    return set_assignment_profile(user=user, profile=AssignmentProfile(**profile), by=CLERK)


def _late(cast, count=1, **party):
    parties = [build_party(cast.portfolio, **party) for _number in range(count)]
    return [build_loan(cast.portfolio, party=party) for party in parties]


def _close(cast, through=JAN_16):
    cast.portfolio.refresh_from_db()
    catch_up(portfolio=cast.portfolio, through=through, by=CLERK)


def _away(user):
    today = clock.now().date()
    return Leave.objects.create(
        user=user, starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=5)
    )


def _profile(user, **values):
    return set_assignment_profile(user=user, profile=AssignmentProfile(**values), by=CLERK)


def test_a_language_nobody_speaks_leaves_the_case_with_its_reason(cast):
    _profile(cast.ana, spoken_languages=("en",))
    _late(cast, language="yue")

    _close(cast)

    case = Case.objects.get()
    assert (case.assignee, case.undealt_reason, case.undealt_for) == (None, "language", "yue")

    _profile(cast.ana, spoken_languages=("en", "yue"))
    assert deal_new_cases(portfolio=cast.portfolio, by=CLERK) == 1
    case.refresh_from_db()
    assert (case.assignee, case.undealt_reason, case.undealt_for) == (cast.ana, "", "")
    event = CaseEvent.objects.get(kind="assigned")
    assert event.data == {"because": "turn"}


def test_capacity_counts_people_and_holds(cast):
    _profile(cast.ana, capacity=2)
    loans = _late(cast, 3)
    build_loan(cast.portfolio, party=loans[0].parties.first().party)

    _close(cast)

    held = Case.objects.filter(assignee=cast.ana)
    assert held.values("borrower").distinct().count() == 2
    waiting = Case.objects.filter(assignee=None)
    assert set(waiting.values_list("undealt_reason", flat=True)) == {"full"}


def test_the_region_of_the_current_home_decides_between_agents(cast):
    texan = _agent(cast, "bo", regions=("Texas",))
    row = us_party_row()
    parties = [
        build_party(cast.portfolio, addresses=row.addresses, language="en") for _n in range(3)
    ]
    for party in parties:
        build_loan(cast.portfolio, party=party)

    _close(cast)

    assert Case.objects.filter(assignee=texan).count() == 3


def test_buckets_go_to_the_team_whose_queue_they_are(cast):
    _agent(cast, "bo", team=cast.other_team)
    grant_portfolio(portfolio=cast.portfolio, team=cast.other_team, by=CLERK)
    TeamQueue.objects.create(
        portfolio=cast.portfolio, team=cast.team, severity_from=3, severity_to=5
    )
    _late(cast, 2)

    _close(cast)

    assert set(Case.objects.values_list("team", flat=True)) == {cast.other_team.pk}


def test_a_required_skill_may_come_from_a_certificate(cast):
    from accounts.training.models import Certificate, Course

    SkillRequirement.objects.create(portfolio=cast.portfolio, skill="hardship")
    _late(cast)
    _close(cast)
    assert Case.objects.get().undealt_reason == "skill"

    course = Course.objects.create(name="Hardship", skill="hardship", valid_months=12)
    today = clock.now().date()
    Certificate.objects.create(
        user=cast.ana, course=course, issued_on=today, expires_on=today + timedelta(days=300)
    )

    assert deal_new_cases(portfolio=cast.portfolio, by=CLERK) == 1


def test_a_persons_next_case_follows_them_into_another_portfolio(cast):
    bo = _agent(cast, "bo")
    cast.other_portfolio.__class__.objects.filter(pk=cast.other_portfolio.pk).update(
        business_date=JAN_15, customer_namespace=cast.portfolio.customer_namespace
    )
    cast.other_portfolio.refresh_from_db()
    grant_portfolio(portfolio=cast.other_portfolio, team=cast.team, by=CLERK)
    (loan,) = _late(cast)
    _close(cast)
    first = Case.objects.get()
    build_loan(cast.other_portfolio, party=loan.parties.first().party)

    catch_up(portfolio=cast.other_portfolio, through=JAN_16, by=CLERK)

    second = Case.objects.exclude(pk=first.pk).get()
    assert second.borrower == first.borrower
    assert second.assignee == first.assignee
    assert bo.cases.count() in (0, 2)


def test_a_person_whose_agent_is_away_waits_instead_of_being_split(cast):
    (loan,) = _late(cast)
    _close(cast)
    assert Case.objects.get().assignee == cast.ana
    _agent(cast, "bo")
    _away(cast.ana)
    build_loan(cast.portfolio, party=loan.parties.first().party)

    _close(cast, date(2025, 1, 17))

    waiting = Case.objects.get(assignee=None)
    assert (waiting.undealt_reason, waiting.undealt_for) == ("holder_away", str(cast.ana.pk))


def test_thousands_are_dealt_in_a_fixed_number_of_queries(cast):
    _agent(cast, "bo")

    def queries(count):
        _late(cast, count)
        _close(cast, date(2025, 1, 16) + timedelta(days=Case.objects.count()))
        Case.objects.update(assignee=None)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            deal_new_cases(portfolio=cast.portfolio, by=CLERK)
        return len(captured)

    assert queries(2) == queries(12)


def test_the_database_keeps_the_reason_to_cases_without_an_agent(cast):
    _late(cast)
    _close(cast)

    with pytest.raises(IntegrityError, match="case_undealt_has_nobody"), transaction.atomic():
        Case.objects.update(undealt_reason="full")


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ({"spoken_languages": ("elvish",)}, "not a language in the list"),
        ({"capacity": 0}, "At least one person"),
        ({"share_percent": 101}, "0 to 100"),
    ],
)
def test_an_impossible_profile_is_refused(cast, profile, message):
    entries = AuditEntry.objects.count()

    with pytest.raises(ValidationError, match=message):
        _profile(cast.ana, **profile)

    cast.ana.refresh_from_db()
    assert profile_of(cast.ana) == AssignmentProfile()
    assert AuditEntry.objects.count() == entries


def test_a_profile_is_stored_tidy_and_audited_once(cast):
    _profile(cast.ana, spoken_languages=("zh", "EN", "en"), regions=(" Texas ", ""), capacity=60)
    _profile(cast.ana, spoken_languages=("en", "zh"), regions=("Texas",), capacity=60)

    cast.ana.refresh_from_db()
    assert cast.ana.spoken_languages == ["en", "zh"]
    assert cast.ana.regions == ["Texas"]
    assert AuditEntry.objects.filter(action="user.assignment_profile_set").count() == 1


def test_queues_and_skills_are_saved_changed_and_removed_with_a_trail(cast):
    queue = save_team_queue(portfolio=cast.portfolio, team=cast.team, severity_to=2, by=CLERK)
    need = save_skill_requirement(portfolio=cast.portfolio, skill=" Legal", by=CLERK)
    save_team_queue(
        queue=queue, portfolio=cast.portfolio, team=cast.team, severity_from=1, by=CLERK
    )
    assert (queue.severity_from, queue.severity_to, need.skill) == (1, 5, "legal")

    remove_team_queue(queue=queue, by=CLERK)
    remove_skill_requirement(requirement=need, by=CLERK)

    assert not TeamQueue.objects.exists()
    assert not SkillRequirement.objects.exists()
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"team_queue.saved", "team_queue.removed", "skill_requirement.removed"} <= set(actions)


def test_a_range_that_runs_backwards_is_refused(cast):
    with pytest.raises(ValidationError, match="lighter severity"):
        save_team_queue(
            portfolio=cast.portfolio, team=cast.team, severity_from=3, severity_to=1, by=CLERK
        )

    assert not TeamQueue.objects.exists()
    assert not AuditEntry.objects.filter(action="team_queue.saved").exists()
