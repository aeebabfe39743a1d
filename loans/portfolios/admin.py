"""Portfolios, products, bucket schemes and grants: configuration, written by the services."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.model_admin import RecordAdmin
from core.audit import Actor
from loans.portfolios import services
from loans.portfolios.forms import BucketSchemeForm, ProductForm
from loans.portfolios.model_admin import LoansConfigurationAdmin
from loans.portfolios.models import (
    BucketRange,
    BucketScheme,
    FeedWatermark,
    Portfolio,
    PortfolioGrant,
    Product,
)
from loans.portfolios.services import PortfolioSettings

_FIXED: Final = (
    "code",
    "ledger",
    "currency",
    "country",
    "time_zone",
    "business_date",
    "customer_namespace",
)
_SETTINGS: Final = tuple(PortfolioSettings.__dataclass_fields__)
_COUNTING: Final = (
    "bucket_scheme",
    *(name for name in _SETTINGS if name in services.COUNTED_BY),
)
_OTHER: Final = tuple(
    name for name in _SETTINGS if name not in _COUNTING and name != "customer_namespace"
)
#: What a change of these settings does; shown beside them and after a change.
RECOUNTED: Final = _(
    "A change counts all loans anew, with their bucket history: at once for up to 2,000 loans, "
    "with the next close for more."
)


@admin.register(Portfolio)
class PortfolioAdmin(LoansConfigurationAdmin):
    list_display = ("code", "name", "ledger", "currency", "business_date", "is_active")
    list_filter = ("ledger", "is_active")
    search_fields = ("code", "name")
    fieldsets = (
        (None, {"fields": (*_FIXED, "name", "language", "is_active")}),
        (_("How loans are counted"), {"fields": _COUNTING, "description": RECOUNTED}),
        (_("Other settings"), {"fields": _OTHER}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return _FIXED if obj is not None else ("is_active",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and services.COUNTED_BY.intersection(form.changed_data):
            messages.info(request, RECOUNTED)

    def save_by_service(self, *, form: Any, instance: Portfolio | None, by: Actor) -> Portfolio:
        data = dict(form.cleaned_data)
        if instance is not None:
            changed = {name: data[name] for name in form.changed_data}
            return services.change_portfolio(portfolio=instance, changes=changed, by=by)
        settings = PortfolioSettings(**{name: data.pop(name) for name in _SETTINGS})
        return services.create_portfolio(settings=settings, by=by, **data)


@admin.register(Product)
class ProductAdmin(LoansConfigurationAdmin):
    form = ProductForm
    list_display = ("code", "name", "portfolio")
    list_select_related = ("portfolio",)
    search_fields = ("code", "name")
    fieldsets = (
        (None, {"fields": ("portfolio", "code", "name")}),
        (_("How loans are counted"), {"fields": ("conventions",), "description": RECOUNTED}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("portfolio", "code") if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "conventions" in form.changed_data:
            messages.info(request, RECOUNTED)

    def save_by_service(self, *, form: Any, instance: Product | None, by: Actor) -> Product:
        if instance is None:
            return services.create_product(by=by, **form.cleaned_data)
        return services.change_product(product=instance, by=by, **form.cleaned_data)


class BucketRangeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = BucketRange
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(BucketScheme)
class BucketSchemeAdmin(LoansConfigurationAdmin):
    """A scheme is made once: changing its ranges would rewrite the history counted by them."""

    form = BucketSchemeForm
    list_display = ("code", "name")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code", "name", "ranges") if obj is None else ("code", "name")

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [] if obj is None else [BucketRangeInline]

    def save_by_service(
        self, *, form: Any, instance: BucketScheme | None, by: Actor
    ) -> BucketScheme:
        return services.create_bucket_scheme(by=by, **form.cleaned_data)


@admin.register(PortfolioGrant)
class PortfolioGrantAdmin(LoansConfigurationAdmin):
    """A grant is given or taken back, never edited."""

    can_remove = True
    list_display = ("portfolio", "user", "team")
    list_select_related = ("portfolio", "user", "team")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def save_by_service(
        self, *, form: Any, instance: PortfolioGrant | None, by: Actor
    ) -> PortfolioGrant:
        return services.grant_portfolio(by=by, **form.cleaned_data)

    def remove_by_service(self, *, instance: PortfolioGrant, by: Actor) -> None:
        services.revoke_grant(grant=instance, by=by)


@admin.register(FeedWatermark)
class FeedWatermarkAdmin(RecordAdmin):
    list_display = ("portfolio", "feed", "through_on", "received_at")
    list_select_related = ("portfolio",)
