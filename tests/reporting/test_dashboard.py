"""The manager's pages: numbers equal their rows, rows stay in scope, files are recorded."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core.audit.models import AuditEntry
from loans.portfolios.models import Portfolio
from reporting.dashboards import agent_panel
from reporting.dashboards.forms import FilterForm
from reporting.dashboards.measures import MEASURES, Table, Unit
from reporting.dashboards.queries import keyset_page, rows_of, total_of
from reporting.dashboards.scope import load_scope
from reporting.dashboards.services import export_measure
from reporting.rollups.models import BookDay, BookLine, EventLine
from tests.reporting.books import Lender, build_busy_lender, build_lender

pytestmark = pytest.mark.django_db

#: Filter sets drawn for every reader; each is tried with every measure.
FILTER_SETS = 16


@pytest.fixture(scope="module")
def busy(django_db_setup, django_db_blocker) -> Iterator[Lender]:
    """One lender with a past for all tests here; each test's own changes are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_busy_lender(loans=10, days=44)
        transaction.set_rollback(True)


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _random_filters(form: FilterForm, rng: Random, last) -> dict[str, str]:
    """A filter here and there, and any period; values are those the form offers."""
    chosen = {}
    for name in ("portfolio", "team", "agent", "product", "bucket"):
        values = [value for value, _label in form.fields[name].choices]
        if rng.random() < 0.4:
            chosen[name] = rng.choice(values)
    chosen["period"] = rng.choice(["yesterday", "today", "week", "month", "custom"])
    if chosen["period"] == "custom":
        end = last - timedelta(days=rng.randrange(0, 40))
        chosen["end"] = end.isoformat()
        chosen["start"] = (end - timedelta(days=rng.randrange(0, 30))).isoformat()
    if rng.random() < 0.5:
        chosen["span"] = rng.choice(["1", "7", "30"])
    if rng.random() < 0.5:
        for name in ("from_place", "to_place"):
            chosen[name] = rng.choice([value for value, _label in form.fields[name].choices])
    return chosen


def _number_of_rows(measure, rows) -> Decimal:
    if measure.unit == Unit.MONEY:
        if not rows.exists():
            return Decimal(0)
        return rows.aggregate(total=Sum(measure.line))["total"] or Decimal(0)
    return Decimal(rows.count())


def test_every_number_equals_the_rows_it_opens(busy, capsys):
    """Tile number = count or sum of the rows behind its link, for random filter sets."""
    lender = busy
    last = BookDay.objects.latest("on").on
    rng = Random(20_250_131)
    checked, mismatches, not_zero = 0, [], 0
    for user in (lender.maria, lender.ben, lender.otto):
        scope = load_scope(user)
        for currency in scope.currencies:
            for _turn in range(FILTER_SETS // len(scope.currencies)):
                offered = FilterForm({"currency": currency}, scope=scope)
                given = {"currency": currency, **_random_filters(offered, rng, last)}
                form = FilterForm(given, scope=scope)
                assert form.is_valid(), form.errors
                chosen = form.chosen()
                for measure in MEASURES.values():
                    total = total_of(user=user, measure=measure, chosen=chosen)
                    rows = rows_of(user=user, measure=measure, chosen=chosen)
                    found = _number_of_rows(measure, rows)
                    checked += 1
                    not_zero += bool(total)
                    if total != found:
                        mismatches.append((measure.code, given, total, found))

    with capsys.disabled():
        sys.stdout.write(
            f"\n{checked} numbers, {not_zero} not zero, {len(mismatches)} mismatches\n"
        )
    assert mismatches == []
    assert not_zero > checked / 10


def test_every_measure_is_seen_with_rows_and_pages_through_all_of_them(busy):
    lender = busy
    form = FilterForm({"currency": "USD", "period": "month"}, scope=load_scope(lender.maria))
    assert form.is_valid()
    chosen = form.chosen()
    empty = []
    for measure in MEASURES.values():
        rows = rows_of(user=lender.maria, measure=measure, chosen=chosen)
        seen, after = [], ""
        while True:
            page, after = keyset_page(
                user=lender.maria, measure=measure, chosen=chosen, after=after, size=7
            )
            seen += [line.pk for line in page]
            if not after:
                break
        assert sorted(seen) == sorted(rows.values_list("pk", flat=True))
        assert len(seen) == len(set(seen))
        if not seen:
            empty.append(measure.code)
    # Nothing was refused, made outside the gate, paid off or written off in this history.
    assert set(empty) <= {
        "gate_stops",
        "unsanctioned",
        "paid_off",
        "written_off",
        "no_outcome",
        "back",
        "worked",
    }


def test_the_dashboard_shows_what_the_measures_say_in_few_queries(busy):
    lender = busy
    client = _client(lender.maria)
    client.get(reverse("reporting:dashboard"))

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("reporting:dashboard"), {"currency": "USD", "period": "month"})

    # session, user; portfolios, products, people, buckets; closes; books; events twice; roll;
    # exceptions.
    assert len(queries) <= 12
    assert answer.status_code == 200
    page = answer.content.decode()
    for agent in (lender.ana, lender.amy, lender.pete):
        assert agent.get_full_name() in page
    assert reverse("reporting:rows", args=["collected"]) in page


