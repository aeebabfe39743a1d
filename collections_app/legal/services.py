"""Proceedings: opened, prepared, approved by a second person, filed, and moved from stage to stage.

The only writers of a stage. Every move keeps its event, starts the clocks that run from it, ends
those it answers, and sets what it closes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.approvals import services as approvals
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.legal.completeness import missing_of
from collections_app.legal.deadline_services import answer_elsewhere, end_clocks, start_clocks
from collections_app.legal.file_models import LegalDocument
from collections_app.legal.flow import (
    Ending,
    ProceedingKind,
    Stage,
    Step,
    step_of,
    steps_after,
)
from collections_app.legal.models import Proceeding, ProceedingEvent
from collections_app.legal.numbers import next_number
from collections_app.legal.restrictions import set_restrictions
from collections_app.legal.said import read_said
from collections_app.legal.telling import tell_asker, tell_leads
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.facts.announcements import announce
from loans.portfolios.models import Portfolio

APPROVAL_KIND: Final = "legal.file"
SUBJECT: Final = "collections_app.Proceeding"
DECIDE_RIGHT: Final = "approval.decide"


@dataclass(frozen=True, slots=True)
class Opening:
    """What kind of proceedings somebody prepares, and what preservation is about."""

    kind: str
    asset: str = ""
    based_on: Proceeding | None = None
    is_before_suit: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """What can be changed while proceedings are in preparation; counsel at any time."""

    court: str = ""
    counsel: str = ""
    claim_amount: Decimal | None = None
    claim_as_of: date | None = None
    is_urgent: bool = False
    is_security_excused: bool = False
    security_given_on: date | None = None


@transaction.atomic
def open_proceeding(*, case: Case, opening: Opening, owner: User, by: Actor) -> Proceeding:
    """Opens proceedings on a case, in preparation.

    Raises ValidationError for somebody who may not work them, one that runs already, preservation
    of nothing, and an enforcement of another case's decision.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("portfolio").get(pk=case.pk)
    _check_owner(case, owner)
    _check_opening(case, opening)
    proceeding = Proceeding.objects.create(
        number=next_number(Proceeding),
        case=case,
        kind=opening.kind,
        stage_since=clock.local_today(case.portfolio.time_zone),
        owner=owner,
        asset=opening.asset,
        based_on=opening.based_on,
        is_before_suit=opening.is_before_suit,
        opened_at=clock.now(),
        opened_by=by.label,
    )
    _came_to(proceeding, Stage.PREPARING, proceeding.stage_since, by)
    return proceeding


@transaction.atomic
def change_details(*, proceeding: Proceeding, details: Details, by: Actor) -> Proceeding:
    """Changes court, counsel, claim and security.

    After the approval only counsel and the day of the security change: the rest is what was
    approved. Raises ValidationError otherwise, and for a claim without the day of its figures.
    """
    locked = _locked(proceeding)
    _refuse_over(locked)
    if (details.claim_amount is None) != (details.claim_as_of is None):
        raise ValidationError(_("Give the claim and the business date of its figures together."))
    if details.claim_amount is not None and details.claim_amount <= 0:
        raise ValidationError(_("The claim is more than zero."))
    if details.is_security_excused and locked.is_before_suit:
        raise ValidationError(_("Before a suit nobody is excused from security (财产保全规定 9)."))
    new = {name: getattr(details, name) for name in details.__dataclass_fields__}
    changed = [name for name, value in new.items() if getattr(locked, name) != value]
    fixed = set(changed) - {"counsel", "security_given_on"}
    if fixed and locked.stage != Stage.PREPARING:
        raise ValidationError(_("Court and claim are as they were approved; take it back first."))
    for name in changed:
        setattr(locked, name, new[name])
    if changed:
        locked.save(update_fields=changed)
        _record(locked, "proceeding.changed", by, data={"fields": changed})
    return locked


@transaction.atomic
def hand_to(*, proceeding: Proceeding, owner: User, by: Actor) -> Proceeding:
    """Gives proceedings to another officer; ValidationError for one who may not work them."""
    locked = _locked(proceeding)
    _refuse_over(locked)
    _check_owner(locked.case, owner)
    if locked.owner_id != owner.pk:
        locked.owner = owner
        locked.save(update_fields=["owner"])
        _record(locked, "proceeding.handed_on", by, data={"to": str(owner.pk)})
    return locked


