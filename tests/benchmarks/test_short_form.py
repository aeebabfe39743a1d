"""Every benchmark runs at a few hundred loans, on rows that are right. No times are asserted."""

from __future__ import annotations

from contextlib import closing, contextmanager

import pytest

from benchmarks import (
    claiming,
    hinting,
    hinting_floor,
    outbox,
    outbox_floor,
    paging,
    replaying,
    reserving,
)
from benchmarks.building import check_sample
from benchmarks.closing import measure as measure_close
from benchmarks.closing_floor import COPIED
from benchmarks.dataset.office import AGENT, CLOSED_THROUGH, MAIN, MANAGER
from benchmarks.dataset.people import id_number_of, phone_of
from benchmarks.reserving_floor import WRITTEN as RESERVED
from benchmarks.stage import Stage
from collections_app.cases.models import Case
from collections_app.cases.queries import latest_due_day_of_a_case
from collections_app.worklist import services
from collections_app.worklist.lease_models import Lease
from core.encryption import blind_index, unseal
from loans.borrowers.models import Party
from loans.borrowers.names import bigrams
from loans.contracts.models import Loan
from loans.delinquency.models import Instalment, Position
from loans.portfolios.models import Portfolio
from tests.benchmarks.conftest import LOANS


def test_the_book_is_what_its_facts_give(stage: Stage):
    with stage.book(LOANS):
        check_sample()

        loans = Loan.objects.count()
        assert Loan.objects.filter(portfolio__code=MAIN).count() == LOANS
        assert Instalment.objects.count() == loans * 36
        late = Position.objects.filter(oldest_unsatisfied_due_on__isnull=False).count()
        assert 0.03 < late / loans < 0.15


def test_every_loan_that_is_late_enough_has_its_case_and_agent(stage: Stage):
    with stage.book(LOANS):
        portfolio = Portfolio.objects.get(code=MAIN)
        threshold = latest_due_day_of_a_case(portfolio, CLOSED_THROUGH)
        late = Position.objects.filter(oldest_unsatisfied_due_on__lte=threshold)

        held = Case.objects.open().filter(assignee__isnull=False)

        assert set(held.values_list("loan_id", flat=True)) == set(late.values_list("pk", flat=True))


def test_people_are_found_by_what_is_sealed_about_them(stage: Stage):
    with stage.book(LOANS):
        seen = Party.objects.visible_to(paging.people()[MANAGER])
        party = seen.get(customer_no="C000000007")
        point = party.contact_points.get()
        phone, id_number = phone_of(7, is_side=False), id_number_of(7, is_side=False)

        by_phone = blind_index(kind="phone", normalised=phone)
        by_id = blind_index(kind="id_number", normalised=id_number)
        assert seen.get(contact_points__value_index=by_phone) == party
        assert seen.get(id_number_index=by_id) == party
        assert party in seen.filter(name_bigrams__contains=bigrams(party.full_name[:2]))
        assert phone == unseal(
            key=party.data_key,
            sealed=point.value,
            table="loans_contactpoint",
            column="value",
            row_id=point.pk,
        )


def test_a_built_book_has_the_indexes_and_constraints_of_an_empty_one(stage: Stage):
    with stage.empty(), closing(stage.connect()) as plain:
        before = structure(plain)
    with stage.book(LOANS), closing(stage.connect()) as plain:
        after = structure(plain)

    assert after == before


