"""The forms of legal matters: one small form a step, each with the token of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from collections_app.legal.file_models import CostKind
from collections_app.legal.flow import (
    BY_HAND,
    AssetKind,
    DocumentKind,
    Ending,
    ProceedingKind,
    Step,
)
from collections_app.legal.letter_flow import LetterKind
from collections_app.legal.letters import Drawing
from collections_app.legal.services import Details, Opening
from core.encryption.card_numbers import refuse_card_numbers
from core.ids import uuid7

_DAY = {"type": "date"}
_MOMENT = {"type": "datetime-local"}


def day(label: Any, **options: Any) -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs=dict(_DAY), format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def moment(label: Any, **options: Any) -> forms.DateTimeField:
    """A day and time on the portfolio's clock, which the page says."""
    widget = forms.DateTimeInput(attrs=dict(_MOMENT), format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **options)


def words(label: Any, **options: Any) -> forms.CharField:
    """A few words of ours; card numbers are refused."""
    return forms.CharField(
        label=label, max_length=200, strip=True, validators=[refuse_card_numbers], **options
    )


class StepForm(forms.Form):
    """What every step has: the token that makes a second sending of it the same step."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Several of these stand on one page, each with ids of its own.
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", str(uuid7()))


class DrawForm(StepForm):
    """Whom a demand goes to, at which address, in which language, by when."""

    address = forms.ChoiceField(label=pgettext_lazy("a letter", "To"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    as_of = day(
        _("Figures of"), help_text=_("A business date: the letter states the books at its end.")
    )
    pay_by = day(_("Payment demanded by"))

    def __init__(self, *args: Any, places: dict[str, tuple[Any, Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        choices = [(key, label) for key, (_party, _address, label) in places.items()]
        self.fields["address"].choices = choices  # type: ignore[attr-defined]

    def drawing(self) -> Drawing:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        party, address, _label = self.places[data["address"]]
        names = ("language", "as_of", "pay_by")
        return Drawing(party=party, address=address, **{name: data[name] for name in names})


class CallForm(DrawForm):
    """The same letter, which calls the whole loan due by a clause or a law."""

    basis = words(
        _("Clause or law"),
        help_text=_("What lets you call the whole loan due, as the letter names it."),
    )

    def drawing(self) -> Drawing:
        """Returns the valid form as the service takes it."""
        basis = self.cleaned_data["basis"]
        return replace(super().drawing(), kind=LetterKind.ACCELERATION, basis=basis)


class DecideForm(StepForm):
    """Yes or no; a refusal says why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("approve")), ("refuse", pgettext_lazy("a request", "refuse"))],
    )
    reason = words(
        _("Reason"), required=False, help_text=_("A refusal needs one: it is shown to who asked.")
    )


class ProposeForm(StepForm):
    """Asking for a decision: nothing to say but that."""


class ReasonForm(StepForm):
    """Why something is taken back."""

    reason = words(_("Reason"))


class PostForm(StepForm):
    """With whom a letter goes out."""

    on = day(_("Posted on"))
    courier = forms.CharField(label=_("Courier"), max_length=60, strip=True)
    tracking_number = forms.CharField(label=_("Courier's number"), max_length=60, strip=True)


class DeliveredForm(StepForm):
    """The day on which a letter arrived."""

    on = day(_("Delivered on"))


class ReturnedForm(StepForm):
    """The day on which a letter came back, and what the courier noted."""

    on = day(_("Came back on"))
    reason = words(_("What the courier noted"))
    is_agreed_address = forms.BooleanField(
        label=_("The contract names this address for service: it counts as arrived"),
        required=False,
    )