def test_a_large_floor_is_shown_some_agents_at_a_time(busy, monkeypatch):
    client = _client(busy.maria)
    address = f"{reverse('reporting:dashboard')}?period=month"
    whole = client.get(address).context["agents"]
    assert len(whole.rows) > 1
    assert whole.shown == whole.next_href == ""

    monkeypatch.setattr(agent_panel, "AGENTS_SHOWN", 1)
    first = client.get(address).context["agents"]
    assert first.shown == f"1 to 1 of {len(whole.rows)}"
    found, page = list(first.rows), first
    while page.next_href:
        page = client.get(page.next_href).context["agents"]
        found += page.rows

    assert [row.name for row in found] == [row.name for row in whole.rows]
    assert [row.collected for row in found] == [row.collected for row in whole.rows]
    assert client.get(page.first_href).context["agents"] == first
    for nonsense in ("-1", "x", "１", "9999999"):
        assert client.get(address, {"agents_after": nonsense}).status_code == 404


def test_the_rows_of_a_number_take_few_queries(busy):
    lender = busy
    client = _client(lender.maria)
    address = reverse("reporting:rows", args=["principal"])
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, {"currency": "USD"})

    assert len(queries) <= 12
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == 18


def test_a_lead_sees_the_teams_part_and_a_stranger_nothing(busy):
    lender = busy
    everything = {"currency": "USD", "period": "month"}
    for measure in MEASURES.values():
        for user, team in ((lender.ben, lender.south), (lender.grace, lender.north)):
            form = FilterForm(everything, scope=load_scope(user))
            assert form.is_valid()
            rows = rows_of(user=user, measure=measure, chosen=form.chosen())
            if measure.table == Table.ROLL and rows:
                assert {row.whose_team for row in rows} <= {team.pk}
            else:
                assert {row.team_id for row in rows} <= {team.pk}
    for lines in (BookLine.objects, EventLine.objects):
        assert not lines.visible_to(lender.stranger).exists()
        assert not lines.visible_to(lender.ana).filter(team=lender.north).exists()
        assert lines.visible_to(lender.maria).count() == lines.count()
        assert lines.visible_to(lender.otto).count() == lines.count()


def test_a_choice_out_of_scope_is_not_found(busy):
    lender = busy
    client = _client(lender.ben)

    for given in (
        {"team": str(lender.north.pk)},
        {"agent": str(lender.pete.pk)},
        {"portfolio": str(lender.yuan.pk), "currency": "USD"},
        {"bucket": "M9"},
        {"period": "century"},
    ):
        assert client.get(reverse("reporting:dashboard"), given).status_code == 404
        assert client.get(reverse("reporting:rows", args=["loans"]), given).status_code == 404


def test_who_may_open_the_pages():
    lender = build_lender()

    assert _client(lender.ana).get(reverse("reporting:dashboard")).status_code == 403
    assert _client(lender.stranger).get(reverse("reporting:dashboard")).status_code == 200
    assert _client(lender.maria).get(reverse("reporting:rows", args=["no"])).status_code == 404
    assert (
        _client(lender.ben).get(reverse("reporting:exceptions", args=["incidents"])).status_code
        == 404
    )
    assert (
        _client(lender.maria).get(reverse("reporting:exceptions", args=["incidents"])).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2025-02-03", "", "Give both days"),
        ("2025-02-05", "2025-02-01", "lies after the last one"),
        ("2025-02-01", "2031-01-01", "have not come to that day"),
        ("2023-01-01", "2025-01-31", "at most 366 days"),
        ("soon", "2025-01-31", "date"),
    ],
)
def test_dates_that_cannot_be_shown_are_refused_with_a_reason(busy, start, end, sentence):
    lender = busy

    answer = _client(lender.maria).get(
        reverse("reporting:dashboard"),
        {"currency": "USD", "period": "custom", "start": start, "end": end},
    )

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_before_the_first_close_the_page_says_what_to_do():
    lender = build_lender()

    first = _client(lender.maria).get(reverse("reporting:dashboard")).content.decode()
    nothing = _client(lender.stranger).get(reverse("reporting:dashboard")).content.decode()

    assert "No day is closed yet" in first
    assert "No portfolio is open to you" in nothing
    assert "2000-01-01" not in nothing  # no period of books that are not there


