"""Parties: the people and firms of the loans, one customer number each.

They come before the loans, because a loan is opened with its borrower. Who else signed, and in
which role, is the kind `signatories`, which may be read from the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from core.encryption import mask_id_number, mask_name
from loans.borrowers.models import PartyKind
from loans.borrowers.rows import PartyRow
from loans.imports import cells, personal_cells
from loans.imports.columns import Column
from loans.imports.doubts import of_several_rows
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer, register
from loans.imports.kinds.kind import Context, Counts, Group, Kind, RowProblem
from loans.imports.problems import Problem
from loans.imports.queries import known_parties

_KINDS = {
    "person": "person",
    "organisation": "organisation",
    "organization": "organisation",
    "company": "organisation",
    "个人": "person",
    "企业": "organisation",
    "公司": "organisation",
}
_SALUTATIONS = {
    "mr": "mr",
    "mr.": "mr",
    "ms": "ms",
    "ms.": "ms",
    "mrs": "ms",
    "先生": "mr",
    "女士": "ms",
}
_LANGUAGES = {
    "en": "en",
    "english": "en",
    "zh": "zh-hans",
    "zh-hans": "zh-hans",
    "zh-cn": "zh-hans",
    "chinese": "zh-hans",
    "中文": "zh-hans",
    "简体中文": "zh-hans",
    "英文": "en",
    "es": "es",
    "spanish": "es",
}


def _hide(text: str) -> str:
    return "****"


COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="full_name",
        label=_("name"),
        parse=cells.text,
        required=True,
        mask=mask_name,
        synonyms=(
            "name",
            "customer name",
            "borrower name",
            "姓名",
            "客户姓名",
            "借款人姓名",
            "名称",
        ),
        example="张伟",
    ),
    Column(
        name="kind",
        label=_("person or organisation"),
        parse=cells.choice,
        choices=_KINDS,
        synonyms=("party type", "客户类型"),
    ),
    Column(
        name="id_number",
        label=_("id number"),
        parse=personal_cells.id_number,
        mask=mask_id_number,
        refuses_cards=False,  # its own rule tells resident ids and cards apart
        limit=30,
        synonyms=(
            "id no",
            "national id",
            "ssn",
            "身份证",
            "身份证号",
            "身份证号码",
            "证件号",
            "证件号码",
        ),
    ),
    Column(
        name="born_on",
        label=_("date of birth"),
        parse=personal_cells.birthday,
        mask=_hide,
        synonyms=("date of birth", "birthday", "dob", "出生日期", "生日"),
    ),
    Column(
        name="language",
        label=_("language"),
        parse=cells.choice,
        choices=_LANGUAGES,
        synonyms=("message language", "语言"),
    ),
    Column(
        name="salutation",
        label=_("addressed as"),
        parse=cells.choice,
        choices=_SALUTATIONS,
        synonyms=("title", "称呼", "称谓"),
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    """The rows of one customer number must speak of one person; equal ones may repeat."""
    for group in groups:
        first = group.first
        for row in group.rows[1:]:
            for name, value in row.values.items():
                if value != first.values[name]:
                    yield RowProblem(
                        row.number,
                        Problem(
                            name,
                            "person_differs",
                            {"what": name, "first": first.number, "second": row.number},
                        ),
                    )


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    known = known_parties(portfolio=context.portfolio, customer_nos=[group.key for group in groups])
    rows = []
    for group in groups:
        values = group.first.values
        before = known.get(group.key)
        rows.append(
            PartyRow(
                customer_no=group.key,
                full_name=values["full_name"],
                kind=values["kind"] or (before.kind if before else PartyKind.PERSON.value),
                salutation=values["salutation"] or "",
                language=values["language"] or "",
                id_number=values["id_number"] or "",
                born_on=values["born_on"],
            )
        )
    register(context, rows)
    row_count = sum(len(group.rows) for group in groups)
    return Counts(
        created=len(groups) - len(known),
        updated=len(known),
        unchanged=row_count - len(groups),
    )


KIND = Kind(
    code="parties",
    label=_("Parties"),
    columns=COLUMNS,
    group_of=by_customer,
    group_column="customer_no",
    group_label=_("Customer %(key)s"),
    check=_check,
    load=_load,
    doubtful=of_several_rows,
    order=10,
    refuses_older=True,
)