def structure(plain) -> set[tuple[str, ...]]:
    """Every index and constraint, and what columns hold where nothing is said."""
    with plain.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL
            SELECT 'constraint', conrelid::regclass || ' ' || conname,
                pg_get_constraintdef(oid) || convalidated
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL
            SELECT 'default', adrelid::regclass || ' ' || adnum, pg_get_expr(adbin, adrelid)
            FROM pg_attrdef
            """
        )
        return set(cursor.fetchall())


def test_the_floor_of_the_close_writes_the_rows_that_the_close_wrote(stage: Stage, monkeypatch):
    differing = {}

    book = Stage.book

    @contextmanager
    def compared_book(self: Stage, loans: int):
        with book(self, loans) as name:
            yield name
            with closing(stage.connect()) as plain:
                differing.update({table: rows_apart(plain, table) for table in COPIED})

    monkeypatch.setattr(Stage, "book", compared_book)

    due_day, ordinary_day = measure_close(stage)

    assert differing == dict.fromkeys(COPIED, 0)
    assert due_day.details["transitions"] > LOANS * 0.3
    assert ordinary_day.details["transitions"] > 0
    assert due_day.floor
    assert due_day.most_ratio == 2


def rows_apart(plain, table: str) -> int:
    with plain.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (TABLE {table} EXCEPT TABLE floor.{table}) AS missing"
        )
        return cursor.fetchone()[0]


def test_replay_is_measured_beside_its_reads(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(replaying, "SAMPLE", 20)

    figures = list(replaying.measure(stage))

    assert [figure.details["loans"] for figure in figures] == [20, 20]
    assert all(figure.floor for figure in figures)


def test_pages_keep_their_queries(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paging, "call_command", lambda *args, **options: None)
    monkeypatch.setattr(paging, "REQUESTS", 2)

    figures = list(paging.measure(stage))

    over = [
        (figure.name, figure.measured, figure.most)
        for figure in figures
        if figure.unit == "queries" and not figure.is_met
    ]
    assert over == []
    assert {AGENT, MANAGER} == set(paging_readers(stage))
    assert all(figure.floor for figure in figures if figure.unit == "ms")


def paging_readers(stage: Stage) -> list[str]:
    with stage.book(LOANS):
        return [page.who for page in paging.pages_of()]


def test_the_floor_of_a_reservation_writes_the_rows_that_were_written(stage: Stage, monkeypatch):
    monkeypatch.setattr(reserving, "SAMPLE", 40)
    differing: list[dict[str, int]] = []
    write = reserving.write_again

    def compared(of: Stage, plain, connections: int) -> float:
        seconds = write(of, plain, connections)
        differing.append({table: rows_apart(plain, table) for table in RESERVED})
        return seconds

    monkeypatch.setattr(reserving, "write_again", compared)

    figures = list(reserving.measure(stage))

    assert differing == [dict.fromkeys(RESERVED, 0)] * len(reserving.CONNECTIONS)
    for figure in figures:
        # The hours are open and most have no contact behind them: the ledger is really written.
        assert figure.details["booked"] > figure.details["contacts"] / 2
        assert figure.floor


def test_everybody_is_claimed_once_and_the_bare_statement_claims_as_many(stage, monkeypatch):
    monkeypatch.setattr(claiming, "AGENTS", 4)
    monkeypatch.setattr(claiming, "PEOPLE", 40)
    monkeypatch.setattr(claiming, "SHARED_PEOPLE", 40)
    claimed = []
    figure_of = claiming._figure

    def told(**facts):
        leases = Lease.objects.filter(taken_by="next")
        parties = leases.values_list("party", flat=True)
        claimed.append((leases.count(), len(set(parties)), len(facts["floor"])))
        return figure_of(**facts)

    monkeypatch.setattr(claiming, "_figure", told)

    figures = list(claiming.measure(stage))

    assert claimed == [(40, 40, 40), (40, 40, 40)]
    assert all(figure.details["claimed"] == 40 and figure.floor for figure in figures)


def test_the_floor_of_the_hints_writes_the_hints_that_were_written(stage: Stage, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 50)
    differing = []
    write = hinting.write_again

    def compared(plain) -> float:
        seconds = write(plain)
        differing.append(rows_apart(plain, hinting_floor.TABLE))
        return seconds

    monkeypatch.setattr(hinting, "write_again", compared)

    one, two = hinting.measure(stage)

    assert differing == [0, 0]
    assert one.details["people"] == two.details["people"] > LOANS * 0.8
    assert one.details["workable"] == two.details["workable"] > LOANS * 0.5
    assert one.floor


def test_the_floor_of_planning_writes_the_messages_that_were_planned(stage: Stage, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_SENT", 40)
    differing = []
    write = outbox.write_again

    def compared(plain) -> float:
        seconds = write(plain)
        differing.append({table: rows_apart(plain, table) for table in outbox_floor.WRITTEN})
        return seconds

    monkeypatch.setattr(outbox, "write_again", compared)

    planned, sent = outbox.measure(stage)

    assert differing == [dict.fromkeys(outbox_floor.WRITTEN, 0)]
    assert planned.details["planned"] > LOANS * 0.4
    assert sent.details["messages"] == 40
    assert sent.details["sent"] > 20
    assert planned.floor
    assert sent.floor
