"""Accounts with providers written by people: made, edited, their secrets renewed, asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.access.scope import sees_all_portfolios
from accounts.models import User
from compliance.registers.entries import posted
from core.audit import Actor
from loans.borrowers.presentation import lang_of
from loans.portfolios.models import Portfolio
from notifications.channels.fields import DESCRIBED
from notifications.channels.flow import MessageChannel
from notifications.channels.models import ChannelAccount
from notifications.channels.probing import probe_account
from notifications.channels.registry import SERVES
from notifications.channels.services import (
    change_account,
    create_account,
    end_previous_secret,
    rotate_secret,
)
from notifications.oversight.account_forms import EditAccountForm, NewAccountForm, SecretForm
from notifications.oversight.account_page import kind_of, signing_with
from notifications.oversight.pages import frame

_FORM = "notifications/oversight/account_form.html"
_READ_AND_WRITE = ["GET", "HEAD", "POST"]
_hides_secrets = sensitive_post_parameters("secret", "webhook_secret")


@requires("channel.manage")
@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Which channel over which kind of provider; nothing is kept yet."""
    context = {
        **frame(request, "messages:channels"),
        "channels": [
            {
                "name": channel.label,
                "kinds": [
                    {
                        "name": DESCRIBED[adapter].name,
                        "about": DESCRIBED[adapter].about,
                        "href": reverse("messages:account_new", args=[channel.value, adapter]),
                    }
                    for adapter in SERVES[channel]
                ],
            }
            for channel in MessageChannel
        ],
        "list_href": reverse("messages:channels"),
    }
    return TemplateResponse(request, "notifications/oversight/account_kinds.html", context)


@_hides_secrets
@requires("channel.manage")
@require_http_methods(_READ_AND_WRITE)
@never_cache
def new(request: HttpRequest, channel: str, adapter: str) -> HttpResponse:
    """Makes an account that sends at once; a second one for the same is refused."""
    if adapter not in SERVES.get(channel, ()):
        raise Http404
    user = signed_in_user(request)
    form = NewAccountForm(
        posted(request),
        channel=channel,
        adapter=adapter,
        portfolios=Portfolio.objects.visible_to(user).filter(is_active=True).order_by("name"),
        may_serve_all=sees_all_portfolios(user),
    )
    made = _written(
        form,
        lambda: create_account(channel=channel, adapter=adapter, **form.facts(), by=Actor.of(user)),
    )
    if made is not None:
        messages.success(request, _("The account is there, and sends from now on."))
        return _see(made.pk)
    context = {
        "heading": _("New account"),
        "kind": DESCRIBED[adapter].name,
        "about": DESCRIBED[adapter].about,
        "channel": MessageChannel(channel).label,
        "is_new": True,
        "back_href": reverse("messages:account_kinds"),
    }
    return _form_page(request, form, context)


@_hides_secrets
@requires("channel.manage")
@require_http_methods(_READ_AND_WRITE)
@never_cache
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Changes the name and the settings; calling elsewhere needs the secret again."""
    account = _manageable(request, pk)
    form = EditAccountForm(posted(request), account=account)
    changed = _written(
        form,
        lambda: change_account(
            account=account,
            name=form.cleaned_data["name"],
            settings=form.settings(),
            secret=form.cleaned_data.get("secret", ""),
            by=Actor.of(signed_in_user(request)),
        ),
    )
    if changed is not None:
        messages.success(request, _("Saved. It holds from the next message."))
        return _see(pk)
    context = {
        "heading": account.name,
        "lang": lang_of(account.name),
        "kind": kind_of(account),
        "about": DESCRIBED[account.adapter].about,
        "channel": account.get_channel_display(),
        "is_new": False,
        "back_href": reverse("messages:channel", args=[pk]),
    }
    return _form_page(request, form, context)


@_hides_secrets
@requires("channel.manage")
@require_http_methods(_READ_AND_WRITE)
@never_cache
def secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Renews a secret. What signed webhooks before holds beside it until somebody ends it."""
    account = _manageable(request, pk)
    if not DESCRIBED[account.adapter].has_secret:
        raise Http404
    form = SecretForm(posted(request))
    renewed = _written(
        form,
        lambda: rotate_secret(
            account=account,
            secret=form.cleaned_data["secret"],
            of_webhooks=form.is_of_webhooks,
            by=Actor.of(signed_in_user(request)),
        ),
    )
    if renewed is not None:
        messages.success(request, _("The new secret holds. It is not shown again."))
        return _see(pk)
    context = {
        **frame(request, "messages:channels"),
        "form": form,
        "account": account,
        "lang": lang_of(account.name),
        "signing": signing_with(account),
        "back_href": reverse("messages:channel", args=[pk]),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(
        request, "notifications/oversight/account_secret.html", context, status=status
    )


@requires("channel.manage")
@require_POST
def end_secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes the secret before out of use."""
    account = _manageable(request, pk)
    try:
        end_previous_secret(account=account, by=Actor.of(signed_in_user(request)))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Only the new secret holds now."))
    return _see(pk)


@requires("channel.manage")
@require_POST
def probe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks the provider whether it knows the account; sends nothing."""
    account = _manageable(request, pk)
    try:
        found = probe_account(account=account, by=Actor.of(signed_in_user(request)))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return _see(pk)
    if found.is_known:
        messages.success(request, _("The provider knows the account. Nothing was sent."))
    else:
        refusal = _("The provider does not take the account: %(said)s. Nothing was sent.")
        messages.error(request, refusal % {"said": found.said or "–"})
    return _see(pk)


def _manageable(request: HttpRequest, pk: UUID) -> ChannelAccount:
    """Returns an account the reader may write; 404 out of scope, 403 for one that serves others."""
    user = signed_in_user(request)
    account: ChannelAccount = get_object_or_404(
        ChannelAccount.objects.visible_to(user).select_related("portfolio", "data_key"), pk=pk
    )
    if not may_write(user, account):
        raise PermissionDenied
    return account


def may_write(user: User, account: ChannelAccount) -> bool:
    """An account that serves every portfolio is written by those who see every portfolio."""
    return account.portfolio_id is not None or sees_all_portfolios(user)


def _written(form: forms.Form, write: Callable[[], ChannelAccount]) -> ChannelAccount | None:
    """Writes what a valid form says; None where there is nothing to write, or it is refused.

    Not through `registers.entries`, which keeps a fingerprint of what was sent: of a secret, too.
    """
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return write()
    except ValidationError as refused:
        form.add_error(None, refused.messages)
    return None


def _form_page(request: HttpRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        _FORM,
        {**frame(request, "messages:channels"), "form": form, **context},
        status=422 if form.is_bound else 200,
    )


def _see(pk: UUID) -> HttpResponse:
    return redirect("messages:channel", pk=pk)
