"""Portfolios: whose books, in which currency, zone and conventions, and who may see them."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ModelT, ScopedQuerySet, sees_all_portfolios
from core.ids import uuid7_pk
from core.money import MoneyField, RateField

if TYPE_CHECKING:
    from accounts.models import User


class Ledger(models.TextChoices):
    """Who keeps the books of a portfolio."""

    EXTERNAL = "external", _("the lender's own loan system")
    MAKEGOOD = "makegood", _("Makegood")


class BucketBasis(models.TextChoices):
    """Which day count places a loan in its bucket."""

    DAYS_PAST_DUE = "days_past_due", _("days past due")
    DELINQUENT_DAYS = "delinquent_days", _("delinquent days (pauses taken off)")


class BucketScheme(models.Model):
    """A named list of day ranges without gap or overlap, e.g. M1 1-30, M2 31-60."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["code"]
        verbose_name = _("bucket scheme")
        verbose_name_plural = _("bucket schemes")

    def __str__(self) -> str:
        return self.name


class BucketRange(models.Model):
    """One bucket of a scheme: `from_days` to `to_days`, both included; the last is open."""

    scheme = models.ForeignKey(BucketScheme, on_delete=models.CASCADE, related_name="ranges")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    severity = models.PositiveSmallIntegerField(
        _("severity"), help_text=_("0 for current; picks the colour of the chip, 0 to 5.")
    )
    from_days = models.PositiveIntegerField(_("from days"))
    to_days = models.PositiveIntegerField(_("to days"), null=True, blank=True)

    class Meta:
        ordering = ["scheme", "from_days"]
        verbose_name = _("bucket")
        verbose_name_plural = _("buckets")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="bucket_code_once"),
            models.UniqueConstraint(fields=["scheme", "from_days"], name="bucket_start_once"),
            models.CheckConstraint(
                condition=Q(to_days__isnull=True) | Q(to_days__gte=models.F("from_days")),
                name="bucket_range_forward",
            ),
            models.CheckConstraint(condition=Q(severity__lte=5), name="bucket_severity_0_to_5"),
        ]

    def __str__(self) -> str:
        return self.code


class PortfolioQuerySet(ScopedQuerySet["Portfolio"]):
    def scoped_to(self, user: User) -> Self:
        """Portfolios granted to the user or to the user's team; all of them for oversight roles."""
        if sees_all_portfolios(user):
            return self
        granted = Q(user=user.pk)
        if user.team_id is not None:
            granted |= Q(team=user.team_id)
        return self.filter(pk__in=PortfolioGrant.objects.filter(granted).values("portfolio_id"))


class PortfolioRowQuerySet(ScopedQuerySet[ModelT], Generic[ModelT]):
    """Rows that name their portfolio themselves."""

    def scoped_to(self, user: User) -> Self:
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))


