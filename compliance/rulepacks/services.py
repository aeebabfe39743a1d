"""Installing rule packs from their documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.rulepacks.models import Binding, RulePack, RulePackVersion, RuleParameters
from compliance.rules.registry import RULES
from core import clock
from core.audit.actors import Actor
from core.audit.services import record

STANDARD_PACKS = Path(__file__).parent / "data"


def install_standard_packs(*, by: Actor) -> list[RulePackVersion]:
    """Installs the packs that come with the product; those already there are left alone."""
    return [
        install_pack(document=json.loads(path.read_text(encoding="utf-8")), by=by)
        for path in sorted(STANDARD_PACKS.glob("*.json"))
    ]


@transaction.atomic
def install_pack(*, document: Mapping[str, Any], by: Actor) -> RulePackVersion:
    """Publishes one version of a pack as its document says; the same document again is a no-op.

    Raises ValidationError for a document that names an unknown rule, lacks a citation or repeats
    a published version with other content.
    """
    _check(document)
    pack, _created = RulePack.objects.select_for_update().get_or_create(
        code=document["code"],
        defaults={"name": document["name"], "place": document.get("place", "")},
    )
    found = RulePackVersion.objects.filter(pack=pack, version=document["version"]).first()
    if found is not None:
        _check_same(found, document)
        return found
    version = RulePackVersion.objects.create(
        pack=pack,
        version=document["version"],
        effective_from=date.fromisoformat(document["effective_from"]),
        published_at=clock.now(),
        published_by=by.label,
    )
    RuleParameters.objects.bulk_create(
        RuleParameters(
            version=version,
            rule=rule["rule"],
            code=rule["code"],
            values=rule["values"],
            citation=rule["citation"],
            binding=rule["binding"],
            agency_binding=rule.get("agency_binding", rule["binding"]),
            override=rule.get("override", []),
        )
        for rule in document["rules"]
    )
    record(
        action="rulepack.published",
        by=by,
        object_type="compliance.RulePackVersion",
        object_id=str(version.pk),
        data={"code": pack.code, "version": version.version},
    )
    return version


def _check(document: Mapping[str, Any]) -> None:
    for rule in document["rules"]:
        code = rule.get("code", "?")
        if rule.get("rule") not in RULES:
            raise ValidationError(
                _("%(code)s: there is no rule %(rule)s. Known rules: %(known)s.")
                % {"code": code, "rule": rule.get("rule"), "known": ", ".join(sorted(RULES))}
            )
        if not str(rule.get("citation", "")).strip():
            raise ValidationError(
                _("%(code)s has no citation; say where it is written.") % {"code": code}
            )
        if rule.get("binding") not in Binding.values:
            raise ValidationError(
                _("%(code)s must be binding by law or by policy.") % {"code": code}
            )
        if rule["rule"] == "window" and not (
            time.fromisoformat(rule["values"]["opens"])
            < time.fromisoformat(rule["values"]["closes"])
        ):
            raise ValidationError(
                _("%(code)s: the window must open before it closes.") % {"code": code}
            )


def _check_same(version: RulePackVersion, document: Mapping[str, Any]) -> None:
    stored = {
        rule.code: (rule.rule, rule.values, rule.citation, rule.binding)
        for rule in version.rules.all()
    }
    given = {
        rule["code"]: (rule["rule"], rule["values"], rule["citation"], rule["binding"])
        for rule in document["rules"]
    }
    if stored != given:
        raise ValidationError(
            _("Version %(version)s of %(code)s is published and cannot change; raise its version.")
            % {"version": version.version, "code": version.pack.code}
        )
