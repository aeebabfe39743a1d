"""All of notifications up to 0010, each table as it then was (docs/adr/0031-migrations-are-consolidated.md)."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.db import migrations, models

import core.encryption.fields
import core.facts.fields
import core.facts.triggers
import core.ids
import core.money.fields
from core.schema.operations import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_letters_and_webhooks"),
        ("notifications", "0003_messages_by_account"),
        ("notifications", "0004_prices"),
        ("notifications", "0005_letters_that_failed"),
        ("notifications", "0006_demands"),
        ("notifications", "0007_plans"),
        ("notifications", "0008_visit_notices"),
        ("notifications", "0009_visits_called_off"),
        ("notifications", "0010_acceleration"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0009_wrapup_preference"),
        ("compliance", "0001_squashed_0012_acceleration"),
        ("core", "0001_squashed_0003_trail_by_object"),
        ("loans", "0013_partitions_and_functions"),
    ]

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="ChannelAccount",
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
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "channel",
                            models.CharField(
                                choices=[("sms", "SMS"), ("email", "e-mail"), ("letter", "letter")],
                                max_length=6,
                                verbose_name="channel",
                            ),
                        ),
                        ("adapter", models.CharField(max_length=20, verbose_name="adapter")),
                        (
                            "settings",
                            models.JSONField(blank=True, default=dict, verbose_name="settings"),
                        ),
                        (
                            "secret",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="secret"
                            ),
                        ),
                        (
                            "previous_secret",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="secret before"
                            ),
                        ),
                        (
                            "rate_per_second",
                            models.PositiveSmallIntegerField(
                                default=20,
                                help_text="At most; the provider's own limit.",
                                verbose_name="messages a second",
                            ),
                        ),
                        (
                            "parallel_calls",
                            models.PositiveSmallIntegerField(
                                default=4,
                                help_text="So that a slow provider holds up no other channel.",
                                verbose_name="calls at once",
                            ),
                        ),
                        (
                            "price_per_part",
                            core.money.fields.PriceField(
                                blank=True, null=True, verbose_name="price of a part"
                            ),
                        ),
                        (
                            "price_currency",
                            models.CharField(
                                blank=True, max_length=3, verbose_name="currency of the price"
                            ),
                        ),
                        ("is_on", models.BooleanField(default=True, verbose_name="sends")),
                        (
                            "switched_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="switched"),
                        ),
                        (
                            "switched_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="switched by"
                            ),
                        ),
                        (
                            "switched_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why switched"
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
                                blank=True,
                                help_text="Empty: every portfolio without an account of its own.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="channel_accounts",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "webhook_secret",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="secret of webhooks"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "channel account",
                        "verbose_name_plural": "channel accounts",
                        "ordering": ["channel", "name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("channel__in", ["sms", "email", "letter"])),
                                name="channel_account_channel_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rate_per_second__gt", 0), ("parallel_calls__gt", 0)
                                ),
                                name="channel_account_can_send",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_on", True),
                                    models.Q(("switched_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="channel_account_off_with_why",
                            ),
                            models.UniqueConstraint(
                                fields=("channel", "portfolio"),
                                name="channel_account_one_each",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Batch",
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
                        ("label", models.CharField(max_length=160, verbose_name="what")),
                        ("planned_for", models.DateField(verbose_name="for")),
                        ("planned_by", models.CharField(max_length=120, verbose_name="planned by")),
                        ("planned_at", models.DateTimeField(verbose_name="planned")),
                        (
                            "strategy_version",
                            models.CharField(blank=True, max_length=60, verbose_name="strategy"),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "batch of messages",
                        "verbose_name_plural": "batches of messages",
                        "ordering": ["-planned_at"],
                    },
                ),
                migrations.CreateModel(
                    name="ChannelPace",
                    fields=[
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="pace",
                                serialize=False,
                                to="notifications.channelaccount",
                            ),
                        ),
                        ("second", models.BigIntegerField(default=0)),
                        ("let_go", models.PositiveIntegerField(default=0)),
                        ("paused_until", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "pace of a channel",
                        "verbose_name_plural": "paces of channels",
                    },
                ),
                migrations.CreateModel(
                    name="ChannelSlot",
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
                        ("number", models.PositiveSmallIntegerField()),
                        ("token", models.UUIDField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="slots",
                                to="notifications.channelaccount",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "slot of a channel",
                        "verbose_name_plural": "slots of channels",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "number"), name="channel_slot_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplate",
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
                            "channel",
                            models.CharField(
                                choices=[("sms", "SMS"), ("email", "e-mail"), ("letter", "letter")],
                                max_length=6,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("before_due", "before the due date"),
                                    ("due_today", "due today"),
                                    ("overdue", "past due"),
                                    ("promise_tomorrow", "promise due tomorrow"),
                                    ("plan_agreed", "plan agreed, in writing"),
                                    ("plan_instalment", "instalment of a plan"),
                                    ("plan_broken", "broken plan"),
                                    ("promise_broken", "broken promise"),
                                    ("thanks", "thanks for a payment"),
                                    ("payment_details", "how to pay"),
                                    ("notice", "notice the law requires"),
                                    ("visit_notice", "notice of a visit"),
                                    ("visit_called_off", "visit called off"),
                                    ("demand", "demand before proceedings"),
                                    ("acceleration", "the whole loan called due"),
                                    ("opt_out_confirmed", "opt-out confirmed"),
                                    ("service", "service"),
                                ],
                                max_length=20,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "rule_packs",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Packs whose mandatory parts every version must have.",
                                verbose_name="rule packs",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message template",
                        "verbose_name_plural": "message templates",
                        "ordering": ["purpose", "channel", "code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("channel__in", ["sms", "email", "letter"]),
                                    (
                                        "purpose__in",
                                        [
                                            "before_due",
                                            "due_today",
                                            "overdue",
                                            "promise_tomorrow",
                                            "plan_agreed",
                                            "plan_instalment",
                                            "plan_broken",
                                            "promise_broken",
                                            "thanks",
                                            "payment_details",
                                            "notice",
                                            "visit_notice",
                                            "visit_called_off",
                                            "demand",
                                            "acceleration",
                                            "opt_out_confirmed",
                                            "service",
                                        ],
                                    ),
                                ),
                                name="message_template_kinds_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TemplateVersion",
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
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("proposed", "waits for a second person"),
                                    ("approved", "approved"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=150, verbose_name="subject"),
                        ),
                        ("body", models.TextField(max_length=4000, verbose_name="text")),
                        (
                            "signature",
                            models.CharField(
                                blank=True,
                                help_text="Name of the sender as registered with the provider; shown as 【…】.",
                                max_length=20,
                                verbose_name="signature",
                            ),
                        ),
                        (
                            "provider_code",
                            models.CharField(
                                blank=True,
                                help_text="Where the provider keeps the text itself, e.g. SMS_71390007.",
                                max_length=40,
                                verbose_name="provider's template code",
                            ),
                        ),
                        ("written_by", models.CharField(max_length=120, verbose_name="written by")),
                        ("written_at", models.DateTimeField(verbose_name="written")),
                        (
                            "approved_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="approved"),
                        ),
                        (
                            "approved_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="approved by"
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="template_version",
                                to="accounts.approval",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="notifications.messagetemplate",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "template version",
                        "verbose_name_plural": "template versions",
                        "ordering": ["template", "language", "-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("template", "language", "version"),
                                name="template_version_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "approved")),
                                fields=("template", "language"),
                                name="template_one_approved_each",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["draft", "proposed", "approved", "retired"])
                                ),
                                name="template_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved_at__isnull", True),
                                        ("status__in", ["draft", "proposed"]),
                                    ),
                                    models.Q(
                                        ("approved_at__isnull", False),
                                        ("status__in", ["approved", "retired"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="template_approved_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("body", ""), _negated=True),
                                name="template_says_something",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="template_version_flow",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:proposed,proposed:draft,proposed:approved,approved:retired}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="7f9d89129999d17409bb1ea18a28dabaea86fdec",
                                    operation="UPDATE",
                                    pgid="pgtrigger_template_version_flow_5d28e",
                                    table="notifications_templateversion",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="template_version_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."template_id" IS DISTINCT FROM (NEW."template_id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."signature" IS DISTINCT FROM (NEW."signature") OR OLD."provider_code" IS DISTINCT FROM (NEW."provider_code") OR OLD."written_by" IS DISTINCT FROM (NEW."written_by") OR OLD."written_at" IS DISTINCT FROM (NEW."written_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="a04231981f5c6d92867d8837133928207c7d7ff6",
                                    operation="UPDATE",
                                    pgid="pgtrigger_template_version_said_fixed_c4eff",
                                    table="notifications_templateversion",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="template_version_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.\"status\" IN ('approved', 'retired'))",
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="1361fa18243ed0edeb2610f425c64e9fed6e784e",
                                    operation="DELETE",
                                    pgid="pgtrigger_template_version_kept_f129d",
                                    table="notifications_templateversion",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                                choices=[("sms", "SMS"), ("email", "e-mail"), ("letter", "letter")],
                                max_length=6,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("before_due", "before the due date"),
                                    ("due_today", "due today"),
                                    ("overdue", "past due"),
                                    ("promise_tomorrow", "promise due tomorrow"),
                                    ("plan_agreed", "plan agreed, in writing"),
                                    ("plan_instalment", "instalment of a plan"),
                                    ("plan_broken", "broken plan"),
                                    ("promise_broken", "broken promise"),
                                    ("thanks", "thanks for a payment"),
                                    ("payment_details", "how to pay"),
                                    ("notice", "notice the law requires"),
                                    ("visit_notice", "notice of a visit"),
                                    ("visit_called_off", "visit called off"),
                                    ("demand", "demand before proceedings"),
                                    ("acceleration", "the whole loan called due"),
                                    ("opt_out_confirmed", "opt-out confirmed"),
                                    ("service", "service"),
                                ],
                                max_length=20,
                                verbose_name="purpose",
                            ),
                        ),
                        ("anchor", models.CharField(max_length=80, verbose_name="about")),
                        ("step", models.CharField(max_length=60, verbose_name="step")),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("amount", core.money.fields.MoneyField(null=True, verbose_name="amount")),
                        ("due_on", models.DateField(null=True, verbose_name="due")),
                        ("planned_by", models.CharField(max_length=120, verbose_name="planned by")),
                        ("planned_at", models.DateTimeField(verbose_name="planned")),
                        ("send_at", models.DateTimeField(verbose_name="to be sent")),
                        ("expires_at", models.DateTimeField(verbose_name="useless after")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("sending", "being sent"),
                                    ("uncertain", "uncertain"),
                                    ("accepted", "accepted by the provider"),
                                    ("delivered", "delivered"),
                                    ("undelivered", "not delivered"),
                                    ("failed", "failed"),
                                    ("suppressed", "not sent, with a reason"),
                                    ("cancelled", "cancelled"),
                                    ("expired", "expired"),
                                ],
                                default="waiting",
                                max_length=11,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=60, verbose_name="reason"),
                        ),
                        ("reason_values", models.JSONField(blank=True, default=dict)),
                        (
                            "attempt_count",
                            models.PositiveSmallIntegerField(default=0, verbose_name="tries"),
                        ),
                        ("lease_token", models.UUIDField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("calling_at", models.DateTimeField(null=True)),
                        ("ask_at", models.DateTimeField(null=True)),
                        ("asked_count", models.PositiveSmallIntegerField(default=0)),
                        (
                            "provider_ref",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="provider's reference"
                            ),
                        ),
                        (
                            "subject",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="subject"
                            ),
                        ),
                        (
                            "body",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="text"
                            ),
                        ),
                        (
                            "parts",
                            models.PositiveSmallIntegerField(null=True, verbose_name="parts"),
                        ),
                        ("cost", core.money.fields.PriceField(null=True, verbose_name="cost")),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="notifications.channelaccount",
                            ),
                        ),
                        (
                            "address",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.address",
                            ),
                        ),
                        (
                            "attempt",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="message",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="notifications.batch",
                            ),
                        ),
                        (
                            "contact_point",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="loans.contactpoint",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="loans.party",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notifications.messagetemplate",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="notifications.templateversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["channel", "send_at"],
                                name="message_to_send",
                            ),
                            models.Index(
                                condition=models.Q(("state", "sending")),
                                fields=["lease_until"],
                                name="message_leases",
                            ),
                            models.Index(
                                condition=models.Q(("state", "uncertain")),
                                fields=["ask_at"],
                                name="message_to_ask",
                            ),
                            models.Index(fields=["party", "planned_at"], name="message_of_party"),
                            models.Index(
                                fields=["portfolio", "state", "send_at"], name="message_by_state"
                            ),
                            models.Index(fields=["anchor"], name="message_by_anchor"),
                            models.Index(
                                condition=models.Q(("calling_at__isnull", False)),
                                fields=["account", "-calling_at"],
                                name="message_by_account",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "party",
                                    "purpose",
                                    "anchor",
                                    "step",
                                    "channel",
                                    "contact_point",
                                    "address",
                                ),
                                name="message_obligation_once",
                                nulls_distinct=False,
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("provider_ref", ""), _negated=True),
                                fields=("account", "provider_ref"),
                                name="message_provider_ref_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("address__isnull", False),
                                        ("channel", "letter"),
                                        ("contact_point__isnull", True),
                                    ),
                                    models.Q(
                                        models.Q(("channel", "letter"), _negated=True),
                                        ("address__isnull", True),
                                        ("contact_point__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="message_has_its_address",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("lease_token__isnull", False),
                                        ("lease_until__isnull", False),
                                        ("state", "sending"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "sending"), _negated=True),
                                        ("lease_token__isnull", True),
                                        ("lease_until__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="message_leased_while_sending",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            ["suppressed", "failed", "cancelled", "undelivered"],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="message_stopped_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            ["uncertain", "accepted", "delivered", "undelivered"],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("attempt__isnull", False),
                                        ("body__isnull", False),
                                        ("version__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="message_out_was_reserved_and_kept",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_at__gte", models.F("send_at")),
                                    models.Q(("state", "waiting"), _negated=True),
                                    _connector="OR",
                                ),
                                name="message_waits_no_longer_than_useful",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "waiting",
                                            "sending",
                                            "uncertain",
                                            "accepted",
                                            "delivered",
                                            "undelivered",
                                            "failed",
                                            "suppressed",
                                            "cancelled",
                                            "expired",
                                        ],
                                    ),
                                    ("channel__in", ["sms", "email", "letter"]),
                                    (
                                        "purpose__in",
                                        [
                                            "before_due",
                                            "due_today",
                                            "overdue",
                                            "promise_tomorrow",
                                            "plan_agreed",
                                            "plan_instalment",
                                            "plan_broken",
                                            "promise_broken",
                                            "thanks",
                                            "payment_details",
                                            "notice",
                                            "visit_notice",
                                            "visit_called_off",
                                            "demand",
                                            "acceleration",
                                            "opt_out_confirmed",
                                            "service",
                                        ],
                                    ),
                                ),
                                name="message_kinds_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="message_flow",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{waiting:sending,waiting:suppressed,waiting:cancelled,waiting:expired,sending:waiting,sending:uncertain,sending:accepted,sending:failed,sending:suppressed,sending:expired,uncertain:accepted,uncertain:waiting,uncertain:delivered,uncertain:undelivered,uncertain:failed,accepted:delivered,accepted:undelivered,undelivered:delivered}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="6c8e29b9d3395464c44cdb4e4f6ee658c12dec93",
                                    operation="UPDATE",
                                    pgid="pgtrigger_message_flow_ccc83",
                                    table="notifications_message",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="message_obligation_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."portfolio_id" IS DISTINCT FROM (NEW."portfolio_id") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."contact_point_id" IS DISTINCT FROM (NEW."contact_point_id") OR OLD."address_id" IS DISTINCT FROM (NEW."address_id") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."anchor" IS DISTINCT FROM (NEW."anchor") OR OLD."step" IS DISTINCT FROM (NEW."step") OR OLD."template_id" IS DISTINCT FROM (NEW."template_id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."planned_by" IS DISTINCT FROM (NEW."planned_by") OR OLD."planned_at" IS DISTINCT FROM (NEW."planned_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="ce44fbb9f2d647903f738d17c533e40f20b83a72",
                                    operation="UPDATE",
                                    pgid="pgtrigger_message_obligation_fixed_916e5",
                                    table="notifications_message",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="message_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="1e3da5fe80d384aa70b72860d93acce0cbc5b121",
                                    operation="DELETE",
                                    pgid="pgtrigger_message_kept_fd2d3",
                                    table="notifications_message",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageEvent",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("sending", "being sent"),
                                    ("uncertain", "uncertain"),
                                    ("accepted", "accepted by the provider"),
                                    ("delivered", "delivered"),
                                    ("undelivered", "not delivered"),
                                    ("failed", "failed"),
                                    ("suppressed", "not sent, with a reason"),
                                    ("cancelled", "cancelled"),
                                    ("expired", "expired"),
                                ],
                                max_length=11,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("word", models.CharField(blank=True, max_length=60, verbose_name="what")),
                        ("values", models.JSONField(blank=True, default=dict)),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="notifications.message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event of a message",
                        "verbose_name_plural": "events of messages",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["message", "at"], name="message_event_at")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "waiting",
                                            "sending",
                                            "uncertain",
                                            "accepted",
                                            "delivered",
                                            "undelivered",
                                            "failed",
                                            "suppressed",
                                            "cancelled",
                                            "expired",
                                        ],
                                    )
                                ),
                                name="message_event_state_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="d180d9a8f0a7900be3465f66df2b3da31d154ac9",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_4ee3d",
                                    table="notifications_messageevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="d50e28254ba13cfe856fc6c08d39efc7aac29a47",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_74783",
                                    table="notifications_messageevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageHold",
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
                            "step",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="line of the plan"
                            ),
                        ),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        ("starts_at", models.DateTimeField(verbose_name="from")),
                        (
                            "ends_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="Empty: until it is released.",
                                null=True,
                                verbose_name="until",
                            ),
                        ),
                        ("set_by", models.CharField(max_length=120, verbose_name="set by")),
                        (
                            "released_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="released"),
                        ),
                        (
                            "released_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="released by"
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="message_holds",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="message_holds",
                                to="loans.party",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="message_holds",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hold of messages",
                        "verbose_name_plural": "holds of messages",
                        "ordering": ["-starts_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("released_at__isnull", True)),
                                fields=["portfolio"],
                                name="message_holds_in_force",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="message_hold_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_at__isnull", True),
                                    ("ends_at__gt", models.F("starts_at")),
                                    _connector="OR",
                                ),
                                name="message_hold_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("step", ""),
                                    models.Q(("loan__isnull", True), ("party__isnull", True)),
                                    _connector="OR",
                                ),
                                name="message_hold_of_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("party__isnull", True), ("loan__isnull", True), _connector="OR"
                                ),
                                name="message_hold_of_person_or_loan",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="message_hold_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="ac5f51b41394b05d7bd2cacbe6c4a6f897c76599",
                                    operation="DELETE",
                                    pgid="pgtrigger_message_hold_kept_3cf62",
                                    table="notifications_messagehold",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageLoan",
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
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="about",
                                to="notifications.message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "loan of a message",
                        "verbose_name_plural": "loans of messages",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("message", "loan"), name="message_loan_once"
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.AddField(
            model_name="message",
            name="loans",
            field=models.ManyToManyField(
                related_name="messages", through="notifications.MessageLoan", to="loans.loan"
            ),
        ),
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="ProviderEvent",
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
                        ("event_id", models.CharField(max_length=160)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("receipt", "receipt"), ("reply", "reply")], max_length=7
                            ),
                        ),
                        (
                            "body",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="body"
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("applied_at", models.DateTimeField(null=True, verbose_name="applied")),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        (
                            "error",
                            models.CharField(blank=True, max_length=200, verbose_name="error"),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="notifications.channelaccount",
                            ),
                        ),
                        ("try_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "provider event",
                        "verbose_name_plural": "provider events",
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("applied_at__isnull", True), ("try_at__isnull", False)
                                ),
                                fields=["try_at"],
                                name="provider_event_to_apply",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "event_id"), name="provider_event_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["receipt", "reply"])),
                                name="provider_event_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InboundMessage",
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
                                choices=[("sms", "SMS"), ("email", "e-mail"), ("letter", "letter")],
                                max_length=6,
                                verbose_name="channel",
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
                            "intent",
                            models.CharField(
                                choices=[
                                    ("opt_out", "wants no more messages"),
                                    ("opt_in", "wants messages again"),
                                    ("paid", "says it is paid"),
                                    ("call_me", "wants a call"),
                                    ("other", "something else"),
                                ],
                                max_length=8,
                                verbose_name="wants",
                            ),
                        ),
                        ("handled_at", models.DateTimeField(null=True, verbose_name="dealt with")),
                        (
                            "handled_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="dealt with by"
                            ),
                        ),
                        (
                            "attempt",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound_message",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "contact_point",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound_messages",
                                to="loans.contactpoint",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound_messages",
                                to="loans.party",
                            ),
                        ),
                        (
                            "answers",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="notifications.message",
                            ),
                        ),
                        (
                            "event",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound",
                                to="notifications.providerevent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message received",
                        "verbose_name_plural": "messages received",
                        "ordering": ["-received_at"],
                        "indexes": [
                            models.Index(fields=["party", "received_at"], name="inbound_of_party"),
                            models.Index(
                                condition=models.Q(("handled_at__isnull", True)),
                                fields=["received_at"],
                                name="inbound_to_handle",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "intent__in",
                                        ["opt_out", "opt_in", "paid", "call_me", "other"],
                                    ),
                                    ("channel__in", ["sms", "email", "letter"]),
                                ),
                                name="inbound_kinds_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LetterBatch",
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
                        ("letter_count", models.PositiveIntegerField(verbose_name="letters")),
                        ("page_count", models.PositiveIntegerField(verbose_name="pages")),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        ("made_by", models.CharField(max_length=120, verbose_name="made by")),
                        (
                            "posted_on",
                            models.DateField(blank=True, null=True, verbose_name="posted"),
                        ),
                        (
                            "posted_by",
                            models.CharField(blank=True, max_length=120, verbose_name="posted by"),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter_batches",
                                to="notifications.channelaccount",
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.storedfile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "batch of letters",
                        "verbose_name_plural": "batches of letters",
                        "ordering": ["-made_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("posted_by", ""), ("posted_on__isnull", True)),
                                    models.Q(
                                        ("posted_on__isnull", False),
                                        models.Q(("posted_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="letter_batch_posted_by_somebody",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="letter_batch_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."file_id" IS DISTINCT FROM (NEW."file_id") OR OLD."letter_count" IS DISTINCT FROM (NEW."letter_count") OR OLD."page_count" IS DISTINCT FROM (NEW."page_count") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by" IS DISTINCT FROM (NEW."made_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="8cc7c481eb87e7ee1afde634df7bc34e80403295",
                                    operation="UPDATE",
                                    pgid="pgtrigger_letter_batch_fixed_c075c",
                                    table="notifications_letterbatch",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="letter_batch_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="75329d8f4d24e59fae380ea1a37da8ba6aa34f28",
                                    operation="DELETE",
                                    pgid="pgtrigger_letter_batch_kept_a1f75",
                                    table="notifications_letterbatch",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
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
                            "content",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="letter"
                            ),
                        ),
                        ("filed_at", models.DateTimeField(verbose_name="filed")),
                        (
                            "first_page",
                            models.PositiveIntegerField(null=True, verbose_name="first page"),
                        ),
                        (
                            "page_count",
                            models.PositiveSmallIntegerField(null=True, verbose_name="pages"),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="notifications.channelaccount",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter",
                                to="notifications.message",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="notifications.letterbatch",
                            ),
                        ),
                        ("failed_at", models.DateTimeField(null=True, verbose_name="failed")),
                        (
                            "failed_by",
                            models.CharField(blank=True, max_length=120, verbose_name="noted by"),
                        ),
                        (
                            "failure",
                            models.CharField(
                                blank=True,
                                choices=[("not_posted", "not posted"), ("came_back", "came back")],
                                max_length=10,
                                verbose_name="why failed",
                            ),
                        ),
                        (
                            "failure_note",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="what happened"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter",
                        "verbose_name_plural": "letters",
                        "ordering": ["filed_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("batch__isnull", True)),
                                fields=["account", "filed_at"],
                                name="letters_to_print",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("batch__isnull", True),
                                        ("first_page__isnull", True),
                                        ("page_count__isnull", True),
                                    ),
                                    models.Q(
                                        ("batch__isnull", False),
                                        ("first_page__gte", 1),
                                        ("page_count__gte", 1),
                                    ),
                                    _connector="OR",
                                ),
                                name="letter_in_batch_has_its_pages",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("failed_at__isnull", True), ("failure", "")),
                                    models.Q(
                                        ("batch__isnull", False),
                                        ("failed_at__isnull", False),
                                        ("failure__in", ["not_posted", "came_back"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="letter_failed_after_printing",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="letter_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."message_id" IS DISTINCT FROM (NEW."message_id") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."content" IS DISTINCT FROM (NEW."content") OR OLD."filed_at" IS DISTINCT FROM (NEW."filed_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="d0931bfa065b0075b0228617a7f8a790141d8adf",
                                    operation="UPDATE",
                                    pgid="pgtrigger_letter_fixed_7932b",
                                    table="notifications_letter",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="letter_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="afdda4950ee79cb15d6ab145ae41250387c1f0c7",
                                    operation="DELETE",
                                    pgid="pgtrigger_letter_kept_19681",
                                    table="notifications_letter",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
