"""Contact points: phone numbers and e-mail addresses of parties that are already here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.encryption import mask_email, mask_phone
from loans.borrowers.rows import ContactRow
from loans.imports import cells, personal_cells
from loans.imports.columns import Column
from loans.imports.doubts import of_unknown_customer
from loans.imports.kinds.customer_columns import (
    CUSTOMER_NO,
    by_customer,
    register_with,
    unknown_customers,
)
from loans.imports.kinds.kind import Context, Counts, Group, Kind, RowProblem, Values
from loans.imports.problems import Problem
from loans.imports.queries import known_customers

_PLACES = {
    "mobile": "mobile",
    "cell": "mobile",
    "home": "home",
    "work": "work",
    "office": "work",
    "手机": "mobile",
    "家庭": "home",
    "住宅": "home",
    "单位": "work",
    "公司": "work",
}

COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="phone",
        label=_("phone"),
        parse=personal_cells.phone,
        mask=mask_phone,
        limit=40,
        synonyms=(
            "phone number",
            "mobile",
            "telephone",
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "联系电话",
        ),
        example="13800138000",
    ),
    Column(
        name="email",
        label=_("e-mail"),
        parse=personal_cells.email,
        mask=mask_email,
        limit=254,
        synonyms=("email address", "e-mail", "邮箱", "电子邮箱"),
    ),
    Column(
        name="place",
        label=_("place"),
        parse=cells.choice,
        choices=_PLACES,
        synonyms=("phone type", "电话类型", "号码类型"),
    ),
    Column(
        name="verified_on",
        label=_("verified"),
        parse=cells.day,
        synonyms=("verified date", "核实日期", "验证日期"),
    ),
    Column(
        name="invalid_since",
        label=_("invalid since"),
        parse=cells.day,
        synonyms=("invalid date", "失效日期", "停机日期"),
    ),
)


def _need_a_value(
    values: Values, options: Mapping[str, Any], memory: dict[str, Any]
) -> Iterable[Problem]:
    if values["phone"] is None and values["email"] is None:
        return (Problem("phone", "missing"),)
    return ()


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_customers(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    yield from unknown_customers(groups, known)


def contacts_of(group: Group) -> tuple[ContactRow, ...]:
    """Returns the numbers and e-mail addresses of one customer's rows."""
    return tuple(
        ContactRow(
            kind=kind,
            value=row.values[name],
            place=row.values["place"] or "" if kind == "phone" else "",
            verified_on=row.values["verified_on"],
            invalid_since=row.values["invalid_since"],
        )
        for row in group.rows
        for name, kind in (("phone", "phone"), ("email", "email"))
        if row.values[name] is not None
    )


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    return register_with(context, groups, contact_points=contacts_of)


KIND = Kind(
    code="contact_points",
    label=_("Contact points"),
    columns=COLUMNS,
    group_of=by_customer,
    group_column="customer_no",
    group_label=_("Customer %(key)s"),
    unique=("email", "phone"),
    prepare=_need_a_value,
    check=_check,
    load=_load,
    doubtful=of_unknown_customer,
    order=35,
    refuses_older=True,
)
