"""The stories: how loans are paid, fall behind, recover or fail. Each fills one book with events.

A story says how old its loans are (months since payout) and how many days ago their last
instalment fell due, because the two decide how late the loan is today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from config.demo_data.book import Book, on_time, somewhat_late
from config.demo_data.events import (
    Charge,
    Extend,
    GiveBack,
    Loss,
    PauseDays,
    Restructure,
    ResumeEarly,
    Return,
    Settle,
    TakeBack,
    Undo,
    Waive,
)
from loans.contracts.due_dates import add_periods
from loans.contracts.schedules import make_schedule
from loans.contracts.terms import MONTHLY, ScheduledInstalment, Terms

Tell = Callable[[Book], None]
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One way a loan can go. `share` in thousandths of a portfolio; `periods` 0: the product's."""

    code: str
    tell: Tell
    share: int
    ages: tuple[int, int] = (2, 18)
    last_due: tuple[int, int] = (0, 29)
    periods: int = 0


def regular(book: Book) -> None:
    book.pay_instalments(0, len(book.instalments), on_time)


def slow(book: Book) -> None:
    book.pay_instalments(0, len(book.instalments), somewhat_late)


def behind(instalments: int) -> Tell:
    """Everything is paid but the last few instalments."""

    def tell(book: Book) -> None:
        book.pay_instalments(0, max(0, book.due - instalments), somewhat_late)

    return tell


def partly_paid(book: Book) -> None:
    """The oldest open instalment is half paid, which leaves it as late as it was."""
    first = max(0, book.due - 2)
    book.pay_instalments(0, first, on_time)
    row = book.instalments[first]
    book.pay(row.due_on + dt.timedelta(days=9), (row.total * Decimal("0.45")).quantize(CENT))


def never_paid(book: Book) -> None:
    """First-payment default: not one instalment came."""


def cured_often(book: Book) -> None:
    """Every third or fourth instalment comes with the one after it, forty days late."""
    at = 0
    while at < book.due:
        if at % 4 == 1 and at + 1 < len(book.instalments):
            later = book.instalments[at + 1].due_on + dt.timedelta(days=8)
            book.pay_together(at, at + 2, later)
            at += 2
        else:
            book.pay_instalments(at, at + 1, on_time)
            at += 1


def cured_lately(book: Book) -> None:
    """Two instalments behind until a few days ago, then paid in one sum."""
    first = max(0, book.due - 2)
    book.pay_instalments(0, first, on_time)
    book.pay_together(first, book.due, book.today - dt.timedelta(days=book.rng.randrange(0, 11)))


def behind_again(book: Book) -> None:
    """Caught up last week; the next instalment is open again."""
    last = max(1, book.due - 1)
    book.pay_instalments(0, max(0, last - 2), on_time)
    caught_up = book.instalments[last].due_on - dt.timedelta(days=2)
    book.pay_together(max(0, last - 2), last, caught_up)


def matured(book: Book) -> None:
    regular(book)


def settled_early(book: Book) -> None:
    """The rest is paid at once; interest not yet earned is given up the day before."""
    keep = max(1, book.due - book.rng.randrange(1, 4))
    book.pay_instalments(0, keep, on_time)
    on = book.instalments[keep - 1].due_on + dt.timedelta(days=12)
    rest = book.instalments[keep:]
    interest = sum((row.interest for row in rest), Decimal("0.00"))
    if interest and on <= book.today:
        book.events.append(
            Waive(
                on=on - dt.timedelta(days=1),
                component="interest",
                amount=interest,
                reason=book.say("提前结清，免收未到期利息", "Paid off early: unearned interest"),
            )
        )
    book.pay(on, sum((row.principal for row in rest), Decimal("0.00")), kind="settlement")


def overpaid(book: Book) -> None:
    """The last instalment of a loan that has ended was rounded up by the payer."""
    book.pay_instalments(0, len(book.instalments) - 1, on_time)
    last = book.instalments[-1]
    book.pay(last.due_on, last.total + Decimal("86.40"))


