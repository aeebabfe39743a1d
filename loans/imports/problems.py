"""What can be wrong with a row or a file, each with the sentence that says what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one row: our column, the code of the sentence, and what fills it in."""

    column: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class ImportRefused(Exception):
    """The file as a whole cannot be taken. `code` for programs, the sentence for people."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(sentence(code, params))


#: Sentences for single cells and rows.
_ROW: dict[str, Sentence] = {
    "missing": _("This value is required. Fill it in."),
    "not_money": _("This is not an amount. Write digits with a decimal point, e.g. 1234.50."),
    "not_number": _("This is not a number. Write digits only."),
    "not_rate": _("This is not a rate. Write a fraction (0.185) or a percentage (18.5%%)."),
    "rate_too_high": _(
        "A rate of %(value)s a year is above 1000 %%. Write 18.5 %% as 0.185 or 18.5%%."
    ),
    "too_precise": _("The amount has more than %(digits)s decimals. Round it to what is owed."),
    "amount_too_large": _("The amount has more than twelve digits. Check the decimal point."),
    "negative": _("Must be 0 or more. Send money given back as a refund, not as a minus."),
    "not_positive": _("Must be more than 0."),
    "not_date": _("This is not a date. Write it as 2026-11-23."),
    "not_month": _("This is not a month. Write it as mm/yyyy."),
    "ambiguous_date": _(
        "Day or month first? Choose the order of dates in the mapping, or write 2026-11-23."
    ),
    "serial_date": _("A spreadsheet's day number. Format the column as a date and save again."),
    "date_out_of_range": _("The year must lie between 1980 and 2100."),
    "not_choice": _("Not known here. Use one of: %(choices)s."),
    "not_flag": _("Write yes or no."),
    "too_long": _("Longer than %(limit)s characters. Shorten it."),
    "lost_digits": _(
        "Lost digits: a spreadsheet rounded this number. Format the column as text and fill it "
        "in again from the source."
    ),
    "formula": _("A formula, not a value. Copy the column and paste it as values."),
    "cell_error": _("The spreadsheet shows an error in this cell. Correct it there."),
    "control_character": _("Holds a character that cannot be shown. Remove it."),
    "card_number": _("Looks like a payment card number. Card numbers are never stored; remove it."),
    "bad_phone": _(
        "Not a valid phone number in %(region)s. Write it with its country code, e.g. +86."
    ),
    "bad_email": _("Not a valid e-mail address."),
    "bad_id": _("An id number has 4 to 30 letters and digits."),
    "bad_id_length": _("A resident id has 18 characters. Take it from the second-generation card."),
    "bad_id_check_digit": _(
        "The check digit of this resident id does not fit. Compare it with the card; if it ends in "
        "000, a spreadsheet has cut it: format the column as text."
    ),
    "bad_birthday": _("A date of birth lies between 1900 and today."),
    "person_differs": _(
        "The customer number stands for two people: %(what)s differs between rows %(first)s and "
        "%(second)s. Give each their own number."
    ),
    "bad_vin": _("A VIN has 17 letters and digits, never I, O or Q."),
    "bad_vin_check_digit": _("The ninth character of the VIN does not fit the others. Check it."),
    "not_country": _("A country has two letters, e.g. CN or US."),
    "too_many_cells": _(
        "The row has more cells than the header. Quote text that holds the delimiter."
    ),
    "duplicate": _("%(what)s appears twice (rows %(first)s and %(second)s). Keep one."),
    "duplicate_differs": _(
        "%(what)s appears in rows %(first)s and %(second)s with different values. Keep one."
    ),
    "too_many_for_one": _("%(what)s has more than %(limit)s rows. Check the column it is in."),
    "group_bad": _("Another row of the same contract has an error. Correct that one."),
    "not_time": _("Must be a time of day such as 14:30."),
    "ends_before_start": _("Must lie after the day it starts from."),
    "not_a_party": _("The person is no party of this contract. Check both numbers."),
    "unknown_contract": _("No loan has this contract number. Import the loans first."),
    "unknown_customer": _("No party has this customer number. Import the parties first."),
    "unknown_product": _("The portfolio has no product %(code)s. Set it up, or correct the code."),
    "contract_differs": _(
        "The contract is already here with another %(field)s (%(known)s). A signed contract does "
        "not change: correct the file, or enter a reschedule."
    ),
    "currency_mismatch": _("The portfolio is in %(expected)s. Import other currencies elsewhere."),
    "second_borrower": _("The loan already has the borrower %(customer)s. One borrower per loan."),
    "schedule_sum": _("The principal parts add up to %(sum)s, the loan was for %(principal)s."),
    "schedule_order": _("Due dates must rise with the instalment number."),
    "instalment_empty": _("An instalment needs principal, interest or a fee."),
    "terms_incomplete": _("Terms need rate, number of instalments and first due date together."),
    "terms_impossible": _("No schedule fits these terms: %(why)s"),
    "maturity_before_first": _("The loan matures before its first payment. Check both months."),
    "before_start": _("Lies before the loan was paid out (%(start)s)."),
    "in_future": _("Lies after %(latest)s, further ahead than the books may be. Correct the date."),
    "reference_differs": _(
        "Reference %(reference)s is already here with %(known)s. A correction is a reversal and a "
        "new repayment with a reference of its own."
    ),
    "statement_differs": _(
        "This day is already stated with another %(field)s (%(known)s). Send a correction under a "
        "reference of its own."
    ),
    "oldest_after": _("The oldest unpaid due date lies after the day of the statement."),
    "overdue_without_date": _("Arrears need the oldest unpaid due date or the days past due."),
    "arrears_sum": _("The parts of the arrears add up to %(sum)s, not to %(total)s."),
}

#: Sentences for a file as a whole.
_FILE: dict[str, Sentence] = {
    "no_file": _("There is no file %(name)s."),
    "empty_file": _("The file is empty."),
    "file_too_large": _("The file has %(size)s MB; at most %(limit)s MB are taken. Split it."),
    "too_many_rows": _("The file has more than %(limit)s rows. Split it."),
    "too_many_columns": _(
        "Row %(row)s has %(count)s columns; at most %(limit)s are taken. Check the delimiter, or "
        "delete the columns that are not needed."
    ),
    "wrong_extension": _(
        "The file is named %(extension)s but holds %(content)s. Save it again in its own format."
    ),
    "old_excel": _("An old .xls file or one with a password. Save it as .xlsx without a password."),
    "macros": _("The workbook holds macros. Save it as .xlsx without macros."),
    "not_a_workbook": _("The workbook is damaged: %(why)s. Open it and save it again."),
    "zip_bomb": _("The workbook unpacks to far more than it should (%(why)s). It was not opened."),
    "no_sheet": _("There is no sheet %(name)s; the workbook has: %(sheets)s."),
    "binary": _("The file is neither text nor a workbook. Save it as CSV or .xlsx."),
    "nul_bytes": _(
        "Row %(row)s holds a NUL byte: a damaged file, or UTF-16 without its mark. Save as UTF-8."
    ),
    "bad_encoding": _(
        "Row %(row)s is neither UTF-8 nor GB18030. Save the file as UTF-8, or name its encoding "
        "in the mapping."
    ),
    "unknown_encoding": _("The encoding %(name)s is not known. Use one of: %(known)s."),
    "broken_csv": _("Row %(row)s cannot be read: %(why)s. Check the quotation marks."),
    "no_header": _(
        "No header row found in the first %(rows)s rows. The first row must name the columns; "
        "missing: %(missing)s."
    ),
    "missing_columns": _("Columns are missing: %(missing)s. Add them, or map their headers."),
    "duplicate_headers": _("Two headers mean the column %(column)s: %(headers)s. Map one of them."),
    "unknown_columns": _("The mapping names columns this kind does not have: %(columns)s."),
    "no_rows": _("The file has a header and no rows."),
    "unknown_kind": _("There is no kind %(kind)s. Use one of: %(known)s."),
    "unknown_mapping": _("There is no mapping %(name)s for %(kind)s. There are: %(known)s."),
    "unknown_option": _("%(kind)s has no option %(name)s. It has: %(known)s."),
    "bad_option": _("The option %(name)s cannot be %(value)s. %(help)s"),
    "rows_differ": _("You expected %(expected)s rows; the file has %(found)s. Nothing was loaded."),
    "sum_differs": _(
        "You expected %(column)s to add up to %(expected)s; the file adds up to %(found)s. "
        "Nothing was loaded."
    ),
    "no_such_total": _("%(column)s is not a money column. Totals are kept of: %(known)s."),
    "rows_bad": _("%(bad)s of %(rows)s rows have errors. Nothing was loaded."),
    "no_good_rows": _("No row is without errors. Nothing was loaded."),
    "older_file": _(
        "The file is complete through %(through)s; %(feed)s is already known through %(known)s. "
        "An older file does not replace newer data."
    ),
    "import_running": _(
        "Another import into %(portfolio)s is running. Try again when it has ended."
    ),
    "nothing_to_import": _("No file in %(name)s is named after a kind: %(known)s."),
}

SENTENCES: dict[str, Sentence] = _ROW | _FILE


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """Returns the sentence of a code in the active language, filled in.

    Raises LookupError for a code without one: every refusal says what to do.
    """
    try:
        template = str(SENTENCES[code])
    except KeyError:
        raise LookupError(f"Code {code!r} has no sentence; add it to problems.py.") from None
    return template % params


def add_sentences(sentences: Mapping[str, Sentence]) -> None:
    """Adds the sentences of a kind that another app brings along."""
    SENTENCES.update(sentences)
