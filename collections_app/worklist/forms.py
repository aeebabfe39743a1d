"""Forms of the worklist: a skip, a take-over, the lines of a points table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from collections_app.worklist.flow import AnotherVoice, SkipReason
from collections_app.worklist.points import Band, Factor
from core.pages.refusals import RefusableForm


class _WhyForm(RefusableForm):
    """A reason of a list, of which none stands chosen at first, and a few words."""

    note = forms.CharField(
        label=_("In a few words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your lead reads it. Needed for “something else”. No card numbers."),
    )

    field_order = ("reason", "note")


class SkipForm(_WhyForm):
    """Why somebody passes a person on."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=SkipReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you skip this person.")},
    )


class AnotherAgentForm(_WhyForm):
    """Why somebody else should speak with a person."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=AnotherVoice,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )


class GiveForm(RefusableForm):
    """Who speaks with the person from now on, or why it stays as it is."""

    to = forms.ModelChoiceField(label=_("Give them to"), queryset=User.objects.none())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to leave them where they are: it is shown to who asked."),
    )

    def __init__(self, data: Any = None, *, people: QuerySet[User], first: UUID | None) -> None:
        super().__init__(data, initial={"to": first})
        to: Any = self.fields["to"]
        to.queryset = people
        to.label_from_instance = _named


def _named(person: User) -> str:
    return f"{person.full_name} · {person.team.name}" if person.team else person.full_name


class TakeOverForm(forms.Form):
    """Why a lead takes a person over."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("It goes on record with the take-over.")
    )


class BandForm(forms.Form):
    """One line of the table; an empty factor leaves the line out."""

    factor = forms.ChoiceField(
        label=_("what earns points"), choices=[("", "–"), *Factor.choices], required=False
    )
    currency = forms.CharField(label=_("currency"), max_length=3, required=False)
    at_least = forms.IntegerField(label=_("from"), required=False)
    at_most = forms.IntegerField(label=_("up to"), required=False)
    each = forms.IntegerField(label=_("for every"), required=False)
    points = forms.IntegerField(label=_("points"), required=False)

    def band(self) -> Band | None:
        """Returns the line, or None for an empty one."""
        said = self.cleaned_data
        if not said["factor"]:
            return None
        return Band(
            factor=said["factor"],
            points=said["points"] or 0,
            at_least=said["at_least"],
            at_most=said["at_most"],
            each=said["each"],
            currency=said["currency"].strip().upper(),
        )


class ReasonForm(forms.Form):
    """Why the table changes."""

    reason = forms.CharField(
        label=_("Why it changes"),
        max_length=200,
        help_text=_("Whoever decides reads it, and everybody later."),
    )


#: Rows of the editor beyond those there are.
_SPARE_ROWS = 3


def band_forms(bands: tuple[Band, ...], data: Any = None) -> list[BandForm]:
    """Returns one form for every line and a few empty ones; the typed ones when there is data."""
    if data is None:
        rows: list[dict[str, Any]] = [band.as_data() for band in bands]
        rows += [{} for _row in range(_SPARE_ROWS)]
        return [BandForm(initial=row, prefix=f"line-{number}") for number, row in enumerate(rows)]
    number = 0
    found: list[BandForm] = []
    while f"line-{number}-factor" in data and number < 100:
        found.append(BandForm(data, prefix=f"line-{number}"))
        number += 1
    return found
