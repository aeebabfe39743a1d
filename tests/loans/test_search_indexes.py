"""Every way of searching has its index; without one a million people would be read one by one."""

from __future__ import annotations

import pytest
from django.db import connection

from loans.borrowers.queries import (
    with_customer_no,
    with_email,
    with_id_number,
    with_name,
    with_phone,
    with_phone_end,
    with_spoken_name,
)
from loans.borrowers.rows import ContactRow
from loans.borrowers.services import add_contact_point
from loans.contracts.numbers import numbered
from loans.contracts.rows import VehicleRow
from loans.vehicles.queries import (
    with_plate,
    with_plate_start,
    with_vin,
    with_vin_end,
    with_vin_start,
)
from tests.loans.builders import CLERK, build_cast, build_loan, build_party, build_portfolio

pytestmark = pytest.mark.django_db

VIN = "LSVAA4182E2184847"
WAYS = {
    "phone": (lambda: with_phone(text="2125550142", countries=["US"]), "contact_value"),
    "last four": (lambda: with_phone_end(last4="0142"), "contact_last4"),
    "e-mail": (lambda: with_email(text="a@example.com"), "contact_value"),
    "id": (lambda: with_id_number(text="123456789", countries=["US"]), "party_id_number"),
    "customer": (lambda: with_customer_no(text="C1", namespaces=["x"]), "party_number_once"),
    "name": (lambda: with_name(text="张伟"), "party_name_bigrams"),
    "spoken": (lambda: with_spoken_name(text="zhangwei"), "party_name_spoken"),
    "plate": (lambda: with_plate(text="粤B12345"), "loans_vehicle_plate"),
    "plate start": (lambda: with_plate_start(text="粤B12"), "loans_vehicle_plate"),
    "VIN": (lambda: with_vin(text=VIN), "vehicle_vin"),
    "VIN start": (lambda: with_vin_start(text=VIN[:9]), "loans_vehicle_vin"),
    "VIN end": (lambda: with_vin_end(text=VIN[-6:]), "vehicle_vin_end"),
}


ROWS = 3_000


@pytest.fixture
def full_tables():
    """Numbers and cars enough that one index is better than another.

    Of an empty table every index costs the same, and which one the planner names is chance.
    """
    portfolio = build_portfolio()
    party = build_party(portfolio)
    add_contact_point(
        party=party, row=ContactRow(kind="phone", value="2125550100"), country="US", by=CLERK
    )
    build_loan(portfolio, party=party, vehicles=(VehicleRow(vin=VIN, plate="粤B00000"),))
    repeat("loans_contactpoint", value_index="sha256(n::text::bytea)", last4_index="sha256('x')")
    repeat("loans_vehicle", vin="lpad(n::text, 17, 'L')", plate="'粤B' || n")


def repeat(table: str, **changes: str) -> None:
    """Writes the rows of a table again, often; `changes` are expressions of their number n."""
    changes = {"id": "gen_random_uuid()", **changes}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        columns = [column.name for column in cursor.description]
        values = ", ".join(changes.get(column, f"old.{column}") for column in columns)
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {values} FROM {table} AS old, generate_series(1, {ROWS}) AS n"
        )
        cursor.execute(f"ANALYZE {table}")


def plan_of(rows) -> str:
    # Of a nearly empty table the planner would rather read all; asked not to, it shows what it can.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return str(rows.explain())


@pytest.mark.usefixtures("full_tables")
@pytest.mark.parametrize("name", WAYS)
def test_a_way_to_search_uses_its_index(name):
    rows, index = WAYS[name]

    plan = plan_of(rows())

    assert index in plan, plan
    assert "Seq Scan" not in plan


def test_a_contract_number_is_found_by_its_index():
    ana = build_cast().ana

    plan = plan_of(numbered(user=ana, text="AF-1"))

    assert "contract_no" in plan, plan
    assert "Seq Scan on loans_loan" not in plan
