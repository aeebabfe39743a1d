"""Forms of one's own preferences."""

from __future__ import annotations

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.users.models import Language, ShortcutKeys, Theme, WrapupTarget
from core import clock


def time_zone_choices() -> list[tuple[str, str]]:
    """Returns the places one can choose, by area; names like "Etc/GMT+5" are left out."""
    areas = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific")
    names = sorted(n for n in clock.known_zones() if n.startswith(areas) and "/" in n)
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class PreferencesForm(forms.Form):
    """How pages are shown to the person who fills it in."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme.choices)
    more_contrast = forms.BooleanField(
        label=_("More contrast"),
        required=False,
        help_text=_("Darker words and lines, in light and in dark."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lazy(time_zone_choices, list)(),
        help_text=_("Times on pages are shown in this zone, unless they are a borrower's."),
    )
    shortcut_keys = forms.ChoiceField(
        label=_("Letters, digits and signs as keys"),
        choices=ShortcutKeys.choices,
        help_text=_("On each page ? lists what they do. Keys with Ctrl always work."),
    )
    has_guide = forms.BooleanField(
        label=_("Guide"),
        required=False,
        help_text=_("What to say, beside the case. What must be said is shown either way."),
    )
    wrapup_seconds = forms.ChoiceField(
        label=_("Clock after a call"),
        choices=WrapupTarget.choices,
        required=False,
        help_text=_("It turns amber then. Nothing is saved or sent by it."),
    )

    def clean_wrapup_seconds(self) -> int:
        """Left out, it is what everybody begins with."""
        return int(self.cleaned_data["wrapup_seconds"] or WrapupTarget.MINUTE)