def refunded(book: Book) -> None:
    overpaid(book)
    on = book.instalments[-1].due_on + dt.timedelta(days=6)
    reason = book.say("多还款退回", "Overpayment returned")
    book.events.append(GiveBack(on=on, amount=Decimal("86.40"), reason=reason))


def awaiting_settlement(book: Book) -> None:
    """The money was sent yesterday or the day before and has not settled."""
    book.pay_instalments(0, book.due - 1, on_time)
    on = book.today - dt.timedelta(days=book.rng.randrange(1, 3))
    book.pay(on, book.instalments[book.due - 1].total, state="pending")


def settled_after_waiting(book: Book) -> None:
    book.pay_instalments(0, book.due - 1, on_time)
    row = book.instalments[book.due - 1]
    mark = book.pay(row.due_on, row.total, state="pending")
    book.events.append(Settle(on=row.due_on + dt.timedelta(days=2), mark=mark))


def bounced(book: Book) -> None:
    """The last debit came back for lack of funds."""
    book.pay_instalments(0, book.due - 1, on_time)
    row = book.instalments[book.due - 1]
    mark = book.pay(row.due_on, row.total)
    reason = book.say("账户余额不足", "R01 insufficient funds")
    book.events.append(Return(on=row.due_on + dt.timedelta(days=2), mark=mark, reason=reason))
    fee = book.say("扣款失败手续费", "Returned payment fee")
    book.events.append(
        Charge(
            on=row.due_on + dt.timedelta(days=2),
            amount=Decimal("25.00"),
            kind="fee",
            code="NSF",
            reason=fee,
        )
    )


def booked_twice(book: Book) -> None:
    """One instalment was booked twice by mistake; the second entry was taken back."""
    regular(book)
    row = book.instalments[max(0, book.due - 2)]
    on = min(row.due_on + dt.timedelta(days=1), book.today)
    mark = book.pay(on, row.total, method="manual")
    reason = book.say("重复入账", "Booked twice")
    book.events.append(
        Undo(on=min(on + dt.timedelta(days=3), book.today), mark=mark, reason=reason)
    )


def late_charge(book: Book, *, is_waived: bool) -> None:
    """One instalment came twenty days late and cost a late charge."""
    at = max(0, book.due - 3)
    book.pay_instalments(0, at, on_time)
    row = book.instalments[at]
    amount = (row.total * Decimal("0.05")).quantize(CENT)
    on, paid_on = row.due_on + dt.timedelta(days=10), row.due_on + dt.timedelta(days=20)
    reason = book.say("逾期违约金", "Late charge")
    book.events.append(Charge(on=on, amount=amount, kind="penalty", code="LATE", reason=reason))
    if is_waived:
        why = book.say("首次逾期，经批准减免", "First time late: given up by the team lead")
        book.events.append(Waive(on=paid_on, component="penalty", amount=amount, reason=why))
    book.pay(paid_on, row.total if is_waived else row.total + amount)
    book.pay_instalments(at + 1, len(book.instalments), on_time)


def charged(book: Book) -> None:
    late_charge(book, is_waived=False)


def waived(book: Book) -> None:
    late_charge(book, is_waived=True)


def paused(book: Book) -> None:
    """Illness: the count of delinquent days stands still."""
    behind(3)(book)
    on = book.today - dt.timedelta(days=25)
    ends_on = book.today + dt.timedelta(days=35)
    reason = book.say("借款人住院，暂停计逾期天数", "In hospital: days are not counted")
    book.events.append(PauseDays(on=on, ends_on=ends_on, reason=reason))


def resumed(book: Book) -> None:
    """The pause ended before its time, because the reason had gone."""
    behind(3)(book)
    start, end = book.today - dt.timedelta(days=50), book.today + dt.timedelta(days=10)
    reason = book.say("失业，短期宽限", "Out of work: a short breathing space")
    book.events.append(PauseDays(on=start, ends_on=end, reason=reason))
    over = book.say("已重新就业", "Back at work")
    book.events.append(ResumeEarly(on=book.today - dt.timedelta(days=20), reason=over))


