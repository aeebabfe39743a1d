"""Forms of the imports: the file, its columns, the decision to load, the reason to undo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.money import format_money
from loans.imports.kinds import all_kinds
from loans.imports.kinds.kind import Kind
from loans.imports.models import ImportBatch, ImportMapping, ImportMode
from loans.imports.problems import ImportRefused, sentence
from loans.imports.readers import current_limits
from loans.imports.readers.encodings import KNOWN
from loans.imports.sample import Sample
from loans.imports.wishes import Wish
from loans.portfolios.models import Portfolio

_MEGABYTE = 1024 * 1024


class UploadForm(forms.Form):
    """One file for one portfolio, and what it is."""

    portfolio = forms.ModelChoiceField(
        queryset=Portfolio.objects.none(), label=gettext_lazy("Portfolio"), empty_label=None
    )
    kind = forms.ChoiceField(label=gettext_lazy("What is in the file?"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = Portfolio.objects.visible_to(user).filter(is_active=True)
        self.fields["portfolio"].queryset = visible  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.code, kind.label) for kind in all_kinds().values()
        ]
        self.fields["file"].help_text = _(
            "CSV or Excel (.xlsx), at most %(size)s MB and %(rows)s rows. UTF-8, GB18030 and "
            "others are recognised."
        ) % {"size": current_limits().megabytes, "rows": f"{current_limits().rows:,}"}

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuses what is too large before it is looked into."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        limit = current_limits().megabytes
        if file.size is not None and file.size > limit * _MEGABYTE:
            size = -(-file.size // _MEGABYTE)
            raise ValidationError(sentence("file_too_large", {"size": size, "limit": limit}))
        return file


class ColumnsForm(forms.Form):
    """Which header is which of our columns, and how the cells are read."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), required=False)
    date_order = forms.ChoiceField(
        label=gettext_lazy("Order of dates"),
        choices=ImportMapping._meta.get_field("date_order").choices or (),
    )
    has_decimal_comma = forms.BooleanField(label=gettext_lazy("Decimal comma"), required=False)
    through_on = forms.DateField(
        label=gettext_lazy("Complete through"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: the latest day in the file, else the business date."),
    )
    template = forms.CharField(
        label=gettext_lazy("Save as mapping"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("A file with the same headers is read so the next time."),
    )

    def __init__(self, *args: Any, kind: Kind, sample: Sample, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.sample = kind, sample
        self._offer_readings()
        choices = [("", _("left out")), *((c.name, str(c.label)) for c in kind.columns)]
        for number, column in enumerate(sample.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                choices=choices, required=False, initial=column.column, label=column.title
            )
        for option in kind.options:
            self.fields[f"option_{option.name}"] = forms.CharField(
                required=False, label=option.name.replace("_", " "), help_text=str(option.help)
            )

    def _offer_readings(self) -> None:
        found = self.sample.reading.get("encoding", "")
        detected = _("found out: %(name)s") % {"name": found} if found else _("found out")
        names = [("", detected), *((name, name.upper()) for name in KNOWN)]
        self.fields["encoding"].choices = names  # type: ignore[attr-defined]
        sheets = [(name, name) for name in self.sample.sheets]
        self.fields["sheet"].choices = sheets  # type: ignore[attr-defined]
        if not sheets:
            del self.fields["sheet"]
        else:
            del self.fields["encoding"]

    @property
    def column_fields(self) -> Iterable[tuple[Any, Any]]:
        """Each column of the file with its select."""
        return [(c, self[f"column_{at}"]) for at, c in enumerate(self.sample.columns)]

    @property
    def option_fields(self) -> list[Any]:
        """The options of the kind."""
        return [self[name] for name in self.fields if name.startswith("option_")]

    def clean(self) -> dict[str, Any]:
        """Refuses a required column that nobody has, and one that two headers claim."""
        data: dict[str, Any] = super().clean() or {}
        claimed: dict[str, str] = {}
        for at, column in enumerate(self.sample.columns):
            name = data.get(f"column_{at}", "")
            if name and name in claimed:
                self.add_error(
                    f"column_{at}",
                    _("%(header)s is taken for this already. Choose one of them.")
                    % {"header": claimed[name]},
                )
            elif name:
                claimed[name] = column.title
        missing = [str(c.label) for c in self.kind.columns if c.required and c.name not in claimed]
        if missing:
            raise ValidationError(
                _("No header is taken for: %(missing)s. Choose one, or add it to the file.")
                % {"missing": ", ".join(missing)}
            )
        return data

    def wish(self) -> Wish:
        """Returns the valid form as a wish."""
        data = self.cleaned_data
        through: date | None = data["through_on"]
        options = {o.name: data[f"option_{o.name}"].strip() for o in self.kind.options}
        return Wish(
            headers={c.title: data[f"column_{at}"] for at, c in enumerate(self.sample.columns)},
            date_order=data["date_order"],
            has_decimal_comma=data["has_decimal_comma"],
            encoding=data.get("encoding", ""),
            sheet=data.get("sheet", ""),
            options={name: value for name, value in options.items() if value},
            through_on=through.isoformat() if through else "",
            template=data["template"].strip(),
        )


def initial_of(wish: Wish, kind: Kind) -> dict[str, Any]:
    """Returns what the form of columns begins with."""
    options = {f"option_{o.name}": wish.options.get(o.name, "") for o in kind.options}
    return options | {
        "sheet": wish.sheet,
        "encoding": wish.encoding,
        "date_order": wish.date_order,
        "has_decimal_comma": wish.has_decimal_comma,
        "through_on": wish.through_on or None,
        "template": wish.template,
    }


class LoadForm(forms.Form):
    """Which rows of a checked file are loaded, and its total typed again if wished."""

    mode = forms.ChoiceField(
        label=gettext_lazy("What to load"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what to load.")},
    )
    total = forms.CharField(
        label=gettext_lazy("Type the total to confirm"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        good = _("Load the %(good)s good rows") % {"good": f"{batch.good_count:,}"}
        whole = _("Load nothing unless every row is good")
        choices = [(ImportMode.GOOD_ROWS.value, good), (ImportMode.ALL_OR_NOTHING.value, whole)]
        self.fields["mode"].choices = choices  # type: ignore[attr-defined]
        self.fields["mode"].initial = ImportMode.GOOD_ROWS.value
        self.column = next(iter(batch.totals), "")
        if not self.column:
            del self.fields["total"]
        else:
            kind = all_kinds()[batch.kind]
            self.fields["total"].help_text = _("Sum of the column: %(column)s") % {
                "column": kind.column(self.column).label
            }

    def clean_total(self) -> str:
        """Compares a typed total with the sum that was read."""
        text: str = self.cleaned_data["total"].strip()
        if not text:
            return ""
        read = Decimal(self.batch.totals[self.column])
        try:
            typed = Decimal(text.replace(",", "").replace(" ", "").lstrip("¥$€£"))
        except ArithmeticError:
            raise ValidationError(_("Write the total as 1234.50.")) from None
        if typed != read:
            raise ValidationError(
                _("The file adds up to %(read)s; you typed %(typed)s. Nothing was loaded.")
                % {
                    "read": format_money(read, self.batch.portfolio.currency, "en"),
                    "typed": format_money(typed, self.batch.portfolio.currency, "en"),
                }
            )
        return text


class UndoForm(forms.Form):
    """Why an import is undone."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it undone?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why; it is kept in the trail.")},
    )


def refusal_on(form: forms.Form, field: str | None, refusal: ImportRefused) -> None:
    """Shows on a form why a file was refused."""
    form.add_error(field, str(refusal))
