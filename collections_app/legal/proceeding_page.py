"""The page of proceedings: stages, days due, papers, costs, and the steps that may follow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.legal.completeness import missing_of
from collections_app.legal.flow import (
    TABLE,
    ProceedingKind,
    Stage,
    step_of,
    steps_after,
)
from collections_app.legal.forms import (
    CostForm,
    DeadlineForm,
    DecideForm,
    DetailsForm,
    DocumentForm,
    HandForm,
    MoveForm,
    ProposeForm,
    ReasonForm,
    StepForm,
)
from collections_app.legal.models import Proceeding, ProceedingEvent
from collections_app.legal.queries import costs_of, documents_of, officers_of
from collections_app.legal.stepping import OfferedStep
from collections_app.legal.wording import deadline_line, head_of, proceeding_row, upper_first
from compliance.attempts.models import AttemptChannel
from core import clock
from core.files import name_of
from loans.borrowers.presentation import lang_of

_BY_APPROVAL = (Stage.PREPARING, Stage.PROPOSED, Stage.APPROVED)
Refused = tuple[str, StepForm] | None


def proceeding_context(
    proceeding: Proceeding, user: User, refused: Refused = None
) -> dict[str, Any]:
    """Returns the context of the page; `refused` a step by its name with what is to be mended."""
    case = proceeding.case
    today = clock.local_today(case.portfolio.time_zone)
    missing = missing_of(proceeding) if proceeding.stage == Stage.PREPARING else []
    events = list(proceeding.events.order_by("-pk"))
    return {
        **head_of(case),
        "proceeding": {
            **proceeding_row(proceeding, today),
            "claim_as_of": proceeding.claim_as_of,
            "asset": proceeding.get_asset_display() if proceeding.asset else "",
            "is_before_suit": proceeding.is_before_suit,
            "is_urgent": proceeding.is_urgent,
            "based_on": proceeding_row(proceeding.based_on, today) if proceeding.based_on else None,
            "opened_by": proceeding.opened_by,
            "opened_by_lang": lang_of(proceeding.opened_by),
            "approved_by": _decider(proceeding),
        },
        "stages": _stages(proceeding, events),
        "closes": [
            str(AttemptChannel(way).label)
            for way in step_of(proceeding.kind, proceeding.stage).closes
        ],
        "missing": missing,
        "deadlines": _deadlines(proceeding, user, today),
        "documents": _documents(proceeding, user),
        "costs": _costs(proceeding, user),
        "events": [_event(proceeding, event) for event in events],
        "steps": _steps(proceeding, user, today, refused, missing),
        "side_steps": _side_steps(proceeding, user, today, refused),
    }


def _decider(proceeding: Proceeding) -> str:
    approval = proceeding.approval
    return str(approval.decided_by) if approval and approval.decided_by else ""


def _stages(proceeding: Proceeding, events: list[ProceedingEvent]) -> list[dict[str, Any]]:
    """The way of the kind: what was reached and when, where it stands, what lies ahead."""
    reached = {event.stage: event.on for event in reversed(events)}
    order = [step.stage for step in TABLE[ProceedingKind(proceeding.kind)]]
    here = order.index(Stage(proceeding.stage))
    return [
        {
            "name": upper_first(step.name),
            "on": reached.get(step.stage) if at <= here else None,
            "mark": _stage_mark(at, here, step.stage in reached),
            "is_current": at == here,
        }
        for at, step in enumerate(TABLE[ProceedingKind(proceeding.kind)])
    ]


def _stage_mark(at: int, here: int, is_reached: bool) -> str:
    if at == here:
        return "running"
    return "done" if at < here and is_reached else "waiting"


def _deadlines(proceeding: Proceeding, user: User, today: date) -> list[Any]:
    rows = proceeding.deadlines.select_related("proceeding", "case__portfolio", "case__loan")
    may = has_right(user, "legal.work")
    return [
        deadline_line(
            row,
            today,
            met_href=reverse("legal:deadline_met", args=[row.pk])
            if may and row.state == "open"
            else "",
        )
        for row in rows.order_by("-state", "due_on")
    ]


def _documents(proceeding: Proceeding, user: User) -> list[dict[str, Any]]:
    may_read = has_right(user, "legal.work") or has_right(user, "approval.decide")
    may_withdraw = has_right(user, "legal.work") and proceeding.stage == Stage.PREPARING
    return [
        {
            "kind": paper.get_kind_display(),
            "version": paper.version,
            "name": name_of(paper.file) if may_read else "",
            "sha256": paper.file.sha256,
            "size": paper.file.size,
            "added_at": paper.added_at,
            "added_by": paper.added_by,
            "added_by_lang": lang_of(paper.added_by),
            "withdrawn_reason": paper.withdrawn_reason,
            "is_withdrawn": paper.withdrawn_at is not None,
            "read_href": reverse("legal:read_document", args=[paper.pk]) if may_read else "",
            "withdraw_href": reverse("legal:withdraw_document", args=[paper.pk])
            if may_withdraw and paper.withdrawn_at is None
            else "",
        }
        for paper in documents_of(proceeding)
    ]


def _costs(proceeding: Proceeding, user: User) -> dict[str, Any]:
    rows = list(costs_of(proceeding))
    may = has_right(user, "legal.work")
    return {
        "rows": [
            {
                "kind": cost.get_kind_display(),
                "amount": cost.amount,
                "on": cost.incurred_on,
                "is_charged": cost.charge_id is not None,
                "is_taken_back": cost.reversed_at is not None,
                "reason": cost.reversed_reason,
                "by": cost.entered_by,
                "by_lang": lang_of(cost.entered_by),
                "take_back_href": reverse("legal:cost_back", args=[cost.pk])
                if may and cost.reversed_at is None
                else "",
            }
            for cost in rows
        ],
        "total": sum((cost.amount for cost in rows if cost.reversed_at is None), start=Decimal(0)),
    }


def _event(proceeding: Proceeding, event: ProceedingEvent) -> dict[str, Any]:
    case_number = event.said.get("case_number", "")
    return {
        "on": event.on,
        "name": step_of(proceeding.kind, event.stage).name,
        "by": event.by,
        "by_lang": lang_of(event.by),
        "reason": event.reason,
        "reason_lang": lang_of(event.reason),
        "case_number": case_number,
        "case_number_lang": lang_of(case_number),
    }


def _steps(
    proceeding: Proceeding, user: User, today: date, refused: Refused, missing: list[str]
) -> list[OfferedStep]:
    """What moves the proceedings on; the first is the usual one."""
    found: list[tuple[str, Any, StepForm, Any, str]] = []
    may_work = has_right(user, "legal.work")
    asker = proceeding.approval.requested_by_id if proceeding.approval else None

    def add(name: str, heading: Any, form: StepForm, button: Any, *args: Any) -> None:
        href = reverse(f"legal:proceeding_{name}", args=[proceeding.pk, *args])
        found.append((":".join([name, *args]), heading, form, button, href))

    if proceeding.stage == Stage.PROPOSED:
        if has_right(user, "approval.decide") and asker != user.pk:
            add("decide", _("Your decision"), DecideForm(), _("Record the decision"))
        if may_work and asker == user.pk:
            add("back", _("Change the file"), ReasonForm(), _("Take the request back"))
    elif may_work:
        if proceeding.stage == Stage.PREPARING and not missing:
            add("propose", _("Approval"), ProposeForm(), _("Ask for approval to file"))
        for step in steps_after(proceeding.kind, proceeding.stage):
            if step.stage not in _BY_APPROVAL:
                form = MoveForm(step=step, initial={"on": today})
                add("move", step.name, form, _("Record it"), step.stage.value)
        if proceeding.stage == Stage.APPROVED:
            add("back", _("Change the file"), ReasonForm(), _("Put it back into preparation"))
    return [
        OfferedStep(
            name=name,
            heading=upper_first(heading),
            form=refused[1] if refused and refused[0] == name else form,
            href=href,
            button=button,
            is_primary=at == 0 and name != f"move:{Stage.ENDED.value}",
            is_open=(at == 0 and name != f"move:{Stage.ENDED.value}")
            or bool(refused and refused[0] == name),
        )
        for at, (name, heading, form, button, href) in enumerate(found)
    ]


def _side_steps(
    proceeding: Proceeding, user: User, today: date, refused: Refused
) -> list[OfferedStep]:
    """What is kept beside the stages: court and claim, papers, days, costs, the officer."""
    if not has_right(user, "legal.work"):
        return []
    found: list[tuple[str, Any, StepForm, Any]] = []
    if proceeding.stage != Stage.PROPOSED:
        found.append(("document", _("Add a paper"), DocumentForm(), _("Add it")))
    if not proceeding.is_over:
        details = DetailsForm(
            is_preservation=proceeding.kind == ProceedingKind.PRESERVATION,
            initial={
                name: getattr(proceeding, name)
                for name in DetailsForm.base_fields
                if name != "token"
            },
        )
        found.append(("details", _("Court, counsel and claim"), details, _("Save")))
        found.append(("deadline", _("Add a day"), DeadlineForm(), _("Add it")))
    found.append(
        ("cost", _("Enter a cost"), CostForm(initial={"incurred_on": today}), _("Enter it"))
    )
    if not proceeding.is_over:
        people = officers_of(proceeding.case.portfolio).exclude(pk=proceeding.owner_id)
        found.append(("hand", _("Hand to another officer"), HandForm(people=people), _("Hand on")))
    return [
        OfferedStep(
            name=name,
            heading=heading,
            form=refused[1] if refused and refused[0] == name else form,
            href=reverse(f"legal:proceeding_{name}", args=[proceeding.pk]),
            button=button,
            is_upload=name == "document",
            is_open=bool(refused and refused[0] == name),
        )
        for name, heading, form, button in found
    ]
