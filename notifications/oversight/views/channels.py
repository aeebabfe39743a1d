"""Accounts with providers: how they do today, the switch that stops them, their limits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.registers.entries import Entry, answer
from notifications.channels.fields import DESCRIBED, said_settings
from notifications.channels.probing import can_be_probed
from notifications.channels.services import set_limits, switch_account
from notifications.oversight.account_page import settings_of, signing_with, webhooks_of
from notifications.oversight.channel_page import account_line
from notifications.oversight.forms import LimitsForm, SwitchForm
from notifications.oversight.health import accounts_of, health_of, start_of_today
from notifications.oversight.pages import frame
from notifications.oversight.views.accounts import may_write

_PAGE = "notifications/oversight/channel.html"


@requires("channel.view")
@require_GET
@never_cache
def channels(request: HttpRequest) -> HttpResponse:
    """Every account: whether it sends, what left and was refused today, how fast receipts come."""
    user = signed_in_user(request)
    accounts = list(accounts_of(user))
    health = health_of([account.pk for account in accounts], since=start_of_today(user))
    context = {
        **frame(request, "messages:channels"),
        "new_href": reverse("messages:account_kinds") if has_right(user, "channel.manage") else "",
        "accounts": [account_line(account, health[account.pk]) for account in accounts],
    }
    return TemplateResponse(request, "notifications/oversight/channels.html", context)


@requires("channel.view")
@require_GET
@never_cache
def channel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account, with its switch and its limits for who may change them."""
    return TemplateResponse(request, _PAGE, _context(request, _scoped(request, pk)))


@requires("channel.manage")
@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stops or starts everything that leaves through the account, with a reason."""
    account = _scoped(request, pk)
    form = SwitchForm(request.POST)
    entry = Entry(
        template=_PAGE,
        form=form,
        save=lambda by: switch_account(
            account=account,
            is_on=form.cleaned_data["is_on"],
            reason=form.cleaned_data["reason"],
            by=by,
        ),
        done=_("The account is off. What waits for it waits.")
        if request.POST.get("is_on") == "off"
        else _("The account sends again."),
        next_href=reverse("messages:channel", args=[pk]),
    )
    entry.context.update(_context(request, account) | {"switch_form": form})
    return answer(request, entry)


@requires("channel.manage")
@require_POST
def limits(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Changes how fast the account may send, and what a part costs."""
    account = _scoped(request, pk)
    form = LimitsForm(request.POST)
    entry = Entry(
        template=_PAGE,
        form=form,
        save=lambda by: set_limits(
            account=account,
            **{name: form.cleaned_data[name] for name in form.cleaned_data if name != "token"},
            by=by,
        ),
        done=_("The limits hold from the next message."),
        next_href=reverse("messages:channel", args=[pk]),
    )
    entry.context.update(_context(request, account) | {"limits_form": form})
    return answer(request, entry)


def _scoped(request: HttpRequest, pk: UUID) -> Any:
    return get_object_or_404(accounts_of(signed_in_user(request)), pk=pk)


def _context(request: HttpRequest, account: Any) -> dict[str, Any]:
    user = signed_in_user(request)
    health = health_of([account.pk], since=start_of_today(user))
    may_manage = has_right(user, "channel.manage")
    may_edit = may_manage and may_write(user, account)
    kept = {name: getattr(account, name) for name in LimitsForm.base_fields if name != "token"}
    return {
        **frame(request, "messages:channels"),
        "account": account,
        "line": account_line(account, health[account.pk]),
        "switch_form": SwitchForm() if may_manage else None,
        "switch_href": reverse("messages:switch", args=[account.pk]),
        "limits_form": LimitsForm(initial=kept) if may_manage else None,
        "limits_href": reverse("messages:limits", args=[account.pk]),
        **_written(request, account, may_edit=may_edit),
        "list_href": reverse("messages:channels"),
        "outbox_href": f"{reverse('messages:outbox')}?channel={account.channel}",
    }


def _written(request: HttpRequest, account: Any, *, may_edit: bool) -> dict[str, Any]:
    """What the account states, where its provider calls, and what its writer may do."""
    described = DESCRIBED[account.adapter]

    def act(name: str, may: bool) -> str:
        return reverse(f"messages:account_{name}", args=[account.pk]) if may else ""

    return {
        "kind": described.name,
        "stated": settings_of(account, (*described.settings, *said_settings(account.channel))),
        "webhooks": webhooks_of(account, request.build_absolute_uri("/").rstrip("/")),
        "signing": signing_with(account),
        "edit_href": act("edit", may_edit),
        "secret_href": act("secret", may_edit and described.has_secret),
        "end_secret_href": act("end_secret", may_edit and account.previous_secret is not None),
        "probe_href": act("probe", may_edit and can_be_probed(account)),
    }
