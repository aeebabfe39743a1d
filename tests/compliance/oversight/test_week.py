"""The week in numbers: every number is its rows, and an independent count of the ledger agrees."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import User
from compliance.attempts.models import Attempt, Incident, Verdict
from compliance.complaints.models import Complaint
from compliance.consents.models import Consent
from compliance.oversight.forms import WeekForm
from compliance.oversight.measures import MEASURES
from compliance.oversight.queries import keyset_page, numbers_of, refusals_by_rule, rows_of
from compliance.oversight.rule_names import rule_names
from compliance.oversight.week_filter import WeekFilter
from compliance.oversight.weeks import Week, week_named, week_of
from compliance.rulepacks.services import install_standard_packs
from compliance.stops.models import Stop
from core import clock
from core.audit.actors import SYSTEM
from core.audit.models import AuditEntry
from loans.portfolios.models import Portfolio
from tests.compliance.oversight.weeks_of_work import Weeks, build_weeks, fill

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def weeks(django_db_setup: None, django_db_blocker: Any) -> Iterator[Weeks]:
    """One lender with a past for all tests here; each test's own changes are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build_weeks()
        fill(built, size=150)
        yield built
        transaction.set_rollback(True)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def chosen_for(user: User, **given: str) -> WeekFilter:
    portfolios = list(Portfolio.objects.visible_to(user).order_by("code"))
    form = WeekForm(given, portfolios=portfolios, user=user)
    assert form.is_valid(), form.errors
    return form.chosen()


class Ledger:
    """Everything that happened, read once."""

    def __init__(self) -> None:
        rows = Attempt.objects.filter(direction="outbound", is_history=False)
        self.attempts = list(rows.select_related("verdict").prefetch_related("settlements"))
        booked = set(Attempt.objects.values_list("verdict_id", flat=True))
        refusals = Verdict.objects.filter(is_allowed=False)
        self.blocked = [one for one in refusals if one.pk not in booked]
        self.incidents = list(Incident.objects.select_related("attempt"))
        self.complaints = list(Complaint.objects.all())
        self.opt_outs = list(
            Consent.objects.filter(answer="no").prefetch_related("party__loans__loan")
        )
        self.stops = list(
            Stop.objects.select_related("loan").prefetch_related("party__loans__loan")
        )


class Recount:
    """The numbers of a week counted row by row in Python, on each portfolio's clock."""

    def __init__(self, ledger: Ledger, week: Week, portfolios: list[Portfolio]) -> None:
        self.ledger = ledger
        self.week = week
        self.zones = {one.pk: ZoneInfo(one.time_zone) for one in portfolios}

    def holds(self, at: datetime | None, portfolio_id: Any) -> bool:
        if at is None or portfolio_id not in self.zones:
            return False
        day = at.astimezone(self.zones[portfolio_id]).date()
        return self.week.monday <= day <= self.week.sunday

    def person_holds(self, at: datetime | None, party: Any) -> bool:
        return any(self.holds(at, signed.loan.portfolio_id) for signed in party.loans.all())

    def end(self, portfolio_id: Any) -> datetime:
        monday = self.week.monday + timedelta(days=7)
        zone = self.zones[portfolio_id]
        return min(datetime(monday.year, monday.month, monday.day, tzinfo=zone), clock.now())

    def attempts(self, condition: Callable[[Attempt, str], bool]) -> int:
        found = 0
        for one in self.ledger.attempts:
            ended = [row.outcome for row in sorted(one.settlements.all(), key=lambda r: r.sequence)]
            if self.holds(one.at, one.portfolio_id):
                found += condition(one, ended[-1] if ended else "")
        return found

    def refused(self) -> list[Verdict]:
        return [one for one in self.ledger.blocked if self.holds(one.at, one.portfolio_id)]

    def open_incidents(self) -> int:
        return sum(
            one.attempt.portfolio_id in self.zones
            and one.opened_at < self.end(one.attempt.portfolio_id)
            and (one.closed_at is None or one.closed_at >= self.end(one.attempt.portfolio_id))
            for one in self.ledger.incidents
        )

    def late(self, one: Complaint) -> bool:
        if one.portfolio_id not in self.zones:
            return False
        end = self.end(one.portfolio_id)
        today = end.astimezone(self.zones[one.portfolio_id]).date()
        waits = one.answered_at is None or one.answered_at >= end
        return one.received_at < end and one.due_on < today and waits

    def stops(self, name: str) -> int:
        def whose(one: Stop) -> bool:
            at = getattr(one, name)
            if one.party is not None:
                return self.person_holds(at, one.party)
            return self.holds(at, one.loan.portfolio_id if one.loan else one.portfolio_id)

        return sum(whose(one) for one in self.ledger.stops)

    def numbers(self) -> dict[str, int]:
        complaints = self.ledger.complaints
        return {
            "made": self.attempts(lambda one, ended: ended != "not_made"),
            "refused": len(self.refused()),
            "overridden": self.attempts(lambda one, ended: one.override_id is not None),
            "unsanctioned": self.attempts(lambda one, ended: one.is_unsanctioned),
            "no_outcome": self.attempts(lambda one, ended: not ended),
            "near_limit": self.attempts(
                lambda one, ended: (
                    ended != "not_made"
                    and one.verdict is not None
                    and any(c["limit"] - c["used"] - 1 <= 1 for c in one.verdict.used)
                )
            ),
            "incidents_open": self.open_incidents(),
            "complaints_received": sum(
                self.holds(x.received_at, x.portfolio_id) for x in complaints
            ),
            "complaints_answered": sum(
                self.holds(x.answered_at, x.portfolio_id) for x in complaints
            ),
            "complaints_late": sum(self.late(one) for one in complaints),
            "opt_outs": sum(
                self.person_holds(one.given_at, one.party) for one in self.ledger.opt_outs
            ),
            "stops_set": self.stops("starts_at"),
            "stops_lifted": self.stops("lifted_at"),
        }


