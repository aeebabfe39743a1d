"""The choice of a wording and of where it goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.messages.queries import Place
from core.ids import uuid7
from notifications.templates.models import MessageTemplate


class MessageForm(forms.Form):
    """Which approved wording goes to which number or address. What is previewed is what is sent."""

    wording = forms.ChoiceField(
        label=_("Wording"), error_messages={"required": _("Choose a wording.")}
    )
    place = forms.ChoiceField(
        label=_("Send to"), error_messages={"required": _("Choose where it goes.")}
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        wordings: list[MessageTemplate],
        places: list[Place],
        chosen: dict[str, str],
    ) -> None:
        super().__init__(data, initial={**chosen, "token": str(uuid7())})
        self._wordings = {str(one.pk): one for one in wordings}
        self._places = {place.key: place for place in places}
        self.fields["wording"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.get_channel_display()} · {one.get_purpose_display()} · {one.name}")
            for key, one in self._wordings.items()
        ]
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (place.key, place.masked)
            for place in places
            if place.channel == self._channel(data or chosen)
        ]

    def _channel(self, chosen: Any) -> str:
        """Only where the wording chosen can go is offered."""
        wording = self._wordings.get(str(chosen.get("wording", "")))
        return wording.channel if wording is not None else ""

    def chosen_wording(self) -> MessageTemplate:
        """Returns the wording of a valid form."""
        return self._wordings[self.cleaned_data["wording"]]

    def chosen_place(self) -> Place:
        """Returns where a valid form sends it."""
        return self._places[self.cleaned_data["place"]]
