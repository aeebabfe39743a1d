"""Every number of the dashboards: what it is, from what it is summed, which rows it opens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reporting.rollups.models import EventKind


class Table(StrEnum):
    """Which read model a measure belongs to."""

    BOOK = "book"
    EVENT = "event"
    ROLL = "roll"


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number. `total` names the column of the rollup; `line` that of the row behind it."""

    code: str
    title: str | Promise
    formula: str | Promise
    table: Table
    unit: Unit = Unit.COUNT
    total: str = "event_count"
    line: str = ""
    kind: str = ""
    marks: tuple[str, ...] = ()


#: Of promises taken those that were made: a slip carries its own mark.
_TAKEN: Final = ("",)


def _book(
    code: str, title: str | Promise, formula: str | Promise, total: str, line: str = ""
) -> Measure:
    unit = Unit.MONEY if line else Unit.COUNT
    return Measure(code, title, formula, Table.BOOK, unit, total, line)


def _event(
    code: str,
    title: str | Promise,
    formula: str | Promise,
    kind: EventKind,
    marks: tuple[str, ...] = (),
    *,
    money: bool = False,
) -> Measure:
    total, line = ("amount", "amount") if money else ("event_count", "")
    unit = Unit.MONEY if money else Unit.COUNT
    return Measure(code, title, formula, Table.EVENT, unit, total, line, kind.value, marks)


