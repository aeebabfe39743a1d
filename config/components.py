"""The living page of the components: every one in every state, for staff and for whoever builds."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires


class SampleForm(forms.Form):
    """A form with one of each field, for showing them; it is never sent."""

    amount = forms.DecimalField(label=_("Amount"), help_text=_("in yuan"))
    due = forms.DateField(label=_("By"), widget=forms.DateInput(attrs={"type": "date"}))
    channel = forms.ChoiceField(label=_("Via"), choices=[("w", "WeChat Pay"), ("b", "Bank")])
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


#: The tokens of colour by what they are for; `static/css/gallery.css` fills a swatch for each.
COLOURS = [
    {
        "name": _("Grounds and lines"),
        "tokens": ["bg", "surface", "sunken", "hover", "hairline", "hairline-2", "border-strong"],
    },
    {"name": _("Words"), "tokens": ["text", "text-2", "text-3"]},
    {"name": _("Meanings"), "tokens": ["primary", "danger", "success", "warning", "info"]},
    {
        "name": _("Soft grounds"),
        "tokens": ["primary-soft", "danger-soft", "success-soft", "warning-soft", "info-soft"],
    },
]


@requires("config.view")
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Shows every component in every state."""
    return TemplateResponse(request, "ui/components.html", context())


def context() -> dict[str, Any]:
    """What the page is given: invented figures, and a form that was refused."""
    return {
        "amount": Decimal("6560.00"),
        "colours": COLOURS,
        "at": datetime(2026, 11, 23, 10, 27, 3, tzinfo=UTC),
        "sample_form": SampleForm(
            {"amount": "-1", "due": "", "channel": "w", "note": "客户说周五发工资"}
        ),
        "tabs": _tabs((_("All"), 38), ("B1", 14), ("B2", 12)),
        "segments": _tabs((_("All"), None), (_("Contact"), None), (_("Money"), None)),
    }


def _tabs(*items: tuple[Any, int | None]) -> list[dict[str, Any]]:
    return [
        {"label": label, "href": f"#{number}", "is_current": number == 0, "count": count}
        for number, (label, count) in enumerate(items)
    ]
