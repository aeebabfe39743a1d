"""Reads of templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessageTemplate, TemplateVersion


def approved_version(
    *, template: MessageTemplate, languages: Sequence[str]
) -> TemplateVersion | None:
    """Returns the approved wording in the first of the languages that has one. One query."""
    versions = TemplateVersion.objects.filter(
        template=template, status=TemplateStatus.APPROVED, language__in=languages
    )
    return first_approved(versions.select_related("template"), languages)


def first_approved(
    versions: Iterable[TemplateVersion], languages: Sequence[str]
) -> TemplateVersion | None:
    """Returns, of some wordings, the approved one in the first of the languages that has one."""
    approved = {
        version.language: version
        for version in versions
        if version.status == TemplateStatus.APPROVED
    }
    return next((approved[language] for language in languages if language in approved), None)


def all_templates() -> QuerySet[MessageTemplate]:
    """Returns every template with its wordings, by purpose and channel. They are nobody's alone."""
    ordered = MessageTemplate.objects.order_by("purpose", "channel", "code")
    return ordered.prefetch_related("versions")
