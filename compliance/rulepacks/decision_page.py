"""What the page of a proposed version is given: who, why, what differs, and who may decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.approvals.flow import ApprovalStatus
from compliance.rulepacks.differences import difference
from compliance.rulepacks.documents import document_of, read_document
from compliance.rulepacks.models import RulePack, RulePackProposal, RulePackVersion
from compliance.rulepacks.presentation import difference_lines, rule_line
from compliance.rulepacks.queries import versions_of

if TYPE_CHECKING:
    from accounts.models import User

_MARKS = {
    ApprovalStatus.PENDING: "running",
    ApprovalStatus.APPROVED: "done",
    ApprovalStatus.REFUSED: "failed",
}


def decision_context(found: RulePackProposal, *, user: User) -> dict[str, Any]:
    """Returns the page of a proposal; it differs from the version it was made to follow."""
    approval = found.approval
    is_own = approval.requested_by_id == user.pk
    may_decide = approval.is_pending and not is_own and has_right(user, "rulepack.publish")
    before = versions_of(found.code).filter(version__lt=found.version).last()
    return {
        "proposal": found,
        "document": found.document,
        "approval": approval,
        "state": _MARKS.get(ApprovalStatus(approval.status), "waiting"),
        "published": getattr(found, "published", None),
        "is_own": is_own,
        "before": before,
        "decide_href": reverse("rulepacks:decide", args=[found.pk]) if may_decide else "",
        "withdraw_href": reverse("rulepacks:withdraw", args=[found.pk])
        if is_own and approval.is_pending
        else "",
        "document_href": reverse("rulepacks:proposal_document", args=[found.pk]),
        "pack_href": reverse("rulepacks:pack", args=[found.code])
        if RulePack.objects.filter(code=found.code).exists()
        else "",
        "back_href": reverse("rulepacks:list"),
        **_rules(found, before),
    }


def _rules(found: RulePackProposal, before: RulePackVersion | None) -> dict[str, Any]:
    """The rules and what differs; a document that no longer reads shows its problems instead."""
    try:
        read = read_document(found.document)
    except ValidationError as refused:
        return {"problems": refused.messages, "rules": [], "difference": None}
    found_difference = difference(document_of(before) if before else None, read)
    return {
        "problems": [],
        "rules": [rule_line(rule) for rule in read.rules],
        "difference": difference_lines(found_difference),
    }
