"""The wordings that come with the product: every purpose, in English and in Chinese.

They name the lender by a field, so that they serve any portfolio. A provider that keeps wordings
itself, as in China, registers a signature and a code for each: that is a version of the lender's
own, made from these.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from notifications.templates.checks import problems_of
from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.services import Wording

_FILE: Final = Path(__file__).parent / "data" / "standard.json"
LANGUAGES: Final = ("en", "zh-hans")
#: The strictest of the packs that ask for words: with its parts a wording serves everywhere.
RULE_PACKS: Final = ("US-REGF",)


@cache
def standard_wordings() -> tuple[dict[str, Any], ...]:
    """Returns what the file says: code, name, channel, purpose, and a wording per language."""
    return tuple(json.loads(_FILE.read_text(encoding="utf-8")))


@transaction.atomic
def install_standard_templates(*, by: Actor) -> list[MessageTemplate]:
    """Installs the standard wordings approved; a code or language that is there stays as it is.

    Raises ValidationError for a wording that lacks what a rule pack in force asks for.
    """
    templates = []
    for told in standard_wordings():
        template, is_new = MessageTemplate.objects.get_or_create(
            code=told["code"],
            defaults={
                "name": told["name"],
                "channel": told["channel"],
                "purpose": told["purpose"],
                "rule_packs": list(RULE_PACKS),
            },
        )
        languages = [code for code in LANGUAGES if _approve(template, code, told[code], by)]
        if languages:
            _tell(template, by, languages, is_new=is_new)
        templates.append(template)
    return templates


def _approve(template: MessageTemplate, language: str, told: dict[str, str], by: Actor) -> bool:
    if template.versions.filter(language=language).exists():
        return False
    wording = Wording(language=language, **told)
    problems = problems_of(template=template, wording=wording)
    if problems:
        raise ValidationError([f"{template.code} {language}: {problem}" for problem in problems])
    now = clock.now()
    TemplateVersion.objects.create(
        template=template,
        language=language,
        version=1,
        status=TemplateStatus.APPROVED,
        subject=wording.subject,
        body=wording.body,
        written_by=by.label,
        written_at=now,
        approved_at=now,
        approved_by=by.label,
    )
    return True


def _tell(template: MessageTemplate, by: Actor, languages: list[str], *, is_new: bool) -> None:
    record(
        action="template.installed",
        by=by,
        object_type="notifications.MessageTemplate",
        object_id=template.pk,
        data={"code": template.code, "languages": languages, "is_new": is_new},
    )
