"""Wordings in the browser: all templates with their languages, one with its versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.approvals.forms import DecisionForm
from accounts.models import User
from notifications.oversight.navigation import message_tabs
from notifications.templates.checks import mandatory_parts
from notifications.templates.flow import TemplateStatus
from notifications.templates.forms import RetireForm
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.presentation import coverage, language_name, template_href, version_row
from notifications.templates.queries import all_templates
from notifications.templates.registration import needs_registration, registering_accounts
from notifications.templates.samples import parts_of

#: No wording is longer; what is longer is not counted.
_LONGEST = 4_000


@requires("template.view")
@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """Every template by purpose and channel, with the languages it is said in."""
    user = signed_in_user(request)
    context = {
        "message_tabs": message_tabs(user, "wordings:list"),
        "rows": [_row(template) for template in all_templates()],
        "languages": settings.LANGUAGES,
        "new_href": reverse("wordings:new") if has_right(user, "template.write") else "",
    }
    return TemplateResponse(request, "notifications/templates/list.html", context)


@requires("template.view")
@require_safe
@never_cache
def template(request: HttpRequest, code: str) -> HttpResponse:
    """One template: its wordings in each language, what each must say, who approved what."""
    user = signed_in_user(request)
    found = get_object_or_404(MessageTemplate, code=code)
    return TemplateResponse(
        request, "notifications/templates/template.html", template_context(found, user=user)
    )


@requires("template.view")
@require_POST
def counted(request: HttpRequest) -> HttpResponse:
    """Counts a text: the same numbers that the page counts while it is written. Keeps nothing."""
    parts = parts_of(request.POST.get("body", "")[:_LONGEST])
    return JsonResponse({"encoding": parts.encoding, "units": parts.units, "parts": parts.parts})


def template_context(found: MessageTemplate, *, user: User) -> dict[str, Any]:
    """Returns what the page of one template is given."""
    versions = list(
        found.versions.select_related(
            "template", "approval__requested_by", "approval__decided_by"
        ).order_by("language", "-version")
    )
    may_write = has_right(user, "template.write")
    write = reverse("wordings:write", args=[found.code]) if may_write else ""
    accounts = registering_accounts(found, user)
    return {
        "template": found,
        "languages": [
            {
                "name": language_name(code),
                "rows": _rows([v for v in versions if v.language == code], user),
                "must_register": needs_registration(
                    channel=found.channel, language=code, accounts=accounts
                ),
                "write_href": f"{write}?language={code}" if write else "",
            }
            for code, _name in settings.LANGUAGES
        ],
        "registering": [account.name for account in accounts],
        "mandatory": mandatory_parts(found),
        "decision_form": DecisionForm(),
        "retire_form": RetireForm(),
        "back_href": reverse("wordings:list"),
    }


def _rows(versions: list[TemplateVersion], user: User) -> list[dict[str, Any]]:
    """The wordings of one language; one that waits is shown against the one in use."""
    in_use = next((v for v in versions if v.status == TemplateStatus.APPROVED), None)
    earlier = (TemplateStatus.DRAFT, TemplateStatus.PROPOSED)
    return [
        version_row(version, user=user, before=in_use if version.status in earlier else None)
        for version in versions
    ]


def _row(found: MessageTemplate) -> dict[str, Any]:
    return {
        "name": found.name,
        "code": found.code,
        "href": template_href(found),
        "purpose": found.get_purpose_display(),
        "channel": found.get_channel_display(),
        "packs": found.rule_packs,
        "coverage": coverage(found.versions.all()),
    }
