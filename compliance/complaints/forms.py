"""Forms of complaints: registering one, what is done about one, the filters of the register."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from compliance.complaints.flow import ComplaintOutcome
from compliance.complaints.models import ComplaintCategory, ReceivedBy
from compliance.complaints.services import LONGEST_TEXT
from compliance.registers.entry_form import EntryForm, moment_field, words_field


class ComplaintForm(EntryForm):
    """A complaint as the person makes it."""

    category = forms.ChoiceField(
        label=_("About"), choices=[("", _("choose")), *ComplaintCategory.choices]
    )
    channel = forms.ChoiceField(label=_("Received by"), choices=ReceivedBy.choices)
    received_at = moment_field(
        _("Received"), help_text=_("The clock of the answer runs from this day.")
    )
    text = words_field(_("What the person says"), max_length=LONGEST_TEXT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_at", self.now.replace(tzinfo=None))
        self.offer_loans(all_loans=_("all loans of the person"))
        self.order_fields(["token", "category", "loan"])

    def values(self) -> dict[str, Any]:
        """Returns the valid form as the service takes it."""
        data, loan = self.cleaned_data, self.loan()
        return {
            "portfolio": loan.portfolio if loan else self.person.portfolios[0],
            "loan": loan,
            "category": data["category"],
            "channel": data["channel"],
            "received_at": self.moment("received_at"),
            "text": data["text"],
        }


class StepForm(forms.Form):
    """What every step of a complaint has: the token of its page."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Several of these stand on one page, each with ids of its own.
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)


class AssignForm(StepForm):
    """To whom a complaint is given."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Give it to"),
        empty_label=_("choose"),
        error_messages={"required": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class AcknowledgeForm(StepForm):
    """How the person was told that the complaint came in."""

    text = words_field(
        _("How the person was told"),
        is_ours=True,
        max_length=LONGEST_TEXT,
        help_text=_("By which way, and what was written: receipt, who answers, by when."),
    )


class ExtendForm(StepForm):
    """To which clock, and why."""

    to = forms.CharField(widget=forms.HiddenInput, max_length=11)
    reason = words_field(
        _("Why the answer takes longer"),
        is_ours=True,
        max_length=LONGEST_TEXT,
        help_text=_("The person is told of it, with the reason."),
    )


class AnswerForm(StepForm):
    """What was answered."""

    text = words_field(_("What was answered, and how"), is_ours=True, max_length=LONGEST_TEXT)


class ReopenForm(StepForm):
    """What the person does not accept."""

    reason = words_field(_("What the person does not accept"), max_length=LONGEST_TEXT)


class CloseForm(StepForm):
    """What the complaint came to."""

    outcome = forms.ChoiceField(
        label=_("What it came to"), choices=[("", _("choose")), *ComplaintOutcome.choices]
    )
    text = words_field(
        _("What was changed because of it"), is_ours=True, required=False, max_length=LONGEST_TEXT
    )


class RegisterFilterForm(forms.Form):
    """What narrows the register; lives in the URL. Unknown values are left out."""

    number = forms.CharField(
        required=False,
        max_length=12,
        label=_("Number"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "C-12"}),
    )
    category = forms.ChoiceField(
        required=False, label=_("About"), choices=[("", _("anything")), *ComplaintCategory.choices]
    )
    owner = forms.ChoiceField(required=False, label=_("Owner"))

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("anybody")),
            ("none", _("nobody yet")),
            *((str(person.pk), person.get_full_name()) for person in people),
        ]

    def clean_number(self) -> int | None:
        """Reads "C-12", "c12" and "12"."""
        typed = re.fullmatch(r"(?:C-?)?(\d{1,9})", self.cleaned_data["number"].strip(), re.I)
        return int(typed[1]) if typed else None
