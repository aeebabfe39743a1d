"""The form of a preference of one kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.shifts.models import Weekday
from compliance.preferences.models import every_day
from compliance.preferences.queries import agreeable_limits
from compliance.preferences.services import PARTS
from compliance.registers.entry_form import (
    EntryForm,
    day_field,
    hour_field,
    moment_field,
    source_field,
    words_field,
)
from loans.borrowers.models import ContactPlace


class PreferenceForm(EntryForm):
    """What the person asked for, with what its kind asks for."""

    since = moment_field(_("Since when"))
    source = source_field()

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.parts = kind, PARTS[kind]
        self.initial.setdefault("since", self.now.replace(tzinfo=None))
        self.initial.setdefault("days", every_day())
        if "days" in self.parts:
            self._offer_hours()
        if "place" in self.parts:
            self.fields["place"] = forms.ChoiceField(
                label=_("Place"),
                choices=[("", _("one number or address only")), *ContactPlace.choices[1:]],
                required=False,
            )
            self.offer_points(_("Number or address"))
        if "rule" in self.parts:
            self._offer_rules()
        self.fields["until"] = day_field(
            _("Last day"), required=False, help_text=_("Empty: until the person says otherwise.")
        )
        self.fields["note"] = words_field(_("Note"), required=False, max_length=2000)
        self.order_fields(["token", "days", "opens", "closes", "place", "contact_point", "rule"])

    def _offer_hours(self) -> None:
        self.fields["days"] = forms.TypedMultipleChoiceField(
            label=_("Days of the week"),
            choices=Weekday.choices,
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["opens"] = hour_field(_("From"), required=False)
        self.fields["closes"] = hour_field(
            _("To"), required=False, help_text=_("Both empty: the whole day.")
        )

    def _offer_rules(self) -> None:
        packs = {code for portfolio in self.person.portfolios for code in portfolio.rule_packs}
        self.fields["rule"] = forms.ChoiceField(
            label=_("Rule"),
            choices=[("", _("choose")), *((code, code) for code in agreeable_limits(packs))],
        )
        self.fields["count"] = forms.IntegerField(
            label=_("Number agreed"), min_value=0, max_value=99
        )

    def values(self) -> dict[str, Any]:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        values = {name: data.get(name) for name in self.parts - {"contact_point"}}
        if "contact_point" in self.parts:
            values["contact_point"] = self.contact_point()
        return values | {
            "kind": self.kind,
            "starts_at": self.moment("since"),
            "source": data["source"],
            "until": data["until"],
            "note": data["note"],
        }
