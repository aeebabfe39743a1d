"""What a file still lacks before it is proposed for filing, each missing thing by its name."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from collections_app.legal.file_models import LegalDocument
from collections_app.legal.flow import (
    DOCUMENTS_NEEDED,
    NEEDS_DEMAND,
    DocumentKind,
    ProceedingKind,
)
from collections_app.legal.models import Proceeding
from compliance.notices.models import DEMANDS, ServedNotice


def missing_of(proceeding: Proceeding) -> list[str]:
    """Returns what is missing, in the order of the file; empty: it is complete. Two queries."""
    return [*_facts(proceeding), *_papers(proceeding), *_demand(proceeding)]


def kinds_on_file(proceeding: Proceeding) -> set[str]:
    """Returns the kinds of paper that are there and were not withdrawn. One query."""
    papers = LegalDocument.objects.filter(proceeding=proceeding, withdrawn_at__isnull=True)
    return set(papers.values_list("kind", flat=True))


def _facts(proceeding: Proceeding) -> Iterator[str]:
    if not proceeding.court:
        yield _("the court or tribunal")
    if proceeding.claim_amount is None:
        yield _("the claim and the day of its figures")
    kind = proceeding.kind
    if kind == ProceedingKind.ENFORCEMENT and proceeding.based_on is None:
        yield _("the proceedings whose decision is enforced")


def _papers(proceeding: Proceeding) -> Iterator[str]:
    there = kinds_on_file(proceeding)
    needed = list(DOCUMENTS_NEEDED[ProceedingKind(proceeding.kind)])
    if proceeding.kind == ProceedingKind.PRESERVATION and not proceeding.is_security_excused:
        needed.append(DocumentKind.SECURITY)
    for kind in needed:
        if kind not in there:
            yield str(kind.label)


def _demand(proceeding: Proceeding) -> Iterator[str]:
    """A demand that arrived: with it the debtor is in delay, and the court sees it was tried."""
    if proceeding.kind not in NEEDS_DEMAND:
        return
    arrived = ServedNotice.objects.filter(
        loan=proceeding.case.loan_id, kind__in=DEMANDS, withdrawn_at__isnull=True
    )
    if not arrived.exists():
        yield _("a demand that arrived")
