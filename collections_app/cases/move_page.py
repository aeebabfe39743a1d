"""What the pages of a move show: its preview, and what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from collections_app.cases.board import names_of
from collections_app.cases.forms import MoveForm
from collections_app.cases.models import Case
from collections_app.cases.move_plan import MovePlan, PlannedRow, gains_of, past_due_of
from collections_app.cases.moves import CaseMove, CaseMoveRow, MoveOutcome
from collections_app.cases.moving import is_back, may_undo, plan_undo
from collections_app.cases.wording import people_and_cases, why_text
from core import clock
from core.encryption.masks import mask_name

_SHOWN = 300  # rows; what a page says beyond them is counted

_MARKS = {
    MoveOutcome.MOVED: "done",
    MoveOutcome.STAYED: "uncertain",
    MoveOutcome.RETURNED: "done",
    MoveOutcome.KEPT: "uncertain",
}


def preview_context(*, form: MoveForm, target: str, plan: MovePlan | None) -> dict[str, Any]:
    """Returns the preview: who gets what, what stays and why, and the form that does it."""
    rows = plan.rows if plan else ()
    names = names_of({row.why_for for row in rows if row.why == "holder_away"})
    gains = gains_of(plan) if plan else []
    return {
        "form": form,
        "target": target,
        "from_user": form.from_user,
        "case_ids": form.case_ids,
        "digest": plan.digest if plan else "",
        "has_rows": bool(rows),
        "moving_people": plan.people_count if plan else 0,
        "moving_summary": people_and_cases(plan.people_count, len(plan.moving)) if plan else "",
        "staying_count": len(plan.staying) if plan else 0,
        "gains": [
            {
                "name": gain.agent.full_name,
                "people": gain.people,
                "cases": gain.cases,
                "past_due": [{"currency": code, "amount": sum_} for code, sum_ in gain.amounts],
            }
            for gain in gains
        ],
        "staying": [_planned(row, plan, names) for row in (plan.staying if plan else [])[:_SHOWN]],
        "moving": [_planned(row, plan, names) for row in (plan.moving if plan else [])[:_SHOWN]],
        "hidden_count": max(len(plan.moving) - _SHOWN, 0) if plan else 0,
        "preview_href": reverse("assignment:preview"),
        "apply_href": reverse("assignment:apply"),
    }


def _planned(row: PlannedRow, plan: MovePlan | None, names: Mapping[str, str]) -> dict[str, Any]:
    target = plan.targets.get(row.to_id) if plan and row.to_id else None
    return _case_row(row.case) | {
        "from_name": row.case.assignee.full_name if row.case.assignee else _("nobody"),
        "to_name": target.full_name if target else "",
        "why": why_text(row.why, row.why_for, names),
    }


def _case_row(case: Case) -> dict[str, Any]:
    name = mask_name(case.borrower.full_name)
    return {
        "contract_no": case.loan.contract_no,
        "borrower": name,
        "lang": "zh-Hans" if any("\u3400" <= char <= "\u9fff" for char in name) else "",
        "past_due": past_due_of(case),
        "currency": case.portfolio.currency,
    }


def move_context(move: CaseMove, *, may_assign: bool) -> dict[str, Any]:
    """Returns one move: what it did with every case, and whether it can be taken back."""
    now = clock.now()
    rows = list(
        move.rows.select_related(
            "case__loan__position", "case__borrower", "case__portfolio", "from_user", "to_user"
        )
    )
    names = names_of({row.why_for for row in rows if row.why == "holder_away"})
    outcomes = Counter(row.outcome for row in rows)
    can_undo = may_assign and may_undo(move=move, at=now)
    return {
        "move": {
            "from_name": move.from_user.full_name if move.from_user else _("chosen cases"),
            "summary": people_and_cases(move.people_count, move.case_count),
            "reason": move.reason,
            "by": move.made_by.full_name,
            "made_at": move.made_at,
            "undone_by": move.undone_by.full_name if move.undone_by else "",
            "undone_at": move.undone_at,
            "is_back": is_back(move=move, at=now),
        },
        "figures": [
            {"label": str(MoveOutcome(value).label), "value": number}
            for value, number in sorted(outcomes.items())
        ],
        "gains": _gains(rows),
        "rows": [_done(row, names) for row in rows[:_SHOWN]],
        "hidden_count": max(len(rows) - _SHOWN, 0),
        "undo": _undo(move) if can_undo else None,
        "list_href": reverse("assignment:board"),
    }


def _gains(rows: Sequence[CaseMoveRow]) -> list[dict[str, Any]]:
    people: dict[str, set[object]] = {}
    cases: Counter[str] = Counter()
    for row in rows:
        if row.to_user is not None:
            people.setdefault(row.to_user.full_name, set()).add(row.case.borrower_id)
            cases[row.to_user.full_name] += 1
    return [
        {"name": name, "people": len(theirs), "cases": cases[name]}
        for name, theirs in sorted(people.items())
    ]


def _done(row: CaseMoveRow, names: Mapping[str, str]) -> dict[str, Any]:
    return _case_row(row.case) | {
        "from_name": row.from_user.full_name if row.from_user else _("nobody"),
        "to_name": row.to_user.full_name if row.to_user else "",
        "state": _MARKS[MoveOutcome(row.outcome)],
        "state_name": MoveOutcome(row.outcome).label,
        "why": why_text(row.why, row.why_for, names),
    }


def _undo(move: CaseMove) -> dict[str, Any]:
    plan = plan_undo(move=move)
    returning = [row.row.case.borrower_id for row in plan if row.returns]
    return {
        "href": reverse("assignment:undo", args=[move.pk]),
        "returning": people_and_cases(len(set(returning)), len(returning)),
        "is_possible": bool(returning),
        "kept": [
            _case_row(row.row.case) | {"why": why_text(row.why)} for row in plan if not row.returns
        ][:_SHOWN],
    }
