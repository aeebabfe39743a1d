"""Writing a wording in the browser, proposing it, the second person's decision, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.approvals import deciding
from accounts.approvals.forms import DecisionForm
from compliance.rulepacks.models import RulePack
from core.audit.actors import Actor
from notifications.channels.flow import MessageChannel
from notifications.channels.models import ChannelAccount
from notifications.templates import services
from notifications.templates.checks import mandatory_parts
from notifications.templates.fields import fields_for
from notifications.templates.forms import RetireForm, TemplateForm, WordingForm
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.presentation import prices_of, template_href
from notifications.templates.registration import needs_registration, registering_accounts
from notifications.templates.samples import parts_of, sample_of_text, sample_values
from notifications.templates.views import template_context

_READ_AND_WRITE = ["GET", "HEAD", "POST"]


@requires("template.write")
@require_http_methods(_READ_AND_WRITE)
def new_template(request: HttpRequest) -> HttpResponse:
    """Opens a template; its first wording is written next."""
    packs = list(RulePack.objects.order_by("code").values_list("code", flat=True))
    form = TemplateForm(request.POST or None, packs=packs)
    if request.method == "POST" and form.is_valid():
        by = Actor.of(signed_in_user(request))
        try:
            made = services.create_template(facts=form.facts(), by=by)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect_to(reverse("wordings:write", args=[made.code]))
    context = {"form": form, "back_href": reverse("wordings:list")}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "notifications/templates/new.html", context, status=status)


@requires("template.write")
@require_http_methods(_READ_AND_WRITE)
@never_cache
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Writes the next wording of a language; "show" counts and shows it and keeps nothing."""
    user = signed_in_user(request)
    template = get_object_or_404(MessageTemplate, code=code)
    is_post = request.method == "POST"
    initial = _initial(template, request.GET.get("language", ""), request.GET.get("from", ""))
    form = WordingForm(request.POST if is_post else None, initial=initial)
    status = 200
    if is_post and request.POST.get("act") != "show":
        if form.is_valid() and _kept(template, form, Actor.of(user)):
            messages.success(request, _("Kept as a draft. Look at it and propose it."))
            return redirect_to(template_href(template))
        status = 422
    elif is_post and not form.is_valid():
        status = 422
    context = {
        "template": template,
        "form": form,
        "fields": list(fields_for(template.purpose).items()),
        "mandatory": mandatory_parts(template),
        "must_register": needs_registration(
            channel=template.channel,
            language=str(form["language"].value() or "en"),
            accounts=(accounts := registering_accounts(template, user)),
        ),
        "registering": [account.name for account in accounts],
        "back_href": template_href(template),
        **_shown(template, form, ChannelAccount.objects.visible_to(user)),
    }
    return TemplateResponse(request, "notifications/templates/write.html", context, status=status)


@requires("template.write")
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks a second person to approve a draft."""
    found = _version(pk)
    by = Actor.of(signed_in_user(request))
    deciding.propose(request, lambda: services.propose_version(version=found, by=by))
    return redirect_to(template_href(found.template))


@requires("template.approve")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person's yes or no."""
    found, by = _version(pk), Actor.of(signed_in_user(request))
    form = DecisionForm(request.POST)
    is_yes = request.POST.get("decision") == "approve"
    return _decided(
        request,
        found,
        form,
        lambda reason: services.decide_version(version=found, approve=is_yes, reason=reason, by=by),
        _("Approved.") if is_yes else _("Sent back as a draft."),
    )


@requires("template.approve")
@require_POST
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes an approved wording out of use."""
    found, by = _version(pk), Actor.of(signed_in_user(request))
    return _decided(
        request,
        found,
        RetireForm(request.POST),
        lambda reason: services.retire_version(version=found, reason=reason, by=by),
        _("The wording is no longer used."),
    )


def redirect_to(address: str) -> HttpResponseRedirect:
    """Returns the answer after a write: look there."""
    return HttpResponseRedirect(address, status=303)


def _decided(
    request: HttpRequest,
    found: TemplateVersion,
    form: DecisionForm | RetireForm,
    act: Callable[[str], Any],
    done: str,
) -> HttpResponse:
    if deciding.is_decided(request, form, act, done=done):
        return redirect_to(template_href(found.template))
    context = template_context(found.template, user=signed_in_user(request))
    context |= {"refused": form}
    return TemplateResponse(request, "notifications/templates/template.html", context, status=422)


def _kept(template: MessageTemplate, form: WordingForm, by: Actor) -> bool:
    try:
        services.write_version(template=template, wording=form.wording(), by=by)
    except ValidationError as refused:
        form.add_error(None, refused)
    return not form.errors


def _shown(template: MessageTemplate, form: WordingForm, accounts: Any) -> dict[str, Any]:
    """The words as they stand in the form: with sample values, counted, and what they cost."""
    language = str(form["language"].value() or "en")
    said = sample_of_text(
        template=template,
        language=language,
        subject=str(form["subject"].value() or ""),
        body=str(form["body"].value() or ""),
        signature=str(form["signature"].value() or ""),
    )
    parts = parts_of(said.body)
    is_sms = template.channel == MessageChannel.SMS
    return {
        "said": said,
        "lang": "zh-Hans" if language.startswith("zh") else "en",
        "parts": parts if is_sms else None,
        "prices": prices_of(template.channel, list(accounts), parts.parts if is_sms else 1),
        "samples": {code: dict(sample_values(code)) for code in ("en", "zh-hans")},
    }


def _initial(template: MessageTemplate, language: str, wanted: str) -> dict[str, str]:
    """The wording to begin from: the newest of the language."""
    versions = template.versions.order_by("-version")
    if language:
        versions = versions.filter(language=language)
    found = versions.filter(version=wanted).first() if wanted.isdigit() else versions.first()
    if found is None:
        return {"language": language or "en"}
    names = ("language", "subject", "body", "signature", "provider_code")
    return {name: getattr(found, name) for name in names}


def _version(pk: UUID) -> TemplateVersion:
    found: TemplateVersion = get_object_or_404(
        TemplateVersion.objects.select_related("template"), pk=pk
    )
    return found
