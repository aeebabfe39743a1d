"""The demonstration's reminders: wordings, a strategy in force and a draft, a folder, a plan."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from collections_app.close.services import catch_up
from config.demo_data.reminders import remind
from config.demo_data.staff import hire
from notifications.outbox.models import Message
from notifications.templates.models import TemplateVersion
from tests.compliance.builders import reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK, build_loan, even_schedule

pytestmark = pytest.mark.django_db


def test_a_portfolio_gets_a_strategy_in_force_a_draft_a_folder_and_a_plan_for_today():
    said = []
    with time_machine.travel("2026-05-12T13:00:00+00:00", tick=True):
        portfolio = reachable_portfolio()
        portfolio.__class__.objects.filter(pk=portfolio.pk).update(business_date=date(2026, 5, 11))
        portfolio.refresh_from_db()
        _loan, phone = reachable_loan(portfolio)
        build_loan(
            portfolio, party=phone.party, schedule=even_schedule(first_due_on=date(2026, 5, 4))
        )
        catch_up(portfolio=portfolio, through=date(2026, 5, 11), by=CLERK)
        remind(staff=hire(), say=said.append)

    versions = portfolio.strategy.versions
    assert sorted(versions.values_list("status", flat=True)) == ["active", "draft"]
    assert portfolio.channel_accounts.get().adapter == "files"
    assert TemplateVersion.objects.filter(status="proposed").count() == 1
    assert TemplateVersion.objects.filter(status="approved", language="zh-hans").count() >= 11
    message = Message.objects.get()
    assert (message.step, message.about.count()) == ("late@8", 2)
    assert said == [f"{portfolio.code}: 1 reminders planned for today"]
