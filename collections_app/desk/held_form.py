"""What every form of the desk carries that is written by whoever has the person."""

from __future__ import annotations

from typing import Any

from django import forms

from core.ids import uuid7


class HeldForm(forms.Form):
    """`token` lets the same form sent twice write once; `lease` is the writer's own, if any.

    To be mixed into the form of a concept, which knows nothing of leases; `holding.write_form`
    reads both.
    """

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, "token": str(uuid7())}
