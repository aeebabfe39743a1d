"""Forms that propose a version: by hand from an edition, or as a document; and its decision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.rulepacks.documents import PackDocument, RuleEntry
from compliance.rulepacks.grounds import GROUNDS
from compliance.rulepacks.models import Binding
from compliance.rulepacks.value_fields import value_field
from compliance.rules.registry import RULES

#: No document comes near this; what does is no document.
MOST_BYTES: Final = 1_000_000
_REASON: Final = {"label": gettext_lazy("Why the rules change"), "max_length": 400}


class RuleGroup(NamedTuple):
    """The fields of one rule, for the page."""

    entry: RuleEntry
    texts: list[forms.BoundField]
    values: list[forms.BoundField]
    is_removed: forms.BoundField
    is_wrong: bool


class VersionForm(forms.Form):
    """The next version of a pack, starting from an edition: values, citations, force, grounds."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=160)
    effective_from = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(**_REASON)

    def __init__(self, *args: Any, base: PackDocument, version: int, **kwargs: Any) -> None:
        initial = {"name": base.name}
        for number, entry in enumerate(base.rules):
            initial |= _initial(number, entry)
        super().__init__(*args, initial=initial, **kwargs)
        self.base, self.version = base, version
        for number, entry in enumerate(base.rules):
            self.fields.update(_fields(number, entry))

    def groups(self) -> Iterator[RuleGroup]:
        """Yields the fields of each rule in the order of the document."""
        for number, entry in enumerate(self.base.rules):
            texts = [self[f"{number}-{name}"] for name in ("citation", *_FORCES, "override")]
            values = [self[f"{number}-value-{name}"] for name in entry.values]
            yield RuleGroup(
                entry,
                texts,
                values,
                self[f"{number}-removed"],
                any(field.errors for field in (*texts, *values)),
            )

    def document(self) -> dict[str, Any]:
        """Returns the document that was typed; the services read it as strictly as any other."""
        data = self.cleaned_data
        return {
            "code": self.base.code,
            "name": data["name"],
            "place": self.base.place,
            "version": self.version,
            "effective_from": data["effective_from"].isoformat(),
            "rules": [
                self._rule(number, entry)
                for number, entry in enumerate(self.base.rules)
                if not data[f"{number}-removed"]
            ],
        }

    def _rule(self, number: int, entry: RuleEntry) -> dict[str, Any]:
        data = self.cleaned_data
        values = {name: data[f"{number}-value-{name}"] for name in entry.values}
        return {
            "rule": entry.rule,
            "code": entry.code,
            "values": {name: value for name, value in values.items() if not _is_empty(value)},
            "citation": data[f"{number}-citation"],
            "binding": {
                "lender": data[f"{number}-binding"],
                "agency": data[f"{number}-agency_binding"],
            },
            "override": data[f"{number}-override"],
        }


class DocumentForm(forms.Form):
    """A whole document, typed, pasted or brought as a file: adds rules, or a new pack."""

    file = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Document"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        help_text=gettext_lazy("JSON, as a download of a version gives it. A file comes first."),
    )
    reason = forms.CharField(**_REASON)

    def clean(self) -> dict[str, Any]:
        """Reads the file or the text; what it says is checked by the services."""
        data: dict[str, Any] = super().clean() or {}
        text = self._text(data)
        if not text.strip():
            raise ValidationError(_("Bring a file or paste the document."))
        try:
            data["document"] = json.loads(text)
        except ValueError as wrong:
            place = {"line": getattr(wrong, "lineno", 1), "column": getattr(wrong, "colno", 1)}
            raise ValidationError(
                _("This is no JSON: look at line %(line)d, sign %(column)d.") % place
            ) from None
        return data

    def document(self) -> Any:
        """Returns what was read."""
        return self.cleaned_data["document"]

    def shown_again(self) -> DocumentForm:
        """Returns the same form with the file's text typed in: a browser forgets the file."""
        document = self.cleaned_data.get("document")
        text = self.cleaned_data.get("text", "")
        if document is not None:
            text = json.dumps(document, ensure_ascii=False, indent=2)
        return DocumentForm({"text": text, "reason": self.cleaned_data.get("reason", "")})

    def _text(self, data: dict[str, Any]) -> str:
        file = data.get("file")
        if file is None:
            return str(data.get("text", ""))
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than any rule pack; bring its document."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError(_("The file is not text in UTF-8.")) from None


class DecisionForm(forms.Form):
    """The second person's reason, for a yes and for a no."""

    reason = forms.CharField(label=gettext_lazy("Reason of the decision"), max_length=400)


_FORCES: Final = ("binding", "agency_binding")


def _fields(number: int, entry: RuleEntry) -> dict[str, forms.Field]:
    """The fields of one rule, each known by the rule's place in the document."""
    parameters = RULES[entry.rule].parameters if entry.rule in RULES else {}
    values: dict[str, forms.Field] = {
        f"{number}-value-{name}": value_field(name, parameters.get(name), value)
        for name, value in entry.values.items()
    }
    fields: dict[str, forms.Field] = {
        f"{number}-citation": forms.CharField(label=_("citation"), max_length=300),
        f"{number}-binding": forms.ChoiceField(label=_("for the lender"), choices=Binding),
        f"{number}-agency_binding": forms.ChoiceField(label=_("for an agency"), choices=Binding),
        f"{number}-override": forms.MultipleChoiceField(
            label=_("grounds for an override"),
            required=False,
            choices=list(GROUNDS.items()),
            widget=forms.CheckboxSelectMultiple,
        ),
        f"{number}-removed": forms.BooleanField(label=_("take this rule out"), required=False),
        **values,
    }
    for field in fields.values():
        # Beside its rule a field is called by its own word, in the list of errors by both.
        field.short_label = field.label  # type: ignore[attr-defined]
        field.label = f"{entry.code}, {field.label}"
    return fields


def _initial(number: int, entry: RuleEntry) -> dict[str, Any]:
    values = {f"{number}-value-{name}": value for name, value in entry.values.items()}
    return {
        f"{number}-citation": entry.citation,
        f"{number}-binding": entry.binding,
        f"{number}-agency_binding": entry.agency_binding,
        f"{number}-override": list(entry.override),
        **values,
    }


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []
