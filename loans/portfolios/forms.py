"""Forms of the configuration pages: what people type, checked before a service is called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loans.portfolios.models import BucketScheme, Product
from loans.portfolios.product_conventions import read_conventions
from loans.portfolios.refusals import Refused
from loans.portfolios.schemes import BucketSpec, check_ranges


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """A product with its conventions as JSON, read strictly."""

    class Meta:
        model = Product
        fields = ("portfolio", "code", "name", "conventions")

    def clean_conventions(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.cleaned_data["conventions"] or {}
        try:
            read_conventions(stored)
        except Refused as refused:
            raise ValidationError(refused.sentence, code=refused.code) from refused
        return stored


class BucketSchemeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A scheme with one bucket on each line: code, first day, last day or empty, severity, name."""

    ranges = forms.CharField(
        label=gettext_lazy("buckets"),
        widget=forms.Textarea(attrs={"rows": 10, "cols": 60}),
        help_text=gettext_lazy(
            "One per line: code; first day; last day (empty: no end); severity 0 to 5; name. "
            "For example: M1; 1; 30; 1; M1"
        ),
    )

    class Meta:
        model = BucketScheme
        fields = ("code", "name")

    def clean_ranges(self) -> list[BucketSpec]:
        lines = [line for line in self.cleaned_data["ranges"].splitlines() if line.strip()]
        specs = [_read_line(number, line) for number, line in enumerate(lines, 1)]
        try:
            check_ranges(specs)
        except Refused as refused:
            raise ValidationError(refused.sentence, code=refused.code) from refused
        return specs


def _read_line(number: int, line: str) -> BucketSpec:
    parts = [part.strip() for part in line.split(";")]
    try:
        code, first, last, severity, name = parts
        return BucketSpec(
            code=code,
            name=name,
            severity=int(severity),
            from_days=int(first),
            to_days=int(last) if last else None,
        )
    except ValueError:
        raise ValidationError(
            _("Line %(number)s: write code; first day; last day; severity; name."),
            code="bucket_line",
            params={"number": number},
        ) from None
