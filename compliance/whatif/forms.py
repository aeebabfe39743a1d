"""The question: who, about which loans, which way, when, and what the contact declares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from compliance.attempts.models import AttemptChannel, AttemptMode, AttemptPurpose
from compliance.gate.facts import CallMode, Channel, ContactRequest, Purpose
from compliance.rulepacks.words import CONTENT, RECIPIENTS
from compliance.whatif.editions import Other
from compliance.whatif.reading import zone_name
from loans.borrowers.models import ContactKind, ContactPoint
from loans.borrowers.presentation import shown_name
from loans.contracts.models import Loan, LoanParty

#: Which numbers or addresses a channel reaches; the others need none.
REACHED_BY: Final[dict[str, str]] = {
    Channel.CALL: ContactKind.PHONE,
    Channel.SMS: ContactKind.PHONE,
    Channel.EMAIL: ContactKind.EMAIL,
}
_NOT_SAID: Final = ("", gettext_lazy("not said"))


class FindForm(forms.Form):
    """Which loan the question is about."""

    contract = forms.CharField(label=gettext_lazy("Contract number"), max_length=60)


class QuestionForm(forms.Form):
    """One question about one person. Numbers and ids stand in its address, never a name."""

    loan = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.ChoiceField(label=gettext_lazy("Person"))
    loans = forms.MultipleChoiceField(
        label=gettext_lazy("Also about"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channel = forms.ChoiceField(label=gettext_lazy("Way of contact"), choices=AttemptChannel)
    point = forms.ChoiceField(label=gettext_lazy("Number or address"), required=False)
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone = forms.ChoiceField(label=gettext_lazy("Clock"))
    mode = forms.ChoiceField(
        label=pgettext_lazy("who speaks in a contact", "voice"), choices=AttemptMode
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=AttemptPurpose)
    organisation = forms.SlugField(
        label=gettext_lazy("Agency"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Its code; empty: the lender itself."),
    )
    recipient = forms.ChoiceField(
        label=gettext_lazy("Reached instead"), required=False, choices=[_NOT_SAID]
    )
    people_count = forms.IntegerField(
        label=gettext_lazy("People on the visit"), required=False, min_value=0, max_value=99
    )
    is_recorded = forms.ChoiceField(
        label=gettext_lazy("Recorded throughout"),
        required=False,
        choices=[_NOT_SAID, ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))],
    )
    private_phone = forms.BooleanField(
        label=gettext_lazy("Over a collector's own telephone"), required=False
    )
    content = forms.MultipleChoiceField(
        label=gettext_lazy("What it will say"),
        required=False,
        choices=list(CONTENT.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    edition = forms.ChoiceField(label=gettext_lazy("Compare with the rules of"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        people: Sequence[LoanParty],
        points: Sequence[ContactPoint],
        loans: Sequence[Loan],
        zones: Sequence[str],
        others: Iterable[Other],
    ) -> None:
        super().__init__(data)
        self._choose("person", [(str(row.party_id), _person(row)) for row in people])
        self._choose("point", [("", _("none")), *((str(p.pk), _point(p)) for p in points)])
        self._choose("loans", [(str(loan.pk), loan.contract_no) for loan in loans])
        self._choose("zone", [(zone, zone_name(zone)) for zone in zones])
        self._choose("recipient", [("", _("the person")), *RECIPIENTS.items()])
        self._choose("edition", [("", _("no other")), *((o.key, o.label) for o in others)])
        if not loans:
            del self.fields["loans"]

    def request(self) -> ContactRequest:
        """Returns the question as the gate is asked it."""
        data = self.cleaned_data
        return ContactRequest(
            party_id=UUID(data["person"]),
            loan_ids=(data["loan"], *(UUID(pk) for pk in data.get("loans", ()))),
            channel=Channel(data["channel"]),
            at=datetime.combine(data["day"], data["time"], tzinfo=ZoneInfo(data["zone"])),
            contact_point_id=UUID(data["point"]) if data["point"] else None,
            mode=CallMode(data["mode"]),
            purpose=Purpose(data["purpose"]),
            content=frozenset(data["content"]),
            organisation=data["organisation"],
            people_count=data["people_count"],
            is_recorded={"yes": True, "no": False}.get(data["is_recorded"]),
            device="private_phone" if data["private_phone"] else "",
            recipient=data["recipient"],
        )

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def _person(row: LoanParty) -> str:
    return f"{row.get_role_display()}: {shown_name(row.party)}"


def _point(point: ContactPoint) -> str:
    if point.invalid_since is not None:
        return _("%(number)s, invalid") % {"number": point.masked}
    return point.masked
