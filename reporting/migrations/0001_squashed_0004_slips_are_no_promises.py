"""All of reporting up to 0004, each table as it then was (docs/adr/0031-migrations-are-consolidated.md)."""

import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import core.ids
import core.money.fields
from core.schema.operations import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("reporting", "0001_initial"),
        ("reporting", "0002_lines_without_constraints"),
        ("reporting", "0003_dossier"),
        ("reporting", "0004_slips_are_no_promises"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0009_wrapup_preference"),
        ("collections_app", "0001_squashed_0027_callbacks_taken_back"),
        ("core", "0001_squashed_0003_trail_by_object"),
        ("loans", "0013_partitions_and_functions"),
    ]

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="BookDay",
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
                        ("on", models.DateField(verbose_name="business date")),
                        (
                            "known_at",
                            models.DateTimeField(
                                help_text="When the close ended, or when the day was made afterwards.",
                                verbose_name="as known at",
                            ),
                        ),
                        ("taken_at", models.DateTimeField(auto_now_add=True, verbose_name="taken")),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "day of the books",
                        "verbose_name_plural": "days of the books",
                        "ordering": ["portfolio", "on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "on"), name="book_day_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookLine",
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
                            "place",
                            models.CharField(
                                help_text="The bucket, or that the loan is paid off or written off.",
                                max_length=20,
                            ),
                        ),
                        ("from_on", models.DateField(verbose_name="from")),
                        ("to_on", models.DateField(null=True, verbose_name="until before")),
                        ("overdue_amount", core.money.fields.MoneyField(verbose_name="past due")),
                        (
                            "principal_amount",
                            core.money.fields.MoneyField(verbose_name="principal outstanding"),
                        ),
                        (
                            "is_past_30",
                            models.BooleanField(verbose_name="more than 30 days past due"),
                        ),
                        ("next_due_on", models.DateField(null=True, verbose_name="next due")),
                        (
                            "next_due_amount",
                            core.money.fields.MoneyField(default=0, verbose_name="next amount due"),
                        ),
                        (
                            "is_worked",
                            models.BooleanField(
                                default=False,
                                verbose_name="an attempt was logged since the case opened",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.product",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of the books",
                        "verbose_name_plural": "lines of the books",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("to_on__isnull", True)),
                                fields=["portfolio", "-overdue_amount", "-id"],
                                name="book_line_now",
                            ),
                            models.Index(
                                condition=models.Q(("to_on__isnull", True)),
                                fields=["portfolio", "place", "-overdue_amount", "-id"],
                                name="book_line_now_place",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("agent__isnull", False), ("to_on__isnull", True)
                                ),
                                fields=["agent"],
                                name="book_line_now_agent",
                            ),
                            models.Index(fields=["portfolio", "to_on"], name="book_line_ended"),
                            models.Index(fields=["portfolio", "from_on"], name="book_line_began"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("loan", "from_on"), name="book_line_start_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to_on__isnull", True),
                                    ("to_on__gt", models.F("from_on")),
                                    _connector="OR",
                                ),
                                name="book_line_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookRollup",
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
                        ("on", models.DateField(verbose_name="business date")),
                        ("place", models.CharField(max_length=20)),
                        ("loan_count", models.PositiveIntegerField()),
                        ("overdue_amount", core.money.fields.MoneyField()),
                        ("principal_amount", core.money.fields.MoneyField()),
                        ("past_30_count", models.PositiveIntegerField()),
                        ("past_30_principal", core.money.fields.MoneyField()),
                        ("case_count", models.PositiveIntegerField()),
                        ("worked_count", models.PositiveIntegerField()),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.product",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sum of the books",
                        "verbose_name_plural": "sums of the books",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "on", "product", "place", "team", "agent"),
                                name="book_rollup_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EventLine",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("money", "money received"),
                                    ("due", "fell due"),
                                    ("move", "changed bucket"),
                                    ("attempt", "attempt"),
                                    ("inbound", "contact by the person"),
                                    ("unsanctioned", "unsanctioned contact"),
                                    ("gate_stop", "contact refused by the gate"),
                                    ("promise_taken", "promise taken"),
                                    ("promise_due", "promise falling due"),
                                ],
                                max_length=13,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="Key of the row it was read from.", max_length=60
                            ),
                        ),
                        ("mark", models.CharField(blank=True, max_length=12)),
                        ("on", models.DateField(verbose_name="business date")),
                        ("at", models.DateTimeField(null=True, verbose_name="at")),
                        (
                            "place",
                            models.CharField(
                                blank=True,
                                help_text="Where the books had the loan the evening before.",
                                max_length=20,
                            ),
                        ),
                        ("to_place", models.CharField(blank=True, max_length=20)),
                        ("amount", core.money.fields.MoneyField(default=0, verbose_name="amount")),
                        (
                            "agent",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.product",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reported event",
                        "verbose_name_plural": "reported events",
                        "indexes": [
                            models.Index(
                                fields=["portfolio", "kind", "on", "id"], name="event_line_day"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "source"), name="event_line_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "money",
                                            "due",
                                            "move",
                                            "attempt",
                                            "inbound",
                                            "unsanctioned",
                                            "gate_stop",
                                            "promise_taken",
                                            "promise_due",
                                        ],
                                    )
                                ),
                                name="event_line_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EventRollup",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("money", "money received"),
                                    ("due", "fell due"),
                                    ("move", "changed bucket"),
                                    ("attempt", "attempt"),
                                    ("inbound", "contact by the person"),
                                    ("unsanctioned", "unsanctioned contact"),
                                    ("gate_stop", "contact refused by the gate"),
                                    ("promise_taken", "promise taken"),
                                    ("promise_due", "promise falling due"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("mark", models.CharField(blank=True, max_length=12)),
                        ("on", models.DateField(verbose_name="business date")),
                        ("place", models.CharField(blank=True, max_length=20)),
                        ("to_place", models.CharField(blank=True, max_length=20)),
                        ("event_count", models.IntegerField()),
                        ("amount", core.money.fields.MoneyField()),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.product",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sum of reported events",
                        "verbose_name_plural": "sums of reported events",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "portfolio",
                                    "on",
                                    "kind",
                                    "mark",
                                    "product",
                                    "place",
                                    "to_place",
                                    "team",
                                    "agent",
                                ),
                                name="event_rollup_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RollRollup",
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
                        ("on", models.DateField(verbose_name="business date")),
                        ("span", models.PositiveSmallIntegerField(verbose_name="days back")),
                        ("from_on", models.DateField(verbose_name="compared with")),
                        ("from_place", models.CharField(max_length=20)),
                        ("to_place", models.CharField(max_length=20)),
                        ("loan_count", models.PositiveIntegerField()),
                        (
                            "principal_amount",
                            core.money.fields.MoneyField(
                                help_text="Principal outstanding on the earlier day."
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.product",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "roll of the books",
                        "verbose_name_plural": "rolls of the books",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "portfolio",
                                    "on",
                                    "span",
                                    "product",
                                    "from_place",
                                    "to_place",
                                    "team",
                                    "agent",
                                ),
                                name="roll_rollup_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dossier",
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
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("data_request", "the person asked for their data"),
                                    ("court", "court or arbitration"),
                                    ("supervisor", "a supervisor's request"),
                                    ("complaint", "answering a complaint"),
                                    ("audit", "internal audit"),
                                ],
                                max_length=12,
                                verbose_name="what it is for",
                            ),
                        ),
                        ("reference", models.CharField(max_length=80, verbose_name="reference")),
                        (
                            "as_of",
                            models.DateField(
                                blank=True, null=True, verbose_name="positions at the end of"
                            ),
                        ),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("requested_at", models.DateTimeField(verbose_name="asked")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "being made"),
                                    ("made", "ready"),
                                    ("taken", "downloaded"),
                                    ("expired", "erased, not downloaded"),
                                    ("failed", "could not be made"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("tried_at", models.DateTimeField(null=True)),
                        ("made_at", models.DateTimeField(null=True, verbose_name="made")),
                        (
                            "expires_at",
                            models.DateTimeField(null=True, verbose_name="erased after"),
                        ),
                        (
                            "closed_at",
                            models.DateTimeField(null=True, verbose_name="taken or erased"),
                        ),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("size", models.PositiveBigIntegerField(null=True, verbose_name="size")),
                        (
                            "row_count",
                            models.PositiveIntegerField(null=True, verbose_name="records"),
                        ),
                        (
                            "trail_fault",
                            models.CharField(
                                blank=True,
                                help_text="The first thing found changed; empty where the trail holds.",
                                max_length=300,
                                verbose_name="fault of the trail",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="dossiers",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.storedfile",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="dossiers",
                                to="loans.party",
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
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="dossiers",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "dossier",
                        "verbose_name_plural": "dossiers",
                        "ordering": ["-requested_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["party", "requested_at"], name="dossier_of_party"),
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["tried_at"],
                                name="dossier_to_make",
                            ),
                            models.Index(
                                condition=models.Q(("state", "made")),
                                fields=["expires_at"],
                                name="dossier_to_erase",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["waiting", "made", "taken", "expired", "failed"],
                                    ),
                                    (
                                        "purpose__in",
                                        [
                                            "data_request",
                                            "court",
                                            "supervisor",
                                            "complaint",
                                            "audit",
                                        ],
                                    ),
                                ),
                                name="dossier_kinds_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["made", "taken", "expired"]), _negated=True
                                    ),
                                    models.Q(
                                        ("file__isnull", False),
                                        ("made_at__isnull", False),
                                        models.Q(("sha256", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="dossier_made_has_its_file",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reference", ""), _negated=True),
                                name="dossier_says_for_what",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="dossier_life",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{waiting:made,waiting:failed,made:taken,made:expired}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="ff972f1e042efe4da746d480a84517e0f8df3fb9",
                                    operation="UPDATE",
                                    pgid="pgtrigger_dossier_life_21d23",
                                    table="reporting_dossier",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="dossier_request_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."portfolio_id" IS DISTINCT FROM (NEW."portfolio_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="951d038b70734eb2b632b22c3267dc79f12a808d",
                                    operation="UPDATE",
                                    pgid="pgtrigger_dossier_request_fixed_ec398",
                                    table="reporting_dossier",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="dossier_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="ced2726c34c209ccb8617a2ad23ff047a89f1c75",
                                    operation="DELETE",
                                    pgid="pgtrigger_dossier_kept_e4e37",
                                    table="reporting_dossier",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
