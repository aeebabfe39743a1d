"""Checks a party before anything is written and brings its values into their one form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.encryption import find_card_numbers
from loans.borrowers.models import AddressKind, ContactKind, ContactPlace, PartyKind, Salutation
from loans.borrowers.normalising import (
    Unusable,
    normalise_email,
    normalise_id_number,
    normalise_phone,
)
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow, Problem
from loans.borrowers.zones import normalise_region
from loans.portfolios.refusals import Refused

# An enumeration lists its values anew each time it is asked.
_KINDS: Final = tuple(PartyKind.values)
_SALUTATIONS: Final = tuple(Salutation.values)


@dataclass(frozen=True, slots=True)
class CheckedParty:
    """A row in its normalised form, or the problems that stand in its way."""

    row: PartyRow
    problems: tuple[Problem, ...]


def check_party(*, row: PartyRow, country: str, is_normalised: bool = False) -> CheckedParty:
    """Normalises a party's values; every problem is listed with its remedy, none raised.

    Arguments: country (ISO 3166) for phone numbers, ids and addresses that do not say theirs;
    is_normalised, where phones, e-mail addresses and id numbers have been brought into their form.
    """
    problems = list(_check_words(row))
    id_number = row.id_number.strip()
    if id_number and not is_normalised:
        id_number = _try("id_number", normalise_id_number, id_number, country, problems)
    points = row.contact_points
    if not is_normalised:
        points = tuple(
            _check_contact(point, country, f"contact_points[{at}]", problems)
            for at, point in enumerate(points)
        )
    addresses = tuple(
        _check_address(address, country, f"addresses[{at}]", problems)
        for at, address in enumerate(row.addresses)
    )
    checked = replace(
        row,
        customer_no=row.customer_no.strip(),
        full_name=" ".join(row.full_name.split()),
        id_number=id_number,
        contact_points=tuple(dict.fromkeys(points)),
        addresses=tuple(dict.fromkeys(addresses)),
    )
    return CheckedParty(checked, tuple(problems))


def require_sound(
    *, row: PartyRow, country: str, row_index: int | None = None, is_normalised: bool = False
) -> PartyRow:
    """Returns the normalised row, or raises Refused with its first problem; see `check_party`."""
    checked = check_party(row=row, country=country, is_normalised=is_normalised)
    if checked.problems:
        first = checked.problems[0]
        raise Refused(first.code, f"{first.field}: {first.sentence}", row_index=row_index)
    return checked.row


def _check_words(row: PartyRow) -> Iterator[Problem]:
    if not row.customer_no.strip():
        yield Problem(
            field="customer_no",
            code="customer_no_missing",
            sentence="Every party needs the lender's customer number; it tells people apart.",
        )
    if not row.full_name.strip():
        yield Problem(field="full_name", code="name_missing", sentence="A party needs a name.")
    if len(row.full_name) > 200 or len(row.customer_no) > 60:
        yield Problem(
            field="full_name",
            code="too_long",
            sentence="A name has at most 200 characters, a customer number at most 60.",
        )
    if find_card_numbers(row.full_name) or find_card_numbers(row.customer_no):
        yield _card_problem("full_name")
    yield from _check_choice("kind", row.kind, _KINDS)
    yield from _check_choice("salutation", row.salutation, _SALUTATIONS)


def _check_choice(field: str, value: str, choices: Sequence[str]) -> Iterator[Problem]:
    if value not in choices:
        known = ", ".join(choice or "(empty)" for choice in choices)
        yield Problem(
            field=field, code="choice_unknown", sentence=f"{value!r} is none of: {known}."
        )


def _check_contact(
    point: ContactRow, country: str, field: str, problems: list[Problem]
) -> ContactRow:
    problems += _check_choice(f"{field}.place", point.place, ContactPlace.values)
    if point.kind == ContactKind.PHONE:
        return replace(point, value=_try(field, normalise_phone, point.value, country, problems))
    if point.kind == ContactKind.EMAIL:
        value = _try(field, lambda text, _country: normalise_email(text), point.value, "", problems)
        return replace(point, value=value)
    problems += _check_choice(f"{field}.kind", point.kind, ContactKind.values)
    return point


def _check_address(
    address: AddressRow, country: str, field: str, problems: list[Problem]
) -> AddressRow:
    land = (address.country or country).upper()
    text = " ".join(address.text.split())
    if not text:
        problems.append(
            Problem(field=field, code="address_empty", sentence="An address needs its text.")
        )
    if find_card_numbers(text):
        problems.append(_card_problem(field))
    problems += _check_choice(f"{field}.kind", address.kind, AddressKind.values)
    region = normalise_region(country=land, region=address.region)
    return replace(address, text=text, country=land, region=region[:40], city=address.city.strip())


def _card_problem(field: str) -> Problem:
    return Problem(
        field=field,
        code="card_number",
        sentence="This holds a payment card number; card numbers are never stored, take it out.",
    )


def _try(
    field: str,
    normalise: Callable[[str, str], str],
    text: str,
    country: str,
    problems: list[Problem],
) -> str:
    try:
        return normalise(text, country)
    except Unusable as error:
        problems.append(Problem(field=field, code=error.code, sentence=str(error)))
        return text
