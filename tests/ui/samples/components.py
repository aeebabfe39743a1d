"""Contexts of the component page and of signing in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tests.ui.samples.marks import AT, tabs


class SampleForm(forms.Form):
    amount = forms.DecimalField(label=_("Amount"), help_text=_("in yuan"))
    due = forms.DateField(label=_("By"), widget=forms.DateInput(attrs={"type": "date"}))
    channel = forms.ChoiceField(label=_("Via"), choices=[("w", "WeChat Pay"), ("b", "Bank")])
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LoginForm(forms.Form):
    login = forms.EmailField(label=_("Work e-mail"))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)


def components() -> dict[str, Any]:
    return {
        "amount": Decimal("6560.00"),
        "at": AT,
        "sample_form": SampleForm(
            {"amount": "-1", "due": "", "channel": "w", "note": "客户说周五发工资"}
        ),
        "tabs": tabs((_("All"), 38), ("B1", 14), ("B2", 12)),
        "segments": tabs((_("All"), None), (_("Contact"), None), (_("Money"), None)),
    }
