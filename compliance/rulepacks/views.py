"""Rule packs in the browser: the list, one with its rules, two editions side by side."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.navigation import compliance_tabs
from compliance.rulepacks.differences import difference
from compliance.rulepacks.documents import document_of
from compliance.rulepacks.editions import Edition, editions_of, in_force_on
from compliance.rulepacks.models import RulePack, RulePackProposal
from compliance.rulepacks.names import pack_name
from compliance.rulepacks.overview import pack_lines, portfolios_naming
from compliance.rulepacks.presentation import difference_lines, edition_name, rule_line
from compliance.rulepacks.queries import versions_of


@requires("rulepack.view")
@require_safe
def pack_list(request: HttpRequest) -> HttpResponse:
    """Every pack: what is in force, what comes next, what waits for a second person."""
    user = signed_in_user(request)
    context = {
        "tabs": compliance_tabs(user, "rulepacks:list"),
        "packs": pack_lines(user=user, day=timezone.localdate()),
        "new_href": reverse("rulepacks:new") if has_right(user, "rulepack.propose") else "",
    }
    return TemplateResponse(request, "compliance/rulepacks/pack_list.html", context)


@requires("rulepack.view")
@require_safe
def pack(request: HttpRequest, code: str) -> HttpResponse:
    """One pack: the rules of an edition in plain words, and all its editions."""
    user = signed_in_user(request)
    found = get_object_or_404(RulePack, code=code)
    editions = editions_of(code)
    current = in_force_on(editions, timezone.localdate())
    shown = _chosen(editions, request.GET.get("edition", "")) or current or editions[-1]
    may_propose = has_right(user, "rulepack.propose")
    context = {
        "tabs": compliance_tabs(user, "rulepacks:list"),
        "pack": found,
        "pack_name": pack_name(found.name),
        "shown": _edition_line(shown, code, current),
        "rules": [rule_line(rule) for rule in shown.document.rules],
        "editions": [_edition_line(edition, code, current) for edition in reversed(editions)],
        "portfolios": portfolios_naming(code, user=user),
        "difference_href": reverse("rulepacks:difference", args=[code]),
        "propose_href": reverse("rulepacks:propose", args=[code]) if may_propose else "",
        "document_href": reverse("rulepacks:propose_document", args=[code]) if may_propose else "",
        "back_href": reverse("rulepacks:list"),
    }
    return TemplateResponse(request, "compliance/rulepacks/pack.html", context)


@requires("rulepack.view")
@require_safe
def pack_difference(request: HttpRequest, code: str) -> HttpResponse:
    """Two editions of a pack side by side: rules that come, go and change, value by value."""
    found = get_object_or_404(RulePack, code=code)
    editions = editions_of(code)
    new = _chosen(editions, request.GET.get("new", "")) or editions[-1]
    earlier = editions[: editions.index(new)]
    old = _chosen(editions, request.GET.get("old", "")) or (earlier[-1] if earlier else new)
    context = {
        "pack": found,
        "back_href": reverse("rulepacks:pack", args=[code]),
        "choices": [(edition.key, edition_name(edition)) for edition in editions],
        "old": {"key": old.key, "name": edition_name(old)},
        "new": {"key": new.key, "name": edition_name(new)},
        "difference": difference_lines(difference(old.document, new.document)),
    }
    return TemplateResponse(request, "compliance/rulepacks/pack_difference.html", context)


@requires("rulepack.view")
@require_safe
def version_document(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The document of a published version, to keep or to change elsewhere."""
    found = get_object_or_404(versions_of(code), version=version)
    return _download(document_of(found).as_json())


@requires("rulepack.view")
@require_safe
def proposal_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The document that is proposed."""
    return _download(get_object_or_404(RulePackProposal, pk=pk).document)


def _chosen(editions: list[Edition], key: str) -> Edition | None:
    """The edition an address names; an unknown one is not found, no name is nothing."""
    if not key:
        return None
    for edition in editions:
        if edition.key == key:
            return edition
    raise Http404


def _edition_line(edition: Edition, code: str, current: Edition | None) -> dict[str, Any]:
    """An edition as the list of editions and the heading show it."""
    version, proposal = edition.version, edition.proposal
    asked = version.proposal if version is not None else proposal
    return {
        "key": edition.key,
        "name": edition_name(edition),
        "effective_from": edition.document.effective_from,
        "is_in_force": edition is current,
        "is_later": version is not None and version.effective_from > timezone.localdate(),
        "is_proposed": proposal is not None,
        "is_of_the_product": version is None and proposal is None,
        "proposed_by": str(asked.approval.requested_by or "") if asked else "",
        "published_by": version.published_by if version else "",
        "published_at": version.published_at if version else None,
        "reason": asked.reason if asked else "",
        "href": reverse("rulepacks:pack", args=[code]) + f"?edition={edition.key}",
        "proposal_href": reverse("rulepacks:proposal", args=[asked.pk]) if asked else "",
        "document_href": _document_href(edition, code),
    }


def _document_href(edition: Edition, code: str) -> str:
    if edition.version is not None:
        return reverse("rulepacks:version_document", args=[code, edition.version.version])
    if edition.proposal is not None:
        return reverse("rulepacks:proposal_document", args=[edition.proposal.pk])
    return ""


def _download(document: dict[str, Any]) -> HttpResponse:
    name = f"{document['code']}-v{document['version']}.json"
    return HttpResponse(
        json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
