"""How a form shows that a service refused: beside the field it is about, else above the form."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError


def show_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Adds the sentences of a refusal to the form; nothing was written."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


class RefusableForm(forms.Form):
    """A form whose service may refuse what it says."""

    def add_refusal(self, refusal: ValidationError) -> None:
        """Shows why the service refused; nothing was written."""
        show_refusal(self, refusal)
