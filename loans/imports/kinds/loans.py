"""Loans: contract, product, amount, and the terms a schedule can be made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from loans.contracts.rows import LoanRow, SignatoryRow
from loans.contracts.schedules import make_even_schedule, make_schedule
from loans.contracts.services import open_loans
from loans.contracts.terms import DayCount, ImpossibleTerms, Method, Terms
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.contract_column import CONTRACT_NO, by_contract, is_too_far_ahead
from loans.imports.kinds.customer_columns import CUSTOMER_NO
from loans.imports.kinds.kind import (
    Context,
    Counts,
    Group,
    Kind,
    Option,
    ReadRow,
    RowProblem,
    Values,
)
from loans.imports.problems import Problem
from loans.imports.queries import (
    KnownLoan,
    borrowers_of,
    known_customers,
    known_loans,
    products_of,
)
from loans.portfolios.models import Product

_METHODS = {
    "annuity": Method.ANNUITY.value,
    "equal_instalments": Method.ANNUITY.value,
    "等额本息": Method.ANNUITY.value,
    "equal_principal": Method.EQUAL_PRINCIPAL.value,
    "等额本金": Method.EQUAL_PRINCIPAL.value,
    "flat": Method.FLAT.value,
    "等本等息": Method.FLAT.value,
}
_DAY_COUNTS = {count.value: count.value for count in DayCount}

COLUMNS = (
    CONTRACT_NO,
    replace(CUSTOMER_NO, help=_("The borrower, imported before with the parties.")),
    Column(
        name="product",
        label=_("product"),
        parse=cells.text,
        limit=40,
        synonyms=("product code", "产品", "产品代码", "产品编号"),
        help=_("May be missing where the portfolio has one product, or the option names it."),
    ),
    Column(
        name="started_on",
        label=_("paid out on"),
        parse=cells.day,
        required=True,
        synonyms=(
            "start date",
            "disbursement date",
            "funded on",
            "origination date",
            "放款日期",
            "放款日",
            "起息日",
            "合同起始日",
        ),
        example="2025-01-15",
    ),
    Column(
        name="principal_amount",
        label=_("amount financed"),
        parse=cells.positive_money,
        required=True,
        is_money=True,
        synonyms=(
            "principal",
            "loan amount",
            "amount financed",
            "贷款金额",
            "合同金额",
            "放款金额",
            "借款金额",
        ),
        example="98400.00",
    ),
    Column(
        name="currency",
        label=_("currency"),
        parse=cells.text,
        limit=10,
        synonyms=("ccy", "币种"),
        help=_("Only compared with the portfolio's."),
    ),
    Column(
        name="region",
        label=_("region"),
        parse=cells.text,
        limit=40,
        synonyms=("state", "province", "省份", "地区"),
    ),
    Column(
        name="annual_rate",
        label=_("annual rate"),
        parse=cells.rate,
        synonyms=("apr", "interest rate", "rate", "年利率", "利率"),
        help=_(
            "As a fraction or with a percent sign. With periods and first due date it makes terms."
        ),
        example="0.0890",
    ),
    Column(
        name="periods",
        label=_("instalments"),
        parse=cells.whole_number,
        synonyms=("term", "term months", "number of instalments", "期限", "总期数", "贷款期数"),
        example="36",
    ),
    Column(
        name="first_due_on",
        label=_("first due date"),
        parse=cells.day,
        synonyms=("first payment date", "first due", "首次还款日", "首期还款日", "首个还款日"),
        example="2025-02-15",
    ),
    Column(
        name="method",
        label=_("method"),
        parse=cells.choice,
        choices=_METHODS,
        synonyms=("repayment method", "还款方式"),
    ),
    Column(
        name="day_count",
        label=_("day count"),
        parse=cells.choice,
        choices=_DAY_COUNTS,
        synonyms=("daycount", "计息方式", "计息基础"),
    ),
    Column(
        name="instalment_amount",
        label=_("stated instalment"),
        parse=cells.positive_money,
        is_money=True,
        synonyms=("instalment", "installment", "monthly payment", "月供", "月还款额", "每期还款额"),
    ),
    Column(
        name="down_payment_amount",
        label=_("down payment"),
        parse=cells.money,
        is_money=True,
        synonyms=("down payment", "首付", "首付款"),
        help=_("Part of the amount financed that is due on the day of payout."),
    ),
    Column(
        name="balloon_amount",
        label=_("balloon"),
        parse=cells.money,
        is_money=True,
        synonyms=("balloon", "residual", "尾款", "尾付"),
    ),
)

OPTIONS = (
    Option(
        name="product",
        parse=str,
        default="",
        help=_("Code of the product of every loan that does not name one."),
    ),
)

_TERMS = ("annual_rate", "periods", "first_due_on")


def terms_of(values: Values) -> Terms | None:
    """Returns the terms a row gives, None where it has none. Raises `ImpossibleTerms`."""
    if all(values[name] is None for name in _TERMS):
        return None
    return Terms(
        principal=values["principal_amount"],
        periods=values["periods"],
        start_on=values["started_on"],
        first_due_on=values["first_due_on"],
        annual_rate=values["annual_rate"],
        method=Method(values["method"] or Method.ANNUITY),
        day_count=DayCount(values["day_count"] or DayCount.EQUAL_PERIODS),
        instalment=values["instalment_amount"],
        down_payment=values["down_payment_amount"] or Decimal(0),
        balloon=values["balloon_amount"] or Decimal(0),
    )


def products_for(context: Context) -> dict[str, Product]:
    """Returns the products of the portfolio by code, looked up once in a run."""
    if "products" not in context.memory:
        context.memory["products"] = products_of(context.portfolio)
    found: dict[str, Product] = context.memory["products"]
    return found


def product_code(context: Context, values: Values) -> str:
    """Returns the code of a row's product: its own, the option's, or the portfolio's only one."""
    products = products_for(context)
    only = next(iter(products)) if len(products) == 1 else ""
    code: str = values["product"] or context.options["product"] or only
    return code if code in products else ""


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    contract_nos = [group.key for group in groups]
    known = known_loans(portfolio=context.portfolio, contract_nos=contract_nos)
    borrowers = borrowers_of(portfolio=context.portfolio, contract_nos=list(known))
    customers = known_customers(
        portfolio=context.portfolio,
        customer_nos=[row.values["customer_no"] for group in groups for row in group.rows],
    )
    for group in groups:
        for row in group.rows:
            customer_no = row.values["customer_no"]
            if customer_no not in customers:
                yield RowProblem(row.number, Problem("customer_no", "unknown_customer"))
            yield from _check_row(context, row)
            if group.key in known:
                yield from _same_contract(row, known[group.key], borrowers.get(group.key))


