"""Contacts to look at; result codes, to configure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.contacts.asks import Ask
from collections_app.contacts.models import Contact, ResultCode
from core.audit.admin import AuditedConfigAdmin
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(ResultCode)
class ResultCodeAdmin(AuditedConfigAdmin):
    list_display = (
        "code",
        "name",
        "name_zh",
        "digit",
        "group",
        "outcome",
        "asked",
        "next_step",
        "leads_to",
        "is_active",
    )
    list_filter = ("group", "channel", "is_active")

    @admin.display(description=_("asks for"))
    def asked(self, row: ResultCode) -> str:
        """What the collector must say with the result."""
        return ", ".join(str(Ask(ask).label) for ask in row.asks)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offers what a result can ask for as boxes to tick: the list is closed."""
        if db_field.name != "asks":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            choices=Ask.choices,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=db_field.verbose_name,
            help_text=db_field.help_text,
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A code that contacts point to is switched off, not deleted."""
        return False


@admin.register(Contact)
class ContactAdmin(LoanRecordAdmin):
    list_display = ("at", "case", "result", "next_step", "next_step_at", "logged_by")
    list_select_related = ("case__loan", "result", "logged_by")
    exclude = ("note",)
    loan_path = "case__loan"
    scoped_through = "case"
