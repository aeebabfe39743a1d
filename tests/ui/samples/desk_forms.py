"""The forms of the list and of the logger, as the pages meet them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class LogForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, initial="0190")
    result = forms.ChoiceField(
        label=_("Result"), choices=[("no_answer", "No answer"), ("promise", "Promise")]
    )
    callback_when = forms.CharField(label=_("Call back when"), required=False)
    paid_on = forms.DateField(label=_("Paid on"), required=False)
    paid_through = forms.ChoiceField(
        label=_("Paid how"), required=False, choices=[("", _("choose"))]
    )
    why_late = forms.ChoiceField(label=_("Why late"), required=False, choices=[("", _("choose"))])
    dispute_about = forms.ChoiceField(
        label=_("What is disputed"), required=False, choices=[("", _("choose"))]
    )
    message = forms.ChoiceField(
        label=_("What was left"), required=False, choices=[("", _("as usual for this result"))]
    )
    next_step = forms.ChoiceField(
        label=_("Next step"),
        choices=[("call", _("Call again tomorrow")), ("none", _("Nothing planned"))],
    )
    next_on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    next_at = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class UnstartedLogForm(LogForm):
    how = forms.ChoiceField(
        label=_("How did it come about?"),
        choices=[("they_called", "the person called us"), ("we_called", "I called")],
    )
    contact_point = forms.ChoiceField(
        label=_("Number"), choices=[("1", "138****5678"), ("2", "0755-****8810")]
    )
    made_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    reason = forms.CharField(label=_("Why was it not started here?"), required=False)


class FilterForm(forms.Form):
    q = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search"}))
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("days", _("Most days past due first")), ("amount", _("Largest amount first"))],
    )


class RevealForm(forms.Form):
    value = forms.ChoiceField(label=_("What"), choices=[("1", "phone: 138****5678 · 张*")])
    purpose = forms.ChoiceField(label=_("What for"), choices=[("calling", _("calling now"))])
