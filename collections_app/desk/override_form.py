"""The form by which an override is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.rulepacks.grounds import ground_name


class AskOverrideForm(forms.Form):
    """On what ground, and why in this case. Only grounds that every objecting rule knows."""

    ground = forms.ChoiceField(label=_("Ground"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What makes this call necessary, in a sentence or two. No card numbers."),
    )

    def __init__(self, data: Any = None, *, grounds: list[str]) -> None:
        super().__init__(data)
        ground: Any = self.fields["ground"]
        ground.choices = [(code, ground_name(code)) for code in grounds]
