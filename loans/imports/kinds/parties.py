"""Parties: who stands in which role to which loan; one row per person and loan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from core.encryption import mask_id_number, mask_name
from loans.imports import cells, personal_cells
from loans.imports.columns import Column
from loans.imports.kinds.contract_column import CONTRACT_NO
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer
from loans.imports.kinds.kind import Context, Counts, Group, Kind, ReadRow, RowProblem
from loans.imports.problems import Problem
from loans.imports.queries import borrowers_of, known_loans

_ROLES = {
    "borrower": "borrower",
    "primary": "borrower",
    "co_borrower": "co_borrower",
    "co-borrower": "co_borrower",
    "coborrower": "co_borrower",
    "guarantor": "guarantor",
    "reference": "reference",
    "借款人": "borrower",
    "主借款人": "borrower",
    "共同借款人": "co_borrower",
    "共借人": "co_borrower",
    "担保人": "guarantor",
    "保证人": "guarantor",
    "联系人": "reference",
    "紧急联系人": "reference",
}
_KINDS = {
    "person": "person",
    "organisation": "organisation",
    "organization": "organisation",
    "company": "organisation",
    "个人": "person",
    "企业": "organisation",
    "公司": "organisation",
}
_SALUTATIONS = {"mr": "mr", "mr.": "mr", "ms": "ms", "ms.": "ms", "mrs": "ms", "先生": "mr", "女士": "ms"}
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
    CONTRACT_NO,
    Column(
        name="full_name",
        label=_("name"),
        parse=cells.text,
        required=True,
        mask=mask_name,
        synonyms=("name", "customer name", "borrower name", "姓名", "客户姓名", "借款人姓名", "名称"),
        example="张伟",
    ),
    Column(
        name="role",
        label=_("role"),
        parse=cells.choice,
        choices=_ROLES,
        synonyms=("party role", "角色", "关系人类型", "客户角色"),
        help=_("Borrower unless it says otherwise."),
    ),
    Column(
        name="relationship",
        label=_("relationship"),
        parse=cells.text,
        limit=60,
        synonyms=("relation", "与借款人关系", "关系"),
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
        synonyms=("id no", "national id", "ssn", "身份证", "身份证号", "身份证号码", "证件号", "证件号码"),
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
    contract_nos = {row.values["contract_no"] for group in groups for row in group.rows}
    loans = known_loans(portfolio=context.portfolio, contract_nos=contract_nos)
    borrowers = borrowers_of(portfolio=context.portfolio, contract_nos=contract_nos)
    # A second borrower may stand in another chunk of the same file.
    in_file: dict[str, str] = context.memory.setdefault("borrowers", {})
    for group in groups:
        yield from _one_person(group)
        for row in group.rows:
            contract_no = row.values["contract_no"]
            if contract_no not in loans:
                yield RowProblem(row.number, Problem("contract_no", "unknown_contract"))
            elif role_of(row) == "borrower":
                known = borrowers.get(contract_no) or in_file.setdefault(contract_no, group.key)
                if known != group.key:
                    params = {"customer": known}
                    yield RowProblem(row.number, Problem("role", "second_borrower", params))


def _one_person(group: Group) -> Iterator[RowProblem]:
    """The rows of one customer number must speak of one person."""
    first = group.first
    for row in group.rows[1:]:
        for name in ("full_name", "id_number", "born_on"):
            if row.values[name] != first.values[name]:
                params = {"what": name, "first": first.number, "second": row.number}
                yield RowProblem(row.number, Problem(name, "person_differs", params))


def role_of(row: ReadRow) -> str:
    """Returns the role a row gives the person; borrower unless it says otherwise."""
    role: str = row.values["role"] or "borrower"
    return role
