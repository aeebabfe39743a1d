"""Every edition of a pack one can look at or ask: published, proposed, or the product's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.approvals.flow import ApprovalStatus
from compliance.gate.facts import AppliedRule
from compliance.rulepacks.documents import PackDocument, RuleEntry, document_of, read_document
from compliance.rulepacks.models import RulePackProposal, RulePackVersion
from compliance.rulepacks.queries import versions_of
from compliance.rulepacks.standard import standard_documents

#: The document that comes with the product, where it is not what was published last.
PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Edition:
    """A document with what it is: `key` is the version's number, a proposal's id, or "product"."""

    key: str
    document: PackDocument
    version: RulePackVersion | None = None
    proposal: RulePackProposal | None = None


def editions_of(code: str) -> list[Edition]:
    """Returns the editions of a pack, the published ones first and oldest first."""
    published = [edition_of(version) for version in versions_of(code)]
    proposed = [
        Edition(str(proposal.pk), read, proposal=proposal)
        for proposal in open_proposals().filter(code=code)
        if (read := _readable(proposal)) is not None
    ]
    newest = published[-1].document if published else None
    return [*published, *proposed, *_of_the_product(code, newest)]


def edition_of(version: RulePackVersion) -> Edition:
    """Returns a published version as an edition."""
    return Edition(str(version.version), document_of(version), version=version)


def in_force_on(editions: list[Edition], day: date) -> Edition | None:
    """Returns the published edition in force on a day, of those of one pack."""
    begun = [
        edition
        for edition in editions
        if edition.version is not None and edition.version.effective_from <= day
    ]
    return max(begun, key=lambda edition: edition.document.version, default=None)


def open_proposals() -> QuerySet[RulePackProposal]:
    """Returns the proposals that wait for a second person."""
    return RulePackProposal.objects.filter(approval__status=ApprovalStatus.PENDING).select_related(
        "approval__requested_by"
    )


def applied(document: PackDocument, *, organisation: str, label: str) -> tuple[AppliedRule, ...]:
    """Returns the rules of a document as the gate would apply them; `label` names it in reasons."""
    return tuple(_applied(rule, organisation, label) for rule in document.rules)


def _applied(rule: RuleEntry, organisation: str, label: str) -> AppliedRule:
    return AppliedRule(
        rule=rule.rule,
        code=rule.code,
        values=rule.values,
        citation=rule.citation,
        binding=rule.agency_binding if organisation else rule.binding,
        pack=label,
        override=rule.override,
    )


def _readable(proposal: RulePackProposal) -> PackDocument | None:
    """A document may have been proposed when a rule knew other values; its page says so."""
    try:
        return read_document(proposal.document)
    except ValidationError:
        return None


def _of_the_product(code: str, newest: PackDocument | None) -> list[Edition]:
    document = standard_documents().get(code)
    if document is None:
        return []
    read = read_document(document)
    return [] if newest is not None and newest.rules == read.rules else [Edition(PRODUCT, read)]
