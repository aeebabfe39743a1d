"""Writing a note, and saying why one is withdrawn."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.notes.services import LONGEST
from core.pages.refusals import RefusableForm

CASE, PERSON = "case", "person"


class NoteForm(RefusableForm):
    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        max_length=LONGEST,
        strip=True,
        label=_("Note"),
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": _("What colleagues should know. No card numbers.")}
        ),
        error_messages={"required": _("A note needs words.")},
    )
    about = forms.ChoiceField(
        label=_("About"),
        choices=[(CASE, _("this case")), (PERSON, _("the person, on all their cases"))],
        initial=CASE,
    )
    pinned = forms.BooleanField(required=False, label=_("Pin it on top"))


class WithdrawForm(RefusableForm):
    reason = forms.CharField(
        max_length=200,
        strip=True,
        label=_("Why"),
        error_messages={"required": _("Say why the note is withdrawn.")},
    )
