"""All of loans up to 0012, each table as it then was (docs/adr/0031-migrations-are-consolidated.md)."""

import datetime
from decimal import Decimal

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import core.encryption.fields
import core.facts.fields
import core.facts.triggers
import core.ids
import core.money.fields
from core.schema.operations import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("loans", "0001_initial"),
        ("loans", "0003_search_indexes"),
        ("loans", "0004_import_errands_and_undo"),
        ("loans", "0005_set_aside_positions"),
        ("loans", "0006_imported_facts_by_batch"),
        ("loans", "0007_next_instalment_number"),
        ("loans", "0008_next_instalment_numbers_known"),
        ("loans", "0009_import_rows_leave_staging"),
        ("loans", "0010_promise_terms"),
        ("loans", "0011_payment_instructions_in_two_languages"),
        ("loans", "0012_acceleration"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0009_wrapup_preference"),
        ("core", "0001_squashed_0003_trail_by_object"),
    ]

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="BucketScheme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "bucket scheme",
                        "verbose_name_plural": "bucket schemes",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="Portfolio",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "ledger",
                            models.CharField(
                                choices=[
                                    ("external", "the lender's own loan system"),
                                    ("makegood", "Makegood"),
                                ],
                                max_length=10,
                                verbose_name="books kept by",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                help_text="ISO 4217, e.g. CNY",
                                max_length=3,
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                help_text="ISO 3166, e.g. CN", max_length=2, verbose_name="country"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                default="en", max_length=10, verbose_name="language of borrowers"
                            ),
                        ),
                        ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
                        (
                            "business_date",
                            models.DateField(
                                help_text="The date the books are on; only the close moves it.",
                                verbose_name="business date",
                            ),
                        ),
                        (
                            "bucket_basis",
                            models.CharField(
                                choices=[
                                    ("days_past_due", "days past due"),
                                    ("delinquent_days", "delinquent days (pauses taken off)"),
                                ],
                                default="days_past_due",
                                max_length=20,
                                verbose_name="buckets by",
                            ),
                        ),
                        (
                            "due_day_counts",
                            models.BooleanField(
                                default=False,
                                help_text="Off: an instalment due on the 1st is one day past due on the 2nd.",
                                verbose_name="the due day itself is day 1",
                            ),
                        ),
                        (
                            "grace_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Delays the opening of cases and fees, not DPD.",
                                verbose_name="grace days",
                            ),
                        ),
                        (
                            "case_opens_at_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="Days past due beyond the grace days.",
                                verbose_name="a case opens at",
                            ),
                        ),
                        (
                            "tolerance_amount",
                            core.money.fields.MoneyField(
                                default=0,
                                help_text="An instalment with at most this much open counts as satisfied.",
                                verbose_name="tolerance, amount",
                            ),
                        ),
                        (
                            "tolerance_fraction",
                            core.money.fields.RateField(
                                default=0, verbose_name="tolerance, share of the instalment"
                            ),
                        ),
                        (
                            "rule_packs",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="rule packs",
                            ),
                        ),
                        (
                            "customer_namespace",
                            models.CharField(
                                help_text="Portfolios with the same value share their customers' numbers.",
                                max_length=40,
                                verbose_name="customer number space",
                            ),
                        ),
                        (
                            "closes_at",
                            models.TimeField(
                                default=datetime.time(1, 0),
                                help_text="Local time, on the day after the business date.",
                                verbose_name="close starts at",
                            ),
                        ),
                        (
                            "feed_limit_days",
                            models.PositiveSmallIntegerField(
                                default=2, verbose_name="feed may be this old, days"
                            ),
                        ),
                        (
                            "contacts_known_from",
                            models.DateField(
                                blank=True,
                                help_text="Contacts before this date are not known here; empty: none are known.",
                                null=True,
                                verbose_name="contact history known from",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "bucket_scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="loans.bucketscheme"
                            ),
                        ),
                        (
                            "holiday_calendar",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="core.holidaycalendar",
                            ),
                        ),
                        (
                            "promise_grace_days",
                            models.PositiveSmallIntegerField(
                                db_default=1,
                                default=1,
                                help_text="Money valued up to this many days after the promised day keeps the promise; a day off moves on to the next banking day.",
                                verbose_name="grace of a promise, days",
                            ),
                        ),
                        (
                            "promise_tolerance_fraction",
                            core.money.fields.RateField(
                                db_default=Decimal("0.05"),
                                default=Decimal("0.05"),
                                help_text="A promise is kept when no more than this share of it is missing: 0.05 is 5%.",
                                verbose_name="tolerance of a promise, share",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "portfolio",
                        "verbose_name_plural": "portfolios",
                        "ordering": ["code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ledger__in", ["external", "makegood"])),
                                name="portfolio_ledger_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("bucket_basis__in", ["days_past_due", "delinquent_days"])
                                ),
                                name="portfolio_basis_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("tolerance_amount__gte", 0),
                                    ("tolerance_fraction__gte", 0),
                                    ("tolerance_fraction__lt", 1),
                                ),
                                name="portfolio_tolerance_sane",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("case_opens_at_days__gte", 1)),
                                name="portfolio_case_threshold_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("currency__regex", "^[A-Z]{3}$"),
                                    ("country__regex", "^[A-Z]{2}$"),
                                ),
                                name="portfolio_iso_codes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("promise_tolerance_fraction__gte", 0),
                                    ("promise_tolerance_fraction__lt", 1),
                                    ("promise_grace_days__lte", 31),
                                ),
                                name="portfolio_promise_terms_sane",
                                violation_error_message="The grace of a promise is 0 to 31 days, its tolerance a share from 0 up to, not including, 1.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportBatch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("kind", models.CharField(max_length=30, verbose_name="kind")),
                        ("file_name", models.CharField(max_length=200, verbose_name="file")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "size",
                            models.PositiveBigIntegerField(default=0, verbose_name="size in bytes"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "columns to confirm"),
                                    ("staged", "being read"),
                                    ("checked", "checked"),
                                    ("refused", "refused"),
                                    ("loading", "loading"),
                                    ("loaded", "loaded"),
                                    ("undone", "undone"),
                                    ("discarded", "discarded"),
                                ],
                                default="staged",
                                max_length=9,
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("all_or_nothing", "load nothing unless every row is good"),
                                    ("good_rows", "load the good rows, list the bad ones"),
                                ],
                                default="all_or_nothing",
                                max_length=14,
                            ),
                        ),
                        (
                            "reading",
                            models.JSONField(
                                default=dict,
                                help_text="Encoding, delimiter, sheet, header row, columns, date order, options.",
                                verbose_name="how it was read",
                            ),
                        ),
                        (
                            "through_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="complete through"
                            ),
                        ),
                        ("row_count", models.PositiveIntegerField(default=0, verbose_name="rows")),
                        (
                            "good_count",
                            models.PositiveIntegerField(default=0, verbose_name="good rows"),
                        ),
                        (
                            "bad_count",
                            models.PositiveIntegerField(default=0, verbose_name="rows with errors"),
                        ),
                        (
                            "totals",
                            models.JSONField(
                                default=dict,
                                help_text="Sum of each money column, as read.",
                                verbose_name="control totals",
                            ),
                        ),
                        (
                            "refusal",
                            models.TextField(blank=True, verbose_name="why it was refused"),
                        ),
                        (
                            "cursor",
                            models.CharField(
                                blank=True, db_collation="C", db_default="", max_length=200
                            ),
                        ),
                        (
                            "done_count",
                            models.PositiveIntegerField(default=0, verbose_name="rows loaded"),
                        ),
                        (
                            "created_count",
                            models.PositiveIntegerField(default=0, verbose_name="new"),
                        ),
                        (
                            "updated_count",
                            models.PositiveIntegerField(default=0, verbose_name="updated"),
                        ),
                        (
                            "unchanged_count",
                            models.PositiveIntegerField(default=0, verbose_name="already known"),
                        ),
                        (
                            "rows_per_second",
                            models.PositiveIntegerField(default=0, verbose_name="rows per second"),
                        ),
                        ("created_by", models.CharField(max_length=120, verbose_name="by")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "started_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="loading since"
                            ),
                        ),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                        ),
                        (
                            "data_key",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.datakey",
                            ),
                        ),
                        (
                            "stored_file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.storedfile",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="imports",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "asked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="asked at"),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "errand",
                            models.CharField(
                                blank=True,
                                choices=[("check", "check"), ("load", "load"), ("undo", "undo")],
                                max_length=5,
                                verbose_name="asked of the workers",
                            ),
                        ),
                        (
                            "fault",
                            models.CharField(blank=True, max_length=300, verbose_name="fault"),
                        ),
                        (
                            "fault_count",
                            models.PositiveSmallIntegerField(default=0, verbose_name="faults"),
                        ),
                        (
                            "new_expected",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="new, as checked"
                            ),
                        ),
                        (
                            "undo_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why it was undone"
                            ),
                        ),
                        (
                            "undone_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="undone"),
                        ),
                        (
                            "undone_by",
                            models.CharField(blank=True, max_length=120, verbose_name="undone by"),
                        ),
                        (
                            "wish",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Columns, order of dates, encoding, sheet and options, as a person chose them.",
                                verbose_name="how it is to be read",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                        "ordering": ["-created_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("errand", ""), _negated=True),
                                fields=["asked_at"],
                                name="import_errands",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("mode__in", ["all_or_nothing", "good_rows"])),
                                name="import_mode_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("done_count__lte", models.F("row_count"))),
                                name="import_done_within_rows",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "uploaded",
                                            "staged",
                                            "checked",
                                            "refused",
                                            "loading",
                                            "loaded",
                                            "undone",
                                            "discarded",
                                        ],
                                    )
                                ),
                                name="import_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["checked", "loaded", "loading", "staged", "uploaded"],
                                    )
                                ),
                                fields=("portfolio", "kind", "sha256"),
                                name="import_same_file_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("errand__in", ["", "check", "load", "undo"])),
                                name="import_errand_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "undone"), ("undone_at__isnull", False)),
                                    models.Q(
                                        models.Q(("state", "undone"), _negated=True),
                                        ("undone_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="import_undone_has_moment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "conventions",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Allocation order, day count, rounding, late charges; checked by the product form.",
                                verbose_name="conventions",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="products",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "product",
                        "verbose_name_plural": "products",
                        "ordering": ["portfolio", "code"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "code"), name="product_code_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Loan",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "contract_no",
                            models.CharField(max_length=60, verbose_name="contract number"),
                        ),
                        ("started_on", models.DateField(verbose_name="paid out on")),
                        (
                            "principal_amount",
                            core.money.fields.MoneyField(verbose_name="amount financed"),
                        ),
                        (
                            "terms",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="As signed: rate, periods, method, first due date. Empty when not known.",
                                verbose_name="terms",
                            ),
                        ),
                        (
                            "region",
                            models.CharField(blank=True, max_length=40, verbose_name="region"),
                        ),
                        (
                            "attributes",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="What the lender's file says and no rule reads, e.g. credit score.",
                                verbose_name="other attributes",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="loans",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="loans",
                                to="loans.product",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="Taken out of the books with the import that had opened it.",
                                null=True,
                                verbose_name="withdrawn",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "loan",
                        "verbose_name_plural": "loans",
                        "ordering": ["contract_no"],
                        "indexes": [
                            models.Index(
                                fields=["portfolio", "contract_no"],
                                name="loan_contract_no_prefix",
                                opclasses=["uuid_ops", "text_pattern_ops"],
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("principal_amount__gt", 0)),
                                name="loan_principal_positive",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("portfolio", "contract_no"),
                                name="contract_no_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Charge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("fee", "fee"), ("penalty", "late charge")], max_length=8
                            ),
                        ),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("code", models.CharField(blank=True, max_length=40, verbose_name="code")),
                        (
                            "instalment_number",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: the instalment whose period holds the due date.",
                                null=True,
                                verbose_name="instalment",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "charge",
                        "verbose_name_plural": "charges",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="charge_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["fee", "penalty"])),
                                name="charge_kind_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("external_ref", ""), _negated=True),
                                fields=("loan", "external_ref"),
                                name="charge_ref_once",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="c5030d441b7e924695723a008cb105afd98059ee",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b0749",
                                    table="loans_charge",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="d587d2281da1e9755269b99db275a2c116a5ace5",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_41dc0",
                                    table="loans_charge",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BucketStay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("bucket", models.CharField(max_length=20, verbose_name="bucket")),
                        ("entered_on", models.DateField(verbose_name="entered")),
                        ("left_on", models.DateField(null=True, verbose_name="left")),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="recorded"),
                        ),
                        (
                            "superseded_at",
                            models.DateTimeField(null=True, verbose_name="superseded"),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="bucket_stays",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bucket history entry",
                        "verbose_name_plural": "bucket history",
                        "ordering": ["loan", "entered_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("left_on__isnull", True), ("superseded_at__isnull", True)
                                ),
                                fields=("loan",),
                                name="bucket_stay_one_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("loan", "entered_on"),
                                name="bucket_stay_start_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on__isnull", True),
                                    ("left_on__gt", models.F("entered_on")),
                                    _connector="OR",
                                ),
                                name="bucket_stay_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Allocation",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "repayment_id",
                            models.BigIntegerField(help_text="the repayment that was spread"),
                        ),
                        ("instalment_number", models.PositiveSmallIntegerField()),
                        ("principal", core.money.fields.MoneyField(default=0)),
                        ("interest", core.money.fields.MoneyField(default=0)),
                        ("fee", core.money.fields.MoneyField(default=0)),
                        ("penalty", core.money.fields.MoneyField(default=0)),
                        (
                            "loan",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "allocation",
                        "verbose_name_plural": "allocations",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("loan", "repayment_id", "instalment_number"),
                                name="allocation_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("principal__gte", 0),
                                    ("interest__gte", 0),
                                    ("fee__gte", 0),
                                    ("penalty__gte", 0),
                                ),
                                name="allocation_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Party",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "namespace",
                            models.CharField(max_length=40, verbose_name="customer number space"),
                        ),
                        (
                            "customer_no",
                            models.CharField(max_length=60, verbose_name="customer number"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("person", "person"), ("organisation", "organisation")],
                                default="person",
                                max_length=12,
                            ),
                        ),
                        ("full_name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "name_bigrams",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=4),
                                default=list,
                                editable=False,
                                size=None,
                            ),
                        ),
                        ("name_sort_key", models.CharField(editable=False, max_length=300)),
                        (
                            "salutation",
                            models.CharField(
                                blank=True,
                                choices=[("", "not recorded"), ("mr", "Mr"), ("ms", "Ms")],
                                default="",
                                max_length=4,
                                verbose_name="addressed as",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(blank=True, max_length=10, verbose_name="language"),
                        ),
                        (
                            "id_number",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="id number"
                            ),
                        ),
                        ("id_number_index", models.BinaryField(max_length=32, null=True)),
                        ("id_number_last4_index", models.BinaryField(max_length=32, null=True)),
                        (
                            "born_on",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="date of birth"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "data_key",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.datakey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "party",
                        "verbose_name_plural": "parties",
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["name_bigrams"], name="party_name_bigrams"
                            ),
                            models.Index(fields=["id_number_index"], name="party_id_number"),
                            models.Index(fields=["id_number_last4_index"], name="party_id_last4"),
                            models.Index(fields=["name_sort_key"], name="party_name_sort"),
                            models.Index(
                                django.db.models.functions.comparison.Collate(
                                    models.Func(
                                        models.F("name_sort_key"),
                                        models.Value("[^a-z]"),
                                        models.Value(""),
                                        models.Value("g"),
                                        function="regexp_replace",
                                    ),
                                    "C",
                                ),
                                name="party_name_spoken",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("namespace", "customer_no"), name="party_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("full_name", ""), _negated=True),
                                name="party_named",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["person", "organisation"])),
                                name="party_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LoanParty",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("borrower", "borrower"),
                                    ("co_borrower", "co-borrower"),
                                    ("guarantor", "guarantor"),
                                    ("reference", "reference"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "relationship",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="relationship"
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parties",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="loans",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "party of a loan",
                        "verbose_name_plural": "parties of loans",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("loan", "party", "role"), name="loan_party_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("role", "borrower")),
                                fields=("loan",),
                                name="loan_one_borrower",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        ["borrower", "co_borrower", "guarantor", "reference"],
                                    )
                                ),
                                name="party_role_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactPoint",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("phone", "phone"), ("email", "e-mail")], max_length=5
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not recorded"),
                                    ("mobile", "mobile"),
                                    ("home", "home"),
                                    ("work", "work"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        (
                            "value",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="value"
                            ),
                        ),
                        ("value_index", models.BinaryField(max_length=32)),
                        ("last4_index", models.BinaryField(max_length=32, null=True)),
                        (
                            "masked",
                            models.CharField(editable=False, max_length=120, verbose_name="masked"),
                        ),
                        (
                            "time_zones",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                help_text="Zones the number may be in; empty: not known.",
                                size=None,
                            ),
                        ),
                        (
                            "verified_on",
                            models.DateField(blank=True, null=True, verbose_name="verified"),
                        ),
                        (
                            "invalid_since",
                            models.DateField(blank=True, null=True, verbose_name="invalid since"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "party",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_points",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact point",
                        "verbose_name_plural": "contact points",
                        "indexes": [
                            models.Index(fields=["value_index"], name="contact_value"),
                            models.Index(fields=["last4_index"], name="contact_last4"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("party", "kind", "value_index"), name="contact_point_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["phone", "email"])),
                                name="contact_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Address",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("home", "home"), ("work", "work"), ("mail", "mail")],
                                default="home",
                                max_length=4,
                            ),
                        ),
                        (
                            "text",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="address"
                            ),
                        ),
                        ("text_index", models.BinaryField(max_length=32)),
                        (
                            "masked",
                            models.CharField(editable=False, max_length=200, verbose_name="masked"),
                        ),
                        ("country", models.CharField(max_length=2, verbose_name="country")),
                        (
                            "region",
                            models.CharField(
                                blank=True,
                                help_text="Province or state, e.g. 广东 or MA",
                                max_length=40,
                                verbose_name="region",
                            ),
                        ),
                        ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                        (
                            "time_zones",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                help_text="Zones the place may be in; empty: not known.",
                                size=None,
                            ),
                        ),
                        ("is_current", models.BooleanField(default=True, verbose_name="current")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "party",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addresses",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "address",
                        "verbose_name_plural": "addresses",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("party", "kind", "text_index"), name="address_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["home", "work", "mail"])),
                                name="address_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        ("ends_on", models.DateField(verbose_name="ends")),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "pause",
                        "verbose_name_plural": "pauses",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gt", models.F("value_on"))),
                                name="pause_forward",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="dcf8ab48e50a918fe02d46bcc2e16639d02b3b0c",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_8f02a",
                                    table="loans_pause",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="481165203510a66c65e5010a85b900822035dd77",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_e7895",
                                    table="loans_pause",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentInstruction",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("bank", "bank transfer"),
                                    ("counter", "at a counter"),
                                    ("card_link", "card, hosted page"),
                                    ("alipay", "Alipay link"),
                                    ("wechat", "WeChat Pay link"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("label", models.CharField(max_length=80, verbose_name="label")),
                        (
                            "text",
                            models.TextField(
                                help_text="{reference} stands for the number of the contract.",
                                max_length=500,
                                verbose_name="account, place or link",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "loan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payment_instructions",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payment_instructions",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "label_zh",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=80,
                                verbose_name="label in Chinese",
                            ),
                        ),
                        (
                            "text_zh",
                            models.TextField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=500,
                                verbose_name="the same in Chinese",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "payment instruction",
                        "verbose_name_plural": "payment instructions",
                        "ordering": ["portfolio", "kind"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        ["bank", "counter", "card_link", "alipay", "wechat"],
                                    )
                                ),
                                name="instruction_kind_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("kind", models.CharField(max_length=30, verbose_name="kind")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "headers",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Header in the file → our column; an empty column ignores the header.",
                                verbose_name="headers",
                            ),
                        ),
                        (
                            "date_order",
                            models.CharField(
                                choices=[
                                    ("ymd", "year month day"),
                                    ("dmy", "day month year"),
                                    ("mdy", "month day year"),
                                ],
                                default="ymd",
                                max_length=3,
                                verbose_name="order of dates",
                            ),
                        ),
                        (
                            "has_decimal_comma",
                            models.BooleanField(default=False, verbose_name="decimal comma"),
                        ),
                        (
                            "encoding",
                            models.CharField(
                                blank=True,
                                help_text="Empty: found out from the file.",
                                max_length=20,
                                verbose_name="encoding",
                            ),
                        ),
                        (
                            "options",
                            models.JSONField(
                                blank=True, default=dict, verbose_name="options of the kind"
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="import_mappings",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "import mapping",
                        "verbose_name_plural": "import mappings",
                        "ordering": ["portfolio", "kind", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "kind", "name"), name="import_mapping_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("date_order__in", ["ymd", "dmy", "mdy"])),
                                name="import_mapping_date_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FeedWatermark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("feed", models.CharField(max_length=40, verbose_name="feed")),
                        ("through_on", models.DateField(verbose_name="complete through")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watermarks",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "feed watermark",
                        "verbose_name_plural": "feed watermarks",
                        "ordering": ["portfolio", "feed"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "feed"), name="watermark_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PortfolioGrant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="grants",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "portfolio grant",
                        "verbose_name_plural": "portfolio grants",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("user__isnull", True), ("team__isnull", True), _connector="XOR"
                                ),
                                name="grant_user_or_team",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("user__isnull", False)),
                                fields=("portfolio", "user"),
                                name="grant_user_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("team__isnull", False)),
                                fields=("portfolio", "team"),
                                name="grant_team_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PositionChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("on", models.DateField(verbose_name="business date")),
                        ("cause", models.CharField(max_length=20, verbose_name="cause")),
                        ("overdue_before", core.money.fields.MoneyField()),
                        ("overdue_after", core.money.fields.MoneyField()),
                        ("oldest_before", models.DateField(null=True)),
                        ("oldest_after", models.DateField(null=True)),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "position change",
                        "verbose_name_plural": "position changes",
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="8a49bc9223c1a4223f17869ed016304ed5931f74",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_2ccbf",
                                    table="loans_positionchange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="77b76140cc4727f9d8955495b5db8c54d5fb2c07",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_e77ff",
                                    table="loans_positionchange",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refund",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "refund",
                        "verbose_name_plural": "refunds",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="refund_positive"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="93dd9983073fc83c3c8133cc428c2204a129dbda",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_bfe12",
                                    table="loans_refund",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="33d4a48affd63e1937c60bdf3ae7fdffcc13d757",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_596ec",
                                    table="loans_refund",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Repayment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("regular", "repayment"),
                                    ("down_payment", "down payment"),
                                    ("settlement", "settlement"),
                                    ("recovery", "recovery after write-off"),
                                    ("goodwill_credit", "goodwill credit"),
                                    ("merchant_refund", "dealer refund"),
                                    ("payout_refund", "payout refund"),
                                ],
                                default="regular",
                                max_length=16,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "pending"),
                                    ("settled", "settled"),
                                    ("returned", "returned"),
                                ],
                                default="settled",
                                max_length=8,
                            ),
                        ),
                        (
                            "method",
                            models.CharField(blank=True, max_length=40, verbose_name="method"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "edition",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="How often this reference was here before with an import that was undone.",
                                verbose_name="edition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "repayment",
                        "verbose_name_plural": "repayments",
                        "abstract": False,
                        "indexes": [
                            django.contrib.postgres.indexes.BrinIndex(
                                autosummarize=True,
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="repayment_batch",
                                pages_per_range=32,
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="repayment_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "regular",
                                            "down_payment",
                                            "settlement",
                                            "recovery",
                                            "goodwill_credit",
                                            "merchant_refund",
                                            "payout_refund",
                                        ],
                                    )
                                ),
                                name="repayment_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["pending", "settled"])),
                                name="repayment_arrives_alive",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("external_ref", ""), _negated=True),
                                fields=("loan", "external_ref", "edition"),
                                name="repayment_ref_once",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="c5004c119b7bfb13c9f7d20ba2006ee13bcd5d40",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_aa6ee",
                                    table="loans_repayment",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="8e9151849ae3dbb594f9d30f807db222e0657bba",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_abc48",
                                    table="loans_repayment",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Chargeback",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "repayment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chargebacks",
                                to="loans.repayment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "chargeback",
                        "verbose_name_plural": "chargebacks",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="chargeback_positive"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="5ed255cbc67121d7a6aef524fdab33579f701a35",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_c198e",
                                    table="loans_chargeback",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="79f35f9230bb66d2f478e1f16726f68a22b5682e",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_96729",
                                    table="loans_chargeback",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RepaymentStateChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "pending"),
                                    ("settled", "settled"),
                                    ("returned", "returned"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "repayment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="loans.repayment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "repayment state change",
                        "verbose_name_plural": "repayment state changes",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["settled", "returned"])),
                                name="repayment_change_forward",
                            ),
                            models.UniqueConstraint(
                                fields=("repayment", "state"), name="repayment_change_once"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="2dce8e01e4b43afae2f13c89108555bb7dc10e5a",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_e3f99",
                                    table="loans_repaymentstatechange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="0489f91811bbb0a366181cb16cb6a296b1a88593",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_86c40",
                                    table="loans_repaymentstatechange",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Resume",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "pause",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resumed_by",
                                to="loans.pause",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "early resume",
                        "verbose_name_plural": "early resumes",
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="618140fffd58a6417f38591834d29330ba710356",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_0f49e",
                                    table="loans_resume",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="1fb5f10c0b5d2c8e39b3d937217e5147bd6f384c",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_c7d0a",
                                    table="loans_resume",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reversal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "of_kind",
                            models.CharField(
                                choices=[
                                    ("repayment", "repayment"),
                                    ("charge", "charge"),
                                    ("waiver", "waiver"),
                                    ("write_off", "write-off"),
                                    ("refund", "refund"),
                                    ("chargeback", "chargeback"),
                                    ("pause", "pause"),
                                    ("schedule", "schedule"),
                                    ("stated_position", "stated position"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("of_id", models.BigIntegerField()),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reversal",
                        "verbose_name_plural": "reversals",
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("of_kind", "of_id"), name="reversal_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "of_kind__in",
                                        [
                                            "repayment",
                                            "charge",
                                            "waiver",
                                            "write_off",
                                            "refund",
                                            "chargeback",
                                            "pause",
                                            "schedule",
                                            "stated_position",
                                        ],
                                    )
                                ),
                                name="reversal_kind_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="341ed408feb9351a6fba1104362fa651f2e4b0fe",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_d497b",
                                    table="loans_reversal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="3db6387e695681f0ce7fcf3d6d70121e069036f6",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_f97df",
                                    table="loans_reversal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RowError",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "row_no",
                            models.PositiveIntegerField(
                                help_text="The row of the file, the header and empty rows counted.",
                                verbose_name="row",
                            ),
                        ),
                        (
                            "column",
                            models.CharField(blank=True, max_length=120, verbose_name="column"),
                        ),
                        (
                            "value",
                            models.CharField(
                                blank=True,
                                help_text="Masked where personal.",
                                max_length=120,
                                verbose_name="value",
                            ),
                        ),
                        ("code", models.CharField(max_length=40, verbose_name="code")),
                        ("params", models.JSONField(blank=True, default=dict)),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="errors",
                                to="loans.importbatch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row error",
                        "verbose_name_plural": "row errors",
                        "ordering": ["batch", "row_no", "id"],
                        "indexes": [
                            models.Index(fields=["batch", "row_no"], name="row_error_order")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Schedule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("stated", "stated by the lender"),
                                    ("generated", "made from the terms"),
                                    ("extension", "extension"),
                                    ("reschedule", "reschedule"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "numbers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), size=None
                            ),
                        ),
                        (
                            "from_dates",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(), size=None
                            ),
                        ),
                        (
                            "due_dates",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(), size=None
                            ),
                        ),
                        (
                            "principals",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=core.money.fields.MoneyField(), size=None
                            ),
                        ),
                        (
                            "interests",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=core.money.fields.MoneyField(), size=None
                            ),
                        ),
                        (
                            "fees",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=core.money.fields.MoneyField(), size=None
                            ),
                        ),
                        (
                            "starts_with_down_payment",
                            models.BooleanField(
                                default=False, help_text="The first instalment is the down payment."
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "schedule",
                        "verbose_name_plural": "schedules",
                        "abstract": False,
                        "indexes": [
                            django.contrib.postgres.indexes.BrinIndex(
                                autosummarize=True,
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="schedule_batch",
                                pages_per_range=32,
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("loan", "version"), name="schedule_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "origin__in",
                                        ["stated", "generated", "extension", "reschedule"],
                                    )
                                ),
                                name="schedule_origin_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("numbers__len__gte", 1),
                                    ("numbers__len", models.F("due_dates__len")),
                                    ("numbers__len", models.F("from_dates__len")),
                                    ("numbers__len", models.F("principals__len")),
                                    ("numbers__len", models.F("interests__len")),
                                    ("numbers__len", models.F("fees__len")),
                                ),
                                name="schedule_arrays_agree",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="515e4a5c3ffbeb9b85309f429f4feed0ee881f44",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_8861c",
                                    table="loans_schedule",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="6f79a57760ec495c3a479a2854e474f7ea735f33",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_10a8f",
                                    table="loans_schedule",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StagedRow",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("row_no", models.PositiveIntegerField(verbose_name="row in the file")),
                        ("group_key", models.CharField(db_collation="C", max_length=200)),
                        ("payload", models.JSONField(null=True)),
                        ("sealed", core.encryption.fields.SealedField(blank=True, null=True)),
                        ("has_error", models.BooleanField(default=False)),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="loans.importbatch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "staged row",
                        "verbose_name_plural": "staged rows",
                        "indexes": [
                            models.Index(
                                fields=["batch", "group_key", "row_no"], name="staged_row_order"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("payload__isnull", True),
                                    ("sealed__isnull", True),
                                    _connector="OR",
                                ),
                                name="staged_plain_or_sealed",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatedPosition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opening", "opening position"),
                                    ("stated", "stated by the lender"),
                                ],
                                max_length=7,
                            ),
                        ),
                        (
                            "principal_outstanding",
                            core.money.fields.MoneyField(verbose_name="principal outstanding"),
                        ),
                        (
                            "oldest_unpaid_due_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="oldest unpaid due date"
                            ),
                        ),
                        (
                            "days_past_due",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="days past due"
                            ),
                        ),
                        (
                            "arrears_principal",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="arrears, principal"
                            ),
                        ),
                        (
                            "arrears_interest",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="arrears, interest"
                            ),
                        ),
                        (
                            "arrears_fee",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="arrears, fees"
                            ),
                        ),
                        (
                            "arrears_penalty",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="arrears, late charges"
                            ),
                        ),
                        (
                            "arrears_total",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="arrears"
                            ),
                        ),
                        (
                            "payoff_amount",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="payoff"
                            ),
                        ),
                        (
                            "next_due_on",
                            models.DateField(blank=True, null=True, verbose_name="next due"),
                        ),
                        (
                            "next_due_amount",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="next amount due"
                            ),
                        ),
                        (
                            "is_written_off",
                            models.BooleanField(default=False, verbose_name="written off"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "edition",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="How often this reference was here before with an import that was undone.",
                                verbose_name="edition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "stated position",
                        "verbose_name_plural": "stated positions",
                        "abstract": False,
                        "indexes": [
                            django.contrib.postgres.indexes.BrinIndex(
                                autosummarize=True,
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="statedposition_batch",
                                pages_per_range=32,
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["opening", "stated"])),
                                name="statement_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("principal_outstanding__gte", 0)),
                                name="statement_principal_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("oldest_unpaid_due_on__isnull", True),
                                    ("oldest_unpaid_due_on__lte", models.F("value_on")),
                                    _connector="OR",
                                ),
                                name="statement_oldest_not_after",
                            ),
                            models.UniqueConstraint(
                                fields=("loan", "value_on", "external_ref", "edition"),
                                name="statement_once",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="a4a190f7c32ebed8f2a79c326ebdbfd4abec0b8f",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_819c7",
                                    table="loans_statedposition",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="7c528382bc968272ed4f596626417bff641be6a1",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_dcc3e",
                                    table="loans_statedposition",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReplayDifference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("field", models.CharField(max_length=40, verbose_name="figure")),
                        (
                            "computed_value",
                            models.CharField(max_length=40, verbose_name="computed"),
                        ),
                        ("stated_value", models.CharField(max_length=40, verbose_name="stated")),
                        ("found_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="differences",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "stated",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.statedposition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "difference to the lender's figures",
                        "verbose_name_plural": "differences to the lender's figures",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("stated", "field"), name="difference_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SuspenseItem",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        ("value_on", models.DateField(verbose_name="received on")),
                        (
                            "external_ref",
                            models.CharField(max_length=80, verbose_name="reference of the source"),
                        ),
                        (
                            "method",
                            models.CharField(blank=True, max_length=40, verbose_name="method"),
                        ),
                        (
                            "payer_text",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="what the payer wrote"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "waits"),
                                    ("placed", "placed on a loan"),
                                    ("sent_back", "sent back"),
                                ],
                                default="open",
                                max_length=9,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                max_length=200, verbose_name="why it could not be placed"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "data_key",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.datakey",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suspense",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "repayment",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suspense_item",
                                to="loans.repayment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "suspense item",
                        "verbose_name_plural": "suspense items",
                        "ordering": ["value_on"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="suspense_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "placed"), ("repayment__isnull", False)),
                                    models.Q(
                                        models.Q(("state", "placed"), _negated=True),
                                        ("repayment__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="suspense_placed_has_repayment",
                            ),
                            models.UniqueConstraint(
                                fields=("portfolio", "external_ref"), name="suspense_ref_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Vehicle",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "vin",
                            models.CharField(
                                blank=True, db_index=True, max_length=17, verbose_name="VIN"
                            ),
                        ),
                        (
                            "plate",
                            models.CharField(
                                blank=True, db_index=True, max_length=16, verbose_name="plate"
                            ),
                        ),
                        ("make", models.CharField(blank=True, max_length=60, verbose_name="make")),
                        (
                            "model",
                            models.CharField(blank=True, max_length=80, verbose_name="model"),
                        ),
                        (
                            "model_year",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="model year"
                            ),
                        ),
                        (
                            "condition",
                            models.CharField(
                                blank=True,
                                choices=[("", "not recorded"), ("new", "new"), ("used", "used")],
                                default="",
                                max_length=4,
                            ),
                        ),
                        (
                            "value_amount",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="value"
                            ),
                        ),
                        (
                            "valued_on",
                            models.DateField(blank=True, null=True, verbose_name="valued on"),
                        ),
                        (
                            "insurer",
                            models.CharField(blank=True, max_length=120, verbose_name="insurer"),
                        ),
                        (
                            "insured_until",
                            models.DateField(blank=True, null=True, verbose_name="insured until"),
                        ),
                        (
                            "gps_device",
                            models.CharField(blank=True, max_length=60, verbose_name="GPS device"),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="vehicles",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "vehicle",
                        "verbose_name_plural": "vehicles",
                        "indexes": [
                            models.Index(
                                django.db.models.functions.text.Right("vin", 6),
                                condition=models.Q(("vin", ""), _negated=True),
                                name="vehicle_vin_end",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("value_amount__isnull", True),
                                    ("value_amount__gte", 0),
                                    _connector="OR",
                                ),
                                name="vehicle_value_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("vin", ""),
                                    ("vin__regex", "^[A-HJ-NPR-Z0-9]{17}$"),
                                    _connector="OR",
                                ),
                                name="vehicle_vin_shape",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("vin", ""), _negated=True),
                                fields=("loan", "vin"),
                                name="vehicle_vin_once_per_loan",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Waiver",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "component",
                            models.CharField(
                                choices=[
                                    ("principal", "principal"),
                                    ("interest", "interest"),
                                    ("fee", "fee"),
                                    ("penalty", "late charge"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        (
                            "instalment_number",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: the oldest open first.",
                                null=True,
                                verbose_name="instalment",
                            ),
                        ),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "charge",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waivers",
                                to="loans.charge",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "waiver",
                        "verbose_name_plural": "waivers",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="waiver_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("component__in", ["principal", "interest", "fee", "penalty"])
                                ),
                                name="waiver_component_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="28a795d537c383a2a55acd0e852505e7a83d4b76",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_114c5",
                                    table="loans_waiver",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="a549be3bd8c1255b392031d1eb4bad90cb9861a2",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_c9c6a",
                                    table="loans_waiver",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WriteOff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    (
                                        "charge_off",
                                        "charge-off: a loss in the books, the debt lives on",
                                    ),
                                    ("write_off", "write-off: the debt is given up"),
                                ],
                                default="charge_off",
                                max_length=10,
                            ),
                        ),
                        ("principal", core.money.fields.MoneyField(blank=True, null=True)),
                        ("interest", core.money.fields.MoneyField(blank=True, null=True)),
                        ("fee", core.money.fields.MoneyField(blank=True, null=True)),
                        ("penalty", core.money.fields.MoneyField(blank=True, null=True)),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "write-off",
                        "verbose_name_plural": "write-offs",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["charge_off", "write_off"])),
                                name="write_off_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("fee__isnull", True),
                                        ("interest__isnull", True),
                                        ("penalty__isnull", True),
                                        ("principal__isnull", True),
                                    ),
                                    models.Q(
                                        ("fee__gte", 0),
                                        ("interest__gte", 0),
                                        ("penalty__gte", 0),
                                        ("principal__gte", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="write_off_all_or_none",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="47871458ee5eca4abf6f15931f163b9fd91578af",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_eb2a9",
                                    table="loans_writeoff",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="889fdfe7a66201ad1ebd828268fba62fcc950c45",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_cf709",
                                    table="loans_writeoff",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BucketRange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.CharField(max_length=20, verbose_name="code")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                help_text="0 for current; picks the colour of the chip, 0 to 5.",
                                verbose_name="severity",
                            ),
                        ),
                        ("from_days", models.PositiveIntegerField(verbose_name="from days")),
                        (
                            "to_days",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="to days"
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ranges",
                                to="loans.bucketscheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bucket",
                        "verbose_name_plural": "buckets",
                        "ordering": ["scheme", "from_days"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scheme", "code"), name="bucket_code_once"
                            ),
                            models.UniqueConstraint(
                                fields=("scheme", "from_days"), name="bucket_start_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to_days__isnull", True),
                                    ("to_days__gte", models.F("from_days")),
                                    _connector="OR",
                                ),
                                name="bucket_range_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("severity__lte", 5)),
                                name="bucket_severity_0_to_5",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Position",
                    fields=[
                        (
                            "loan",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="position",
                                serialize=False,
                                to="loans.loan",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("active", "active"),
                                    ("paid_off", "paid off"),
                                    ("overpaid", "overpaid"),
                                    ("written_off", "written off"),
                                ],
                                default="active",
                                max_length=11,
                            ),
                        ),
                        ("aged_on", models.DateField(verbose_name="as of")),
                        (
                            "oldest_unsatisfied_due_on",
                            models.DateField(null=True, verbose_name="oldest unpaid due date"),
                        ),
                        (
                            "paused_days",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="Of pauses that are over.",
                                verbose_name="paused days",
                            ),
                        ),
                        (
                            "paused_from",
                            models.DateField(
                                help_text="Set while a pause is running.",
                                null=True,
                                verbose_name="runs in a pause since",
                            ),
                        ),
                        (
                            "pause_starts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(), default=list, size=None
                            ),
                        ),
                        (
                            "pause_ends",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(), default=list, size=None
                            ),
                        ),
                        (
                            "facts_ahead",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(),
                                default=list,
                                help_text="Days on which a fact already known takes effect: replay again then.",
                                size=None,
                            ),
                        ),
                        ("bucket", models.CharField(max_length=20, verbose_name="bucket")),
                        ("overdue_principal", core.money.fields.MoneyField(default=0)),
                        ("overdue_interest", core.money.fields.MoneyField(default=0)),
                        ("overdue_fee", core.money.fields.MoneyField(default=0)),
                        ("overdue_penalty", core.money.fields.MoneyField(default=0)),
                        (
                            "overdue_amount",
                            core.money.fields.MoneyField(default=0, verbose_name="past due"),
                        ),
                        (
                            "outstanding_principal",
                            core.money.fields.MoneyField(
                                default=0, verbose_name="principal outstanding"
                            ),
                        ),
                        (
                            "outstanding_amount",
                            core.money.fields.MoneyField(
                                default=0,
                                help_text="All that is still to be paid by the schedule.",
                                verbose_name="outstanding",
                            ),
                        ),
                        (
                            "overpaid_amount",
                            core.money.fields.MoneyField(default=0, verbose_name="overpaid"),
                        ),
                        (
                            "pending_amount",
                            core.money.fields.MoneyField(
                                default=0, verbose_name="awaiting settlement"
                            ),
                        ),
                        ("next_due_on", models.DateField(null=True, verbose_name="next due")),
                        (
                            "next_due_amount",
                            core.money.fields.MoneyField(default=0, verbose_name="next amount due"),
                        ),
                        (
                            "last_repayment_on",
                            models.DateField(null=True, verbose_name="last repayment"),
                        ),
                        ("last_repayment_amount", core.money.fields.MoneyField(null=True)),
                        (
                            "next_transition_on",
                            models.DateField(null=True, verbose_name="changes next on"),
                        ),
                        ("replayed_at", models.DateTimeField(verbose_name="replayed")),
                        (
                            "is_set_aside",
                            models.BooleanField(
                                default=False,
                                help_text="The last replay or close of this loan failed; see the close's page.",
                                verbose_name="set aside",
                            ),
                        ),
                        (
                            "error",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="why it was set aside"
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "next_due_number",
                            models.PositiveSmallIntegerField(
                                help_text="Empty where numbers and due dates do not rise together: ageing replays then.",
                                null=True,
                                verbose_name="number of the instalment due next",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "position",
                        "verbose_name_plural": "positions",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_transition_on__isnull", False)),
                                fields=["portfolio", "next_transition_on"],
                                name="position_next_transition",
                            ),
                            models.Index(
                                condition=models.Q(("oldest_unsatisfied_due_on__isnull", False)),
                                fields=["portfolio", "oldest_unsatisfied_due_on"],
                                name="position_late",
                            ),
                            models.Index(
                                condition=models.Q(("is_set_aside", True)),
                                fields=["portfolio"],
                                name="position_set_aside",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ["active", "paid_off", "overpaid", "written_off"],
                                    )
                                ),
                                name="position_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "overdue_amount",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("overdue_principal"),
                                                    "+",
                                                    models.F("overdue_interest"),
                                                ),
                                                "+",
                                                models.F("overdue_fee"),
                                            ),
                                            "+",
                                            models.F("overdue_penalty"),
                                        ),
                                    )
                                ),
                                name="position_overdue_adds_up",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("overdue_amount__gte", 0),
                                    ("outstanding_principal__gte", 0),
                                    ("outstanding_amount__gte", 0),
                                    ("overpaid_amount__gte", 0),
                                ),
                                name="position_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Instalment",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scheduled", "scheduled"),
                                    ("down_payment", "down payment"),
                                    ("after_maturity", "after maturity"),
                                    ("arrears", "arrears stated by the lender"),
                                ],
                                default="scheduled",
                                max_length=14,
                            ),
                        ),
                        ("from_on", models.DateField(verbose_name="from")),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("principal", core.money.fields.MoneyField(default=0)),
                        ("interest", core.money.fields.MoneyField(default=0)),
                        ("fee", core.money.fields.MoneyField(default=0)),
                        ("penalty", core.money.fields.MoneyField(default=0)),
                        ("paid_principal", core.money.fields.MoneyField(default=0)),
                        ("paid_interest", core.money.fields.MoneyField(default=0)),
                        ("paid_fee", core.money.fields.MoneyField(default=0)),
                        ("paid_penalty", core.money.fields.MoneyField(default=0)),
                        (
                            "relieved_principal",
                            core.money.fields.MoneyField(
                                default=0, help_text="waived or written off"
                            ),
                        ),
                        ("relieved_interest", core.money.fields.MoneyField(default=0)),
                        ("relieved_fee", core.money.fields.MoneyField(default=0)),
                        ("relieved_penalty", core.money.fields.MoneyField(default=0)),
                        ("satisfied_on", models.DateField(null=True, verbose_name="satisfied")),
                        (
                            "loan",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="instalments",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "instalment",
                        "verbose_name_plural": "instalments",
                        "ordering": ["loan", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("loan", "number"), name="instalment_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paid_principal__gte", 0),
                                    ("paid_interest__gte", 0),
                                    ("paid_fee__gte", 0),
                                    ("paid_penalty__gte", 0),
                                    (
                                        "paid_principal__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("principal"),
                                            "-",
                                            models.F("relieved_principal"),
                                        ),
                                    ),
                                    (
                                        "paid_interest__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("interest"), "-", models.F("relieved_interest")
                                        ),
                                    ),
                                    (
                                        "paid_fee__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("fee"), "-", models.F("relieved_fee")
                                        ),
                                    ),
                                    (
                                        "paid_penalty__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("penalty"), "-", models.F("relieved_penalty")
                                        ),
                                    ),
                                ),
                                name="instalment_never_overpaid",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Acceleration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        (
                            "called_amount",
                            core.money.fields.MoneyField(
                                help_text="What was outstanding when the declaration was drawn up.",
                                verbose_name="called due",
                            ),
                        ),
                        (
                            "document_ref",
                            models.CharField(max_length=120, verbose_name="declaration"),
                        ),
                        (
                            "reason",
                            models.CharField(
                                max_length=200, verbose_name="clause or law it rests on"
                            ),
                        ),
                        (
                            "approved_by",
                            models.CharField(max_length=120, verbose_name="approved by"),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "acceleration",
                        "verbose_name_plural": "accelerations",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("called_amount__gt", 0),
                                    models.Q(("document_ref", ""), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(("approved_by", ""), _negated=True),
                                ),
                                name="acceleration_declared",
                            ),
                            models.UniqueConstraint(
                                fields=("loan", "document_ref"), name="acceleration_once"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="81fbcc09fcd69d68adbc615b1333e2f2096f8c87",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_15df4",
                                    table="loans_acceleration",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="d86417f022bf4eed04a56b4ee68161e8ee7bf8fb",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_8ed27",
                                    table="loans_acceleration",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccelerationWithdrawal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                        (
                            "known_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("value_on", models.DateField(verbose_name="counts from")),
                        (
                            "external_ref",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="reference of the source"
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        (
                            "acceleration",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawal",
                                to="loans.acceleration",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.importbatch",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "acceleration taken back",
                        "verbose_name_plural": "accelerations taken back",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="acceleration_taken_back_why",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="b55b9e88871210fba78951f923f168c3c10ce0fe",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_c6d16",
                                    table="loans_accelerationwithdrawal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="73e57e170802d963681dde440cfac438f36480a6",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_d6e08",
                                    table="loans_accelerationwithdrawal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(
                    model_name="importbatch",
                    name="cursor",
                ),
            ],
        ),
    ]