_ALL: Final = (
    _book(
        "loans",
        _("Loans"),
        _("Loans that are neither paid off nor written off, at the close."),
        "loan_count",
    ),
    _book(
        "past_due",
        _("Past due"),
        _("Sum of what is open of instalments past their due day, all parts, at the close."),
        "overdue_amount",
        "overdue_amount",
    ),
    _book(
        "principal",
        _("Outstanding principal"),
        _("Sum of principal not paid yet, of loans neither paid off nor written off."),
        "principal_amount",
        "principal_amount",
    ),
    _book(
        "past_30",
        _("Principal more than 30 days past due"),
        _(
            "PAR(30) = outstanding principal of loans with more than 30 days past due / total "
            "outstanding principal. The whole loan counts, not only its late part."
        ),
        "past_30_principal",
        "principal_amount",
    ),
    _book(
        "cases",
        _("Cases held"),
        _("Open cases at the close, by the agent who held them then."),
        "case_count",
    ),
    _book(
        "worked",
        _("Cases logged"),
        _("Logging rate = cases with at least one logged action since they opened / cases held."),
        "worked_count",
    ),
    _book(
        "unlogged",
        _("Unlogged cases"),
        _("Cases held without any logged action since they opened."),
        "unlogged_count",
    ),
    _event(
        "collected",
        _("Collected"),
        _(
            "Money with its value date in the period, settled and pending, not returned. Credited "
            "to the agent who held the case at the end of the value date, as known on receipt."
        ),
        EventKind.MONEY,
        ("settled", "pending"),
        money=True,
    ),
    _event(
        "settled",
        _("Settled"),
        _("The part of what was collected that has settled."),
        EventKind.MONEY,
        ("settled",),
        money=True,
    ),
    _event(
        "pending",
        _("Pending"),
        _("The part of what was collected that still waits for settlement."),
        EventKind.MONEY,
        ("pending",),
        money=True,
    ),
    _event(
        "returned",
        _("Returned"),
        _("Money with its value date in the period that the bank returned or that was reversed."),
        EventKind.MONEY,
        ("returned",),
        money=True,
    ),
    _event(
        "due",
        _("Fell due"),
        _(
            "Instalments due in the period as the books stood the evening before: what was paid "
            "ahead is no part of it."
        ),
        EventKind.DUE,
        money=True,
    ),
    _event(
        "fell_due",
        _("Accounts that fell due"),
        _("Accounts with an instalment due in the period whose outcome is known."),
        EventKind.DUE,
        ("met", "late", "behind"),
    ),
    _event(
        "became_late",
        _("Became late on day 1"),
        _(
            "Entry rate = accounts that became overdue on day 1 / accounts due that day, over the "
            "days of the period whose outcome is known."
        ),
        EventKind.DUE,
        ("late",),
    ),
    _event(
        "entries",
        _("Newly past due"),
        _("Loans that left the current bucket for a later one at a close of the period."),
        EventKind.MOVE,
        ("entry",),
    ),
    _event(
        "cures",
        _("Cured"),
        _("Loans that came back to current at a close of the period."),
        EventKind.MOVE,
        ("cure",),
    ),
    _event(
        "forward",
        _("Rolled forward"),
        _("Loans past due that went on to a later bucket at a close of the period."),
        EventKind.MOVE,
        ("forward",),
    ),
    _event(
        "back",
        _("Rolled back"),
        _("Loans that came to an earlier bucket, but not to current, at a close of the period."),
        EventKind.MOVE,
        ("back",),
    ),
    _event(
        "paid_off",
        _("Paid off"),
        _("Loans that were paid off at a close of the period."),
        EventKind.MOVE,
        ("paid_off",),
    ),
    _event(
        "written_off",
        _("Written off"),
        _("Loans that were written off at a close of the period."),
        EventKind.MOVE,
        ("written_off",),
    ),
    _event(
        "attempts",
        _("Attempts"),
        _("Calls, messages and visits made to people, by who made them."),
        EventKind.ATTEMPT,
        ("missing", "none", "connect", "rpc"),
    ),
    _event(
        "connects",
        _("Connects"),
        _("Attempts that a human answered. Connect rate = connects / attempts."),
        EventKind.ATTEMPT,
        ("connect", "rpc"),
    ),
    _event(
        "right_party",
        _("Right-party contacts"),
        _(
            "Connects with the borrower or somebody who may speak for them. RPC rate per connect "
            "= right-party contacts / connects."
        ),
        EventKind.ATTEMPT,
        ("rpc",),
    ),
    _event(
        "no_outcome",
        _("Outcome missing"),
        _("Attempts that were started and never said how they ended."),
        EventKind.ATTEMPT,
        ("missing",),
    ),
    _event(
        "inbound",
        _("Contacts by people"),
        _("People who called, wrote or came by themselves."),
        EventKind.INBOUND,
        ("missing", "none", "connect", "rpc"),
    ),
    _event(
        "inbound_right_party",
        _("Right-party contacts by people"),
        _("Contacts by people who were the borrower or may speak for them."),
        EventKind.INBOUND,
        ("rpc",),
    ),
    _event(
        "promises",
        _("Promises taken"),
        _(
            "Promises to pay made in the period. PTP rate = promises taken / right-party contacts, "
            "also of people who called us. One taken back at once with its entry was none."
        ),
        EventKind.PROMISE_TAKEN,
        _TAKEN,
    ),
    _event(
        "promised",
        _("Amount promised"),
        _("Sum of the promises to pay made in the period."),
        EventKind.PROMISE_TAKEN,
        _TAKEN,
        money=True,
    ),
    _event(
        "promises_judged",
        _("Promises judged"),
        _(
            "Promises falling due in the period that were judged from money, or taken back within "
            "two days of being due or later."
        ),
        EventKind.PROMISE_DUE,
        ("kept", "partial", "broken", "taken_back"),
    ),
    _event(
        "promises_open",
        _("Promises falling due, not judged yet"),
        _("Promises falling due in the period that nobody has judged yet."),
        EventKind.PROMISE_DUE,
        ("open",),
    ),
    _event(
        "kept",
        _("Promises kept"),
        _(
            "Kept rate = promises falling due in the period judged kept / promises falling due "
            "in the period. Taken back within two days of being due, or later, counts as not kept; "
            "those cancelled earlier and those not judged yet are in neither."
        ),
        EventKind.PROMISE_DUE,
        ("kept",),
    ),
    _event(
        "gate_stops",
        _("Gate stops"),
        _("Contacts the gate refused. Gate stops = blocked attempts / all attempts asked for."),
        EventKind.GATE_STOP,
    ),
    _event(
        "unsanctioned",
        _("Unsanctioned contacts"),
        _("Contacts made without the gate's yes. Each opens an incident."),
        EventKind.UNSANCTIONED,
    ),
    Measure(
        "roll",
        _("Roll matrix"),
        _(
            "Tracked roll rate = balance on the earlier day of accounts that were in one bucket "
            "then and in another at the later close / balance in that bucket then. Rows add up to "
            "100 percent, with paid off and written off."
        ),
        Table.ROLL,
        total="loan_count",
    ),
    Measure(
        "roll_balance",
        _("Roll matrix, balance"),
        _("Outstanding principal on the earlier day of the loans in the cell."),
        Table.ROLL,
        Unit.MONEY,
        "principal_amount",
        "principal_then",
    ),
)

MEASURES: Final[dict[str, Measure]] = {measure.code: measure for measure in _ALL}
