"""Plans in words, the same on every page: what was agreed, how it stands, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.approvals.flow import ApprovalStatus
from accounts.models import User
from collections_app.plans.flow import MOVING, PAID, PlanKind, PlanState
from collections_app.plans.limits import DECIDE_RIGHTS, Limits
from collections_app.plans.models import Plan
from collections_app.promises.flow import PromiseState
from core.money import format_money
from loans.borrowers.presentation import lang_of

#: state -> the mark that shows it
MARKS = {
    PlanState.PROPOSED: "waiting",
    PlanState.ACTIVE: "running",
    PlanState.WAITING_FEED: "uncertain",
    PlanState.APPLIED: "done",
    PlanState.COMPLETED: "done",
    PlanState.BROKEN: "failed",
    PlanState.CANCELLED: "waiting",
    PlanState.REFUSED: "failed",
    PlanState.WITHDRAWN: "waiting",
    PlanState.LAPSED: "waiting",
}
_INSTALMENT_MARKS = {
    PromiseState.OPEN: "waiting",
    PromiseState.KEPT: "done",
    PromiseState.PARTIAL: "uncertain",
    PromiseState.BROKEN: "failed",
    PromiseState.CANCELLED: "waiting",
}


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One instalment as the page of its plan shows it."""

    number: int
    due_on: date
    amount: Decimal
    received_amount: Decimal
    pending_amount: Decimal
    deadline_on: date | None
    mark: str
    state_name: str


def state_name(state: str, *, early: bool = False, approval: str = "") -> str:
    """Returns how a plan stands in words; a proposal that nobody decided in time says so."""
    if state == PlanState.COMPLETED and early:
        return _("paid early")
    if state == PlanState.PROPOSED and approval == ApprovalStatus.EXPIRED:
        return str(PlanState.LAPSED.label)
    return str(PlanState(state).label)


def mark_of(plan: Plan) -> str:
    return MARKS[PlanState(plan.state)]


def name_of(plan: Plan) -> str:
    """Returns how a plan stands, in words."""
    approval = plan.approval.status if plan.approval else ""
    return state_name(plan.state, early=plan.is_early, approval=approval)


def summary(*, kind: str, total: Decimal, given_up: Decimal, months: int, currency: str) -> str:
    """Returns what a plan is about, in a few words: "1,320.00 in all", "by 2 months"."""
    language = get_language() or "en"
    if kind in PAID:
        return _("%(amount)s in all") % {"amount": format_money(total, currency, language)}
    if kind == PlanKind.WAIVER:
        return _("%(amount)s given up") % {"amount": format_money(given_up, currency, language)}
    if kind == PlanKind.DEFERRAL:
        sentence = ngettext("%(n)d instalment to the end", "%(n)d instalments to the end", months)
    else:
        sentence = ngettext("by %(n)d month", "by %(n)d months", months)
    return sentence % {"n": months}


def summary_of(plan: Plan) -> str:
    """Returns what a plan is about; its loan and portfolio are read."""
    return summary(
        kind=plan.kind,
        total=plan.total_amount,
        given_up=plan.given_up_amount,
        months=plan.months,
        currency=plan.loan.portfolio.currency,
    )


def instalment_rows(rows: list[Any]) -> list[InstalmentRow]:
    """Returns the instalments of a plan with how money judges each."""
    none = Decimal("0.00")
    found = []
    for row in rows:
        promise = row.promise
        state = PromiseState(promise.state) if promise else None
        name = _("not agreed yet") if state is None else str(state.label)
        if promise and promise.is_awaiting:
            name = _("awaiting settlement")
        found.append(
            InstalmentRow(
                number=row.number,
                due_on=row.due_on,
                amount=row.amount,
                received_amount=promise.received_amount if promise else none,
                pending_amount=promise.pending_amount if promise else none,
                deadline_on=promise.deadline_on if promise else None,
                mark="uncertain"
                if promise and promise.is_awaiting
                else _INSTALMENT_MARKS[state or PromiseState.OPEN],
                state_name=name,
            )
        )
    return found


