"""All of compliance up to 0012, each table as it then was (docs/adr/0031-migrations-are-consolidated.md)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import compliance.preferences.models
import core.encryption.fields
import core.facts.fields
import core.facts.triggers
import core.ids
from core.schema.operations import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("compliance", "0001_initial"),
        ("compliance", "0002_gate_ledger"),
        ("compliance", "0003_registers"),
        ("compliance", "0004_rule_pack_proposals"),
        ("compliance", "0005_verdict_portfolio"),
        ("compliance", "0006_complaint_outcome"),
        ("compliance", "0007_ledger_kept"),
        ("compliance", "0008_weeks_of_stops_and_answers"),
        ("compliance", "0009_complaint_terms"),
        ("compliance", "0010_taken_back_outcomes"),
        ("compliance", "0011_proceedings_close_ways"),
        ("compliance", "0012_acceleration"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0009_wrapup_preference"),
        ("loans", "0013_partitions_and_functions"),
    ]

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="RulePack",
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
                        ("name", models.CharField(max_length=160, verbose_name="name")),
                        (
                            "place",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="Country, region, city, e.g. US-MA or US-NY-NYC. Empty: portfolios name it.",
                                max_length=20,
                                verbose_name="place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule pack",
                        "verbose_name_plural": "rule packs",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="Verdict",
                    fields=[
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
                            "channel",
                            models.CharField(
                                choices=[
                                    ("call", "call"),
                                    ("sms", "SMS"),
                                    ("email", "e-mail"),
                                    ("visit", "visit"),
                                    ("letter", "letter"),
                                    ("repossession", "taking the car"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="asked for")),
                        ("is_allowed", models.BooleanField(verbose_name="allowed")),
                        ("findings", models.JSONField(default=list, verbose_name="reasons")),
                        ("facts_seen", models.JSONField(default=dict, verbose_name="facts seen")),
                        ("rule_packs", models.JSONField(default=list, verbose_name="rule packs")),
                        (
                            "next_allowed_at",
                            models.DateTimeField(null=True, verbose_name="next allowed"),
                        ),
                        ("asked_by", models.CharField(max_length=120, verbose_name="asked by")),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.party",
                            ),
                        ),
                        (
                            "used",
                            models.JSONField(
                                default=list, verbose_name="limits and how much of them was used"
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
                        "verbose_name": "verdict",
                        "verbose_name_plural": "verdicts",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["party", "at"], name="verdict_party_at"),
                            models.Index(
                                condition=models.Q(("is_allowed", False)),
                                fields=["portfolio", "at", "id"],
                                name="verdict_refused_at",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="8c36b0a3595b4e3b20ab4acf74ee12d4bdc7c021",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_dd7de",
                                    table="compliance_verdict",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="d42d7e98133150ace817e09a5800bebe276724ee",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_bfa66",
                                    table="compliance_verdict",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Override",
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
                            "channel",
                            models.CharField(
                                choices=[
                                    ("call", "call"),
                                    ("sms", "SMS"),
                                    ("email", "e-mail"),
                                    ("visit", "visit"),
                                    ("letter", "letter"),
                                    ("repossession", "taking the car"),
                                ],
                                max_length=12,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("live", "a person"),
                                    ("automated", "a machine"),
                                    ("notice", "a recorded notice"),
                                ],
                                default="live",
                                max_length=9,
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("payment", "payment"),
                                    ("notice_required", "a notice the law requires"),
                                    ("location", "finding the borrower"),
                                    ("service", "service"),
                                ],
                                default="payment",
                                max_length=15,
                            ),
                        ),
                        (
                            "organisation",
                            models.CharField(blank=True, max_length=40, verbose_name="agency"),
                        ),
                        (
                            "codes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                size=None,
                                verbose_name="rules",
                            ),
                        ),
                        ("factor", models.CharField(max_length=40, verbose_name="ground")),
                        ("reason", models.CharField(max_length=400, verbose_name="reason")),
                        (
                            "valid_until",
                            models.DateTimeField(null=True, verbose_name="valid until"),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="override",
                                to="accounts.approval",
                            ),
                        ),
                        (
                            "contact_point",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.contactpoint",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="overrides",
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
                            "verdict",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="override_asked",
                                to="compliance.verdict",
                            ),
                        ),
                        ("loans", models.ManyToManyField(related_name="+", to="loans.loan")),
                    ],
                    options={
                        "verbose_name": "override",
                        "verbose_name_plural": "overrides",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["party", "valid_until"], name="override_of_party")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("codes__len__gt", 0),
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(("factor", ""), _negated=True),
                                ),
                                name="override_says_what_and_why",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="override_asked_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."approval_id" IS DISTINCT FROM (NEW."approval_id") OR OLD."portfolio_id" IS DISTINCT FROM (NEW."portfolio_id") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."contact_point_id" IS DISTINCT FROM (NEW."contact_point_id") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."mode" IS DISTINCT FROM (NEW."mode") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."organisation" IS DISTINCT FROM (NEW."organisation") OR OLD."verdict_id" IS DISTINCT FROM (NEW."verdict_id") OR OLD."codes" IS DISTINCT FROM (NEW."codes") OR OLD."factor" IS DISTINCT FROM (NEW."factor") OR OLD."reason" IS DISTINCT FROM (NEW."reason"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="760df6d2868de63e416b49463c739f72ffc2e8d5",
                                    operation="UPDATE",
                                    pgid="pgtrigger_override_asked_fixed_a2f18",
                                    table="compliance_override",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="override_granted_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."valid_until" IS NOT NULL)',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="e58c4f66b49d525f179da46d0477068cc9a5296f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_override_granted_once_ab598",
                                    table="compliance_override",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="override_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="3915f21dc566a23229476180f0393d97503d50d3",
                                    operation="DELETE",
                                    pgid="pgtrigger_override_kept_79f9f",
                                    table="compliance_override",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
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
                            "channel",
                            models.CharField(
                                choices=[
                                    ("call", "call"),
                                    ("sms", "SMS"),
                                    ("email", "e-mail"),
                                    ("visit", "visit"),
                                    ("letter", "letter"),
                                    ("repossession", "taking the car"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(
                                choices=[
                                    ("outbound", "to the person"),
                                    ("inbound", "from the person"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "is_unsanctioned",
                            models.BooleanField(default=False, verbose_name="unsanctioned"),
                        ),
                        (
                            "is_history",
                            models.BooleanField(
                                default=False,
                                help_text="Made before this system was used.",
                                verbose_name="brought in at go-live",
                            ),
                        ),
                        ("made_by", models.CharField(max_length=120, verbose_name="made by")),
                        ("made_by_id", models.CharField(blank=True, max_length=40)),
                        (
                            "contact_point",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="loans.contactpoint",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="loans.party",
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
                        (
                            "verdict",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempt",
                                to="compliance.verdict",
                            ),
                        ),
                        (
                            "content",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="says",
                            ),
                        ),
                        (
                            "device",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=20,
                                verbose_name="device",
                            ),
                        ),
                        (
                            "is_recorded",
                            models.BooleanField(null=True, verbose_name="recorded throughout"),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("live", "a person"),
                                    ("automated", "a machine"),
                                    ("notice", "a recorded notice"),
                                ],
                                db_default="live",
                                default="live",
                                max_length=9,
                            ),
                        ),
                        (
                            "organisation",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="Empty: the lender itself.",
                                max_length=40,
                                verbose_name="agency",
                            ),
                        ),
                        (
                            "people_count",
                            models.PositiveSmallIntegerField(
                                null=True, verbose_name="people on the visit"
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("payment", "payment"),
                                    ("notice_required", "a notice the law requires"),
                                    ("location", "finding the borrower"),
                                    ("service", "service"),
                                ],
                                db_default="payment",
                                default="payment",
                                max_length=15,
                            ),
                        ),
                        (
                            "recipient",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=40,
                                verbose_name="reached instead",
                            ),
                        ),
                        (
                            "override",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempt",
                                to="compliance.override",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact attempt",
                        "verbose_name_plural": "contact attempts",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["party", "at"], name="attempt_party_at"),
                            models.Index(fields=["made_by_id", "at"], name="attempt_maker_at"),
                            models.Index(
                                fields=["portfolio", "at", "id"], name="attempt_portfolio_at"
                            ),
                            models.Index(
                                condition=models.Q(("is_unsanctioned", True)),
                                fields=["portfolio", "at", "id"],
                                name="attempt_unsanctioned_at",
                            ),
                            models.Index(
                                condition=models.Q(("override__isnull", False)),
                                fields=["portfolio", "at", "id"],
                                name="attempt_overridden_at",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("direction", "inbound"),
                                    ("is_unsanctioned", True),
                                    ("is_history", True),
                                    ("verdict__isnull", False),
                                    _connector="OR",
                                ),
                                name="attempt_sanctioned_or_said_so",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_unsanctioned", False),
                                    ("verdict__isnull", True),
                                    _connector="OR",
                                ),
                                name="attempt_unsanctioned_has_no_verdict",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "channel__in",
                                        ["call", "sms", "email", "visit", "letter", "repossession"],
                                    ),
                                    ("direction__in", ["outbound", "inbound"]),
                                ),
                                name="attempt_kinds_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("override__isnull", True),
                                    ("verdict__isnull", False),
                                    _connector="OR",
                                ),
                                name="attempt_overridden_has_its_verdict",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("mode__in", ["live", "automated", "notice"]),
                                    (
                                        "purpose__in",
                                        ["payment", "notice_required", "location", "service"],
                                    ),
                                ),
                                name="attempt_manner_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="e3512f62f4da350baa68300d5a7a347ba423a809",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_9edf3",
                                    table="compliance_attempt",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="96a3e3be56eb3e8729d9a6a43067932f99b73fb3",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_f3249",
                                    table="compliance_attempt",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttemptLoan",
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
                            "attempt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="about",
                                to="compliance.attempt",
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
                        "verbose_name": "loan of an attempt",
                        "verbose_name_plural": "loans of attempts",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("attempt", "loan"), name="attempt_loan_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="29917cfdfcfe12182fecca3cc2de3b5ab3ad0c51",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_7adaf",
                                    table="compliance_attemptloan",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.AddField(
            model_name="attempt",
            name="loans",
            field=models.ManyToManyField(
                related_name="attempts", through="compliance.AttemptLoan", to="loans.loan"
            ),
        ),
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="Consent",
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
                        (
                            "channel",
                            models.CharField(blank=True, max_length=12, verbose_name="channel"),
                        ),
                        (
                            "answer",
                            models.CharField(choices=[("yes", "yes"), ("no", "no")], max_length=3),
                        ),
                        ("given_at", models.DateTimeField(verbose_name="given")),
                        ("source", models.CharField(max_length=120, verbose_name="source")),
                        (
                            "recorded_by",
                            models.CharField(max_length=120, verbose_name="recorded by"),
                        ),
                        (
                            "contact_point",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="loans.contactpoint",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="loans.party",
                            ),
                        ),
                        ("closes", models.TimeField(blank=True, null=True, verbose_name="to")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("channel", "a way of contact"),
                                    ("automated_calls", "automated calls and texts"),
                                    ("call_back", "a further call"),
                                    ("hours", "hours outside the usual ones"),
                                    ("third_party", "telling somebody else"),
                                    ("work_email", "e-mail at work"),
                                    ("work_calls", "calls at work"),
                                    ("visit", "visits at home"),
                                ],
                                default="channel",
                                max_length=16,
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "only_on",
                            models.DateField(blank=True, null=True, verbose_name="only on"),
                        ),
                        ("opens", models.TimeField(blank=True, null=True, verbose_name="from")),
                        (
                            "until",
                            models.DateTimeField(blank=True, null=True, verbose_name="until"),
                        ),
                    ],
                    options={
                        "verbose_name": "consent",
                        "verbose_name_plural": "consents",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                fields=["party", "channel", "given_at"], name="consent_newest"
                            ),
                            models.Index(
                                condition=models.Q(("answer", "no")),
                                fields=["given_at", "id"],
                                name="consent_refused_at",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("answer__in", ["yes", "no"])),
                                name="consent_answer_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "channel",
                                            "automated_calls",
                                            "call_back",
                                            "hours",
                                            "third_party",
                                            "work_email",
                                            "work_calls",
                                            "visit",
                                        ],
                                    )
                                ),
                                name="consent_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "channel"), _negated=True),
                                    models.Q(("channel", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="consent_channel_named",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until__isnull", True),
                                    ("until__gt", models.F("given_at")),
                                    _connector="OR",
                                ),
                                name="consent_forward",
                            ),
                            models.UniqueConstraint(
                                fields=(
                                    "party",
                                    "kind",
                                    "loan",
                                    "contact_point",
                                    "channel",
                                    "given_at",
                                    "source",
                                ),
                                name="consent_once",
                                nulls_distinct=False,
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="c082be3429f296d0a9722c935773dfd82a3b19a6",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_09622",
                                    table="compliance_consent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="876316d476ba986bb9ddf06e3195f6dada1d9b83",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_d0cf3",
                                    table="compliance_consent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
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
                            "reason",
                            models.CharField(
                                max_length=200, verbose_name="what the person who recorded it said"
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        (
                            "closed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="closed"),
                        ),
                        (
                            "conclusion",
                            models.CharField(blank=True, max_length=500, verbose_name="conclusion"),
                        ),
                        (
                            "attempt",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incident",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by",
                            models.CharField(blank=True, max_length=120, verbose_name="closed by"),
                        ),
                    ],
                    options={
                        "verbose_name": "incident",
                        "verbose_name_plural": "incidents",
                        "ordering": ["-opened_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["opened_at", "id"],
                                name="incident_open_since",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_at__isnull", True),
                                    models.Q(("conclusion", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="incident_closed_with_conclusion",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="incident_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."attempt_id" IS DISTINCT FROM (NEW."attempt_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="835f22d6803e9597e04bbadfbf112109c6bba72c",
                                    operation="UPDATE",
                                    pgid="pgtrigger_incident_said_fixed_ed505",
                                    table="compliance_incident",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="incident_concluded",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."closed_at" IS NOT NULL)',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="3815efcf99c7af742e6591fcd5007c498c8a369f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_incident_concluded_2da95",
                                    table="compliance_incident",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="incident_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="60f3159acfcebece82ff826bd38f67d18be3e843",
                                    operation="DELETE",
                                    pgid="pgtrigger_incident_kept_c445d",
                                    table="compliance_incident",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RulePackProposal",
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
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("document", models.JSONField(verbose_name="document")),
                        ("reason", models.CharField(max_length=400, verbose_name="reason")),
                        (
                            "approval",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rule_pack_proposal",
                                to="accounts.approval",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proposed rule pack version",
                        "verbose_name_plural": "proposed rule pack versions",
                        "ordering": ["-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="rule_pack_proposal_says_why",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="proposed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="2c5116d920ce9339db16d744df8b3a8c54fb69a6",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_proposed_acebd",
                                    table="compliance_rulepackproposal",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RulePackVersion",
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
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("effective_from", models.DateField(verbose_name="in force from")),
                        ("published_at", models.DateTimeField(verbose_name="published")),
                        (
                            "published_by",
                            models.CharField(max_length=120, verbose_name="published by"),
                        ),
                        (
                            "pack",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="compliance.rulepack",
                            ),
                        ),
                        (
                            "proposal",
                            models.OneToOneField(
                                help_text="Empty for a version that came with the product.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="published",
                                to="compliance.rulepackproposal",
                                verbose_name="proposal",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule pack version",
                        "verbose_name_plural": "rule pack versions",
                        "ordering": ["pack", "version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("pack", "version"), name="rule_pack_version_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="published",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="7e422bcf25cb7dc73fd75ff4e9d5d2dd66dad20c",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_published_d9939",
                                    table="compliance_rulepackversion",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleParameters",
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
                        ("rule", models.CharField(max_length=40, verbose_name="rule")),
                        (
                            "code",
                            models.CharField(
                                help_text="As reasons quote it.", max_length=40, verbose_name="code"
                            ),
                        ),
                        ("values", models.JSONField(default=dict, verbose_name="values")),
                        ("citation", models.CharField(max_length=300, verbose_name="citation")),
                        (
                            "binding",
                            models.CharField(
                                choices=[("law", "binding"), ("policy", "policy")],
                                max_length=6,
                                verbose_name="for the lender",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="compliance.rulepackversion",
                            ),
                        ),
                        (
                            "agency_binding",
                            models.CharField(
                                choices=[("law", "binding"), ("policy", "policy")],
                                db_default="law",
                                max_length=6,
                                verbose_name="for an agency",
                            ),
                        ),
                        (
                            "override",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                help_text="For which a second person may let one contact pass; none: never.",
                                size=None,
                                verbose_name="grounds for an override",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule parameters",
                        "verbose_name_plural": "rule parameters",
                        "ordering": ["version", "rule"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "code"), name="rule_code_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("binding__in", ["law", "policy"]),
                                    ("agency_binding__in", ["law", "policy"]),
                                ),
                                name="rule_binding_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="published",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="26bfbcafcef91c4b2da4bf7540187d0e1d20cbee",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_published_05b64",
                                    table="compliance_ruleparameters",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Settlement",
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
                        ("sequence", models.PositiveSmallIntegerField(default=1)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("no_answer", "rang, no answer"),
                                    ("no_voicemail", "rang, no answer, no message possible"),
                                    ("busy", "busy"),
                                    ("not_in_service", "not in service"),
                                    ("voicemail", "voicemail reached"),
                                    ("voicemail_no_message", "voicemail reached, no message left"),
                                    ("limited_message", "limited-content message left"),
                                    ("dropped", "answered, then dropped"),
                                    ("wrong_number", "wrong number"),
                                    ("third_party", "somebody else answered"),
                                    ("conversation", "talk with the person"),
                                    ("connected", "recorded notice answered"),
                                    ("sent", "sent"),
                                    ("received", "message received from the person"),
                                    ("failed", "failed"),
                                    ("met", "met in person"),
                                    ("not_met", "nobody met"),
                                    ("not_made", "not made after all"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="ended")),
                        ("settled_by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "attempt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="settlements",
                                to="compliance.attempt",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "settlement",
                        "verbose_name_plural": "settlements",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("outcome", "")),
                                fields=["attempt", "sequence"],
                                name="settlement_taken_back",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("attempt", "sequence"), name="settlement_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "outcome__in",
                                        [
                                            "no_answer",
                                            "no_voicemail",
                                            "busy",
                                            "not_in_service",
                                            "voicemail",
                                            "voicemail_no_message",
                                            "limited_message",
                                            "dropped",
                                            "wrong_number",
                                            "third_party",
                                            "conversation",
                                            "connected",
                                            "sent",
                                            "received",
                                            "failed",
                                            "met",
                                            "not_met",
                                            "not_made",
                                        ],
                                    ),
                                    models.Q(("outcome", ""), ("sequence__gt", 1)),
                                    _connector="OR",
                                ),
                                name="settlement_outcome_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="0cfacafad79bd3960faefe758f87b9d3076a1e82",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_7866c",
                                    table="compliance_settlement",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="05e7aee8e8b90f7b72ec7b703b7ce7e225764144",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_9f89b",
                                    table="compliance_settlement",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Complaint",
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
                        ("number", models.PositiveIntegerField(unique=True, verbose_name="number")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("conduct", "how we behaved"),
                                    ("frequency", "too many contacts"),
                                    ("third_party", "somebody else was contacted"),
                                    ("amount", "the amount is wrong"),
                                    ("not_my_debt", "not their debt"),
                                    ("privacy", "personal data"),
                                    ("fees", "charges and fees"),
                                    ("vehicle", "taking of the car"),
                                    ("other", "something else"),
                                ],
                                max_length=12,
                                verbose_name="about",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("call", "call"),
                                    ("sms", "SMS"),
                                    ("email", "e-mail"),
                                    ("visit", "in person"),
                                    ("letter", "letter"),
                                    ("web", "web form"),
                                    ("regulator", "through the regulator"),
                                ],
                                max_length=10,
                                verbose_name="received by",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        (
                            "text",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="text"
                            ),
                        ),
                        (
                            "registered_by",
                            models.CharField(max_length=120, verbose_name="registered by"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("answered", "answered"),
                                    ("closed", "closed"),
                                ],
                                default="open",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                choices=[
                                    ("simple", "simple"),
                                    ("complex", "complex"),
                                    ("exceptional", "exceptional"),
                                ],
                                default="simple",
                                max_length=11,
                                verbose_name="clock",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="answer due")),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                        ),
                        (
                            "closed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="closed"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "loan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
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
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("upheld", "right in full"),
                                    ("partly", "right in part"),
                                    ("rejected", "not right"),
                                    ("withdrawn", "taken back by the person"),
                                ],
                                max_length=9,
                                verbose_name="what it came to",
                            ),
                        ),
                        (
                            "acknowledge_by",
                            models.DateField(
                                blank=True,
                                help_text="Empty: nothing asks it.",
                                null=True,
                                verbose_name="to be acknowledged by",
                            ),
                        ),
                        (
                            "answer_days",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                help_text="From receipt: the first term, then its extensions.",
                                size=None,
                                verbose_name="days to answer",
                            ),
                        ),
                        (
                            "clock_citation",
                            models.CharField(max_length=300, verbose_name="citation"),
                        ),
                        (
                            "clock_rule",
                            models.CharField(blank=True, max_length=40, verbose_name="rule"),
                        ),
                    ],
                    options={
                        "verbose_name": "complaint",
                        "verbose_name_plural": "complaints",
                        "ordering": ["due_on", "number"],
                        "indexes": [
                            models.Index(fields=["status", "due_on"], name="complaint_by_clock"),
                            models.Index(fields=["received_at"], name="complaint_received"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "category__in",
                                        [
                                            "conduct",
                                            "frequency",
                                            "third_party",
                                            "amount",
                                            "not_my_debt",
                                            "privacy",
                                            "fees",
                                            "vehicle",
                                            "other",
                                        ],
                                    ),
                                    (
                                        "channel__in",
                                        [
                                            "call",
                                            "sms",
                                            "email",
                                            "visit",
                                            "letter",
                                            "web",
                                            "regulator",
                                        ],
                                    ),
                                    ("status__in", ["open", "answered", "closed"]),
                                    ("clock__in", ["simple", "complex", "exceptional"]),
                                ),
                                name="complaint_kinds_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_at__isnull", True),
                                        ("closed_at__isnull", True),
                                        ("status", "open"),
                                    ),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("closed_at__isnull", True),
                                        ("status", "answered"),
                                    ),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("closed_at__isnull", False),
                                        ("status", "closed"),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_status_has_its_times",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_at__isnull", True),
                                    ("closed_at__gte", models.F("answered_at")),
                                    _connector="OR",
                                ),
                                name="complaint_closed_after_answer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("outcome", "")),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        (
                                            "outcome__in",
                                            ["upheld", "partly", "rejected", "withdrawn"],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="complaint_closed_with_outcome",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="complaint_flow",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{open:answered,answered:open,answered:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="c66a43223204eabf57ede0e22f272987f180f17f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_complaint_flow_f3dd3",
                                    table="compliance_complaint",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="complaint_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."loan_id" IS DISTINCT FROM (NEW."loan_id") OR OLD."portfolio_id" IS DISTINCT FROM (NEW."portfolio_id") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."registered_by" IS DISTINCT FROM (NEW."registered_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="7fe08129b5b36336ad67aa0ed9bc3a80af785709",
                                    operation="UPDATE",
                                    pgid="pgtrigger_complaint_said_fixed_aaaa2",
                                    table="compliance_complaint",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="complaint_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="9e1a551e565f02e713ecf808c4b52b5a3d369c94",
                                    operation="DELETE",
                                    pgid="pgtrigger_complaint_kept_f7eae",
                                    table="compliance_complaint",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Stop",
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
                                    ("cease", "asked us to stop"),
                                    ("dispute", "dispute open"),
                                    ("complaint", "complaint open"),
                                    ("attorney", "represented by a lawyer"),
                                    ("bankruptcy", "bankruptcy"),
                                    ("breathing_space", "breathing space"),
                                    ("deceased", "deceased"),
                                    ("hardship", "hardship"),
                                    ("vulnerable", "vulnerable"),
                                    ("military", "military service"),
                                    ("employer_prohibits", "employer forbids calls at work"),
                                    (
                                        "third_party_refused",
                                        "not the debtor, asked not to be contacted",
                                    ),
                                    ("time_barred", "time-barred"),
                                    ("proceedings", "proceedings"),
                                    ("hold", "on hold"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                blank=True,
                                help_text="Empty: every channel.",
                                max_length=12,
                                verbose_name="channel",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="from")),
                        (
                            "ends_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="Empty: until it is lifted.",
                                null=True,
                                verbose_name="until",
                            ),
                        ),
                        ("source", models.CharField(max_length=120, verbose_name="source")),
                        ("set_by", models.CharField(max_length=120, verbose_name="set by")),
                        (
                            "lifted_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="lifted"),
                        ),
                        (
                            "lifted_by",
                            models.CharField(blank=True, max_length=120, verbose_name="lifted by"),
                        ),
                        (
                            "lifted_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="why lifted"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "loan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stops",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stops",
                                to="loans.party",
                            ),
                        ),
                        (
                            "details",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="What the rules of the kind ask for.",
                                verbose_name="details",
                            ),
                        ),
                        (
                            "note",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="note"
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stops",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "complaint",
                            models.OneToOneField(
                                blank=True,
                                help_text="The complaint that keeps the stop in force until it is closed.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stop",
                                to="compliance.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "stop",
                        "verbose_name_plural": "stops",
                        "ordering": ["-starts_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("lifted_at__isnull", True)),
                                fields=["party"],
                                name="stop_in_force",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("lifted_at__isnull", True),
                                    ("loan__isnull", False),
                                    ("party__isnull", True),
                                ),
                                fields=["loan"],
                                name="stop_of_loan",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("lifted_at__isnull", True), ("portfolio__isnull", False)
                                ),
                                fields=["portfolio"],
                                name="stop_of_portfolio",
                            ),
                            models.Index(fields=["starts_at", "id"], name="stop_begun"),
                            models.Index(
                                condition=models.Q(("lifted_at__isnull", False)),
                                fields=["lifted_at", "id"],
                                name="stop_lifted_at",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_at__isnull", True),
                                    ("ends_at__gt", models.F("starts_at")),
                                    _connector="OR",
                                ),
                                name="stop_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lifted_at__isnull", True),
                                    models.Q(
                                        models.Q(("lifted_by", ""), _negated=True),
                                        models.Q(("lifted_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="stop_lifted_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("party__isnull", False), ("portfolio__isnull", True)),
                                    models.Q(
                                        ("loan__isnull", False),
                                        ("party__isnull", True),
                                        ("portfolio__isnull", True),
                                    ),
                                    models.Q(
                                        ("loan__isnull", True),
                                        ("party__isnull", True),
                                        ("portfolio__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="stop_of_person_loan_or_portfolio",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("portfolio__isnull", True), ("kind", "hold"), _connector="OR"
                                ),
                                name="stop_portfolio_held",
                            ),
                            models.UniqueConstraint(
                                fields=(
                                    "party",
                                    "loan",
                                    "portfolio",
                                    "kind",
                                    "channel",
                                    "starts_at",
                                    "source",
                                ),
                                name="stop_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "cease",
                                            "dispute",
                                            "complaint",
                                            "attorney",
                                            "bankruptcy",
                                            "breathing_space",
                                            "deceased",
                                            "hardship",
                                            "vulnerable",
                                            "military",
                                            "employer_prohibits",
                                            "third_party_refused",
                                            "time_barred",
                                            "proceedings",
                                            "hold",
                                        ],
                                    )
                                ),
                                name="stop_kind_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="stop_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."loan_id" IS DISTINCT FROM (NEW."loan_id") OR OLD."portfolio_id" IS DISTINCT FROM (NEW."portfolio_id") OR OLD."complaint_id" IS DISTINCT FROM (NEW."complaint_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."details" IS DISTINCT FROM (NEW."details") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."set_by" IS DISTINCT FROM (NEW."set_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="28f4352417b01876ab93ec5bc4e67c264089783a",
                                    operation="UPDATE",
                                    pgid="pgtrigger_stop_said_fixed_2c6e1",
                                    table="compliance_stop",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="stop_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="5f6d8439f4324dbc418419e830007f3a9cdf3575",
                                    operation="DELETE",
                                    pgid="pgtrigger_stop_kept_8172f",
                                    table="compliance_stop",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="tells_of_change",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="INSERT INTO compliance_registerchange (register, party_id, loan_id, portfolio_id) VALUES ('stop', NEW.party_id, NEW.loan_id, NEW.portfolio_id); RETURN NULL;",
                                    hash="406671e1eacd2e494382d8212c747e62a135e61b",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_tells_of_change_c3fc6",
                                    table="compliance_stop",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintEvent",
                    fields=[
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
                            "step",
                            models.CharField(
                                choices=[
                                    ("registered", "registered"),
                                    ("assigned", "given to"),
                                    ("confirmed", "acknowledged"),
                                    ("extended", "extended"),
                                    ("answered", "answered"),
                                    ("reopened", "opened again"),
                                    ("closed", "closed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        ("word", models.CharField(blank=True, max_length=120, verbose_name="what")),
                        ("due_on", models.DateField(verbose_name="answer due")),
                        (
                            "text",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="text"
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="compliance.complaint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "complaint event",
                        "verbose_name_plural": "complaint events",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["complaint", "at"], name="complaint_event_at")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "step__in",
                                        [
                                            "registered",
                                            "assigned",
                                            "confirmed",
                                            "extended",
                                            "answered",
                                            "reopened",
                                            "closed",
                                        ],
                                    )
                                ),
                                name="complaint_step_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="820838f7285a79500ff41a6f10d5ef2e578a8f90",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_d645d",
                                    table="compliance_complaintevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="f90357f3a1870a6f7b51a2c51ec59d945eeaeaec",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_a88c1",
                                    table="compliance_complaintevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CourtOrder",
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
                                    ("possession", "order to return the car"),
                                    ("preservation", "preservation of property"),
                                    ("stay", "stay of proceedings"),
                                    ("debtor_consent_at_the_time", "the debtor agreed on the spot"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "court",
                            models.CharField(blank=True, max_length=160, verbose_name="court"),
                        ),
                        (
                            "number",
                            models.CharField(blank=True, max_length=80, verbose_name="case number"),
                        ),
                        ("made_on", models.DateField(verbose_name="made")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="last day")),
                        (
                            "recorded_by",
                            models.CharField(max_length=120, verbose_name="recorded by"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "discharged_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="discharged"),
                        ),
                        (
                            "discharged_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="discharge recorded by"
                            ),
                        ),
                        (
                            "discharged_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why discharged"
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="court_orders",
                                to="loans.loan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "court order",
                        "verbose_name_plural": "court orders",
                        "ordering": ["-made_on"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "possession",
                                            "preservation",
                                            "stay",
                                            "debtor_consent_at_the_time",
                                        ],
                                    )
                                ),
                                name="order_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "debtor_consent_at_the_time"),
                                    models.Q(
                                        models.Q(("court", ""), _negated=True),
                                        models.Q(("number", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="order_of_a_court_is_numbered",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until__isnull", True),
                                    ("until__gte", models.F("made_on")),
                                    _connector="OR",
                                ),
                                name="order_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("discharged_at__isnull", True),
                                    models.Q(
                                        models.Q(("discharged_by", ""), _negated=True),
                                        models.Q(("discharged_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="order_discharged_by_somebody",
                            ),
                            models.UniqueConstraint(
                                fields=("loan", "kind", "made_on", "court", "number"),
                                name="order_once",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="order_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."loan_id" IS DISTINCT FROM (NEW."loan_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."court" IS DISTINCT FROM (NEW."court") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."made_on" IS DISTINCT FROM (NEW."made_on") OR OLD."until" IS DISTINCT FROM (NEW."until") OR OLD."recorded_by" IS DISTINCT FROM (NEW."recorded_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="5282badc0177047986f9c2c4f3e56996e7672581",
                                    operation="UPDATE",
                                    pgid="pgtrigger_order_said_fixed_cfce6",
                                    table="compliance_courtorder",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="order_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="d93d6d8d0773f43111b8bb76fb6381ad0dde1d0f",
                                    operation="DELETE",
                                    pgid="pgtrigger_order_kept_9ba4a",
                                    table="compliance_courtorder",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="tells_of_change",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="INSERT INTO compliance_registerchange (register, loan_id) VALUES ('courtorder', NEW.loan_id); RETURN NULL;",
                                    hash="4313bdf333ca87a5dc85890061a106dcd1e65c09",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_tells_of_change_1ec12",
                                    table="compliance_courtorder",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Preference",
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
                                    ("inconvenient_time", "not at these hours"),
                                    ("inconvenient_place", "not at this place or number"),
                                    ("agreed_hours", "hours agreed for contact"),
                                    ("agreed_cap", "number of contacts agreed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "days",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                default=compliance.preferences.models.every_day,
                                help_text="Monday is 0.",
                                size=None,
                                verbose_name="days of the week",
                            ),
                        ),
                        ("opens", models.TimeField(blank=True, null=True, verbose_name="from")),
                        ("closes", models.TimeField(blank=True, null=True, verbose_name="to")),
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
                                max_length=8,
                                verbose_name="place",
                            ),
                        ),
                        ("rule", models.CharField(blank=True, max_length=40, verbose_name="rule")),
                        (
                            "count",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="number agreed"
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="in force from")),
                        (
                            "until",
                            models.DateField(
                                blank=True,
                                help_text="Empty: until the person says otherwise.",
                                null=True,
                                verbose_name="last day",
                            ),
                        ),
                        (
                            "note",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="note"
                            ),
                        ),
                        ("source", models.CharField(max_length=120, verbose_name="source")),
                        ("set_by", models.CharField(max_length=120, verbose_name="set by")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="ended"),
                        ),
                        (
                            "ended_by",
                            models.CharField(blank=True, max_length=120, verbose_name="ended by"),
                        ),
                        (
                            "ended_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="why ended"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "contact_point",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="preferences",
                                to="loans.contactpoint",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="preferences",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "preference",
                        "verbose_name_plural": "preferences",
                        "ordering": ["-starts_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["party"],
                                name="preference_in_force",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "inconvenient_time",
                                            "inconvenient_place",
                                            "agreed_hours",
                                            "agreed_cap",
                                        ],
                                    )
                                ),
                                name="preference_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "inconvenient_place"), _negated=True),
                                    models.Q(("place", ""), _negated=True),
                                    ("contact_point__isnull", False),
                                    _connector="OR",
                                ),
                                name="preference_place_named",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "agreed_cap"), _negated=True),
                                    models.Q(
                                        models.Q(("rule", ""), _negated=True),
                                        ("count__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="preference_cap_numbered",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opens__isnull", True),
                                    ("closes__isnull", True),
                                    models.Q(("opens", models.F("closes")), _negated=True),
                                    _connector="OR",
                                ),
                                name="preference_hours_not_empty",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    models.Q(
                                        models.Q(("ended_by", ""), _negated=True),
                                        models.Q(("ended_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="preference_ended_by_somebody",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="preference_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."opens" IS DISTINCT FROM (NEW."opens") OR OLD."closes" IS DISTINCT FROM (NEW."closes") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."contact_point_id" IS DISTINCT FROM (NEW."contact_point_id") OR OLD."rule" IS DISTINCT FROM (NEW."rule") OR OLD."count" IS DISTINCT FROM (NEW."count") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."until" IS DISTINCT FROM (NEW."until") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."set_by" IS DISTINCT FROM (NEW."set_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="48e5e5609c68218cd24bceb9434e964bc3231f9f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_preference_said_fixed_fd0a6",
                                    table="compliance_preference",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="preference_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="766e3440fa65218f6cca13eaf54db969e92db176",
                                    operation="DELETE",
                                    pgid="pgtrigger_preference_kept_3ad4f",
                                    table="compliance_preference",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="tells_of_change",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="INSERT INTO compliance_registerchange (register, party_id) VALUES ('preference', NEW.party_id); RETURN NULL;",
                                    hash="005cf4a007352ddc764ddfc96610e3dadb8e6a87",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_tells_of_change_98164",
                                    table="compliance_preference",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServedNotice",
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
                                    ("default_notice_uk", "default notice (Consumer Credit Act)"),
                                    ("right_to_cure", "right to cure"),
                                    ("visit_notice", "notice of a visit"),
                                    ("validation", "validation notice"),
                                    ("demand", "demand for payment"),
                                    ("acceleration", "the whole loan called due"),
                                    ("taking_notice", "notice that the car will be taken"),
                                    ("sale_notice", "notice of sale"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("served_on", models.DateField(verbose_name="served")),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("post", "post"),
                                    ("registered_post", "registered post"),
                                    ("hand", "by hand"),
                                    ("email", "e-mail"),
                                    ("sms", "SMS"),
                                    ("court", "through the court"),
                                ],
                                max_length=16,
                                verbose_name="how",
                            ),
                        ),
                        (
                            "days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: as the rule says.",
                                null=True,
                                verbose_name="days it runs",
                            ),
                        ),
                        ("document_ref", models.CharField(max_length=120, verbose_name="document")),
                        (
                            "recorded_by",
                            models.CharField(max_length=120, verbose_name="recorded by"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "withdrawn_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
                        ),
                        (
                            "withdrawn_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="withdrawn by"
                            ),
                        ),
                        (
                            "withdrawn_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why withdrawn"
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="served_notices",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="served_notices",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice served",
                        "verbose_name_plural": "notices served",
                        "ordering": ["-served_on"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("withdrawn_at__isnull", True),
                                    models.Q(
                                        models.Q(("withdrawn_by", ""), _negated=True),
                                        models.Q(("withdrawn_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_withdrawn_by_somebody",
                            ),
                            models.UniqueConstraint(
                                fields=("loan", "party", "kind", "served_on", "document_ref"),
                                name="notice_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "default_notice_uk",
                                            "right_to_cure",
                                            "visit_notice",
                                            "validation",
                                            "demand",
                                            "acceleration",
                                            "taking_notice",
                                            "sale_notice",
                                        ],
                                    ),
                                    (
                                        "how__in",
                                        [
                                            "post",
                                            "registered_post",
                                            "hand",
                                            "email",
                                            "sms",
                                            "court",
                                        ],
                                    ),
                                ),
                                name="notice_kinds_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="notice_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."loan_id" IS DISTINCT FROM (NEW."loan_id") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."served_on" IS DISTINCT FROM (NEW."served_on") OR OLD."how" IS DISTINCT FROM (NEW."how") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."document_ref" IS DISTINCT FROM (NEW."document_ref") OR OLD."recorded_by" IS DISTINCT FROM (NEW."recorded_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="c5872bacd8cbc0706a2ff6ced7c54227a713915f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_notice_said_fixed_ef332",
                                    table="compliance_servednotice",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="notice_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="d900c4124930f51e661a9fbfd4d25243d72eb88a",
                                    operation="DELETE",
                                    pgid="pgtrigger_notice_kept_322eb",
                                    table="compliance_servednotice",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="tells_of_change",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="INSERT INTO compliance_registerchange (register, party_id, loan_id) VALUES ('servednotice', NEW.party_id, NEW.loan_id); RETURN NULL;",
                                    hash="24e0e0b39e373989e3e4fc091737f25a1779941f",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_tells_of_change_f45eb",
                                    table="compliance_servednotice",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegisterChange",
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
                        ("register", models.CharField(max_length=20)),
                        (
                            "loan",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.party",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a register",
                        "verbose_name_plural": "changes of registers",
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="9d629ea5b6936946aaa2c64d691995b6ca29e48a",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_06d85",
                                    table="compliance_registerchange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="34b29faa752dcfb6980a5159da46b03892bed19c",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_0c8ef",
                                    table="compliance_registerchange",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
