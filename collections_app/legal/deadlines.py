"""Which day is due when proceedings come to a stage: the clocks of the law, by their codes.

Pure: the days come from `compliance.clocks`, whose scenarios are tested; here stands which clock
counts from what, whose day it is, and where that is written. China; elsewhere counsel enters days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Final

from collections_app.legal.flow import DeadlineKind, Whose
from compliance.clocks import litigation, payment_order, preservation
from core.calendars.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Started:
    """What a clock counts from: the day of a stage, what was said, and of which proceedings."""

    on: date
    zone: tzinfo
    said: Mapping[str, str] = field(default_factory=dict)
    asset: str = ""
    is_before_suit: bool = False
    is_urgent: bool = False
    security_given_on: date | None = None

    @property
    def is_at_once(self) -> bool:
        """The court rules within 48 hours: before a suit, or where it is urgent in one."""
        return self.is_before_suit or self.is_urgent

    def day(self, name: str) -> date | None:
        """A day that was said, or None."""
        return date.fromisoformat(self.said[name]) if self.said.get(name) else None

    def instant(self, name: str) -> datetime | None:
        """An instant that was said, or None."""
        return datetime.fromisoformat(self.said[name]) if self.said.get(name) else None


@dataclass(frozen=True, slots=True)
class Due:
    """One day that is due, counted from `starts_on`, and where the law says so."""

    code: str
    due_on: date
    starts_on: date
    whose: str
    citation: str
    is_hard: bool = True
    due_at: datetime | None = None
    is_provisional: bool = False


_Found = tuple[date, date, datetime | None, str] | None
_Count = Callable[[Started, WorkingDays], _Found]

CODE_OF_PROCEDURE: Final = "民事诉讼法(2023)"
PRESERVATION_RULES: Final = "财产保全规定"


def _docketing(at: Started, days: WorkingDays) -> _Found:
    return at.on, litigation.docketed_by(at.on, days), None, f"{CODE_OF_PROCEDURE} 126"


def _appeal(at: Started, days: WorkingDays) -> _Found:
    return at.on, litigation.appeal_by(at.on, days), None, f"{CODE_OF_PROCEDURE} 171"


def _enforcement(at: Started, days: WorkingDays) -> _Found:
    start = at.day("perform_by") or at.on
    return start, litigation.enforcement_by(start, days), None, f"{CODE_OF_PROCEDURE} 250"


def _hearing(at: Started, days: WorkingDays) -> _Found:
    moment = at.instant("hearing_at")
    if moment is None:
        return None
    return at.on, moment.astimezone(at.zone).date(), moment, ""


def _order_issued(at: Started, days: WorkingDays) -> _Found:
    return at.on, payment_order.issued_by(at.on, days), None, f"{CODE_OF_PROCEDURE} 227"


def _order_answered(at: Started, days: WorkingDays) -> _Found:
    return at.on, payment_order.answered_by(at.on, days), None, f"{CODE_OF_PROCEDURE} 227"


def _ruling(at: Started, days: WorkingDays) -> _Found:
    accepted_at = at.instant("accepted_at")
    if at.is_at_once and accepted_at is not None:
        moment = preservation.urgent_ruling_by(accepted_at)
        article = "104(2)" if at.is_before_suit else "103(3)"
        due_on = moment.astimezone(at.zone).date()
        return at.on, due_on, moment, f"{CODE_OF_PROCEDURE} {article}"
    due_on = preservation.ruling_due_on(at.on, days, at.security_given_on)
    return at.on, due_on, None, f"{PRESERVATION_RULES} 4"


def _ruling_enforced(at: Started, days: WorkingDays) -> _Found:
    if at.is_at_once:  # 裁定采取保全措施的，应当立即开始执行
        article = "104(2)" if at.is_before_suit else "103(3)"
        return at.on, at.on, None, f"{CODE_OF_PROCEDURE} {article}"
    due_on = preservation.enforcement_begins_by(at.on, days)
    return at.on, due_on, None, f"{PRESERVATION_RULES} 4"


def _file_by(at: Started, days: WorkingDays) -> _Found:
    if not at.is_before_suit:
        return None
    return at.on, preservation.file_by(at.on, days), None, f"{CODE_OF_PROCEDURE} 104(3), 85"


def measure_ends_on(at: Started) -> date:
    """The day a measure ends: as the court said, never later than the law lets it hold."""
    longest = preservation.expires_on(at.on, at.asset)
    return min(at.day("until") or longest, longest)


def _measure_ends(at: Started, days: WorkingDays) -> _Found:
    return at.on, measure_ends_on(at), None, "民诉法解释 485"


def _renewal(at: Started, days: WorkingDays) -> _Found:
    due_on = preservation.renewal_request_by(measure_ends_on(at), days)
    return at.on, due_on, None, f"{PRESERVATION_RULES} 18"


#: code -> whose day it is, whether the law or a court sets it, and how it is counted.
CLOCKS: Final[dict[str, tuple[Whose, _Count]]] = {
    DeadlineKind.DOCKETING: (Whose.COURT, _docketing),
    DeadlineKind.PAYMENT_ORDER_ISSUED: (Whose.COURT, _order_issued),
    DeadlineKind.PAYMENT_ORDER_ANSWER: (Whose.DEBTOR, _order_answered),
    DeadlineKind.HEARING: (Whose.OURS, _hearing),
    DeadlineKind.APPEAL: (Whose.OURS, _appeal),
    DeadlineKind.ENFORCEMENT: (Whose.OURS, _enforcement),
    DeadlineKind.PRESERVATION_RULING: (Whose.COURT, _ruling),
    DeadlineKind.PRESERVATION_ENFORCED: (Whose.COURT, _ruling_enforced),
    DeadlineKind.PRESERVATION_FILE_BY: (Whose.OURS, _file_by),
    DeadlineKind.PRESERVATION_RENEWAL: (Whose.OURS, _renewal),
    DeadlineKind.PRESERVATION_ENDS: (Whose.OURS, _measure_ends),
}


def due_of(code: str, started: Started, working_days: WorkingDays) -> Due | None:
    """Returns the day that a clock gives, or None where it does not run in this matter."""
    whose, count = CLOCKS[code]
    found = count(started, working_days)
    if found is None:
        return None
    starts_on, due_on, due_at, citation = found
    return Due(
        code=code,
        due_on=due_on,
        due_at=due_at,
        starts_on=starts_on,
        whose=whose.value,
        citation=citation,
        is_provisional=not working_days.knows(due_on),
    )
