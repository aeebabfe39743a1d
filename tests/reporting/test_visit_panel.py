"""Field visits on the dashboard: each number is that of the list it opens."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from accounts.access.rights import Role
from accounts.models import User
from collections_app.contacts.models import ResultCode
from collections_app.visits.making import book_visit, check_in, report_visit
from collections_app.visits.services import request_visit
from collections_app.worklist.services import make_work_items
from loans.portfolios.services import grant_portfolio
from reporting.dashboards.periods import Period, PeriodName
from reporting.dashboards.queries import read_together
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.visit_panel import visit_counts, visit_tiles
from tests.collections_app.crowd import multiply
from tests.collections_app.visiting import TODAY, build_field
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

IN_THE_WINDOW = datetime(2026, 5, 12, 19, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_each_number_is_that_of_the_list_it_opens_and_others_days_and_money_are_left_out():
    with time_machine.travel(OPEN_AT, tick=False) as now:
        field = build_field()
        portfolio = field.desk.cast.portfolio
        manager = User.objects.create_user(
            "mo@example.com", password=None, full_name="Mo", role=Role.MANAGER
        )
        grant_portfolio(portfolio=portfolio, user=manager, by=CLERK)
        make_work_items()
        (other,) = multiply(field.desk, 1)
        waiting = request_visit(
            case=other,
            address=other.borrower.addresses.select_related("party__data_key").get(),
            purpose=field.purpose(),
            note="",
            by=field.desk.cast.ana,
        )
        made = field.planned()
        field.planned(waiting)
        now.move_to(IN_THE_WINDOW)
        assert book_visit(visit=made)
        check_in(visit=made, agent=field.finn, at=IN_THE_WINDOW)
        result = ResultCode.objects.get(code="V-MET")
        report_visit(visit=made, agent=field.finn, result=result, at=IN_THE_WINDOW)

        chosen = ReportFilter(
            currency=portfolio.currency,
            portfolio_ids=(portfolio.pk,),
            books=(),
            period=Period(PeriodName.CUSTOM, TODAY, TODAY),
            team=field.finn.team_id,
        )
        told = _told(manager, chosen, portfolio)
        client = Client()
        client.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")

        assert [tile.value for tile in told] == ["2", "1", "0", "1"]
        for tile in told:
            assert len(client.get(tile.href).context["rows"]) == int(tile.value)
        elsewhere = {
            "currency": "XTS",
            "team": other.pk,
            "agent": manager.pk,
            "period": Period(PeriodName.CUSTOM, date(2026, 5, 1), date(2026, 5, 11)),
        }
        for name, value in elsewhere.items():
            told = _told(manager, chosen.narrowed(**{name: value}), portfolio)
            assert [tile.value for tile in told] == ["0"] * 4, name
        assert _told(manager, chosen.narrowed(bucket="B1"), portfolio) == []


def _told(user, chosen, portfolio):
    beside = visit_counts(user=user, chosen=chosen, portfolios=[portfolio])
    counts = read_together(user=user, readings=beside)
    return visit_tiles(counts=counts, chosen=chosen, portfolios=[portfolio])