def extended(book: Book) -> None:
    """Two instalments behind, then every open date moved by two months; paid on time since."""
    first = max(0, book.due - 4)
    book.pay_instalments(0, first, on_time)
    on = book.instalments[first + 1].due_on + dt.timedelta(days=10)
    reason = book.say("受灾，展期两个月", "Flood damage: two months' extension")
    book.events.append(Extend(on=on, months=2, reason=reason))
    moved = [replace(row, due_on=_later(row.due_on, 2)) for row in book.instalments]
    book.pay_instalments(first, len(moved), _promptly, moved)


def rescheduled(book: Book) -> None:
    """Three instalments behind, then what is open spread over a year more."""
    first = max(0, book.due - 5)
    book.pay_instalments(0, first, on_time)
    on = book.instalments[first + 2].due_on + dt.timedelta(days=5)
    rows = _spread(book, first, on)
    reason = book.say("收入下降，重新安排还款", "Income fell: a longer schedule")
    book.events.append(Restructure(on=on, instalments=rows, reason=reason))
    book.pay_instalments(0, len(rows), _promptly, rows)


def charged_off(book: Book) -> None:
    """Nothing for half a year, booked as a loss; a small sum was recovered since."""
    book.pay_instalments(0, max(1, book.due - 8), somewhat_late)
    on = book.today - dt.timedelta(days=50)
    reason = book.say("逾期超过180天，核销", "More than 120 days past due")
    book.events.append(Loss(on=on, kind="charge_off", reason=reason))
    amount = (book.terms.principal * Decimal("0.06")).quantize(Decimal(1)) + CENT * 0
    book.pay(book.today - dt.timedelta(days=20), amount.quantize(CENT), kind="recovery")


def given_up(book: Book) -> None:
    """The debt was given up: nothing is owed any more."""
    book.pay_instalments(0, max(1, book.due - 7), somewhat_late)
    on = book.today - dt.timedelta(days=30)
    reason = book.say("借款人去世，无可供执行财产", "Estate without assets")
    book.events.append(Loss(on=on, kind="write_off", reason=reason))


def taken_back(book: Book) -> None:
    """The payer's bank took part of a repayment back."""
    regular(book)
    row = book.instalments[max(0, book.due - 2)]
    mark = next(event.mark for event in book.events if event.on >= row.due_on - dt.timedelta(4))
    amount = (row.total / 2).quantize(CENT)
    reason = book.say("付款行追回部分款项", "Payer's bank took part back")
    on = min(row.due_on + dt.timedelta(days=15), book.today)
    book.events.append(TakeBack(on=on, mark=mark, amount=amount, reason=reason))


def goodwill(book: Book) -> None:
    """A credit for a complaint that was right."""
    regular(book)
    row = book.instalments[max(0, book.due - 2)]
    on = min(row.due_on + dt.timedelta(days=11), book.today)
    book.pay(on, Decimal("100.00"), kind="goodwill_credit", method="credit")


def _promptly(_rng: object) -> int:
    return 0


def _later(day: dt.date, months: int) -> dt.date:
    return add_periods(day, period=MONTHLY, count=months)


def _spread(book: Book, first: int, on: dt.date) -> tuple[ScheduledInstalment, ...]:
    """What is open from `first` on, over twelve more months; overdue interest with the next one."""
    open_rows = book.instalments[first:]
    overdue = sum((row.interest for row in open_rows if row.due_on < on), Decimal("0.00"))
    next_due = next(row.due_on for row in open_rows if row.due_on > on)
    terms = Terms(
        principal=sum((row.principal for row in open_rows), Decimal("0.00")),
        periods=len(open_rows) + 12,
        start_on=on,
        first_due_on=next_due,
        annual_rate=book.terms.annual_rate,
    )
    made = make_schedule(terms, None)
    numbered = [
        replace(row, number=book.instalments[first].number + at) for at, row in enumerate(made)
    ]
    numbered[0] = replace(numbered[0], interest=numbered[0].interest + overdue)
    return tuple(numbered)


