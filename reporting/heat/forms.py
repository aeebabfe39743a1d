"""How far back treatments are looked at, and in which portfolio."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from loans.portfolios.models import Portfolio

#: Days looked at; the first is what is shown unless another is chosen.
DAYS = (28, 90)


class HeatForm(forms.Form):
    """The filters of an address; a choice its reader does not have is an error."""

    portfolio = forms.ChoiceField(label=gettext_lazy("Portfolio"), required=False)
    days = forms.ChoiceField(label=gettext_lazy("Period"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        held = Portfolio.objects.visible_to(user).order_by("code")
        self.fields["portfolio"].choices = [  # type: ignore[attr-defined]
            ("", _("All portfolios")),
            *((str(one.pk), one.name) for one in held),
        ]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (str(days), _("%(days)d days") % {"days": days}) for days in DAYS
        ]
