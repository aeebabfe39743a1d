"""The page of heat: every number is its formula, opens its rows, and shows nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.contacts.services import log_call, start_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.relationship.models import RelationshipChange
from core import clock
from reporting.heat.queries import DIMENSIONS, HeatFilter, heat_lines, heated_rows
from tests.collections_app.builders import answers_to, build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import build_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """Two calls of Ana: the relationship got worse three days after the first alone."""
    with time_machine.travel(OPEN_AT, tick=False) as machine:
        desk = build_desk()
        for code in ("NA", "RPC-REF"):
            attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
            result = desk.result(code)
            log_call(
                case=desk.case,
                attempt=attempt,
                wrapup=Wrapup(result=result, answers=answers_to(result)),
                agent=desk.cast.ana,
            )
            if code == "NA":
                desk.first_at = attempt.at
                machine.shift(timedelta(days=5))
        _rise(desk, desk.first_at + timedelta(days=3))
        machine.shift(timedelta(days=20))
        yield desk


def _rise(desk, at, *, is_rise=True) -> None:
    RelationshipChange.objects.create(
        party=desk.case.borrower,
        portfolio=desk.cast.portfolio,
        before="steady" if is_rise else "hot",
        after="strained",
        is_rise=is_rise,
        heat=4,
        cause="complaint",
        at=at,
    )


def _chosen() -> HeatFilter:
    return HeatFilter(start=clock.now() - timedelta(days=60), end=clock.now())


def _lines(desk, code, user=None):
    found = heat_lines(dimension=DIMENSIONS[code], user=user or desk.cast.ben, chosen=_chosen())
    return {line.key: (line.treatments, line.heated) for line in found}


def test_a_treatment_is_heated_by_a_rise_within_seven_days_and_no_other(desk):
    assert _lines(desk, "result") == {"NA": (1, 1), "RPC-REF": (1, 0)}
    assert _lines(desk, "channel") == {"call": (2, 1)}
    assert _lines(desk, "team") == {str(desk.cast.team.pk): (2, 1)}
    assert _lines(desk, "line") == {}

    _rise(desk, desk.first_at + timedelta(days=5, seconds=1), is_rise=False)  # cooling
    _rise(desk, desk.first_at + timedelta(days=12, seconds=1))  # a second after the week
    assert _lines(desk, "result")["RPC-REF"] == (1, 0)
    _rise(desk, desk.first_at + timedelta(days=5))  # at the very moment
    assert _lines(desk, "result")["RPC-REF"] == (1, 1)


def test_every_number_opens_its_rows(desk):
    for code, dimension in DIMENSIONS.items():
        for key, (_all, heated) in _lines(desk, code).items():
            rows = heated_rows(dimension=dimension, key=key, user=desk.cast.ben, chosen=_chosen())
            assert len(rows) == heated, code


def test_the_page_shows_numbers_and_rows_to_who_reports_and_nobody_elses(desk):
    cast = desk.cast
    client = Client()
    client.force_login(cast.ben, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get(reverse("heat:heat"))
    by_result = page.context["tables"][0]["lines"]
    rows = client.get(by_result[0]["href"])

    assert [(line["treatments"], line["heated"]) for line in by_result] == [("1", "1"), ("1", "0")]
    assert desk.case.loan.contract_no in rows.content.decode()
    assert (
        client.get(reverse("heat:heat"), {"portfolio": cast.other_portfolio.pk}).status_code == 404
    )
    assert client.get(reverse("heat:rows", args=["team"]), {"key": "x"}).status_code == 404
    client.force_login(cast.ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("heat:heat")).status_code == 403
    stranger = build_cast()
    assert _lines(desk, "result", stranger.ben) == {}
