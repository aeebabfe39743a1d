"""Proposing a version in the browser, and the second person's decision."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.decorators import requires, signed_in_user
from compliance.rulepacks import services
from compliance.rulepacks.decision_page import decision_context
from compliance.rulepacks.differences import difference
from compliance.rulepacks.documents import document_of, fingerprint
from compliance.rulepacks.editions import editions_of
from compliance.rulepacks.forms import DecisionForm, DocumentForm, VersionForm
from compliance.rulepacks.models import RulePack, RulePackProposal, RulePackVersion
from compliance.rulepacks.presentation import difference_lines, edition_name, rule_line
from compliance.rulepacks.queries import newest_version
from core.audit.actors import Actor

_READ_AND_WRITE = ["GET", "HEAD", "POST"]


@requires("rulepack.propose")
@require_http_methods(_READ_AND_WRITE)
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Changes the newest rules in a form: shows what would differ, then asks a second person."""
    pack = get_object_or_404(RulePack, code=code)
    editions = editions_of(code)
    wanted = request.GET.get("from", "")
    base = next((edition for edition in editions if edition.key == wanted), None)
    newest = newest_version(code)
    start = base.document if base else document_of(newest) if newest else editions[-1].document
    form = VersionForm(
        request.POST or None, base=start, version=newest.version + 1 if newest else 1
    )
    context = {
        "pack": pack,
        "form": form,
        "groups": [(group, rule_line(group.entry)) for group in form.groups()],
        "base_name": edition_name(base) if base else "",
        "document_href": reverse("rulepacks:propose_document", args=[code]),
        "back_href": reverse("rulepacks:pack", args=[code]),
    }
    return _proposing(request, form, "compliance/rulepacks/propose.html", context)


@requires("rulepack.propose")
@require_http_methods(_READ_AND_WRITE)
def propose_document(request: HttpRequest, code: str = "") -> HttpResponse:
    """Takes a whole document: for rules that are added, and for a new pack."""
    pack = get_object_or_404(RulePack, code=code) if code else None
    newest = newest_version(code) if code else None
    form: DocumentForm = DocumentForm(
        request.POST or None,
        request.FILES or None,
        initial={"text": _next_text(newest)} if newest else None,
    )
    back = reverse("rulepacks:pack", args=[code]) if pack else reverse("rulepacks:list")
    context = {"pack": pack, "form": form, "back_href": back}
    return _proposing(request, form, "compliance/rulepacks/propose_document.html", context)


def _next_text(newest: RulePackVersion) -> str:
    """The newest document with the next number, to change in place."""
    document = document_of(newest).as_json() | {"version": newest.version + 1}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _proposing(
    request: HttpRequest, form: VersionForm | DocumentForm, template: str, context: dict[str, Any]
) -> HttpResponse:
    """First the difference, and only for the document that was shown the proposal."""
    if request.method != "POST":
        return TemplateResponse(request, template, context)
    if form.is_valid():
        document = form.document()
        try:
            read = services.check_proposal(document)
            if request.POST.get("seen") == fingerprint(read.as_json()):
                return _proposed(request, form, document)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            newest = newest_version(read.code)
            context |= {
                "seen": fingerprint(read.as_json()),
                "difference": difference_lines(
                    difference(document_of(newest) if newest else None, read)
                ),
            }
            if isinstance(form, DocumentForm):
                context["form"] = form.shown_again()
            return TemplateResponse(request, template, context)
    return TemplateResponse(request, template, context, status=422)


def _proposed(
    request: HttpRequest, form: VersionForm | DocumentForm, document: Any
) -> HttpResponseRedirect:
    proposal = services.propose_version(
        document=document,
        reason=form.cleaned_data["reason"],
        by=Actor.of(signed_in_user(request)),
    )
    messages.success(request, _("Proposed. Somebody else now decides."))
    return _see_proposal(proposal)


@requires("rulepack.view")
@require_safe
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is proposed, why and by whom, with the difference; decided here by somebody else."""
    return _proposal_page(request, _proposal(pk), DecisionForm())


@requires("rulepack.publish")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person's yes or no."""
    found = _proposal(pk)
    form = DecisionForm(request.POST)
    is_yes = request.POST.get("decision") == "publish"
    if form.is_valid():
        act = services.publish_version if is_yes else services.refuse_version
        try:
            act(
                proposal=found,
                reason=form.cleaned_data["reason"],
                by=Actor.of(signed_in_user(request)),
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Published.") if is_yes else _("Refused."))
            return _see_proposal(found)
    return _proposal_page(request, _proposal(pk), form, status=422)


@requires("rulepack.propose")
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes one's own proposal back."""
    found = _proposal(pk)
    try:
        services.withdraw_proposal(proposal=found, by=Actor.of(signed_in_user(request)))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Withdrawn."))
    return _see_proposal(found)


def _proposal(pk: UUID) -> RulePackProposal:
    return get_object_or_404(
        RulePackProposal.objects.select_related(
            "approval__requested_by", "approval__decided_by", "published"
        ),
        pk=pk,
    )


def _proposal_page(
    request: HttpRequest, found: RulePackProposal, form: DecisionForm, status: int = 200
) -> HttpResponse:
    context = decision_context(found, user=signed_in_user(request)) | {"form": form}
    return TemplateResponse(request, "compliance/rulepacks/proposal.html", context, status=status)


def _see_proposal(found: RulePackProposal) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("rulepacks:proposal", args=[found.pk]), status=303)
