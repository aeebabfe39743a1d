"""Addresses of parties that are already here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from core.encryption import mask_address
from loans.borrowers.rows import AddressRow
from loans.imports import cells
from loans.imports.columns import BadCell, Column, Reading
from loans.imports.doubts import of_unknown_customer
from loans.imports.kinds.customer_columns import (
    CUSTOMER_NO,
    by_customer,
    register_with,
    unknown_customers,
)
from loans.imports.kinds.kind import Context, Counts, Group, Kind, RowProblem
from loans.imports.queries import known_customers

_KINDS = {
    "home": "home",
    "work": "work",
    "mail": "mail",
    "mailing": "mail",
    "家庭": "home",
    "住宅": "home",
    "居住": "home",
    "单位": "work",
    "公司": "work",
    "通讯": "mail",
    "邮寄": "mail",
}


def country(cell: str, column: Column, reading: Reading) -> str:
    """A country as its two letters, e.g. CN."""
    code = cell.upper()
    if len(code) != 2 or not code.isalpha() or not code.isascii():
        raise BadCell("not_country")
    return code


COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="address",
        label=_("address"),
        parse=cells.text,
        required=True,
        mask=mask_address,
        limit=300,
        synonyms=(
            "street address",
            "full address",
            "地址",
            "家庭地址",
            "居住地址",
            "通讯地址",
            "联系地址",
        ),
    ),
    Column(
        name="kind",
        label=_("kind"),
        parse=cells.choice,
        choices=_KINDS,
        synonyms=("address type", "地址类型"),
    ),
    Column(
        name="country",
        label=_("country"),
        parse=country,
        limit=2,
        synonyms=("country code", "国家"),
        help=_("Two letters; the portfolio's own where it is missing."),
    ),
    Column(
        name="region",
        label=_("region"),
        parse=cells.text,
        limit=40,
        synonyms=("state", "province", "省", "省份"),
    ),
    Column(
        name="city", label=_("city"), parse=cells.text, limit=80, synonyms=("town", "市", "城市")
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_customers(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    yield from unknown_customers(groups, known)


def addresses_of(group: Group) -> tuple[AddressRow, ...]:
    """Returns the addresses of one customer's rows, in the order of the file."""
    return tuple(
        AddressRow(
            text=row.values["address"],
            country=row.values["country"] or "",
            kind=row.values["kind"] or "home",
            region=row.values["region"] or "",
            city=row.values["city"] or "",
        )
        for row in group.rows
    )


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    return register_with(context, groups, addresses=addresses_of)


KIND = Kind(
    code="addresses",
    label=_("Addresses"),
    columns=COLUMNS,
    group_of=by_customer,
    group_column="customer_no",
    group_label=_("Customer %(key)s"),
    unique=("kind", "address"),
    check=_check,
    load=_load,
    doubtful=of_unknown_customer,
    order=36,
    refuses_older=True,
)
