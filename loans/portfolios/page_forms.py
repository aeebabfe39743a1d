"""Forms of the portfolios' pages: opening one, changing its settings, products and grants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from core import clock
from core.calendars.models import HolidayCalendar
from core.money.currencies import known_currencies
from loans.delinquency.orders import ALLOCATION_ORDERS
from loans.portfolios.models import BucketScheme, Ledger, Portfolio, Product
from loans.portfolios.product_conventions import read_conventions
from loans.portfolios.queries import grantable_teams, grantable_users
from loans.portfolios.refusals import Refused
from loans.portfolios.schemes import STANDARD_SCHEMES
from loans.portfolios.services import COUNTED_BY, PortfolioSettings

#: What the form of a portfolio shows together, in this order.
FIXED: Final = (
    "code",
    "name",
    "ledger",
    "currency",
    "country",
    "language",
    "time_zone",
    "business_date",
    "customer_namespace",
)
COUNTING: Final = (
    "bucket_scheme",
    "bucket_basis",
    "due_day_counts",
    "grace_days",
    "tolerance_amount",
    "tolerance_fraction",
)
OTHER: Final = (
    "case_opens_at_days",
    "holiday_calendar",
    "rule_packs",
    "feed_limit_days",
    "contacts_known_from",
)
PROMISES: Final = ("promise_grace_days", "promise_tolerance_fraction")
_DAY = {"type": "date"}
_CHOOSE: Final = ("", _("choose"))


class PortfolioForm(forms.ModelForm):  # type: ignore[type-arg]
    """A portfolio with all its settings; those that are fixed once it exists are left out then."""

    rule_packs = forms.MultipleChoiceField(
        label=_("rule packs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a pack nobody may be called: missing rules deny."),
    )

    class Meta:
        model = Portfolio
        fields = (*FIXED, *COUNTING, *OTHER, *PROMISES, "is_active")
        widgets: Mapping[str, Any] = {
            "business_date": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
            "contacts_known_from": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        # Nothing is chosen beforehand: a zone left standing would be a wrong calling hour.
        zones = [(name, name) for name in sorted(clock.known_zones()) if "/" in name]
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("time zone"), choices=[_CHOOSE, *zones]
        )
        currencies = [(code, code) for code in known_currencies()]
        self.fields["currency"] = forms.ChoiceField(
            label=_("currency"), choices=[_CHOOSE, *currencies]
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("language of borrowers"), choices=settings.LANGUAGES
        )
        packs = import_string(settings.RULE_PACK_CHOICES)()
        self.fields["rule_packs"].choices = packs  # type: ignore[attr-defined]
        self.fields["customer_namespace"].required = False
        schemes = BucketScheme.objects.order_by("code")
        self.fields["bucket_scheme"].queryset = schemes  # type: ignore[attr-defined]
        calendars = HolidayCalendar.objects.order_by("code")
        self.fields["holiday_calendar"].queryset = calendars  # type: ignore[attr-defined]
        if is_new:
            del self.fields["is_active"]
            self.fields["ledger"].choices = [_CHOOSE, *Ledger.choices]  # type: ignore[attr-defined]
            self._offer_standard_schemes(schemes)
        else:
            for name in FIXED:
                if name not in {"name", "language"}:
                    del self.fields[name]

    def _offer_standard_schemes(self, stored: Any) -> None:
        """A new system has no scheme yet: the standard ones are stored when they are chosen."""
        have = {scheme.code: scheme for scheme in stored}
        choices = [(scheme.code, scheme.name) for scheme in have.values()]
        choices += [(s.code, s.name) for s in STANDARD_SCHEMES if s.code not in have]
        self.fields["bucket_scheme"] = forms.ChoiceField(
            label=_("bucket scheme"), choices=sorted(choices)
        )

    def _post_clean(self) -> None:
        """The services check the whole row; the model of a new one lacks its scheme here."""

    @property
    def changed_settings(self) -> dict[str, Any]:
        """What the person changed, by name."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    @property
    def counts_anew(self) -> bool:
        """Whether a change makes the loans be counted anew."""
        return bool(COUNTED_BY.intersection(self.changed_data))

    def settings_values(self) -> PortfolioSettings:
        """Returns the settings of a new portfolio."""
        names = PortfolioSettings.__dataclass_fields__
        values = {name: self.cleaned_data[name] for name in names}
        return PortfolioSettings(**values | {"rule_packs": tuple(values["rule_packs"])})


class ProductPageForm(forms.Form):
    """A product: its name, the usual allocation order, and the rest of its conventions as JSON."""

    code = forms.SlugField(label=_("code"), max_length=40)
    name = forms.CharField(label=_("name"), max_length=120)
    allocation = forms.ChoiceField(label=_("allocation order"))
    conventions = forms.JSONField(
        label=_("further conventions"),
        required=False,
        help_text=_("JSON, such as {}. A misspelt setting is refused, never ignored."),
    )

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        stored = dict(product.conventions) if product else {}
        if product is not None:
            kwargs["initial"] = {
                "name": product.name,
                "allocation": stored.pop("allocation", "oldest_first"),
                "conventions": stored,
            }
        super().__init__(*args, **kwargs)
        if product is not None:
            del self.fields["code"]
        orders = [(name, name.replace("_", " ")) for name in sorted(ALLOCATION_ORDERS)]
        self.fields["allocation"].choices = orders  # type: ignore[attr-defined]
        self.fields["allocation"].initial = "oldest_first"

    def clean(self) -> dict[str, Any]:
        """Reads the conventions as strictly as the replay does."""
        data: dict[str, Any] = super().clean() or {}
        stored = data.get("conventions") or {}
        if not isinstance(stored, dict):
            raise ValidationError(_("The conventions are an object: {…}."))
        if "allocation" in data:
            data["conventions"] = {**stored, "allocation": data["allocation"]}
            try:
                read_conventions(data["conventions"])
            except Refused as refused:
                self.add_error("conventions", refused.sentence)
        return data


class GrantForm(forms.Form):
    """One team or one person who may see a portfolio."""

    team = forms.ModelChoiceField(
        label=_("team"), queryset=Team.objects.none(), required=False, empty_label="–"
    )
    user = forms.ModelChoiceField(
        label=_("or one person"), queryset=User.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = grantable_teams()  # type: ignore[attr-defined]
        self.fields["user"].queryset = grantable_users()  # type: ignore[attr-defined]


RulePackChoices = Callable[[], list[tuple[str, str]]]