def test_portfolios_on_other_dates_are_named(busy):
    lender = busy
    BookDay.objects.filter(portfolio=lender.more_dollars).latest("on").delete()

    page = _client(lender.maria).get(reverse("reporting:dashboard"), {"currency": "USD"})

    assert [name for name, _day in page.context["other_dates"]] == [lender.more_dollars.name]


def test_currencies_are_never_added(busy):
    lender = busy
    maria = lender.maria
    totals = {}
    for currency in ("USD", "CNY"):
        form = FilterForm({"currency": currency}, scope=load_scope(maria))
        assert form.is_valid()
        chosen = form.chosen()
        totals[currency] = total_of(user=maria, measure=MEASURES["principal"], chosen=chosen)
        held = Portfolio.objects.filter(pk__in=chosen.portfolio_ids)
        assert set(held.values_list("currency", flat=True)) == {currency}
    lines = BookLine.objects.filter(to_on__isnull=True).aggregate(total=Sum("principal_amount"))
    assert sum(totals.values()) == lines["total"]
    assert all(totals.values())


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_file_holds_the_rows_and_is_recorded(busy, file_format):
    lender = busy
    given = {"currency": "USD", "period": "month"}
    form = FilterForm(given, scope=load_scope(lender.maria))
    assert form.is_valid()
    expected = rows_of(
        user=lender.maria, measure=MEASURES["collected"], chosen=form.chosen()
    ).count()
    before = AuditEntry.objects.filter(action="export.write").count()

    answer = _client(lender.maria).post(
        f"{reverse('reporting:export', args=['collected'])}?currency=USD&period=month",
        {"format": file_format},
    )

    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    if file_format == "csv":
        lines = content.decode("utf-8-sig").strip().splitlines()
    else:
        lines = list(load_workbook(io.BytesIO(content), read_only=True).active.rows)
    assert expected > 3
    assert len(lines) == expected + 1
    entry = AuditEntry.objects.filter(action="export.write").latest("pk")
    assert AuditEntry.objects.filter(action="export.write").count() == before + 1
    assert entry.object_id == "report.collected"
    assert entry.data["rows"] == expected


def test_a_file_has_nothing_that_runs(busy):
    lender = busy
    loan = EventLine.objects.filter(portfolio=lender.dollars, kind="money").first().loan
    type(loan).objects.filter(pk=loan.pk).update(contract_no="=HYPERLINK(1)")

    answer = _client(lender.maria).post(
        f"{reverse('reporting:export', args=['loans'])}?currency=USD", {"format": "csv"}
    )

    assert "'=HYPERLINK(1)" in b"".join(answer.streaming_content).decode()


def test_exports_need_their_right_and_a_post(busy):
    lender = busy
    address = reverse("reporting:export", args=["loans"])

    assert _client(lender.ben).post(address, {"format": "csv"}).status_code == 403
    assert _client(lender.maria).get(address).status_code == 405
    assert not AuditEntry.objects.filter(action="export.write").exists()


def test_too_many_rows_are_refused_and_nothing_is_recorded(busy, monkeypatch):
    lender = busy
    monkeypatch.setattr("reporting.dashboards.services.MOST_ROWS", 2)

    answer = _client(lender.maria).post(
        f"{reverse('reporting:export', args=['loans'])}?currency=USD", {"format": "csv"}
    )

    assert answer.status_code == 422
    assert "Narrow the report first" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="export.write").exists()


def test_an_export_is_limited_to_what_its_reader_may_see(busy):
    lender = busy
    form = FilterForm({"currency": "USD"}, scope=load_scope(lender.stranger))
    assert not form.is_valid()
    own = FilterForm({"currency": "USD"}, scope=load_scope(lender.maria))
    assert own.is_valid()

    written = export_measure(
        measure=MEASURES["loans"],
        chosen=own.chosen(),
        out=io.BytesIO(),
        file_format="csv",
        user=lender.stranger,
    )

    assert written == 0
