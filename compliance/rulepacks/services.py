"""Versions of rule packs: installed with the product, or proposed by one, published by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.approvals.services import decide, request_approval, withdraw
from accounts.models import Approval
from compliance.rulepacks.documents import (
    PackDocument,
    document_of,
    fingerprint,
    read_document,
)
from compliance.rulepacks.models import (
    RulePack,
    RulePackProposal,
    RulePackVersion,
    RuleParameters,
)
from compliance.rulepacks.queries import newest_version
from compliance.rulepacks.standard import standard_documents
from compliance.rulepacks.telling import PUBLISHES, tell_deciders, tell_proposer
from core import clock
from core.audit.actors import Actor
from core.audit.services import record

#: Where a day begins first: a version proposed from tomorrow there has begun nowhere.
_FIRST_ZONE: Final = "Pacific/Kiritimati"


@transaction.atomic
def install_standard_packs(*, by: Actor) -> list[RulePackVersion]:
    """Installs the packs that come with the product, and newer versions of them; else no change.

    A pack of which somebody here published a version of their own is left alone: the product never
    replaces what two people decided. Its page then offers the product's document as a proposal.
    """
    decided_here = set(
        RulePackVersion.objects.filter(proposal__isnull=False).values_list("pack__code", flat=True)
    )
    return [
        install_pack(document=document, by=by)
        for code, document in standard_documents().items()
        if code not in decided_here
    ]


@transaction.atomic
def install_pack(*, document: Mapping[str, Any], by: Actor) -> RulePackVersion:
    """Publishes one version of a pack as its document says; the same document again is a no-op.

    For documents that come with the product or a migration; people propose. Raises ValidationError
    with every problem of the document, or where it is a published version with other content or
    older than one that is published.
    """
    read = read_document(document)
    pack = _lock_pack(read)
    found = RulePackVersion.objects.filter(pack=pack, version=read.version).first()
    if found is None:
        _check_follows(read, newest_version(read.code))
        return _publish(pack, read, by=by)
    if document_of(found).rules != read.rules or found.effective_from != read.effective_from:
        raise ValidationError(
            _("Version %(version)s of %(code)s is published and cannot change; raise its version.")
            % {"version": read.version, "code": read.code}
        )
    return found


@transaction.atomic
def propose_version(*, document: Any, reason: str, by: Actor) -> RulePackProposal:
    """Keeps the document of a next version and asks a second person to publish it.

    Raises ValidationError with every problem of the document, without a reason, where it changes
    nothing or does not follow the newest version, and while another one of the pack waits.
    """
    read = check_proposal(document)
    if not reason.strip():
        raise ValidationError(_("Say why the rules change: who decides has to judge it."))
    proposal = RulePackProposal(
        code=read.code, version=read.version, document=read.as_json(), reason=reason.strip()
    )
    proposal.approval = request_approval(
        kind=PUBLISHES,
        brief={
            "code": read.code,
            "version": read.version,
            "effective_from": read.effective_from.isoformat(),
            "proposal": str(proposal.pk),
            "sha256": fingerprint(proposal.document),
        },
        # One at a time for each pack: the next version is judged against the newest one.
        subject_type="compliance.RulePack",
        subject_id=read.code,
        by=by,
        decide_right=PUBLISHES,
    )
    proposal.save(force_insert=True)
    _record(proposal, "rulepack.proposed", by)
    tell_deciders(proposal=proposal, by=by)
    return proposal


@transaction.atomic
def publish_version(*, proposal: RulePackProposal, reason: str, by: Actor) -> RulePackVersion:
    """Publishes a proposed version as the second person, after the checks of its proposal again.

    Raises PermissionDenied for who proposed it, for machines and without the right;
    ValidationError without a reason, when it is decided already, and when it no longer holds.
    """
    if not reason.strip():
        raise ValidationError(_("Say why you publish it: the trail keeps the reason."))
    read = read_document(proposal.document)
    pack = _lock_pack(read)
    decide(approval=proposal.approval, by=by, approve=True, reason=reason)
    check_proposal(proposal.document)
    tell_proposer(proposal=proposal, is_published=True, by=by)
    return _publish(pack, read, by=by, proposal=proposal, reason=reason.strip())


@transaction.atomic
def refuse_version(*, proposal: RulePackProposal, reason: str, by: Actor) -> Approval:
    """Refuses a proposed version as the second person; raises as `publish_version` does."""
    refused = decide(approval=proposal.approval, by=by, approve=False, reason=reason)
    tell_proposer(proposal=proposal, is_published=False, by=by)
    return refused


@transaction.atomic
def withdraw_proposal(*, proposal: RulePackProposal, by: Actor, reason: str = "") -> Approval:
    """Takes a proposal back. Only who proposed it may, and only while it waits."""
    return withdraw(approval=proposal.approval, by=by, reason=reason)


def _lock_pack(read: PackDocument) -> RulePack:
    """Returns the pack, made where it is new, so that two versions are published one by one."""
    pack, _created = RulePack.objects.select_for_update().get_or_create(
        code=read.code, defaults={"name": read.name, "place": read.place}
    )
    return pack


def check_proposal(document: Any) -> PackDocument:
    """Reads a document that could be proposed now; raises ValidationError where it could not.

    It follows the newest version by one, changes something, and begins on a day still to come.
    """
    read = read_document(document)
    newest = newest_version(read.code)
    wanted = newest.version + 1 if newest else 1
    if read.version != wanted:
        raise ValidationError(
            _("The next version of %(code)s is %(wanted)s, not %(version)s.")
            % {"code": read.code, "wanted": wanted, "version": read.version}
        )
    if newest is None:
        return read
    _check_follows(read, newest)
    if read.effective_from <= clock.local_today(_FIRST_ZONE):
        raise ValidationError(
            _(
                "%(day)s has already begun somewhere. Contacts of that day were judged by the "
                "version then in force; choose a later day."
            )
            % {"day": read.effective_from.isoformat()}
        )
    if document_of(newest).rules == read.rules:
        raise ValidationError(_("No rule differs from the newest version; change one first."))
    return read


def _check_follows(read: PackDocument, newest: RulePackVersion | None) -> None:
    """Whatever is published follows what is: a later version of the same place, not before it."""
    if newest is None:
        return
    if read.version < newest.version:
        raise ValidationError(
            _("Version %(newest)s of %(code)s is published; an older one cannot follow it.")
            % {"newest": newest.version, "code": read.code}
        )
    if read.place != newest.pack.place:
        raise ValidationError(
            _("The place of %(code)s cannot change; rules of another place are another pack.")
            % {"code": read.code}
        )
    if read.effective_from < newest.effective_from:
        raise ValidationError(
            _("Version %(newest)s is in force from %(day)s; the next one begins then or later.")
            % {"newest": newest.version, "day": newest.effective_from.isoformat()}
        )


def _publish(
    pack: RulePack,
    read: PackDocument,
    *,
    by: Actor,
    proposal: RulePackProposal | None = None,
    reason: str = "",
) -> RulePackVersion:
    if pack.name != read.name:
        pack.name = read.name
        pack.save(update_fields=["name"])
    version = RulePackVersion.objects.create(
        pack=pack,
        version=read.version,
        effective_from=read.effective_from,
        published_at=clock.now(),
        published_by=by.label,
        proposal=proposal,
    )
    RuleParameters.objects.bulk_create(
        RuleParameters(
            version=version,
            rule=rule.rule,
            code=rule.code,
            values=dict(rule.values),
            citation=rule.citation,
            binding=rule.binding,
            agency_binding=rule.agency_binding,
            override=list(rule.override),
        )
        for rule in read.rules
    )
    record(
        action="rulepack.published",
        by=by,
        object_type="compliance.RulePackVersion",
        object_id=str(version.pk),
        reason=reason,
        data={"code": pack.code, "version": version.version},
    )
    return version


def _record(proposal: RulePackProposal, action: str, by: Actor) -> None:
    record(
        action=action,
        by=by,
        object_type="compliance.RulePackProposal",
        object_id=str(proposal.pk),
        reason=proposal.reason,
        data={"code": proposal.code, "version": proposal.version},
    )
