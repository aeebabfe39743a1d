"""Forms of a notice served and of a court's order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.notices.models import OrderKind, ServedBy
from compliance.notices.services import MOST_DAYS
from compliance.registers.entry_form import EntryForm, day_field


class NoticeForm(EntryForm):
    """A notice of one kind served on the person."""

    served_on = day_field(_("Served on"))
    how = forms.ChoiceField(label=_("How"), choices=ServedBy.choices)
    days = forms.IntegerField(
        label=_("Days it runs"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("Empty: as the rule says."),
    )
    document_ref = forms.CharField(
        label=_("Document"),
        max_length=120,
        strip=True,
        help_text=_("Its number or file, so that it can be shown."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.initial.setdefault("served_on", self.now.date())
        self.offer_loans(all_loans=None)
        self.order_fields(["token", "loan"])

    def values(self) -> dict[str, Any]:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        names = ("served_on", "how", "days", "document_ref")
        return {"kind": self.kind, "loan": self.loan(), **{name: data[name] for name in names}}


class OrderForm(EntryForm):
    """An order of one kind about a loan of the person."""

    made_on = day_field(_("Made on"))
    court = forms.CharField(label=_("Court"), max_length=160, strip=True)
    number = forms.CharField(label=_("Case number"), max_length=80, strip=True)
    until = day_field(_("Last day"), required=False, help_text=_("Empty: until it is discharged."))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.initial.setdefault("made_on", self.now.date())
        if kind == OrderKind.DEBTOR_CONSENT:
            del self.fields["court"], self.fields["number"]
        self.offer_loans(all_loans=None)
        self.order_fields(["token", "loan"])

    def values(self) -> dict[str, Any]:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        names = ("made_on", "until", "court", "number")
        return {
            "kind": self.kind,
            "loan": self.loan(),
            **{name: data[name] for name in names if name in self.fields},
        }
