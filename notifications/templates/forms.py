"""Forms of wordings: a new template, one wording, decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from notifications.channels.flow import MessageChannel
from notifications.templates.models import MessagePurpose
from notifications.templates.services import TemplateFacts, Wording


class TemplateForm(forms.Form):
    """A template before its first wording."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Strategies and files know it by this, such as due-3-sms."),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=MessageChannel)
    purpose = forms.ChoiceField(label=gettext_lazy("What it is about"), choices=MessagePurpose)
    rule_packs = forms.MultipleChoiceField(
        label=gettext_lazy("Rule packs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Whose mandatory parts every wording must have."),
    )

    def __init__(self, *args: Any, packs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule_packs"].choices = [(code, code) for code in packs]  # type: ignore[attr-defined]

    def facts(self) -> TemplateFacts:
        """Returns what the services take."""
        data = self.cleaned_data
        return TemplateFacts(**data | {"rule_packs": tuple(data["rule_packs"])})


class WordingForm(forms.Form):
    """What is said in one language, and what a provider has registered of it."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=150, required=False)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "data-counted": ""}),
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("As registered with the provider; shown as 【…】 before the text."),
    )
    provider_code = forms.CharField(
        label=gettext_lazy("Provider's template code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Where the provider keeps the text itself, such as SMS_71390007."),
    )

    def wording(self) -> Wording:
        """Returns what the services take."""
        return Wording(**self.cleaned_data)


class RetireForm(forms.Form):
    """Why a wording is taken out of use."""

    reason = forms.CharField(label=gettext_lazy("Why it is no longer used"), max_length=400)
