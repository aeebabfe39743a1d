"""Writing wordings and having them approved by a second person."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.approvals import services as approvals
from compliance.rulepacks.queries import rules_on
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from notifications.templates.checks import problems_of
from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessageTemplate, TemplateVersion

APPROVAL_KIND = "template.approve"
DECIDE_RIGHT = "template.approve"


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody wrote: the text in one language, and what a provider has registered of it."""

    language: str
    body: str
    subject: str = ""
    signature: str = ""
    provider_code: str = ""


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What holds for every wording of a template."""

    code: str
    name: str
    channel: str
    purpose: str
    rule_packs: tuple[str, ...] = ()


@transaction.atomic
def create_template(*, facts: TemplateFacts, by: Actor) -> MessageTemplate:
    """Opens a template that has no wording yet.

    Raises ValidationError for a code that is taken, or a rule pack without a version in force.
    """
    if MessageTemplate.objects.filter(code=facts.code).exists():
        raise ValidationError({"code": _("Another template has this code.")})
    today = clock.now().date()
    known = rules_on(pack_codes=set(facts.rule_packs), days={today})[today]
    _rules, missing = known.of(set(facts.rule_packs))
    if missing:
        named = ", ".join(sorted(missing))
        raise ValidationError(
            {"rule_packs": _("No version in force of the rule pack %(codes)s.") % {"codes": named}}
        )
    template = MessageTemplate.objects.create(
        code=facts.code,
        name=facts.name.strip(),
        channel=facts.channel,
        purpose=facts.purpose,
        rule_packs=sorted(facts.rule_packs),
    )
    record(
        action="template.created",
        by=by,
        object_type="notifications.MessageTemplate",
        object_id=template.pk,
        data={"code": template.code, "channel": template.channel, "purpose": template.purpose},
    )
    return template


@transaction.atomic
def write_version(*, template: MessageTemplate, wording: Wording, by: Actor) -> TemplateVersion:
    """Keeps a wording as the next version of its language, a draft that anybody may still change.

    Raises ValidationError with every problem of it: fields that are not there, mandatory parts
    that a rule pack asks for, lengths.
    """
    problems = problems_of(template=template, wording=wording)
    if problems:
        raise ValidationError(list(problems))
    MessageTemplate.objects.select_for_update().get(pk=template.pk)
    newest = template.versions.filter(language=wording.language).aggregate(most=Max("version"))
    version = TemplateVersion.objects.create(
        template=template,
        language=wording.language,
        version=(newest["most"] or 0) + 1,
        subject=wording.subject.strip(),
        body=wording.body.strip(),
        signature=wording.signature.strip(),
        provider_code=wording.provider_code.strip(),
        written_by=by.label,
        written_at=clock.now(),
    )
    _tell(version, "template.written", by)
    return version


@transaction.atomic
def propose_version(*, version: TemplateVersion, by: Actor) -> TemplateVersion:
    """Asks a second person to approve a draft. Raises ValidationError when it is none."""
    locked = _locked(version)
    if locked.status != TemplateStatus.DRAFT:
        raise ValidationError(_("Only a draft can be proposed."))
    locked.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        brief={
            "template": locked.template.code,
            "language": locked.language,
            "version": locked.version,
            "body": locked.body,
        },
        subject_type="notifications.TemplateVersion",
        subject_id=locked.pk,
        by=by,
        decide_right=DECIDE_RIGHT,
    )
    locked.status = TemplateStatus.PROPOSED
    locked.save(update_fields=["approval", "status"])
    return locked


@transaction.atomic
def decide_version(
    *, version: TemplateVersion, approve: bool, reason: str, by: Actor
) -> TemplateVersion:
    """Approves a proposed wording, which retires the one before it, or sends it back as a draft.

    Raises PermissionDenied for who proposed it or has not the right, ValidationError when it is
    decided already or a refusal has no reason.
    """
    locked = _locked(version)
    if locked.status != TemplateStatus.PROPOSED or locked.approval is None:
        raise ValidationError(_("This wording does not wait for a decision."))
    approvals.decide(approval=locked.approval, by=by, approve=approve, reason=reason)
    if not approve:
        locked.status, locked.approval = TemplateStatus.DRAFT, None
        locked.save(update_fields=["status", "approval"])
        return locked
    for before in locked.template.versions.filter(
        language=locked.language, status=TemplateStatus.APPROVED
    ):
        before.status = TemplateStatus.RETIRED
        before.save(update_fields=["status"])
    locked.status = TemplateStatus.APPROVED
    locked.approved_at, locked.approved_by = clock.now(), by.label
    locked.save(update_fields=["status", "approved_at", "approved_by"])
    _tell(locked, "template.approved", by, reason)
    return locked


@transaction.atomic
def retire_version(*, version: TemplateVersion, reason: str, by: Actor) -> TemplateVersion:
    """Takes an approved wording out of use; what waits for it is suppressed until there is another.

    Raises ValidationError without a reason or when it is not in use.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the wording is no longer used."))
    locked = _locked(version)
    if locked.status != TemplateStatus.APPROVED:
        raise ValidationError(_("This wording is not in use."))
    locked.status = TemplateStatus.RETIRED
    locked.save(update_fields=["status"])
    _tell(locked, "template.retired", by, reason)
    return locked


def _locked(version: TemplateVersion) -> TemplateVersion:
    return (
        TemplateVersion.objects.select_for_update(of=("self",))
        .select_related("template", "approval")
        .get(pk=version.pk)
    )


def _tell(version: TemplateVersion, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="notifications.TemplateVersion",
        object_id=version.pk,
        reason=reason,
        data={
            "template": version.template.code,
            "language": version.language,
            "version": version.version,
        },
    )