def _check_row(context: Context, row: ReadRow) -> Iterator[RowProblem]:
    values = row.values
    if not product_code(context, values):
        code = values["product"] or context.options["product"] or "-"
        yield RowProblem(row.number, Problem("product", "unknown_product", {"code": code}))
    if is_too_far_ahead(context, values["started_on"]):
        yield RowProblem(
            row.number, Problem("started_on", "in_future", {"latest": context.latest_value_on})
        )
    currency = values["currency"]
    if currency is not None and _currency(currency) != context.portfolio.currency:
        yield RowProblem(
            row.number,
            Problem("currency", "currency_mismatch", {"expected": context.portfolio.currency}),
        )
    given = [name for name in _TERMS if values[name] is not None]
    if 0 < len(given) < len(_TERMS):
        missing = next(name for name in _TERMS if values[name] is None)
        yield RowProblem(row.number, Problem(missing, "terms_incomplete"))
    elif given:
        try:
            terms = terms_of(values)
            assert terms is not None
            if make_even_schedule(terms) is None:
                make_schedule(terms)
        except ImpossibleTerms as error:
            yield RowProblem(
                row.number, Problem("periods", "terms_impossible", {"why": str(error)})
            )


_CURRENCY_WORDS = {"RMB": "CNY", "人民币": "CNY", "¥": "CNY", "US$": "USD", "美元": "USD"}


def _currency(word: str) -> str:
    return _CURRENCY_WORDS.get(word.upper(), word.upper())


def _same_contract(row: ReadRow, known: KnownLoan, borrower: str | None) -> Iterator[RowProblem]:
    """A contract that is here already must come with what was signed, by the same person."""
    if borrower is not None and borrower != row.values["customer_no"]:
        yield RowProblem(
            row.number, Problem("customer_no", "second_borrower", {"customer": borrower})
        )
    for name in ("started_on", "principal_amount"):
        stored = getattr(known, name)
        if row.values[name] != stored:
            yield RowProblem(
                row.number, Problem(name, "contract_differs", {"field": name, "known": stored})
            )


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    """Opens the loans that are not here yet; those that are here were found the same."""
    known = known_loans(portfolio=context.portfolio, contract_nos=[group.key for group in groups])
    fresh = [group.first.values for group in groups if group.key not in known]
    customers = known_customers(
        portfolio=context.portfolio, customer_nos=[values["customer_no"] for values in fresh]
    )
    products = products_for(context)
    rows = [
        LoanRow(
            contract_no=values["contract_no"],
            product=products[product_code(context, values)],
            started_on=values["started_on"],
            principal_amount=values["principal_amount"],
            parties=(SignatoryRow(party_id=customers[values["customer_no"]]),),
            terms=terms_of(values),
            region=values["region"] or "",
        )
        for values in fresh
    ]
    opened = open_loans(
        portfolio=context.portfolio,
        rows=rows,
        by=context.by,
        batch=context.batch,
        refresh=not context.new_loans_wait,
    )
    return Counts(created=len(opened), unchanged=len(groups) - len(opened))


KIND = Kind(
    code="loans",
    label=_("Loans"),
    columns=COLUMNS,
    group_of=by_contract,
    unique=("contract_no",),
    check=_check,
    load=_load,
    order=20,
    options=OPTIONS,
)
