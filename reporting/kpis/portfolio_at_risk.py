"""PAR(n)."""

from __future__ import annotations

from decimal import Decimal

from reporting.kpis.shares import share


def portfolio_at_risk(*, past_principal: Decimal, principal: Decimal) -> Decimal | None:
    """Returns PAR(n) = outstanding principal of loans with DPD > n / total outstanding principal.

    The whole principal of such a loan is at risk, not only its late part. Arguments: principal
    outstanding of loans more than n days past due, and of all loans that are neither paid off nor
    written off, both at one business date and in one currency. Source: glossary, PAR.
    """
    return share(part=past_principal, whole=principal)
