"""What somebody says who asks for a dossier."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.dossier.flow import DossierPurpose


class AskForm(forms.Form):
    """For what, under which reference, in which language, and how the loans stood on which day."""

    purpose = forms.ChoiceField(
        label=_("What it is for"), choices=[("", _("choose")), *DossierPurpose.choices]
    )
    reference = forms.CharField(
        label=_("Known as"),
        max_length=80,
        help_text=_("A case number or the date of the request; no names."),
    )
    language = forms.ChoiceField(
        label=_("Written in"), choices=[("en", "English"), ("zh-hans", "简体中文")]
    )
    as_of = forms.DateField(
        label=_("Positions at the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: the business date."),
    )

    def __init__(self, *args: Any, language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"language": language}, **kwargs})