def beyond_text(plan: Plan) -> str:
    """Returns which limits a proposal goes beyond."""
    names = {
        "role": _("not for the proposer's role"),
        "months": _("runs too long"),
        "parts": _("too many payments"),
        "share": _("too little is paid"),
        "year": _("too often in twelve months"),
        "affordable": _("more than is affordable"),
        "contract": _("changes the contract"),
    }
    return ", ".join(names.get(what, what) for what in plan.beyond)


#: After these the talk goes on with other terms.
_NOT_AGREED: Final = (PlanState.REFUSED, PlanState.LAPSED, PlanState.WITHDRAWN)


def answer_of(plan: Plan, *, is_on_its_page: bool = False) -> dict[str, Any]:
    """Returns what `plans/answer.html` shows; it asks again while the plan waits.

    On the plan's own page (`is_on_its_page`) it has no link to it.
    """
    answer_href = reverse("plans:answer", args=[plan.pk])
    again_href = reverse("desk:propose_plan", args=[plan.case_id])
    is_waiting = plan.state == PlanState.PROPOSED and bool(
        plan.approval and plan.approval.is_pending
    )
    said = plan.approval.reason if plan.approval else ""
    decider = plan.approval.decided_by if plan.approval else None
    return {
        "plan_state": name_of(plan),
        "plan_mark": mark_of(plan),
        "plan_is_waiting": is_waiting,
        "plan_answer_href": (f"{answer_href}?here" if is_on_its_page else answer_href)
        if is_waiting
        else "",
        "plan_href": "" if is_on_its_page else reverse("plans:plan", args=[plan.pk]),
        "plan_again_href": f"{again_href}?kind={plan.kind}" if plan.state in _NOT_AGREED else "",
        "plan_reason": {"text": said, "lang": lang_of(said)},
        "plan_decider": {
            "text": decider.get_full_name() if decider else "",
            "lang": lang_of(decider.get_full_name()) if decider else "",
        },
    }


def limit_sentence(kind: str, limits: Limits, user: User) -> str:
    """Says what one role may agree to on its own for a kind of plan."""
    if not limits.is_offered:
        return _("You may propose it; a second person decides.")
    words = {
        "months": limits.most_months,
        "parts": limits.most_parts,
        "share": f"{limits.least_share * 100:.0f}",
        "times": limits.most_in_year,
    }
    if kind == PlanKind.ARRANGEMENT:
        return (
            _("Up to %(parts)d payments in %(months)d months, at least %(share)s%% of what is due.")
            % words
        )
    may_decide = has_right(user, DECIDE_RIGHTS[PlanKind(kind)])
    if kind in MOVING:
        limit = _("Up to %(months)d at a time, %(times)d times in twelve months.") % words
    elif kind == PlanKind.SETTLEMENT:
        limit = _("At least %(share)s%% of all that is owed, within %(months)d months.") % words
    else:
        limit = _("At least %(share)s%% of late charges stays.") % words
    return limit if may_decide else _("You may propose it; a second person decides.")


def day_text(day: date) -> str:
    return date_format(day, _("j M"))


def received_text(rows: Sequence[InstalmentRow], currency: str) -> str:
    """Returns how much of the agreed payments came in; nothing for a plan without any."""
    if not rows:
        return ""
    language = get_language() or "en"
    return _("%(received)s of %(total)s") % {
        "received": format_money(
            sum((row.received_amount for row in rows), Decimal("0.00")), currency, language
        ),
        "total": format_money(
            sum((row.amount for row in rows), Decimal("0.00")), currency, language
        ),
    }


def early_text(plan: Plan, rows: Sequence[InstalmentRow]) -> str:
    """Returns how long before its last day a plan was paid; nothing where it was not early."""
    if not plan.is_early or plan.ended_on is None or not rows:
        return ""
    days = (max(row.due_on for row in rows) - plan.ended_on).days
    return ngettext(
        "%(days)d day before the last payment was due",
        "%(days)d days before the last payment was due",
        days,
    ) % {"days": days}


def told_end(reason: str) -> str:
    """Returns why a plan ended: what the judging of money says in the reader's language, a
    person's own words as they were written."""
    known = {
        "an instalment was not kept": _("an instalment was not kept"),
        "nothing is past due any more": _("nothing is past due any more"),
    }
    return known.get(reason, reason)
