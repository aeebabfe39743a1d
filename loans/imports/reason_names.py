"""Short names of what can be wrong with a row, for counting them by reason."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAMES: Final[dict[str, str | Promise]] = {
    "missing": _("Value missing"),
    "not_money": _("Not an amount"),
    "not_number": _("Not a number"),
    "not_rate": _("Not a rate"),
    "rate_too_high": _("Rate too high"),
    "too_precise": _("Too many decimals"),
    "amount_too_large": _("Amount too large"),
    "negative": _("Below zero"),
    "not_positive": _("Not above zero"),
    "not_date": _("Not a date"),
    "not_month": _("Not a month"),
    "ambiguous_date": _("Day or month first?"),
    "serial_date": _("Spreadsheet day number"),
    "date_out_of_range": _("Year out of range"),
    "not_choice": _("Word not known"),
    "not_flag": _("Not yes or no"),
    "too_long": _("Too long"),
    "lost_digits": _("Digits lost by a spreadsheet"),
    "formula": _("Formula, not a value"),
    "cell_error": _("Spreadsheet error"),
    "control_character": _("Unprintable character"),
    "card_number": _("Card number"),
    "bad_phone": _("Phone number not valid"),
    "bad_email": _("E-mail not valid"),
    "bad_id": _("Id number not valid"),
    "bad_id_length": _("Id number too short or long"),
    "bad_id_check_digit": _("Check digit does not fit"),
    "bad_birthday": _("Date of birth not possible"),
    "person_differs": _("Two rows, two persons"),
    "too_many_cells": _("More cells than headers"),
    "duplicate": _("Appears twice"),
    "duplicate_differs": _("Appears twice, differently"),
    "too_many_for_one": _("Too many rows of one"),
    "group_bad": _("Another row of the contract"),
    "not_time": _("Not a time of day"),
    "ends_before_start": _("Ends before it starts"),
    "not_a_party": _("No party of the contract"),
    "unknown_contract": _("Contract unknown"),
    "unknown_customer": _("Customer unknown"),
    "unknown_product": _("Product unknown"),
    "contract_differs": _("Contract says otherwise"),
    "currency_mismatch": _("Other currency"),
    "second_borrower": _("Second borrower"),
    "schedule_sum": _("Principal does not add up"),
    "schedule_order": _("Due dates out of order"),
    "instalment_empty": _("Empty instalment"),
    "terms_incomplete": _("Terms incomplete"),
    "terms_impossible": _("Terms impossible"),
    "maturity_before_first": _("Matures before first payment"),
    "before_start": _("Before the payout"),
    "in_future": _("Too far ahead"),
    "reference_differs": _("Reference known otherwise"),
    "statement_differs": _("Stated otherwise before"),
    "oldest_after": _("Oldest date after the statement"),
    "overdue_without_date": _("Arrears without a date"),
    "arrears_sum": _("Arrears do not add up"),
}


def reason_name(code: str) -> str:
    """Returns the short name of a code; the code itself, readably, where it has none."""
    return str(_NAMES.get(code) or code.replace("_", " "))