@transaction.atomic
def propose_filing(*, proceeding: Proceeding, by: Actor) -> Proceeding:
    """Asks a second person to approve the filing.

    Raises ValidationError with every missing thing by its name; nothing is asked then.
    """
    locked = _locked(proceeding, Stage.PREPARING)
    _check_complete(locked)
    papers = LegalDocument.objects.filter(proceeding=locked, withdrawn_at__isnull=True)
    locked.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        brief={
            "proceeding": locked.label,
            "kind": locked.kind,
            "contract_no": locked.case.loan.contract_no,
            "court": locked.court,
            "claim": str(locked.claim_amount),
            "as_of": str(locked.claim_as_of),
            "documents": [
                {"kind": paper.kind, "version": paper.version, "sha256": paper.file.sha256}
                for paper in papers.select_related("file").order_by("kind", "version")
            ],
        },
        subject_type=SUBJECT,
        subject_id=locked.pk,
        portfolio_id=locked.case.portfolio_id,
        decide_right=DECIDE_RIGHT,
        by=by,
    )
    _enter(locked, Stage.PROPOSED, _today(locked), by, also=["approval"])
    tell_leads(case=locked.case, by=by, link=proceeding_href(locked))
    return locked


@transaction.atomic
def decide_filing(*, proceeding: Proceeding, approve: bool, reason: str, by: Actor) -> Proceeding:
    """Approves the filing or sends it back, as the second person.

    Raises PermissionDenied for who asked and for who has not the right, ValidationError when it
    does not wait, for a refusal without a reason, and where the file is no longer complete.
    """
    locked = _locked(proceeding, Stage.PROPOSED)
    assert locked.approval is not None  # by constraint
    if approve:
        _check_complete(locked)
    approvals.decide(approval=locked.approval, by=by, approve=approve, reason=reason)
    tell_asker(locked.approval, by=by, approved=approve, link=proceeding_href(locked))
    stage = Stage.APPROVED if approve else Stage.PREPARING
    if not approve:
        locked.approval = None
    _enter(locked, stage, _today(locked), by, reason=reason.strip()[:200], also=["approval"])
    return locked


@transaction.atomic
def take_back(*, proceeding: Proceeding, reason: str, by: Actor) -> Proceeding:
    """Puts proposed or approved proceedings back into preparation; they need another approval.

    Raises PermissionDenied for a request that somebody else made, ValidationError without a reason
    or once it is filed.
    """
    _check_reason(reason, _("Say what is to be changed."))
    locked = _locked(proceeding, Stage.PROPOSED, Stage.APPROVED)
    assert locked.approval is not None  # by constraint
    if locked.stage == Stage.PROPOSED:
        approvals.withdraw(approval=locked.approval, by=by, reason=reason)
    locked.approval = None
    _enter(
        locked, Stage.PREPARING, _today(locked), by, reason=reason.strip()[:200], also=["approval"]
    )
    return locked


@transaction.atomic
def move(
    *,
    proceeding: Proceeding,
    stage: str,
    on: date,
    said: Mapping[str, Any],
    by: Actor,
    reason: str = "",
) -> Proceeding:
    """Brings proceedings to their next stage on a day, with what the stage asks.

    Arguments: `said` values by the names in `flow.Step.asks`, days and instants as such.
    Raises ValidationError for a stage that does not follow, a day before the stage before or to
    come, and what is asked and not said; nothing is written then.
    """
    locked = _locked(proceeding)
    step = _next_step(locked, stage)
    if not locked.stage_since <= on <= _today(locked):
        raise ValidationError(
            _("Give a day from %(day)s, when the stage before began, to today.")
            % {"day": locked.stage_since.isoformat()}
        )
    if step.stage == Stage.FILED:
        _check_complete(locked)
    words = read_said(locked, step, on, said, reason)
    also = []
    if "case_number" in words:
        locked.case_number = words["case_number"]
        also.append("case_number")
    if step.stage == Stage.ENDED:
        locked.ending = words["ending"]
        also.append("ending")
    _enter(locked, step.stage, on, by, said=words, reason=reason.strip()[:200], also=also)
    return locked


