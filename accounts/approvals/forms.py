"""What a second person says with a decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DecisionForm(forms.Form):
    """The second person's reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, required=False, help_text=_("A refusal needs one.")
    )
