"""Asking a second person to let one refused contact pass, and deciding it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.approvals.services import decide, request_approval, withdraw
from accounts.models import Approval
from compliance.attempts.evidence import request_of
from compliance.attempts.models import Verdict
from compliance.overrides.models import Override
from compliance.rules.local_time import day_begins, local_date
from core import clock
from core.audit.actors import Actor
from core.audit.services import record

#: A refusal older than this says little about now; the gate is asked again first.
ASK_WITHIN: Final = timedelta(hours=24)
#: Nobody decided it in this time: it lapses.
DECIDE_WITHIN: Final = timedelta(hours=24)

KIND: Final = "override.permit"
DECIDE_RIGHT: Final = "override.decide"

_DAY: Final = timedelta(days=1)


@transaction.atomic
def ask_override(*, verdict: Verdict, factor: str, reason: str, by: Actor) -> Override:
    """Asks a second person to let the contact pass that the verdict refused.

    Raises ValidationError unless every rule that objected may be overridden for the stated factor,
    and without a reason, for an old or overridden refusal, or one about which is asked already;
    PermissionDenied for a machine.
    """
    if by.kind != "user":
        raise PermissionDenied(_("A person asks for this, not a machine."))
    reason = _checked_reason(reason)
    codes = _checked_codes(verdict, factor)
    if Override.objects.filter(verdict=verdict).exists():
        raise ValidationError(
            _("It was asked already to let this contact pass. Ask the gate again.")
        )
    asked = request_of(verdict)
    override = Override(
        approval=_approval(verdict, factor, codes, by),
        portfolio_id=verdict.portfolio_id,
        party_id=verdict.party_id,
        contact_point_id=asked.contact_point_id,
        channel=asked.channel,
        mode=asked.mode,
        purpose=asked.purpose,
        organisation=asked.organisation,
        verdict=verdict,
        codes=codes,
        factor=factor,
        reason=reason,
    )
    override.save(force_insert=True)
    override.loans.set(asked.loan_ids)
    _tell(override, "override.asked", by, reason)
    return override


@transaction.atomic
def decide_override(*, override: Override, approve: bool, reason: str = "", by: Actor) -> Override:
    """Grants or refuses an override as the second person.

    Granted, it lets one contact pass until the end of the day where the person is. Raises
    PermissionDenied for who asked and without the right, ValidationError when it is decided,
    withdrawn or lapsed already, or a refusal has no reason.
    """
    locked = _locked(override)
    decide(approval=locked.approval, by=by, approve=approve, reason=reason)
    if approve:
        locked.valid_until = _end_of_day(locked.verdict, clock.now())
        locked.save(update_fields=["valid_until"])
    _tell(locked, "override.granted" if approve else "override.refused", by, reason)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def withdraw_override(*, override: Override, by: Actor, reason: str = "") -> Override:
    """Takes a request back that nobody decided yet. Only who asked may."""
    locked = _locked(override)
    withdraw(approval=locked.approval, by=by, reason=reason)
    _tell(locked, "override.withdrawn", by, reason)
    locked.refresh_from_db()
    return locked


def _locked(override: Override) -> Override:
    rows = Override.objects.select_for_update(of=("self",)).select_related("approval", "verdict")
    locked: Override = rows.get(pk=override.pk)
    return locked


def _checked_reason(reason: str) -> str:
    reason, longest = reason.strip(), Override._meta.get_field("reason").max_length
    if not reason:
        raise ValidationError(_("Say why this contact should be made all the same."))
    if longest is not None and len(reason) > longest:
        raise ValidationError(_("Say it in at most %(count)s characters.") % {"count": longest})
    return reason


def _checked_codes(verdict: Verdict, factor: str) -> list[str]:
    """The codes of the rules that objected, once each is known to give way to the factor."""
    if verdict.is_allowed:
        raise ValidationError(_("The gate allows this contact; nothing is to be overridden."))
    if clock.now() - verdict.at > ASK_WITHIN:
        raise ValidationError(_("This refusal is more than a day old. Ask the gate again."))
    denials = [found for found in verdict.findings if found["effect"] == "deny"]
    firm = [found["code"] for found in denials if factor not in found.get("override", ())]
    if firm or not factor:
        raise ValidationError(
            _("%(codes)s cannot be overridden on this ground.")
            % {"codes": ", ".join(dict.fromkeys(firm)) or _("A rule")}
        )
    return list(dict.fromkeys(found["code"] for found in denials))


def _approval(verdict: Verdict, factor: str, codes: list[str], by: Actor) -> Approval:
    return request_approval(
        kind=KIND,
        brief={
            "verdict": str(verdict.pk),
            "party": str(verdict.party_id),
            "channel": verdict.channel,
            "codes": codes,
            "factor": factor,
        },
        subject_type="compliance.Verdict",
        subject_id=verdict.pk,
        by=by,
        decide_right=DECIDE_RIGHT,
        portfolio_id=verdict.portfolio_id,
        lapses_after=DECIDE_WITHIN,
    )


def _end_of_day(verdict: Verdict, at: datetime) -> datetime:
    """The last instant of the day where the person is, by the zone whose days are counted."""
    seen = verdict.facts_seen
    zone = seen.get("day_zone") or next(iter(seen.get("zones", ())), "UTC")
    return day_begins(local_date(at, zone) + _DAY, zone)


def _tell(override: Override, action: str, by: Actor, reason: str) -> None:
    record(
        action=action,
        by=by,
        object_type="compliance.Override",
        object_id=override.pk,
        portfolio_id=override.portfolio_id,
        reason=reason,
        data={
            "verdict": str(override.verdict_id),
            "codes": override.codes,
            "factor": override.factor,
        },
    )
