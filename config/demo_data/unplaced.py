"""Money that came in and that nobody could place at first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Final

from core.audit import SYSTEM, Actor
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from loans.repayments.models import SuspenseItem
from loans.repayments.suspense import hold_in_suspense, place_suspense, send_back_suspense

#: What the payer wrote and why that did not say which loan, in Chinese and in English.
_TEXTS: Final = (
    (("车贷 王", "付款人姓名有多位同名客户"), ("car payment", "No contract number given")),
    (("还款 合同尾号8812", "无此合同尾号"), ("LA 0882 thanks", "No such contract")),
    (("代儿子还车贷", "付款人非本人，未注明合同"), ("for my son's truck", "Payer is no party")),
    (("转账", "未填写附言"), ("transfer", "No text")),
)
_WAITING: Final = 5
_PLACED: Final = 2


def hold_money(*, portfolio: Portfolio, seed: int, by: Actor) -> int:
    """Holds some money in suspense; two items were placed since, one was sent back.

    Returns how many items there are.
    """
    rng = Random(f"{seed}/{portfolio.code}/suspense")
    items = [_hold(portfolio, rng, at) for at in range(_WAITING + _PLACED + 1)]
    # Money for a loan that is late: it counts at once and may end the case.
    late = Loan.objects.filter(portfolio=portfolio, position__overdue_amount__gt=0)
    for item, loan in zip(items, late.order_by("contract_no")[:_PLACED], strict=False):
        place_suspense(item=item, loan=loan, by=by)
    reason = "付款人申请退回" if portfolio.country == "CN" else "Payer asked for it back"
    send_back_suspense(item=items[_PLACED], by=by, reason=reason)
    return len(items)


def _hold(portfolio: Portfolio, rng: Random, at: int) -> SuspenseItem:
    is_chinese = portfolio.country == "CN"
    text, reason = _TEXTS[at % len(_TEXTS)][0 if is_chinese else 1]
    return hold_in_suspense(
        portfolio=portfolio,
        amount=Decimal(rng.randrange(180, 4200 if is_chinese else 900)).quantize(Decimal("0.01")),
        value_on=portfolio.business_date - dt.timedelta(days=rng.randrange(1, 20)),
        external_ref=f"S{portfolio.business_date:%y%m%d}{at:03d}",
        reason=reason,
        by=SYSTEM,
        payer_text=text,
        method="银行转账" if is_chinese else "check",
    )