def _enter(
    proceeding: Proceeding,
    stage: Stage,
    on: date,
    by: Actor,
    *,
    said: Mapping[str, str] | None = None,
    reason: str = "",
    also: list[str] | None = None,
) -> None:
    proceeding.stage, proceeding.stage_since = stage, on
    proceeding.save(update_fields=["stage", "stage_since", *(also or [])])
    _came_to(proceeding, stage, on, by, said=said, reason=reason)
    step = step_of(proceeding.kind, stage)
    end_clocks(proceeding=proceeding, step=step, on=on, by=by)
    start_clocks(proceeding=proceeding, step=step, on=on, said=said or {}, by=by)
    if stage == Stage.FILED:
        answer_elsewhere(proceeding=proceeding, on=on, by=by)
    set_restrictions(proceeding=proceeding, closes=step.closes, by=by)


def _came_to(
    proceeding: Proceeding,
    stage: Stage,
    on: date,
    by: Actor,
    *,
    said: Mapping[str, str] | None = None,
    reason: str = "",
) -> None:
    ProceedingEvent.objects.create(
        proceeding=proceeding, stage=stage, on=on, by=by.label, said=dict(said or {}), reason=reason
    )
    announce(ProceedingEvent.TOPIC)
    _record(proceeding, f"proceeding.{stage.value}", by, reason, {"on": on.isoformat()})


def _next_step(proceeding: Proceeding, stage: str) -> Step:
    by_approval = (Stage.PREPARING, Stage.PROPOSED, Stage.APPROVED)
    for step in steps_after(proceeding.kind, proceeding.stage):
        if step.stage == stage and step.stage not in by_approval:
            return step
    raise ValidationError(
        _("%(number)s cannot come to this stage: it is %(stage)s.")
        % {"number": proceeding.label, "stage": proceeding.get_stage_display()}
    )


def _check_complete(proceeding: Proceeding) -> None:
    missing = missing_of(proceeding)
    if missing:
        raise ValidationError(
            _("The file is not complete. Missing: %(things)s.") % {"things": "; ".join(missing)}
        )


def _check_owner(case: Case, owner: User) -> None:
    sees = Portfolio.objects.visible_to(owner).filter(pk=case.portfolio_id).exists()
    if not (owner.is_active and has_right(owner, "legal.work") and sees):
        raise ValidationError(
            _("%(name)s cannot work legal matters of this portfolio.")
            % {"name": owner.get_full_name()}
        )


def _check_opening(case: Case, opening: Opening) -> None:
    kind = ProceedingKind(opening.kind)
    running = Proceeding.objects.running().filter(case=case, kind=kind, asset=opening.asset).first()
    if running is not None:
        raise ValidationError(
            _("%(number)s is running already: %(stage)s.")
            % {"number": running.label, "stage": running.get_stage_display()}
        )
    if (kind == ProceedingKind.PRESERVATION) != bool(opening.asset):
        raise ValidationError(_("Say what is to be preserved."))
    if opening.is_before_suit and kind != ProceedingKind.PRESERVATION:
        raise ValidationError(_("Only preservation comes before a suit."))
    if opening.based_on is not None and opening.based_on.case_id != case.pk:
        raise ValidationError(_("Those proceedings are of another case."))


def _check_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise ValidationError(sentence)
    refuse_card_numbers(reason)


def _refuse_over(proceeding: Proceeding) -> None:
    if proceeding.is_over:
        raise ValidationError(
            _("%(number)s has ended: %(how)s.")
            % {"number": proceeding.label, "how": Ending(proceeding.ending).label}
        )


def _locked(proceeding: Proceeding, *stages: Stage) -> Proceeding:
    found = (
        Proceeding.objects.select_for_update(of=("self",))
        .select_related(
            "case__portfolio", "case__loan", "owner", "based_on", "approval__requested_by"
        )
        .get(pk=proceeding.pk)
    )
    if stages and found.stage not in stages:
        raise ValidationError(
            _("%(number)s does not wait for this: it is %(stage)s.")
            % {"number": found.label, "stage": found.get_stage_display()}
        )
    return found


def _today(proceeding: Proceeding) -> date:
    return clock.local_today(proceeding.case.portfolio.time_zone)


def _record(
    proceeding: Proceeding,
    action: str,
    by: Actor,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.Case",
        object_id=proceeding.case_id,
        portfolio_id=proceeding.case.portfolio_id,
        reason=reason,
        data={"proceeding": str(proceeding.pk), **(data or {})},
    )


def proceeding_href(proceeding: Proceeding) -> str:
    """Returns the page of proceedings."""
    return reverse("legal:proceeding", args=[proceeding.pk])