class OpenForm(StepForm):
    """Which proceedings are prepared."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProceedingKind)
    asset = forms.ChoiceField(
        label=_("What is preserved"),
        choices=[("", "–"), *AssetKind.choices],
        required=False,
        help_text=_("For the preservation of property."),
    )
    is_before_suit = forms.BooleanField(
        label=_("Before a suit: 30 days to sue run from the measure"), required=False
    )
    based_on = forms.ChoiceField(
        label=_("Belongs to"),
        required=False,
        help_text=_("The proceedings whose decision is enforced, or in which is preserved."),
    )

    def __init__(self, *args: Any, others: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others
        choices = [("", "–"), *((key, str(other)) for key, other in others.items())]
        self.fields["based_on"].choices = choices  # type: ignore[attr-defined]

    def opening(self) -> Opening:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        return Opening(
            kind=data["kind"],
            asset=data["asset"],
            is_before_suit=data["is_before_suit"],
            based_on=self.others.get(data["based_on"]),
        )


class DetailsForm(StepForm):
    """Court, counsel, claim and security."""

    court = forms.CharField(
        label=_("Court or tribunal"), max_length=120, required=False, strip=True
    )
    counsel = forms.CharField(label=_("Counsel"), max_length=120, required=False, strip=True)
    claim_amount = forms.DecimalField(
        label=_("Claim"), max_digits=14, decimal_places=2, required=False
    )
    claim_as_of = day(_("Claim as of"), required=False)
    is_urgent = forms.BooleanField(label=_("Urgent: the court rules in 48 hours"), required=False)
    is_security_excused = forms.BooleanField(
        label=_("The court excuses a licensed lender from security"), required=False
    )
    security_given_on = day(_("Security given on"), required=False)

    def __init__(self, *args: Any, is_preservation: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_preservation:
            for name in ("is_urgent", "is_security_excused", "security_given_on"):
                del self.fields[name]

    def details(self) -> Details:
        """Returns the valid form as the service takes it."""
        return Details(
            **{name: value for name, value in self.cleaned_data.items() if name != "token"}
        )


class MoveForm(StepForm):
    """The day of a stage, and what it asks."""

    on = day(_("On"))
    case_number = forms.CharField(label=_("The court's case number"), max_length=80, strip=True)
    accepted_at = moment(_("Accepted at"), help_text=_("48 hours run from the hour."))
    hearing_at = moment(_("Hearing at"))
    perform_by = day(
        _("Debtor to perform by"),
        required=False,
        help_text=_("Empty: the day above; two years to apply for enforcement run from it."),
    )
    until = day(
        _("Measure holds until"), required=False, help_text=_("Empty: as long as the law lets it.")
    )
    ending = forms.ChoiceField(label=_("How it ended"), choices=Ending)
    reason = words(_("Reason"))

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{step.stage.value}_%s")
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in ("token", "on", *step.asks):
                del self.fields[name]

    def said(self) -> dict[str, Any]:
        """Returns what the stage asks beside its day."""
        data = self.cleaned_data
        return {name: value for name, value in data.items() if name not in ("token", "on")}


class DeadlineForm(StepForm):
    """A day that the court set, or one of our own."""

    code = forms.ChoiceField(
        label=_("What is due"), choices=[(kind.value, kind.label) for kind in BY_HAND]
    )
    due_on = day(_("Due on"))
    is_hard = forms.BooleanField(label=_("The court set this day"), required=False)


class MetForm(StepForm):
    """The day on which something due was done."""

    on = day(_("Done on"))


class DocumentForm(StepForm):
    """A paper for the file."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=DocumentKind)
    file = forms.FileField(
        label=_("File to add"),
        help_text=_("PDF, PNG or JPEG, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )


class CostForm(StepForm):
    """What proceedings cost."""

    kind = forms.ChoiceField(label=_("Cost"), choices=CostKind)
    amount = forms.DecimalField(label=_("Amount"), max_digits=14, decimal_places=2)
    incurred_on = day(_("Cost paid on"))
    is_charged = forms.BooleanField(label=_("Charge it to the loan"), required=False, initial=True)


class HandForm(StepForm):
    """Who works the proceedings from now on."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Officer"), empty_label=_("choose")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class DocketFilterForm(forms.Form):
    """What the docket is narrowed to."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *ProceedingKind.choices]
    )
    strength = forms.ChoiceField(
        label=_("Days"),
        required=False,
        choices=[("", _("all")), ("hard", _("hard")), ("soft", _("soft"))],
    )
    portfolio = forms.ChoiceField(label=_("Portfolio"), required=False)

    def offer(self, portfolios: Sequence[tuple[str, str]]) -> None:
        """Offers the portfolios of the reader; one alone is no choice."""
        if len(portfolios) < 2:
            del self.fields["portfolio"]
            return
        field: Any = self.fields["portfolio"]
        field.choices = [("", _("all")), *portfolios]