def _late(instalments: int, share: int, last_due: tuple[int, int] = (1, 29)) -> Story:
    return Story(
        code=f"behind_{instalments}",
        tell=behind(instalments),
        share=share,
        ages=(instalments + 2, 18),
        last_due=last_due,
    )


#: What happens in every portfolio.
STORIES = (
    Story(code="slow", tell=slow, share=130),
    replace(_late(1, 20, (1, 10)), code="behind_days"),
    replace(_late(1, 22, (8, 29)), code="behind_weeks"),
    _late(2, 16),
    _late(3, 9),
    _late(4, 6),
    _late(5, 4),
    _late(6, 3),
    _late(8, 4),
    Story(code="partly_paid", tell=partly_paid, share=5, ages=(4, 18), last_due=(2, 20)),
    Story(code="never_paid", tell=never_paid, share=6, ages=(3, 4), last_due=(3, 25)),
    Story(code="cured_often", tell=cured_often, share=22, ages=(9, 18), last_due=(12, 28)),
    Story(code="cured_lately", tell=cured_lately, share=18, ages=(4, 18), last_due=(13, 27)),
    Story(code="behind_again", tell=behind_again, share=6, ages=(5, 18), last_due=(3, 9)),
    Story(code="matured", tell=matured, share=26, ages=(13, 18), periods=12),
    Story(code="settled_early", tell=settled_early, share=20, ages=(7, 18), last_due=(16, 28)),
    Story(code="overpaid", tell=overpaid, share=3, ages=(13, 18), periods=12),
    Story(code="refunded", tell=refunded, share=3, ages=(13, 18), periods=12),
    Story(
        code="awaiting_settlement",
        tell=awaiting_settlement,
        share=5,
        ages=(3, 18),
        last_due=(3, 12),
    ),
    Story(code="settled_after_waiting", tell=settled_after_waiting, share=8, last_due=(4, 28)),
    Story(code="bounced", tell=bounced, share=5, ages=(3, 18), last_due=(18, 27)),
    Story(code="booked_twice", tell=booked_twice, share=3, ages=(6, 18), last_due=(10, 28)),
    Story(code="charged", tell=charged, share=6, ages=(6, 18)),
    Story(code="waived", tell=waived, share=4, ages=(6, 18)),
    Story(code="paused", tell=paused, share=3, ages=(6, 18), last_due=(5, 20)),
    Story(code="resumed", tell=resumed, share=2, ages=(6, 18), last_due=(5, 20)),
    Story(code="charged_off", tell=charged_off, share=5, ages=(11, 18)),
    Story(code="given_up", tell=given_up, share=2, ages=(11, 18)),
    Story(code="taken_back", tell=taken_back, share=2, ages=(5, 18), last_due=(16, 27)),
    Story(code="goodwill", tell=goodwill, share=2, ages=(5, 18), last_due=(14, 28)),
)

#: What only books kept here can do: elsewhere the lender states another schedule.
OWN_BOOKS = (
    Story(code="extended", tell=extended, share=4, ages=(9, 18)),
    Story(code="rescheduled", tell=rescheduled, share=3, ages=(9, 18)),
)

#: Everything else is paid when due.
REGULAR = Story(code="regular", tell=regular, share=0, ages=(1, 18))


def cast(*, stories: tuple[Story, ...], loans: int) -> list[Story]:
    """Returns one story per loan: each story at least once, the rest paid when due."""
    parts = [story for story in stories for _ in range(max(1, round(loans * story.share / 1000)))]
    return parts + [REGULAR] * max(0, loans - len(parts))
