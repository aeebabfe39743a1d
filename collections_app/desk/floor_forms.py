"""What a team is to reach on a day."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

#: More than anybody does in a day.
_MOST = 1000


class TargetForm(forms.Form):
    """For one agent of the team; an empty one asks nothing."""

    attempts = forms.IntegerField(required=False, min_value=1, max_value=_MOST, label=_("Attempts"))
    talks = forms.IntegerField(
        required=False, min_value=1, max_value=_MOST, label=_("Right parties")
    )
    promises = forms.IntegerField(required=False, min_value=1, max_value=_MOST, label=_("Promises"))
