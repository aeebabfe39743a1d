"""The form by which a promise is taken back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.desk.held_form import HeldForm


class CancelPromiseForm(HeldForm):
    """Why: it stands on the record beside the promise."""

    reason = forms.CharField(
        label=_("Why the promise is taken back"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a sentence. No card numbers."),
    )
