"""Imports: one row per file that was brought in, its staged rows, and what was wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from loans.imports.problems import sentence
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("columns to confirm")
    STAGED = "staged", _("being read")
    CHECKED = "checked", _("checked")
    REFUSED = "refused", _("refused")
    LOADING = "loading", _("loading")
    LOADED = "loaded", _("loaded")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")


class Errand(models.TextChoices):
    """What a person asked the workers to do with a file; empty once it is done."""

    CHECK = "check", _("check")
    LOAD = "load", _("load")
    UNDO = "undo", _("undo")


#: A file in one of these states stands for its content: the same bytes are not taken twice.
STANDING_STATES = frozenset(
    {
        ImportState.UPLOADED,
        ImportState.STAGED,
        ImportState.CHECKED,
        ImportState.LOADING,
        ImportState.LOADED,
    }
)


class ImportMode(models.TextChoices):
    """What happens to the good rows of a file that also has bad ones."""

    ALL_OR_NOTHING = "all_or_nothing", _("load nothing unless every row is good")
    GOOD_ROWS = "good_rows", _("load the good rows, list the bad ones")


class OfPortfolioQuerySet(ScopedQuerySet[Any]):
    """Rows with a portfolio of their own."""

    def scoped_to(self, user: User) -> Self:
        """Rows of the portfolios that the user may see."""
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))


class OfBatchQuerySet(ScopedQuerySet[Any]):
    """Rows of an import."""

    def scoped_to(self, user: User) -> Self:
        """Rows of the imports that the user may see."""
        return self.filter(batch__portfolio__in=Portfolio.objects.visible_to(user))


class ImportMapping(models.Model):
    """A named template: which header of a file is which of our columns, and how to read it."""

    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.CASCADE, related_name="import_mappings"
    )
    kind = models.CharField(_("kind"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    headers = models.JSONField(
        _("headers"),
        default=dict,
        blank=True,
        help_text=_("Header in the file → our column; an empty column ignores the header."),
    )
    date_order = models.CharField(
        _("order of dates"),
        max_length=3,
        choices=[
            ("ymd", _("year month day")),
            ("dmy", _("day month year")),
            ("mdy", _("month day year")),
        ],
        default="ymd",
    )
    has_decimal_comma = models.BooleanField(_("decimal comma"), default=False)
    encoding = models.CharField(
        _("encoding"), max_length=20, blank=True, help_text=_("Empty: found out from the file.")
    )
    options = models.JSONField(_("options of the kind"), default=dict, blank=True)

    objects = OfPortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["portfolio", "kind", "name"]
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "kind", "name"], name="import_mapping_once"
            ),
            models.CheckConstraint(
                condition=Q(date_order__in=["ymd", "dmy", "mdy"]), name="import_mapping_date_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class ImportBatch(models.Model):
    """One file of one kind for one portfolio, how far it got and what it added up to."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    state = models.CharField(max_length=9, choices=ImportState, default=ImportState.STAGED)
    mode = models.CharField(max_length=14, choices=ImportMode, default=ImportMode.ALL_OR_NOTHING)
    reading = models.JSONField(
        _("how it was read"),
        default=dict,
        help_text=_("Encoding, delimiter, sheet, header row, columns, date order, options."),
    )
    through_on = models.DateField(_("complete through"), null=True, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    good_count = models.PositiveIntegerField(_("good rows"), default=0)
    bad_count = models.PositiveIntegerField(_("rows with errors"), default=0)
    totals = models.JSONField(
        _("control totals"), default=dict, help_text=_("Sum of each money column, as read.")
    )
    refusal = models.TextField(_("why it was refused"), blank=True)
    done_count = models.PositiveIntegerField(_("rows loaded"), default=0)
    created_count = models.PositiveIntegerField(_("new"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("already known"), default=0)
    rows_per_second = models.PositiveIntegerField(_("rows per second"), default=0)
    stored_file = models.ForeignKey(
        "core.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data_key = models.ForeignKey(
        "core.DataKey", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    wish = models.JSONField(
        _("how it is to be read"),
        default=dict,
        blank=True,
        help_text=_(
            "Columns, order of dates, encoding, sheet and options, as a person chose them."
        ),
    )
    errand = models.CharField(_("asked of the workers"), max_length=5, choices=Errand, blank=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    asked_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    fault_count = models.PositiveSmallIntegerField(_("faults"), default=0)
    fault = models.CharField(_("fault"), max_length=300, blank=True)
    new_expected = models.PositiveIntegerField(_("new, as checked"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.CharField(_("undone by"), max_length=120, blank=True)
    undo_reason = models.CharField(_("why it was undone"), max_length=200, blank=True)
    created_by = models.CharField(_("by"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(_("loading since"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = OfPortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=ImportMode.values), name="import_mode_known"
            ),
            models.UniqueConstraint(
                fields=["portfolio", "kind", "sha256"],
                condition=Q(state__in=sorted(STANDING_STATES)),
                name="import_same_file_once",
            ),
            models.CheckConstraint(
                condition=Q(done_count__lte=models.F("row_count")), name="import_done_within_rows"
            ),
            models.CheckConstraint(
                condition=Q(errand__in=["", *Errand.values]), name="import_errand_known"
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="import_undone_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=~Q(errand=""), name="import_errands"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent_done(self) -> int:
        """Share of the good rows that are loaded, 0 to 100."""
        return 100 * self.done_count // self.good_count if self.good_count else 0

    @property
    def seconds_left(self) -> int | None:
        """How long loading still takes at the rate so far; None while that is not known."""
        if self.state != ImportState.LOADING or not self.rows_per_second:
            return None
        return (self.good_count - self.done_count) // self.rows_per_second


class StagedRow(models.Model):
    """One row of a file between reading and loading; gone once the file is loaded or refused.

    Rows that say something about a person are sealed under the file's data key, the others are
    plain. `group_key` is what must be loaded in one transaction: a contract, a customer.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    row_no = models.PositiveIntegerField(_("row in the file"))
    group_key = models.CharField(max_length=200, db_collation="C")
    payload = models.JSONField(null=True)
    sealed = SealedField()
    has_error = models.BooleanField(default=False)

    objects = OfBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("staged row")
        verbose_name_plural = _("staged rows")
        constraints = [
            models.CheckConstraint(
                condition=Q(payload__isnull=True) | Q(sealed__isnull=True),
                name="staged_plain_or_sealed",
            ),
        ]
        indexes = [models.Index(fields=["batch", "group_key", "row_no"], name="staged_row_order")]

    def __str__(self) -> str:
        return f"{self.batch_id} row {self.row_no}"


class RowError(models.Model):
    """One thing that is wrong with one row, where the person finds it, and what to do about it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="errors")
    row_no = models.PositiveIntegerField(
        _("row"), help_text=_("The row of the file, the header and empty rows counted.")
    )
    column = models.CharField(_("column"), max_length=120, blank=True)
    value = models.CharField(
        _("value"), max_length=120, blank=True, help_text=_("Masked where personal.")
    )
    code = models.CharField(_("code"), max_length=40)
    params = models.JSONField(default=dict, blank=True)

    objects = OfBatchQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "row_no", "id"]
        verbose_name = _("row error")
        verbose_name_plural = _("row errors")
        indexes = [models.Index(fields=["batch", "row_no"], name="row_error_order")]

    def __str__(self) -> str:
        return f"{self.row_no}: {self.code}"

    @property
    def remedy(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return sentence(self.code, self.params)