class Portfolio(models.Model):
    """A set of loans on one set of books. Its business date is the date the books are on."""

    id = uuid7_pk()
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    ledger = models.CharField(_("books kept by"), max_length=10, choices=Ledger)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217, e.g. CNY"))
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166, e.g. CN"))
    language = models.CharField(_("language of borrowers"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60)
    business_date = models.DateField(
        _("business date"), help_text=_("The date the books are on; only the close moves it.")
    )
    bucket_scheme = models.ForeignKey(BucketScheme, on_delete=models.PROTECT)
    bucket_basis = models.CharField(
        _("buckets by"), max_length=20, choices=BucketBasis, default=BucketBasis.DAYS_PAST_DUE
    )
    due_day_counts = models.BooleanField(
        _("the due day itself is day 1"),
        default=False,
        help_text=_("Off: an instalment due on the 1st is one day past due on the 2nd."),
    )
    grace_days = models.PositiveSmallIntegerField(
        _("grace days"), default=0, help_text=_("Delays the opening of cases and fees, not DPD.")
    )
    case_opens_at_days = models.PositiveSmallIntegerField(
        _("a case opens at"), default=1, help_text=_("Days past due beyond the grace days.")
    )
    tolerance_amount = MoneyField(
        _("tolerance, amount"),
        default=0,
        help_text=_("An instalment with at most this much open counts as satisfied."),
    )
    tolerance_fraction = RateField(_("tolerance, share of the instalment"), default=0)
    holiday_calendar = models.ForeignKey(
        "core.HolidayCalendar", on_delete=models.PROTECT, null=True, blank=True
    )
    rule_packs = ArrayField(
        models.CharField(max_length=40), verbose_name=_("rule packs"), default=list, blank=True
    )
    customer_namespace = models.CharField(
        _("customer number space"),
        max_length=40,
        help_text=_("Portfolios with the same value share their customers' numbers."),
    )
    closes_at = models.TimeField(
        _("close starts at"),
        default=time(1, 0),
        help_text=_("Local time, on the day after the business date."),
    )
    feed_limit_days = models.PositiveSmallIntegerField(_("feed may be this old, days"), default=2)
    promise_grace_days = models.PositiveSmallIntegerField(
        _("grace of a promise, days"),
        default=1,
        db_default=1,
        help_text=_(
            "Money valued up to this many days after the promised day keeps the promise; a day off "
            "moves on to the next banking day."
        ),
    )
    promise_tolerance_fraction = RateField(
        _("tolerance of a promise, share"),
        default=Decimal("0.05"),
        db_default=Decimal("0.05"),
        help_text=_("A promise is kept when no more than this share of it is missing: 0.05 is 5%."),
    )
    contacts_known_from = models.DateField(
        _("contact history known from"),
        null=True,
        blank=True,
        help_text=_("Contacts before this date are not known here; empty: none are known."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        constraints = [
            models.CheckConstraint(
                condition=Q(ledger__in=Ledger.values), name="portfolio_ledger_known"
            ),
            models.CheckConstraint(
                condition=Q(bucket_basis__in=BucketBasis.values), name="portfolio_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(tolerance_amount__gte=0)
                & Q(tolerance_fraction__gte=0)
                & Q(tolerance_fraction__lt=1),
                name="portfolio_tolerance_sane",
            ),
            models.CheckConstraint(
                condition=Q(promise_tolerance_fraction__gte=0)
                & Q(promise_tolerance_fraction__lt=1)
                & Q(promise_grace_days__lte=31),
                name="portfolio_promise_terms_sane",
                violation_error_message=_(
                    "The grace of a promise is 0 to 31 days, its tolerance a share from 0 up to, "
                    "not including, 1."
                ),
            ),
            models.CheckConstraint(
                condition=Q(case_opens_at_days__gte=1), name="portfolio_case_threshold_positive"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$") & Q(country__regex=r"^[A-Z]{2}$"),
                name="portfolio_iso_codes",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What was sold: how money is allocated and how schedules, days and cents are counted."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="products")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    conventions = models.JSONField(
        _("conventions"),
        default=dict,
        blank=True,
        help_text=_(
            "Allocation order, day count, rounding, late charges; checked by the product form."
        ),
    )

    objects = PortfolioRowQuerySet.as_manager()

    class Meta:
        ordering = ["portfolio", "code"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "code"], name="product_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PortfolioGrant(models.Model):
    """Lets one user, or everybody in one team, see a portfolio."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    objects = PortfolioRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("portfolio grant")
        verbose_name_plural = _("portfolio grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(team__isnull=True), name="grant_user_or_team"
            ),
            models.UniqueConstraint(
                fields=["portfolio", "user"],
                condition=Q(user__isnull=False),
                name="grant_user_once",
            ),
            models.UniqueConstraint(
                fields=["portfolio", "team"],
                condition=Q(team__isnull=False),
                name="grant_team_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id}: {self.user_id or self.team_id}"


class FeedWatermark(models.Model):
    """Up to which day a feed of a portfolio is complete, e.g. repayments through 22 November."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="watermarks")
    feed = models.CharField(_("feed"), max_length=40)
    through_on = models.DateField(_("complete through"))
    received_at = models.DateTimeField(_("received"))

    objects = PortfolioRowQuerySet.as_manager()

    class Meta:
        ordering = ["portfolio", "feed"]
        verbose_name = _("feed watermark")
        verbose_name_plural = _("feed watermarks")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "feed"], name="watermark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.feed} through {self.through_on}"