def _filters(weeks: Weeks, user: User) -> Iterator[dict[str, str]]:
    this = week_of(clock.local_today(user.time_zone))
    for week in (this, this.before, this.before.before, this.before.before.before):
        yield {"week": week.name}
        for one in Portfolio.objects.visible_to(user):
            yield {"week": week.name, "portfolio": str(one.pk)}


def test_every_number_equals_its_rows_and_a_recount_of_the_ledger(weeks, capsys):
    ledger = Ledger()
    checked, not_zero, mismatches = 0, 0, []
    for user in (weeks.cleo, weeks.otto, weeks.maria, weeks.stranger):
        for given in _filters(weeks, user):
            chosen = chosen_for(user, **given)
            [numbers] = numbers_of(user=user, weeks=[chosen], codes=tuple(MEASURES))
            recounted = Recount(ledger, chosen.week, list(chosen.portfolios)).numbers()
            for code, measure in MEASURES.items():
                rows = rows_of(user=user, measure=measure, chosen=chosen)
                found = {numbers[code], rows.count(), recounted[code]}
                checked, not_zero = checked + 1, not_zero + bool(numbers[code])
                if len(found) > 1:
                    mismatches.append((user, given, code, numbers[code], rows.count(), recounted))

    with capsys.disabled():
        sys.stdout.write(f"\n{checked} numbers, {not_zero} not zero, {len(mismatches)} differ\n")
    assert mismatches == []
    assert not_zero > checked / 2


def test_the_rules_that_refused_open_as_many_rows_as_they_say(weeks):
    ledger = Ledger()
    for user in (weeks.cleo, weeks.maria):
        for given in _filters(weeks, user):
            chosen = chosen_for(user, **given)
            refused = Recount(ledger, chosen.week, list(chosen.portfolios)).refused()
            by_rule = dict(refusals_by_rule(user=user, chosen=chosen))
            denials = [
                {f["code"] for f in one.findings if f["effect"] == "deny"} for one in refused
            ]

            assert by_rule == {
                code: sum(code in codes for codes in denials) for code in set().union(*denials)
            }
            for code, number in by_rule.items():
                narrowed = chosen.narrowed(rule=code)
                rows = rows_of(user=user, measure=MEASURES["refused"], chosen=narrowed)
                assert rows.count() == number


@pytest.mark.parametrize(
    ("language", "limit", "unknown"),
    [
        (
            "en",
            "At most 7 in 7 calendar days, for each person and debt",
            "Not while facts that a rule needs are missing",
        ),
        ("zh-hans", "7 个自然日内最多 7 次", "规则所需信息不全时不得联系"),
    ],
)
def test_each_rule_that_refused_is_named_in_words(db, language, limit, unknown):
    install_standard_packs(by=SYSTEM)
    with translation.override(language):
        named = rule_names(["REGF-7IN7", "UNKNOWN-DATA", "GONE"])

    assert limit in named["REGF-7IN7"]
    assert named["UNKNOWN-DATA"] == unknown
    assert named["GONE"] == "GONE"  # of a pack that nobody published: better its code than nothing


def test_every_list_pages_through_all_of_its_rows_once(weeks):
    chosen = chosen_for(weeks.cleo)
    rng = Random(7)
    for measure in MEASURES.values():
        rows = rows_of(user=weeks.cleo, measure=measure, chosen=chosen)
        for is_oldest_first in (False, True):
            seen, after, size = [], "", rng.choice((1, 2, 5))
            while True:
                page, after = keyset_page(
                    rows=rows,
                    at=measure.at,
                    after=after,
                    size=size,
                    is_oldest_first=is_oldest_first,
                )
                seen += [row.pk for row in page]
                if not after:
                    break
            assert len(seen) == len(set(seen))
            assert set(seen) == set(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("code", MEASURES)
def test_a_list_shows_its_rows_in_few_queries(weeks, code):
    client = client_of(weeks.cleo)
    address = reverse("oversight:rows", args=[code])
    week = week_of(clock.local_today("UTC")).before.name
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, {"week": week})

    assert answer.status_code == 200
    assert len(queries) <= 12
    chosen = chosen_for(weeks.cleo, week=week)
    number = rows_of(user=weeks.cleo, measure=MEASURES[code], chosen=chosen).count()
    assert len(answer.context["rows"]) == min(number, 50)
    assert answer.context["total"] == str(number)


