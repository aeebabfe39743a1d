"""Loads plain loans: many at a time, as text, in two queries and one for the conventions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection

from loans.contracts.models import Schedule
from loans.delinquency.loading import FACT_MODELS
from loans.delinquency.plain import Money, PlainLoan, project_plain
from loans.delinquency.plain_rules import PlainRules, rules_of
from loans.delinquency.projection import Projection
from loans.portfolios.queries import conventions_by_product
from loans.repayments.models import Repayment

#: Facts that make a loan one for the general replay: all others, also those that are yet to come.
_OTHER_FACTS: Final = tuple(
    model._meta.db_table for model in FACT_MODELS if model not in (Schedule, Repayment)
)
_ARRAYS: Final = ("numbers", "from_dates", "due_dates", "principals", "interests", "fees")
# Written so that every table is asked loan by loan, through its index: the planner, who knows
# nothing of tables that were filled a moment ago, would read them whole for each few hundred loans.
_NO_OTHER_FACT: Final = " ".join(
    f"AND (SELECT fact.id FROM {table} AS fact"  # noqa: S608 - names of our own tables
    " WHERE fact.loan_id = loan.id LIMIT 1) IS NULL"
    for table in _OTHER_FACTS
)
_LOANS: Final = f"""
    SELECT asked.at, loan.id, loan.portfolio_id, loan.product_id, loan.started_on::text,
        books.business_date, plan.value_on, plan.starts_with_down_payment,
        {", ".join(f"trim(BOTH '{{}}' FROM plan.{name}::text)" for name in _ARRAYS)}
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (loan_id, at)
    CROSS JOIN LATERAL (
        SELECT * FROM loans_loan AS one
        WHERE one.id = asked.loan_id AND one.withdrawn_at IS NULL OFFSET 0
    ) AS loan
    JOIN loans_portfolio AS books ON books.id = loan.portfolio_id
    CROSS JOIN LATERAL (
        SELECT * FROM loans_schedule AS one WHERE one.loan_id = loan.id LIMIT 2
    ) AS plan
    WHERE (
        SELECT other.id FROM loans_schedule AS other
        WHERE other.loan_id = loan.id AND other.id <> plan.id LIMIT 1
    ) IS NULL
    {_NO_OTHER_FACT}
"""  # noqa: S608 - the names are constants of this module
_REPAYMENTS: Final = """
    SELECT asked.at, (money.state = 'settled' AND money.kind = 'regular'), money.value_on::text,
        length(money.external_ref), money.external_ref, (money.amount * 100)::bigint, money.id
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (loan_id, at)
    CROSS JOIN LATERAL (
        SELECT * FROM loans_repayment AS one WHERE one.loan_id = asked.loan_id OFFSET 0
    ) AS money
"""


def plain_projections(
    loan_ids: Collection[UUID], *, as_of: dt.date | None = None
) -> dict[UUID, Projection]:
    """Returns what is to be stored for those of the loans that are plain, by loan id.

    Arguments: as_of, the business date to age to; None is the portfolio's own. The loans are
    locked by the caller. Loans left out are for the general replay.
    """
    asked = "{" + ",".join(map(str, loan_ids)) + "}"
    with connection.cursor() as cursor:
        cursor.execute(_LOANS, [asked])
        loans = cursor.fetchall()
        cursor.execute(_REPAYMENTS, [asked])
        received: dict[int, list[Money]] = {}
        others: set[int] = set()
        for at, is_plain, *money in cursor:
            if is_plain:
                received.setdefault(at, []).append(tuple(money))
            else:
                others.add(at)
    conventions = conventions_by_product({row[3] for row in loans})
    rules = {product: rules_of(each) for product, each in conventions.items()}
    found = {}
    for at, loan_id, portfolio_id, product_id, started_on, books_on, stated_on, *plan in loans:
        rule: PlainRules | None = rules[product_id]
        day = as_of or books_on
        if rule is None or at in others or stated_on > day:
            continue
        starts_with_down_payment, *arrays = plan
        loan = PlainLoan(
            loan_id=loan_id,
            portfolio_id=portfolio_id,
            started_on=started_on,
            as_of=day,
            starts_with_down_payment=starts_with_down_payment,
            repayments=received.get(at, []),
            **{name: text.split(",") for name, text in zip(_ARRAYS, arrays, strict=True)},
        )
        projection = project_plain(loan, rule)
        if projection is not None:
            found[loan_id] = projection
    return found
