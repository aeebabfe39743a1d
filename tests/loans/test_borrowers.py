"""Parties: one form for every value, sealed, searchable without being readable, zones kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from core.audit import AuditEntry
from core.encryption import destroy
from loans.borrowers.disclosure import HiddenField, HiddenValue, reveal
from loans.borrowers.models import Address, ContactPoint, Party
from loans.borrowers.names import bigrams, sort_key
from loans.borrowers.normalising import (
    Unusable,
    normalise_id_number,
    normalise_phone,
    resident_check_digit,
)
from loans.borrowers.queries import (
    with_customer_no,
    with_email,
    with_id_number,
    with_name,
    with_phone,
    with_phone_end,
    with_spoken_name,
)
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow
from loans.borrowers.services import (
    add_address,
    add_contact_point,
    correct_party,
    mark_invalid,
    mark_verified,
    register_parties,
    register_party,
)
from loans.borrowers.zones import US_STATE_NAMES, US_STATE_ZONES, zones_of_place
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused
from tests.loans.builders import (
    CLERK,
    build_party,
    build_portfolio,
    us_party_row,
)

pytestmark = pytest.mark.django_db

#: A made-up resident id: district, birth date, sequence, and the digit that fits.
FIRST_17 = "11010519900307123"
RESIDENT_ID = FIRST_17 + resident_check_digit(FIRST_17)


def chinese_row(**changes) -> PartyRow:
    values = {
        "customer_no": "K1",
        "full_name": "张伟",
        "id_number": RESIDENT_ID.lower(),
        "born_on": date(1990, 3, 7),
        "contact_points": (ContactRow(kind="phone", value="138 1234 5678", place="mobile"),),
        "addresses": (AddressRow(text="新疆乌鲁木齐市天山区解放路1号", region="新疆"),),
    }
    return PartyRow(**{**values, **changes})


def test_personal_values_are_sealed_and_shown_masked():
    party = register_party(portfolio=build_portfolio(country="CN"), row=chinese_row(), by=CLERK)

    point, address = party.contact_points.get(), party.addresses.get()
    assert point.masked == "+86138****5678"
    for sealed in (party.id_number, party.born_on, point.value, address.text):
        assert b"1990" not in bytes(sealed)
        assert "解放路".encode() not in bytes(sealed)
    assert "解放路" not in address.masked
    assert _reveal(party, HiddenField.CONTACT_POINT, point) == "+8613812345678"
    assert _reveal(party, HiddenField.ADDRESS, address).endswith("1号")
    assert _reveal(party, HiddenField.ID_NUMBER, party) == RESIDENT_ID
    assert _reveal(party, HiddenField.BORN_ON, party) == "1990-03-07"


def _reveal(party, field, row, purpose="identity"):
    return reveal(
        value=HiddenValue(party.pk, field, row.pk),
        purpose=purpose,
        portfolio_id=Portfolio.objects.get().pk,
        reference="",
        budget=60,
        by=CLERK,
    )


def test_every_look_is_recorded_with_its_purpose_and_without_the_value():
    party = register_party(portfolio=build_portfolio(country="CN"), row=chinese_row(), by=CLERK)
    point = party.contact_points.get()

    with pytest.raises(ValidationError):
        _reveal(party, HiddenField.CONTACT_POINT, point, purpose=" ")
    assert not AuditEntry.objects.filter(action="party.revealed").exists()
    _reveal(party, HiddenField.CONTACT_POINT, point, purpose="calling")

    entry = AuditEntry.objects.get(action="party.revealed")
    assert (entry.reason, entry.object_id) == ("calling", str(party.pk))
    assert entry.data["row"] == str(point.pk)
    assert "13812345678" not in str(entry.data)


def test_destroying_the_key_erases_the_person():
    party = register_party(portfolio=build_portfolio(country="CN"), row=chinese_row(), by=CLERK)
    destroy(party.data_key)

    with pytest.raises(ValidationError, match="erased"):
        _reveal(party, HiddenField.CONTACT_POINT, ContactPoint.objects.get())


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("1.38E+10", "CN", "phone_mangled"),
        ("call me", "US", "phone_unreadable"),
        ("555-0142", "US", "phone_impossible"),
        ("138 1234 567", "CN", "phone_impossible"),
    ],
)
def test_numbers_nobody_answers_are_refused_with_a_remedy(text, country, code):
    with pytest.raises(Unusable) as no:
        normalise_phone(text, country)

    assert no.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4.40106E+17", "id_mangled"),
        (FIRST_17 + ("1" if RESIDENT_ID[-1] != "1" else "2"), "id_check_digit"),
        ("110105900307123", "id_length"),
        ("x", "id_unreadable"),
    ],
)
def test_wrong_id_numbers_are_refused(text, code):
    with pytest.raises(Unusable) as no:
        normalise_id_number(text, "CN")

    assert no.value.code == code


def test_a_passport_is_no_resident_id_and_a_card_number_no_id():
    assert normalise_id_number("G1234 5678", "CN") == "G12345678"
    with pytest.raises(Unusable) as no:
        normalise_id_number("4111 1111 1111 1111", "US")
    assert no.value.code == "card_number"


def test_a_bad_row_refuses_all_rows_and_is_named():
    portfolio = build_portfolio()
    bad = us_party_row(contact_points=(ContactRow(kind="phone", value="12"),))

    with pytest.raises(Refused, match=r"contact_points\[0\]") as no:
        register_parties(portfolio=portfolio, rows=[us_party_row(), bad], by=CLERK)

    assert no.value.row_index == 1
    assert not Party.objects.exists()
    assert not AuditEntry.objects.filter(action="party.register").exists()


def test_the_same_customer_again_is_the_same_party_with_what_is_new():
    portfolio = build_portfolio()
    row = us_party_row()
    first = register_party(portfolio=portfolio, row=row, by=CLERK)
    entries = AuditEntry.objects.count()

    again = register_party(portfolio=portfolio, row=row, by=CLERK)
    assert again.pk == first.pk
    assert AuditEntry.objects.count() == entries
    moved = us_party_row(
        customer_no=row.customer_no,
        full_name="Maria Ortiz Lopez",
        contact_points=(ContactRow(kind="phone", value="+1 915 555 0177"),),
        addresses=(AddressRow(text="9 Oak Road, Reno, NV 89501", region="NV"),),
    )
    changed = register_party(portfolio=portfolio, row=moved, by=CLERK)

    assert (changed.pk, changed.full_name) == (first.pk, "Maria Ortiz Lopez")
    assert changed.contact_points.count() == 3
    assert list(changed.addresses.filter(is_current=True).values_list("region", flat=True)) == [
        "NV"
    ]
    assert Address.objects.count() == 2


def test_registering_many_takes_no_more_statements_than_one(django_assert_max_num_queries):
    portfolio = build_portfolio()
    rows = [us_party_row() for _ in range(25)]

    # savepoint, lock, known parties, keys, parties, points (2), addresses (2), trail, savepoint
    with django_assert_max_num_queries(14):
        ids = register_parties(portfolio=portfolio, rows=rows, by=CLERK)

    assert list(ids) == [row.customer_no for row in rows]


def test_the_same_number_twice_in_one_file_is_refused():
    row = us_party_row()

    with pytest.raises(Refused, match="stands in two rows"):
        register_parties(portfolio=build_portfolio(), rows=[row, row], by=CLERK)


def people(found) -> list:
    return [row["party_id"] for row in found]


def test_a_person_is_found_by_the_exact_value_only():
    party = register_party(portfolio=build_portfolio(), row=us_party_row(), by=CLERK)

    for text in ("212 555 0142", "(212) 555-0142", "+1 212.555.0142", "2125550142"):
        assert people(with_phone(text=text, countries=["CN", "US"])) == [party.pk]
    assert people(with_phone_end(last4="0142")) == [party.pk]
    assert people(with_email(text="MARIA.ortiz@example.com")) == [party.pk]
    assert people(
        with_customer_no(text=party.customer_no.lower(), namespaces=[party.namespace])
    ) == [party.pk]
    assert not with_phone(text="212 555 0143", countries=["US"])
    assert not with_phone(text="nonsense", countries=["US"])
    assert not with_email(text="nonsense")
    assert not with_customer_no(text=party.customer_no, namespaces=["elsewhere"])


def test_an_id_number_is_found_in_any_writing():
    party = register_party(portfolio=build_portfolio(country="CN"), row=chinese_row(), by=CLERK)

    spaced = f" {RESIDENT_ID[:6]} {RESIDENT_ID[6:]}"
    assert people(with_id_number(text=spaced, countries=["CN", "US"])) == [party.pk]
    assert not with_id_number(text=RESIDENT_ID[:-1], countries=["CN"])


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("张伟", {"张伟", "张伟国"}),
        ("伟国", {"张伟国"}),
        ("张", {"张伟", "张伟国"}),
        ("ortiz", {"Maria Ortiz"}),
        ("ORTIZ mar", {"Maria Ortiz"}),
        ("ortega", set()),
        ("m", set()),
    ],
)
def test_any_part_of_a_name_finds_it(text, finds):
    named("张伟", "张伟国", "Maria Ortiz")

    assert set(with_name(text=text).values_list("full_name", flat=True)) == finds


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("zhangwei", {"张伟", "张伟国"}),
        ("Zhang Wei Guo", {"张伟国"}),
        ("zhang w", {"张伟", "张伟国"}),
        ("lü", {"吕布"}),
        ("lvbu", {"吕布"}),
        ("maria o", {"María Ortiz"}),
        ("wei", set()),
        ("z", set()),
    ],
)
def test_a_name_is_found_as_it_is_read_aloud(text, finds):
    named("张伟", "张伟国", "吕布", "María Ortiz")

    assert set(with_spoken_name(text=text).values_list("full_name", flat=True)) == finds


def named(*names: str) -> None:
    portfolio = build_portfolio()
    for name in names:
        build_party(portfolio, full_name=name)


def test_names_sort_by_pinyin_and_are_found_by_pairs():
    assert sorted(["赵敏", "陈静", "张伟"], key=sort_key) == ["陈静", "张伟", "赵敏"]
    assert set(bigrams("欧阳娜")) == {"欧阳", "阳娜", "欧", "阳", "娜"}
    assert bigrams("O'Néill") == ["ei", "il", "ll", "ne", "on"]


def test_all_zones_a_person_may_be_in_are_kept():
    party = register_party(portfolio=build_portfolio(), row=us_party_row(), by=CLERK)

    assert party.contact_points.get(kind="phone").time_zones == ["America/New_York"]
    assert party.addresses.get().time_zones == ["America/Chicago", "America/Denver"]


@pytest.mark.parametrize(
    ("country", "region", "zones"),
    [
        ("US", "Texas", {"America/Chicago", "America/Denver"}),
        ("US", "us-ma", {"America/New_York"}),
        ("US", "", set()),
        ("CN", "广东", {"Asia/Shanghai"}),
        ("CN", "新疆维吾尔自治区", {"Asia/Shanghai", "Asia/Urumqi"}),
        ("CN", "", {"Asia/Shanghai", "Asia/Urumqi"}),
        ("JP", "", {"Asia/Tokyo"}),
        ("BR", "", set()),
    ],
)
def test_zones_of_places(country, region, zones):
    assert set(zones_of_place(country=country, region=region)) == zones


def test_every_state_has_a_zone_and_a_name():
    assert set(US_STATE_NAMES.values()) == set(US_STATE_ZONES)
    assert len(US_STATE_ZONES) == 56


def test_contact_points_are_added_once_marked_and_verified_again():
    portfolio = build_portfolio()
    party = register_party(portfolio=portfolio, row=us_party_row(contact_points=()), by=CLERK)
    row = ContactRow(kind="phone", value="915-555-0177")

    point = add_contact_point(party=party, row=row, country="US", by=CLERK)
    assert add_contact_point(party=party, row=row, country="US", by=CLERK).pk == point.pk
    mark_invalid(contact_point=point, on=date(2025, 6, 1), reason="dead", by=CLERK)
    again = mark_invalid(contact_point=point, on=date(2025, 6, 9), reason="dead", by=CLERK)
    assert again.invalid_since == date(2025, 6, 1)
    verified = mark_verified(contact_point=point, on=date(2025, 6, 10), by=CLERK)

    assert (verified.verified_on, verified.invalid_since) == (date(2025, 6, 10), None)


def test_an_added_address_becomes_the_current_one():
    party = register_party(portfolio=build_portfolio(), row=us_party_row(), by=CLERK)

    add_address(
        party=party,
        row=AddressRow(text="1 Main St, Boston, MA", region="MA"),
        country="US",
        by=CLERK,
    )

    current = party.addresses.get(is_current=True)
    assert (current.region, current.time_zones) == ("MA", ["America/New_York"])


def test_corrections_name_the_fields_and_never_the_values():
    party = register_party(portfolio=build_portfolio(country="CN"), row=chinese_row(), by=CLERK)

    corrected = correct_party(
        party=party,
        changes={"full_name": "章伟", "salutation": "mr"},
        country="CN",
        by=CLERK,
        reason="misspelt",
    )

    assert (corrected.full_name, corrected.salutation) == ("章伟", "mr")
    assert _reveal(corrected, HiddenField.ID_NUMBER, corrected) == RESIDENT_ID
    entry = AuditEntry.objects.get(action="party.correct")
    assert entry.data == {"fields": ["full_name", "salutation"]}
    with pytest.raises(Refused, match="customer_no of a party is not corrected here"):
        correct_party(party=party, changes={"customer_no": "Z"}, country="CN", by=CLERK, reason="x")
