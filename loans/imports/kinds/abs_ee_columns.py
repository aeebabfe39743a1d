"""Columns of a flattened asset-level filing (SEC form ABS-EE, exhibit 102, Schedule AL item 3)."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from loans.imports import cells
from loans.imports.columns import Column, Reading

_MONTH_FIRST = re.compile(r"^(\d{2})-(\d{2})-(\d{4})$")
_CONDITIONS = {"1": "new", "2": "used"}


def filing_day(cell: str, column: Column, reading: Reading) -> date:
    """A day as filings write it: 07-31-2020 is always 31 July."""
    if found := _MONTH_FIRST.match(cell):
        cell = f"{found[3]}-{found[1]}-{found[2]}"
    return cells.day(cell, column, reading)


cells.RESTORERS[filing_day] = date.fromisoformat

COLUMNS = (
    Column(
        name="asset_number",
        label=_("asset number"),
        parse=cells.identifier,
        required=True,
        limit=50,
        refuses_cards=False,  # numbers of assets, of any length and prefix
        synonyms=("assetNumber",),
        example="0001694010 - 029137",
    ),
    Column(
        name="period_end",
        label=_("end of the reporting period"),
        parse=filing_day,
        required=True,
        synonyms=("reportingPeriodEndingDate",),
        example="07-31-2020",
    ),
    Column(
        name="originated_in",
        label=_("origination"),
        parse=cells.month,
        required=True,
        synonyms=("originationDate",),
        example="08/2019",
    ),
    Column(
        name="original_amount",
        label=_("original loan amount"),
        parse=cells.positive_money,
        required=True,
        synonyms=("originalLoanAmount",),
    ),
    Column(
        name="original_term",
        label=_("original term, months"),
        parse=cells.whole_number,
        synonyms=("originalLoanTerm",),
    ),
    Column(
        name="matures_in",
        label=_("maturity"),
        parse=cells.month,
        required=True,
        synonyms=("loanMaturityDate",),
    ),
    Column(
        name="annual_rate",
        label=_("interest rate"),
        parse=cells.rate,
        required=True,
        synonyms=("originalInterestRatePercentage",),
    ),
    Column(
        name="first_payment_in",
        label=_("first payment"),
        parse=cells.month,
        required=True,
        synonyms=("originalFirstPaymentDate",),
    ),
    Column(
        name="scheduled_payment",
        label=_("scheduled payment"),
        parse=cells.money,
        synonyms=("reportingPeriodScheduledPaymentAmount",),
    ),
    Column(
        name="end_balance",
        label=_("balance at the end of the period"),
        parse=cells.money,
        is_money=True,
        synonyms=("reportingPeriodActualEndBalanceAmount",),
    ),
    Column(
        name="paid",
        label=_("paid in the period"),
        parse=cells.signed_money,
        is_money=True,
        synonyms=("totalActualAmountPaid",),
    ),
    Column(
        name="other_collected",
        label=_("fees in what was paid"),
        parse=cells.signed_money,
        synonyms=("actualOtherCollectedAmount",),
        help=_("Left out of the payment where the books are kept here: no fee is ever stated."),
    ),
    Column(
        name="days_past_due",
        label=_("days past due"),
        parse=cells.whole_number,
        synonyms=("currentDelinquencyStatus",),
    ),
    Column(
        name="interest_paid_through",
        label=_("interest paid through"),
        parse=filing_day,
        synonyms=("interestPaidThroughDate",),
    ),
    Column(
        name="extended_by",
        label=_("extended by months"),
        parse=cells.text,
        limit=8,
        synonyms=("paymentExtendedNumber",),
    ),
    Column(
        name="zero_balance_code",
        label=_("zero balance code"),
        parse=cells.text,
        limit=20,
        synonyms=("zeroBalanceCode",),
        help=_("1 prepaid or matured, 3 repurchased, 4 charged off"),
    ),
    Column(
        name="charged_off",
        label=_("principal charged off"),
        parse=cells.signed_money,
        is_money=True,
        synonyms=("chargedoffPrincipalAmount",),
    ),
    Column(
        name="is_repossessed",
        label=_("repossessed"),
        parse=cells.flag,
        synonyms=("repossessedIndicator",),
    ),
    Column(
        name="state",
        label=_("state"),
        parse=cells.text,
        limit=40,
        synonyms=("obligorGeographicLocation",),
    ),
    Column(
        name="credit_score",
        label=_("credit score"),
        parse=cells.text,
        limit=20,
        synonyms=("obligorCreditScore",),
    ),
    Column(
        name="has_co_obligor",
        label=_("co-obligor"),
        parse=cells.flag,
        synonyms=("coObligorIndicator",),
    ),
    Column(
        name="originator",
        label=_("originator"),
        parse=cells.text,
        limit=80,
        synonyms=("originatorName",),
    ),
    Column(
        name="make",
        label=_("make"),
        parse=cells.text,
        limit=60,
        synonyms=("vehicleManufacturerName",),
    ),
    Column(
        name="model", label=_("model"), parse=cells.text, limit=80, synonyms=("vehicleModelName",)
    ),
    Column(
        name="condition",
        label=_("condition"),
        parse=cells.choice,
        choices=_CONDITIONS,
        synonyms=("vehicleNewUsedCode",),
    ),
    Column(
        name="model_year",
        label=_("model year"),
        parse=cells.whole_number,
        synonyms=("vehicleModelYear",),
    ),
    Column(
        name="vehicle_value",
        label=_("vehicle value"),
        parse=cells.money,
        synonyms=("vehicleValueAmount",),
    ),
)