def test_the_week_takes_few_queries_and_shows_every_number(weeks):
    client = client_of(weeks.cleo)
    client.get(reverse("oversight:week"))

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("oversight:week"))

    # session, user; portfolios; all numbers of two weeks; oldest incident; refusals by rule, and
    # what these rules ask.
    assert len(queries) <= 7
    page = answer.content.decode()
    for code in MEASURES:
        assert reverse("oversight:rows", args=[code]) in page


def test_rates_are_what_their_formulas_say(weeks):
    chosen = chosen_for(weeks.cleo)
    [now] = numbers_of(user=weeks.cleo, weeks=[chosen], codes=tuple(MEASURES))

    answer = client_of(weeks.cleo).get(reverse("oversight:week"))

    tiles = {
        tile.label: tile.value
        for tile in [*answer.context["contact_tiles"], *answer.context["people_tiles"]]
    }
    assert now["made"]
    assert now["refused"]
    gate_stops = 100 * now["refused"] / (now["refused"] + now["made"])
    assert float(tiles["Gate stops"].rstrip("%")) == pytest.approx(gate_stops, abs=0.051)
    per_thousand = 1000 * now["complaints_received"] / now["made"]
    assert float(tiles["Complaint rate"]) == pytest.approx(per_thousand, abs=0.051)
    opt_outs = 100 * now["opt_outs"] / now["made"]
    assert float(tiles["Opt-out rate"].rstrip("%")) == pytest.approx(opt_outs, abs=0.051)


def test_who_may_open_the_pages_and_whose_rows_they_see(weeks):
    names = ("week", "contacts", "incidents", "overrides")
    for user in (weeks.ana, weeks.ben):
        for name in names:
            assert client_of(user).get(reverse(f"oversight:{name}")).status_code == 403
    for user in (weeks.cleo, weeks.otto, weeks.maria, weeks.stranger):
        for name in (*names, "stops"):
            assert client_of(user).get(reverse(f"oversight:{name}")).status_code == 200
    chosen = chosen_for(weeks.maria)
    for code in ("made", "refused", "unsanctioned"):
        rows = rows_of(user=weeks.maria, measure=MEASURES[code], chosen=chosen)
        assert {row.portfolio_id for row in rows} <= {weeks.america.pk}


@pytest.mark.parametrize(
    "given", [{"week": "2026-W99"}, {"week": "soon"}, {"portfolio": "1"}, {"rule": "a b"}]
)
def test_a_choice_one_does_not_have_is_not_found(weeks, given):
    client = client_of(weeks.maria)

    assert client.get(reverse("oversight:week"), given).status_code == 404
    assert client.get(reverse("oversight:rows", args=["made"]), given).status_code == 404
    other = {"portfolio": str(weeks.china.pk)}
    assert client.get(reverse("oversight:week"), other).status_code == 404
    assert client.get(reverse("oversight:rows", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_file_holds_the_rows_of_the_number_and_is_on_record(weeks, file_format):
    before = AuditEntry.objects.filter(action="export.write").count()
    number = rows_of(
        user=weeks.cleo, measure=MEASURES["refused"], chosen=chosen_for(weeks.cleo)
    ).count()

    answer = client_of(weeks.cleo).post(
        reverse("oversight:export", args=["refused"]), {"format": file_format}
    )

    content = b"".join(answer.streaming_content)
    if file_format == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) == number + 1
        assert "STOP-CEASE" in "".join(lines)
    else:
        assert load_workbook(io.BytesIO(content)).active.max_row == number + 1
    entry = AuditEntry.objects.filter(action="export.write").latest("pk")
    assert AuditEntry.objects.filter(action="export.write").count() == before + 1
    assert entry.object_id == "compliance.refused"
    assert entry.count == number


def test_only_who_may_export_gets_a_file(weeks):
    files = AuditEntry.objects.filter(action="export.write")
    before = files.count()

    answer = client_of(weeks.otto).post(reverse("oversight:export", args=["refused"]))

    assert answer.status_code == 403
    assert files.count() == before


def test_weeks_are_named_as_the_calendar_names_them():
    assert week_named("2026-W53").monday.isoformat() == "2026-12-28"
    assert week_named("2026-W53").after.name == "2027-W01"
    for wrong in ("2026-W54", "2026-W00", "26-W01", "2026W01", "", "2026-W1"):
        with pytest.raises(ValueError, match=r"week|year|iso|Invalid"):
            week_named(wrong)
