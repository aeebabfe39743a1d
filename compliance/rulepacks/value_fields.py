"""Form fields for the values of rules: each is typed in the way its parameter reads it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.rulepacks.words import VOCABULARIES, parameter_name
from compliance.rules.parameters import Parameter

_YES_OR_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


class WordsField(forms.CharField):
    """Words of no closed list, parted by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [word.strip() for word in str(value or "").split(",") if word.strip()]


class FlagField(forms.ChoiceField):
    """Yes or no, both said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=(("", "–"), *_YES_OR_NO), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(value))


class ObjectField(forms.CharField):
    """What has a shape of its own, as a document writes it: {"US-WI": 15} or [1, 3]."""

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise ValidationError(_("Write it as a document does, such as [1, 3].")) from None


def value_field(name: str, parameter: Parameter | None, value: Any) -> forms.Field:
    """Returns the field for one value; emptied, the document says nothing of the parameter."""
    common: dict[str, Any] = {"label": parameter_name(name), "required": False}
    known = [
        (word, label)
        for word, label in VOCABULARIES.get(name, {}).items()
        if parameter is None or parameter.fits([word] if isinstance(value, list) else word)
    ]
    if isinstance(value, bool):
        return FlagField(**common)
    if isinstance(value, int):
        return forms.IntegerField(min_value=0, **common)
    if isinstance(value, list) and known and {*value} <= {word for word, _label in known}:
        return forms.MultipleChoiceField(
            choices=known, widget=forms.CheckboxSelectMultiple, **common
        )
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return WordsField(**common)
    if isinstance(value, str) and known:
        return forms.ChoiceField(choices=[("", "–"), *known], **common)
    return forms.CharField(**common) if isinstance(value, str) else ObjectField(**common)
