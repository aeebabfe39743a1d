"""Telephone systems as configuration; calls and events to look at, without numbers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.access.model_admin import ConfigurationAdmin, RecordAdmin
from collections_app.dialling.forms import DiallerAccountForm
from collections_app.dialling.models import CallEvent, DiallerAccount, PhoneCall
from collections_app.dialling.services import save_account
from core.audit import Actor


@admin.register(DiallerAccount)
class DiallerAccountAdmin(ConfigurationAdmin):
    change_right = "channel.manage"
    form = DiallerAccountForm
    list_display = ("name", "adapter", "portfolio", "is_on")
    list_select_related = ("portfolio",)
    fields = ("name", "adapter", "portfolio", "settings", "is_on", "new_secret", "ends_previous")

    def save_by_service(
        self, *, form: Any, instance: DiallerAccount | None, by: Actor
    ) -> DiallerAccount:
        stated = dict(form.cleaned_data)
        return save_account(account=instance, secret=stated.pop("new_secret"), by=by, **stated)


@admin.register(PhoneCall)
class PhoneCallAdmin(RecordAdmin):
    list_display = ("started_at", "account", "direction", "state", "ending", "talk_seconds")
    list_select_related = ("account",)
    exclude = ("number",)


@admin.register(CallEvent)
class CallEventAdmin(RecordAdmin):
    list_display = ("received_at", "account", "kind", "call_named", "ending", "refusal")
    list_select_related = ("account",)
    scoped_through = "account"
