"""All of collections_app up to 0027, each table as it then was (docs/adr/0031-migrations-are-consolidated.md)."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import core.encryption.fields
import core.facts.fields
import core.facts.triggers
import core.ids
import core.money.fields
from core.schema.operations import CreateModels

#: What a role may agree to where nobody says otherwise: agents half of what is past due within two
#: weeks, in at most three parts; who leads a team, and who leads the leads, more.
STANDARD_LIMITS = """
INSERT INTO collections_app_promiselimit (role, max_days_out, min_share, max_parts) VALUES
    ('agent', 14, 0.5, 3),
    ('field_agent', 14, 0.5, 3),
    ('legal_officer', 14, 0.5, 3),
    ('team_lead', 45, 0.25, 6),
    ('manager', 90, 0, 12)
"""

#: What visits are for in every installation; result codes are put in place when a book is begun.
STANDARD_PURPOSES = """
INSERT INTO collections_app_visitpurpose (code, name, name_zh, minutes, position, is_active) VALUES
    ('SITUATION', 'See how the person is doing', '了解本人实际情况', 30, 10, true),
    ('ARRANGE', 'Talk about paying or a plan', '商谈还款或分期', 45, 20, true),
    ('NO-REPLY', 'Reach somebody who does not answer', '联系失联客户', 20, 30, true),
    ('VEHICLE', 'See the vehicle', '查看车辆', 20, 40, true),
    ('DELIVER', 'Hand over a letter', '送达函件', 15, 50, true)
"""


class Migration(migrations.Migration):
    replaces = [
        ("collections_app", "0001_initial"),
        ("collections_app", "0002_assignment"),
        ("collections_app", "0003_days_closed_and_promise_events"),
        ("collections_app", "0004_alter_case_close_reason_case_case_open_due"),
        ("collections_app", "0005_case_of_undone_import"),
        ("collections_app", "0006_gate_ledger"),
        ("collections_app", "0007_longer_stop_kinds"),
        ("collections_app", "0008_work_items"),
        ("collections_app", "0009_strategy"),
        ("collections_app", "0010_strategy_lines_by_flags"),
        ("collections_app", "0011_promises_judged"),
        ("collections_app", "0012_promises_taken"),
        ("collections_app", "0013_callbacks"),
        ("collections_app", "0014_notes"),
        ("collections_app", "0015_protection"),
        ("collections_app", "0016_leases"),
        ("collections_app", "0017_talk"),
        ("collections_app", "0018_dialling"),
        ("collections_app", "0019_legal"),
        ("collections_app", "0020_plans"),
        ("collections_app", "0021_relationship"),
        ("collections_app", "0022_visits"),
        ("collections_app", "0023_slips_leads_and_heat"),
        ("collections_app", "0024_visit_notices"),
        ("collections_app", "0025_visits_called_off"),
        ("collections_app", "0026_acceleration_letters"),
        ("collections_app", "0027_callbacks_taken_back"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0009_wrapup_preference"),
        ("compliance", "0001_squashed_0012_acceleration"),
        ("core", "0001_squashed_0003_trail_by_object"),
        ("loans", "0013_partitions_and_functions"),
        ("notifications", "0001_squashed_0010_acceleration"),
    ]

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="Case",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("cured", "cured"),
                                    ("closed", "closed"),
                                ],
                                default="open",
                                max_length=6,
                            ),
                        ),
                        ("opened_on", models.DateField(verbose_name="opened")),
                        ("closed_on", models.DateField(null=True, verbose_name="over since")),
                        (
                            "close_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cured", "arrears paid"),
                                    ("paid_off", "loan paid off"),
                                    ("void", "opened by an import that was undone"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("assigned_at", models.DateTimeField(null=True, verbose_name="assigned")),
                        (
                            "next_step",
                            models.CharField(
                                choices=[
                                    ("call", "call"),
                                    ("sms", "send a message"),
                                    ("visit", "visit"),
                                    ("legal", "hand over to legal"),
                                    ("check_payment", "check whether the money came"),
                                    ("wait", "wait"),
                                ],
                                default="call",
                                max_length=13,
                            ),
                        ),
                        (
                            "next_step_at",
                            models.DateTimeField(null=True, verbose_name="next step due"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "borrower",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="loans.party",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="loans.loan",
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
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.team",
                            ),
                        ),
                        ("undealt_for", models.CharField(blank=True, default="", max_length=40)),
                        (
                            "undealt_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("no_team", "no team works this part of the portfolio"),
                                    ("language", "no agent speaks the person's language"),
                                    ("skill", "no agent has the skill it needs"),
                                    ("away", "everyone who could is away"),
                                    ("no_share", "everyone who could takes nothing new"),
                                    ("full", "everyone who could is full"),
                                    ("holder_away", "whoever works this person is away"),
                                ],
                                default="",
                                max_length=20,
                                verbose_name="why nobody has it",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "case",
                        "verbose_name_plural": "cases",
                        "ordering": ["-opened_on", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["assignee", "next_step_at"],
                                name="case_mine",
                            ),
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["portfolio", "team"],
                                name="case_open_team",
                            ),
                            models.Index(fields=["borrower"], name="case_borrower"),
                            models.Index(
                                condition=models.Q(("assignee__isnull", True), ("state", "open")),
                                fields=["portfolio"],
                                name="case_undealt",
                            ),
                            models.Index(
                                django.db.models.functions.comparison.Coalesce(
                                    "next_step_at",
                                    models.Value(
                                        datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC)
                                    ),
                                ),
                                models.F("id"),
                                condition=models.Q(("state", "open")),
                                name="case_open_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("loan",),
                                name="case_one_open_per_loan",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "open"),
                                        ("closed_on__isnull", True),
                                        ("close_reason", ""),
                                    ),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("closed_on__isnull", False),
                                        models.Q(("close_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="case_over_has_day_and_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["open", "cured", "closed"])),
                                name="case_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "next_step__in",
                                        ["call", "sms", "visit", "legal", "check_payment", "wait"],
                                    )
                                ),
                                name="case_next_step_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("undealt_for", ""), ("undealt_reason", "")),
                                    ("assignee__isnull", True),
                                    _connector="OR",
                                ),
                                name="case_undealt_has_nobody",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="life",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:closed,open:cured}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="e105a3c35b8987822b3ffb00437f1a98ede32b27",
                                    operation="UPDATE",
                                    pgid="pgtrigger_life_c236d",
                                    table="collections_app_case",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="keep",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="dc7ce3d87ae108bf15e9c6f783a6aa830f465394",
                                    operation="DELETE",
                                    pgid="pgtrigger_keep_7abd7",
                                    table="collections_app_case",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseEvent",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "opened"),
                                    ("assigned", "assigned"),
                                    ("cured", "cured"),
                                    ("closed", "closed"),
                                    ("next_step", "next step set"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("on", models.DateField(verbose_name="business date")),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        ("data", models.JSONField(default=dict)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "from_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "case event",
                        "verbose_name_plural": "case events",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["case", "known_at"], name="case_event_case")
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="0ac222c06e3375bb3422c4b69aea49bdfc5799aa",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_94924",
                                    table="collections_app_caseevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="5d1289b7b27c33173bc0d5ec9a56a9d6829c54bc",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_fe927",
                                    table="collections_app_caseevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CloseRun",
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
                        ("business_date", models.DateField(verbose_name="business date")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "running"),
                                    ("failed", "failed"),
                                    ("done", "done"),
                                ],
                                default="running",
                                max_length=7,
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="started")),
                        ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                        (
                            "resumed_count",
                            models.PositiveSmallIntegerField(default=0, verbose_name="resumed"),
                        ),
                        ("started_by", models.CharField(max_length=120, verbose_name="started by")),
                        (
                            "is_catch_up",
                            models.BooleanField(
                                default=False,
                                help_text="Closed after its own next day had passed.",
                                verbose_name="catch-up",
                            ),
                        ),
                        ("error", models.TextField(blank=True, verbose_name="error")),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closes",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "close",
                        "verbose_name_plural": "closes",
                        "ordering": ["-business_date", "portfolio"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "business_date"), name="close_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["running", "failed", "done"])),
                                name="close_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("finished_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="close_done_has_end",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CloseSetAside",
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
                        ("error", models.CharField(max_length=500, verbose_name="error")),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="set_aside",
                                to="collections_app.closerun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "loan set aside",
                        "verbose_name_plural": "loans set aside",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "loan"), name="close_set_aside_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Promise",
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
                        ("due_on", models.DateField(verbose_name="by")),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        (
                            "method",
                            models.CharField(blank=True, max_length=40, verbose_name="method"),
                        ),
                        ("taken_by", models.CharField(max_length=120, verbose_name="taken by")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=80, verbose_name="source"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("kept", "kept"),
                                    ("partial", "partly kept"),
                                    ("broken", "broken"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="open",
                                max_length=9,
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="loans.party",
                            ),
                        ),
                        (
                            "taken_by_id",
                            models.CharField(
                                blank=True,
                                help_text="Empty when it was brought in by a file.",
                                max_length=40,
                            ),
                        ),
                        (
                            "deadline_on",
                            models.DateField(
                                help_text="The promised day with its grace, on a banking day.",
                                null=True,
                                verbose_name="last day that counts",
                            ),
                        ),
                        (
                            "enough_amount",
                            core.money.fields.MoneyField(
                                help_text="The least money that keeps the promise.",
                                null=True,
                                verbose_name="kept from",
                            ),
                        ),
                        (
                            "is_awaiting",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Pending money would keep it: it stays open past its day.",
                                verbose_name="awaiting settlement",
                            ),
                        ),
                        ("judged_at", models.DateTimeField(null=True, verbose_name="judged")),
                        (
                            "judged_on",
                            models.DateField(
                                help_text="The last day that was over then.",
                                null=True,
                                verbose_name="judged through",
                            ),
                        ),
                        (
                            "pending_amount",
                            core.money.fields.MoneyField(
                                db_default=0, default=0, verbose_name="pending"
                            ),
                        ),
                        (
                            "received_amount",
                            core.money.fields.MoneyField(
                                db_default=0, default=0, verbose_name="received so far"
                            ),
                        ),
                        (
                            "replaced_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaces",
                                to="collections_app.promise",
                            ),
                        ),
                        (
                            "stays_in_rate",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Taken back or replaced within two days of its day, or later.",
                                verbose_name="stays in the kept rate",
                            ),
                        ),
                        ("withdrawn_on", models.DateField(null=True, verbose_name="taken back on")),
                        (
                            "is_instalment",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="It stands and ends with its plan, not by itself.",
                                verbose_name="instalment of a plan",
                            ),
                        ),
                        (
                            "is_slip",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="The entry it was taken with was undone within its seconds: nobody promised.",
                                verbose_name="taken back at once",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "promise to pay",
                        "verbose_name_plural": "promises to pay",
                        "ordering": ["due_on"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["due_on"],
                                name="promise_open_by_day",
                            ),
                            models.Index(fields=["taken_by_id", "due_on"], name="promise_by_taker"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="promise_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["open", "kept", "partial", "broken", "cancelled"],
                                    )
                                ),
                                name="promise_state_known",
                            ),
                            models.UniqueConstraint(
                                fields=("loan", "due_on", "made_at"), name="promise_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("pending_amount__gte", 0),
                                    ("received_amount__gte", 0),
                                    (
                                        "amount__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("received_amount"),
                                            "+",
                                            models.F("pending_amount"),
                                        ),
                                    ),
                                ),
                                name="promise_money_within",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_awaiting", False), ("state", "open"), _connector="OR"
                                ),
                                name="promise_awaits_while_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("replaced_by__isnull", True), ("stays_in_rate", False)
                                    ),
                                    ("state", "cancelled"),
                                    _connector="OR",
                                ),
                                name="promise_withdrawn_is_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_slip", False),
                                    models.Q(("state", "cancelled"), ("stays_in_rate", False)),
                                    _connector="OR",
                                ),
                                name="promise_slip_is_cancelled",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResultCode",
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
                        ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(max_length=80, verbose_name="name in Chinese"),
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
                                default="call",
                                max_length=12,
                            ),
                        ),
                        (
                            "digit",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="1 to 9: the key that picks it.",
                                null=True,
                                verbose_name="digit",
                            ),
                        ),
                        (
                            "group",
                            models.CharField(
                                choices=[
                                    ("no_contact", "nobody reached"),
                                    ("wrong_party", "not the person"),
                                    ("right_party", "the person"),
                                ],
                                max_length=11,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
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
                                verbose_name="counts as",
                            ),
                        ),
                        (
                            "next_step",
                            models.CharField(
                                choices=[
                                    ("call", "call"),
                                    ("sms", "send a message"),
                                    ("visit", "visit"),
                                    ("legal", "hand over to legal"),
                                    ("check_payment", "check whether the money came"),
                                    ("wait", "wait"),
                                ],
                                max_length=13,
                                verbose_name="next step",
                            ),
                        ),
                        (
                            "next_step_after_hours",
                            models.PositiveSmallIntegerField(
                                default=24, verbose_name="due after, hours"
                            ),
                        ),
                        (
                            "marks_number_invalid",
                            models.BooleanField(
                                default=False, verbose_name="marks the number invalid"
                            ),
                        ),
                        (
                            "stop_kind",
                            models.CharField(
                                blank=True,
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
                                help_text="Nobody is contacted until the stop is lifted.",
                                max_length=20,
                                verbose_name="puts a stop on the person",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=100)),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "is_abusive",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Offers a pause, then an easier person, and tells the lead.",
                                verbose_name="the collector was abused",
                            ),
                        ),
                        (
                            "asks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("note", "a note"),
                                        ("next_time", "when the next step is due"),
                                        ("callback", "when to call back"),
                                        ("promise", "the promise: amount, day, method"),
                                        ("paid", "when and how it was paid"),
                                        ("reason", "why it is late"),
                                        ("dispute", "what is disputed"),
                                        ("message", "which message was left"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                help_text="What the collector must say with this result.",
                                size=None,
                                verbose_name="asks for",
                            ),
                        ),
                        (
                            "leads_to",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("hardship", "the talk about hardship"),
                                    ("plan", "the choice of a plan"),
                                ],
                                db_default="",
                                help_text="The page that opens when it is saved, for who may agree to plans.",
                                max_length=8,
                                verbose_name="leads to",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "result code",
                        "verbose_name_plural": "result codes",
                        "ordering": ["position", "code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("digit__isnull", True),
                                    models.Q(("digit__gte", 1), ("digit__lte", 9)),
                                    _connector="OR",
                                ),
                                name="result_digit_1_to_9",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("digit__isnull", False), ("is_active", True)),
                                fields=("channel", "digit"),
                                name="result_digit_once",
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
                                    (
                                        "next_step__in",
                                        ["call", "sms", "visit", "legal", "check_payment", "wait"],
                                    ),
                                    ("group__in", ["no_contact", "wrong_party", "right_party"]),
                                ),
                                name="result_values_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "asks__contained_by",
                                        [
                                            "note",
                                            "next_time",
                                            "callback",
                                            "promise",
                                            "paid",
                                            "reason",
                                            "dispute",
                                            "message",
                                        ],
                                    )
                                ),
                                name="result_asks_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("group", "right_party"),
                                    models.Q(
                                        ("asks__overlap", ["promise", "paid", "dispute"]),
                                        _negated=True,
                                    ),
                                    _connector="OR",
                                ),
                                name="result_agreed_with_the_person",
                                violation_error_message="Only the person themselves promises, says that it is paid or disputes it: choose the group “the person”.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "outcome__in",
                                        ["voicemail_no_message", "limited_message", "voicemail"],
                                    ),
                                    models.Q(("asks__contains", ["message"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="result_message_on_voicemail",
                                violation_error_message="Only a result that counts as a voicemail asks which message was left.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("leads_to", ""),
                                    models.Q(
                                        ("group", "right_party"),
                                        ("leads_to__in", ["hardship", "plan"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="result_leads_on_with_the_person",
                                violation_error_message="Only the person themselves agrees to a plan: choose the group “the person”.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
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
                            "note",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="note"
                            ),
                        ),
                        (
                            "next_step",
                            models.CharField(
                                choices=[
                                    ("call", "call"),
                                    ("sms", "send a message"),
                                    ("visit", "visit"),
                                    ("legal", "hand over to legal"),
                                    ("check_payment", "check whether the money came"),
                                    ("wait", "wait"),
                                ],
                                max_length=13,
                            ),
                        ),
                        (
                            "next_step_at",
                            models.DateTimeField(null=True, verbose_name="next step due"),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "attempt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "logged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts_logged",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "result",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="collections_app.resultcode",
                            ),
                        ),
                        (
                            "answers",
                            models.JSONField(
                                blank=True,
                                db_default=models.Value({}, models.JSONField()),
                                default=dict,
                                verbose_name="answers",
                            ),
                        ),
                        (
                            "effects",
                            models.JSONField(
                                blank=True,
                                db_default=models.Value({}, models.JSONField()),
                                default=dict,
                                help_text="Ids of the promise, callback and stop made by it, and the step before.",
                                verbose_name="what saving it brought about",
                            ),
                        ),
                        (
                            "logged_at",
                            models.DateTimeField(
                                help_text="Empty on entries older than this column.",
                                null=True,
                                verbose_name="saved",
                            ),
                        ),
                        ("sequence", models.PositiveSmallIntegerField(db_default=1, default=1)),
                    ],
                    options={
                        "verbose_name": "contact",
                        "verbose_name_plural": "contacts",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["case", "at"], name="contact_case_at"),
                            models.Index(fields=["logged_by", "at"], name="contact_logger_at"),
                            models.Index(
                                fields=["logged_by", "result", "at"], name="contact_logger_result"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("attempt", "sequence"), name="contact_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="5e3156ca5aca57bebd9485e291cba243ae8a3dc8",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_7df90",
                                    table="collections_app_contact",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="66c502353ee0b23bdb8e612d6d0f12c11ee56142",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_17187",
                                    table="collections_app_contact",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseMove",
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
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        ("digest", models.CharField(editable=False, max_length=64)),
                        ("people_count", models.PositiveIntegerField(verbose_name="people")),
                        ("case_count", models.PositiveIntegerField(verbose_name="cases")),
                        ("made_at", models.DateTimeField(db_index=True, verbose_name="moved")),
                        ("undone_at", models.DateTimeField(null=True, verbose_name="taken back")),
                        (
                            "from_user",
                            models.ForeignKey(
                                help_text="Whose people moved; empty when cases were chosen one by one.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="from",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="moved by",
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="taken back by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "case move",
                        "verbose_name_plural": "case moves",
                        "ordering": ["-made_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("undone_at__isnull", True)),
                                fields=["from_user"],
                                name="case_move_standing",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("undone_at__isnull", True), ("undone_by__isnull", True)
                                    ),
                                    models.Q(
                                        ("undone_at__isnull", False), ("undone_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="case_move_undone_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="case_move_has_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseMoveRow",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("moved", "moved"),
                                    ("stayed", "stayed"),
                                    ("returned", "went back"),
                                    ("kept", "not taken back"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("why", models.CharField(blank=True, max_length=20, verbose_name="why")),
                        ("why_for", models.CharField(blank=True, max_length=40)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "from_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "move",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rows",
                                to="collections_app.casemove",
                            ),
                        ),
                        (
                            "to_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "moved case",
                        "verbose_name_plural": "moved cases",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("move", "case"), name="case_move_row_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome__in", ["moved", "stayed", "returned", "kept"])
                                ),
                                name="case_move_outcome_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome", "stayed"),
                                    ("to_user__isnull", False),
                                    _connector="OR",
                                ),
                                name="case_move_row_has_target",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SkillRequirement",
                    fields=[
                        (
                            "severity_from",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="from severity"
                            ),
                        ),
                        (
                            "severity_to",
                            models.PositiveSmallIntegerField(default=5, verbose_name="to severity"),
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
                            "skill",
                            models.SlugField(
                                help_text="In small letters; as in the profile of people or as a course's skill.",
                                max_length=40,
                                verbose_name="skill",
                            ),
                        ),
                        (
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: every product of the portfolio.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.product",
                                verbose_name="product",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "skill requirement",
                        "verbose_name_plural": "skill requirements",
                        "ordering": ["portfolio", "skill", "severity_from"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "product", "skill", "severity_from"),
                                name="skill_requirement_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("severity_to__gte", models.F("severity_from")),
                                    ("severity_to__lte", 5),
                                ),
                                name="skill_requirement_range",
                                violation_error_message="From the lighter severity to the heavier one, 0 to 5.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TeamQueue",
                    fields=[
                        (
                            "severity_from",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="from severity"
                            ),
                        ),
                        (
                            "severity_to",
                            models.PositiveSmallIntegerField(default=5, verbose_name="to severity"),
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
                            "portfolio",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="loans.portfolio",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "team queue",
                        "verbose_name_plural": "team queues",
                        "ordering": ["portfolio", "severity_from", "team"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "team", "severity_from"),
                                name="team_queue_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("severity_to__gte", models.F("severity_from")),
                                    ("severity_to__lte", 5),
                                ),
                                name="team_queue_range",
                                violation_error_message="From the lighter severity to the heavier one, 0 to 5.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PromiseEvent",
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
                                    ("open", "open"),
                                    ("kept", "kept"),
                                    ("partial", "partly kept"),
                                    ("broken", "broken"),
                                    ("cancelled", "cancelled"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "promise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.promise",
                            ),
                        ),
                        ("judged_on", models.DateField(null=True, verbose_name="judged through")),
                        (
                            "pending_amount",
                            core.money.fields.MoneyField(null=True, verbose_name="pending"),
                        ),
                        (
                            "received_amount",
                            core.money.fields.MoneyField(null=True, verbose_name="received so far"),
                        ),
                    ],
                    options={
                        "verbose_name": "promise event",
                        "verbose_name_plural": "promise events",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["open", "kept", "partial", "broken", "cancelled"],
                                    )
                                ),
                                name="promise_event_state_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="8f0ee6254e72d1d1e2616b850645b5afd91fa80e",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_3b6ba",
                                    table="collections_app_promiseevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="a225747d4700f9ccb244c671306e726836451035",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_8773b",
                                    table="collections_app_promiseevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CloseDone",
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
                        ("business_date", models.DateField(verbose_name="business date")),
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
                        "verbose_name": "day closed",
                        "verbose_name_plural": "days closed",
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio", "business_date"), name="close_done_told_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="7489028fdfd899baa8f9a1df685b362dcee5870d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_76ac0",
                                    table="collections_app_closedone",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="02c55cadcce0828ae48fd1ecc2ea60fa531a2cad",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_31c2c",
                                    table="collections_app_closedone",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GatheredGround",
                    fields=[
                        (
                            "portfolio",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                serialize=False,
                                to="loans.portfolio",
                            ),
                        ),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("seen_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "ground of hints",
                        "verbose_name_plural": "grounds of hints",
                    },
                ),
                migrations.CreateModel(
                    name="WorkItem",
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
                            "workable_from",
                            models.DateTimeField(null=True, verbose_name="workable from"),
                        ),
                        (
                            "workable_until",
                            models.DateTimeField(null=True, verbose_name="workable until"),
                        ),
                        (
                            "look_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                db_index=True,
                                verbose_name="to be looked at",
                            ),
                        ),
                        ("refreshed_at", models.DateTimeField(null=True, verbose_name="looked at")),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="work_items",
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
                            "claimed_until",
                            models.DateTimeField(null=True, verbose_name="claimed until"),
                        ),
                    ],
                    options={
                        "verbose_name": "work item",
                        "verbose_name_plural": "work items",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("party", "portfolio"), name="work_item_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("workable_until__isnull", True),
                                    models.Q(
                                        ("workable_from__isnull", False),
                                        ("workable_until__gt", models.F("workable_from")),
                                    ),
                                    _connector="OR",
                                ),
                                name="work_item_hint_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Strategy",
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
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "portfolio",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="strategy",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "strategy",
                        "verbose_name_plural": "strategies",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="StrategyVersion",
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
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("proposed", "waits for a second person"),
                                    ("active", "active"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("effective_from", models.DateField(verbose_name="in force from")),
                        (
                            "days_between",
                            models.PositiveSmallIntegerField(
                                default=1, verbose_name="days between messages"
                            ),
                        ),
                        ("written_by", models.CharField(max_length=120, verbose_name="written by")),
                        ("written_at", models.DateTimeField(verbose_name="written")),
                        (
                            "activated_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="activated"),
                        ),
                        (
                            "activated_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="activated by"
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="strategy_version",
                                to="accounts.approval",
                            ),
                        ),
                        (
                            "strategy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="collections_app.strategy",
                            ),
                        ),
                        (
                            "heated_days_between",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                verbose_name="days between messages, strained or hot",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "strategy version",
                        "verbose_name_plural": "strategy versions",
                        "ordering": ["strategy", "-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("strategy", "version"), name="strategy_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "active")),
                                fields=("strategy",),
                                name="strategy_one_active_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["draft", "proposed", "active", "retired"])
                                ),
                                name="strategy_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("days_between__gte", 1)),
                                name="strategy_days_between_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("heated_days_between__isnull", True),
                                    ("heated_days_between__gte", models.F("days_between")),
                                    _connector="OR",
                                ),
                                name="strategy_heated_rests_longer",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="strategy_version_flow",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:proposed,proposed:draft,proposed:active,active:retired}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="998b45ac3fc2e58d901cbb2926776d3a358c59fd",
                                    operation="UPDATE",
                                    pgid="pgtrigger_strategy_version_flow_ed474",
                                    table="collections_app_strategyversion",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StrategyLine",
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
                        ("position", models.PositiveSmallIntegerField(verbose_name="order")),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "action",
                            models.CharField(
                                choices=[("message", "message")],
                                default="message",
                                max_length=8,
                                verbose_name="action",
                            ),
                        ),
                        (
                            "trigger",
                            models.CharField(
                                choices=[
                                    ("days_to_due", "days before the due date"),
                                    ("days_past_due", "days past due"),
                                    ("days_to_promise", "days before a promise is due"),
                                    ("promise_broken", "days since a promise was broken"),
                                    ("days_to_plan", "days before an instalment of a plan is due"),
                                    ("plan_broken", "days since a plan was broken"),
                                    ("payment", "days since a payment"),
                                ],
                                max_length=15,
                                verbose_name="counted from",
                            ),
                        ),
                        ("first_day", models.PositiveSmallIntegerField(verbose_name="first day")),
                        ("last_day", models.PositiveSmallIntegerField(verbose_name="last day")),
                        (
                            "every_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="From the first day on.",
                                verbose_name="every so many days",
                            ),
                        ),
                        (
                            "buckets",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="buckets",
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="languages",
                            ),
                        ),
                        (
                            "least_amount",
                            core.money.fields.MoneyField(
                                blank=True, null=True, verbose_name="at least past due"
                            ),
                        ),
                        (
                            "without_open_promise",
                            models.BooleanField(
                                default=True,
                                help_text="Who promised and whose day has not come is left in peace.",
                                verbose_name="not while a promise is open",
                            ),
                        ),
                        (
                            "send_at",
                            models.TimeField(
                                help_text="Local time of the portfolio.", verbose_name="at"
                            ),
                        ),
                        (
                            "useful_hours",
                            models.PositiveSmallIntegerField(
                                default=10,
                                help_text="After that it is not sent any more.",
                                verbose_name="useful for, hours",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notifications.messagetemplate",
                                verbose_name="message",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="collections_app.strategyversion",
                            ),
                        ),
                        (
                            "with_flags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("hardship", "hardship"),
                                        ("vulnerable", "vulnerable"),
                                        ("dispute", "dispute open"),
                                        ("complaint", "complaint open"),
                                        ("cease", "asked us to stop"),
                                        ("attorney", "represented by a lawyer"),
                                        ("bankruptcy", "bankruptcy"),
                                        ("breathing_space", "breathing space"),
                                        ("military", "military service"),
                                        ("deceased", "deceased"),
                                        ("time_barred", "time-barred"),
                                        ("promise_open", "promise open"),
                                        ("plan_open", "plan in force"),
                                        ("first_payment_default", "first instalment not paid"),
                                        ("strained", "relationship strained or hot"),
                                        ("hot", "relationship hot"),
                                    ],
                                    max_length=24,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="only with",
                            ),
                        ),
                        (
                            "without_flags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("hardship", "hardship"),
                                        ("vulnerable", "vulnerable"),
                                        ("dispute", "dispute open"),
                                        ("complaint", "complaint open"),
                                        ("cease", "asked us to stop"),
                                        ("attorney", "represented by a lawyer"),
                                        ("bankruptcy", "bankruptcy"),
                                        ("breathing_space", "breathing space"),
                                        ("military", "military service"),
                                        ("deceased", "deceased"),
                                        ("time_barred", "time-barred"),
                                        ("promise_open", "promise open"),
                                        ("plan_open", "plan in force"),
                                        ("first_payment_default", "first instalment not paid"),
                                        ("strained", "relationship strained or hot"),
                                        ("hot", "relationship hot"),
                                    ],
                                    max_length=24,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="not with",
                            ),
                        ),
                        (
                            "products",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="loans.product",
                                verbose_name="products",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a strategy",
                        "verbose_name_plural": "lines of strategies",
                        "ordering": ["version", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "code"), name="strategy_line_code_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last_day__gte", models.F("first_day")), ("every_days__gte", 1)
                                ),
                                name="strategy_line_days_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("useful_hours__gte", 1), ("useful_hours__lte", 168)
                                ),
                                name="strategy_line_useful_some_hours",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "trigger__in",
                                        [
                                            "days_to_due",
                                            "days_past_due",
                                            "days_to_promise",
                                            "promise_broken",
                                            "days_to_plan",
                                            "plan_broken",
                                            "payment",
                                        ],
                                    ),
                                    ("action__in", ["message"]),
                                ),
                                name="strategy_line_kinds_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="strategy_line_only_of_drafts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE line record;",
                                    func="line := coalesce(NEW, OLD); IF (SELECT status FROM collections_app_strategyversion WHERE id = line.version_id) NOT IN ('draft') THEN RAISE EXCEPTION 'The lines of this version cannot change any more.'; END IF; RETURN coalesce(NEW, OLD);",
                                    hash="9e5a18e55d0e1140a4786fc0b2c4d6e23078b357",
                                    operation="INSERT OR UPDATE OR DELETE",
                                    pgid="pgtrigger_strategy_line_only_of_drafts_8b6b0",
                                    table="collections_app_strategyline",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PromiseLimit",
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
                                    ("agent", "Agent"),
                                    ("field_agent", "Field agent"),
                                    ("legal_officer", "Legal officer"),
                                    ("team_lead", "Team lead"),
                                    ("manager", "Manager"),
                                    ("compliance_officer", "Compliance officer"),
                                    ("administrator", "Administrator"),
                                    ("auditor", "Auditor"),
                                    ("integration", "Integration"),
                                ],
                                max_length=20,
                                unique=True,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "max_days_out",
                            models.PositiveSmallIntegerField(
                                help_text="From the day of the promise to its last part.",
                                verbose_name="days ahead, at most",
                            ),
                        ),
                        (
                            "min_share",
                            core.money.fields.RateField(
                                help_text="All parts together: 0.5 is half of what is past due that day.",
                                verbose_name="share of what is past due, at least",
                            ),
                        ),
                        (
                            "max_parts",
                            models.PositiveSmallIntegerField(verbose_name="parts, at most"),
                        ),
                    ],
                    options={
                        "verbose_name": "limit of promises",
                        "verbose_name_plural": "limits of promises",
                        "ordering": ["role"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        [
                                            "agent",
                                            "field_agent",
                                            "legal_officer",
                                            "team_lead",
                                            "manager",
                                            "compliance_officer",
                                            "administrator",
                                            "auditor",
                                            "integration",
                                        ],
                                    )
                                ),
                                name="promise_limit_role_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("max_parts__gte", 1),
                                    ("min_share__gte", 0),
                                    ("min_share__lte", 1),
                                ),
                                name="promise_limit_sane",
                                violation_error_message="The share is from 0 to 1, and there is at least a part.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Callback",
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
                        ("local_on", models.DateField(verbose_name="day there")),
                        ("local_at", models.TimeField(verbose_name="time there")),
                        (
                            "time_zone",
                            models.CharField(max_length=64, verbose_name="time zone of the person"),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due")),
                        (
                            "is_wish",
                            models.BooleanField(
                                default=False,
                                help_text="A call the person asked for does not count against what limits calls.",
                                verbose_name="asked for by the person",
                            ),
                        ),
                        (
                            "note",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="note"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "agreed"),
                                    ("missed", "missed"),
                                    ("met", "met"),
                                    ("cancelled", "cancelled"),
                                    ("ended", "ended with the case"),
                                ],
                                default="open",
                                max_length=9,
                            ),
                        ),
                        ("made_by", models.CharField(max_length=120, verbose_name="made by")),
                        ("made_by_id", models.CharField(blank=True, max_length=40)),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        ("tried_at", models.DateTimeField(null=True, verbose_name="last tried")),
                        ("over_at", models.DateTimeField(null=True, verbose_name="over since")),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="callbacks",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "contact_point",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="callbacks",
                                to="loans.contactpoint",
                            ),
                        ),
                        (
                            "met_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                help_text="Empty: the team's.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="callbacks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="callbacks",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "callback",
                        "verbose_name_plural": "callbacks",
                        "ordering": ["due_at", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("open", "missed"))),
                                fields=["due_at", "id"],
                                name="callback_pending_due",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ("open", "missed"))),
                                fields=["owner", "due_at"],
                                name="callback_pending_owner",
                            ),
                            models.Index(fields=["over_at"], name="callback_over"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["open", "missed", "met", "cancelled", "ended"])
                                ),
                                name="callback_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ("open", "missed")), ("over_at__isnull", True)
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ("open", "missed")), _negated=True),
                                        ("over_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="callback_over_has_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "met"), ("met_by__isnull", True), _connector="OR"
                                ),
                                name="callback_met_by_attempt",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("open", "missed"))),
                                fields=("case", "party"),
                                name="callback_one_pending",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="callback_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="4f51d79bee2f774b534a7450339d4aa2df29127a",
                                    operation="DELETE",
                                    pgid="pgtrigger_callback_kept_8b96c",
                                    table="collections_app_callback",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="callback_life",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{met:missed,met:open,missed:cancelled,missed:ended,missed:met,missed:open,open:cancelled,open:ended,open:met,open:missed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="500338cf45190a09ee2ad96c865992213daad149",
                                    operation="UPDATE",
                                    pgid="pgtrigger_callback_life_09963",
                                    table="collections_app_callback",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallbackEvent",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("agreed", "agreed"),
                                    ("rescheduled", "moved to another time"),
                                    ("handed_on", "handed on"),
                                    ("tried", "tried, not reached"),
                                    ("heard_from", "the person was in touch"),
                                    ("missed", "missed"),
                                    ("met", "met"),
                                    ("cancelled", "cancelled"),
                                    ("ended", "ended with the case"),
                                    ("taken_back", "what was said of it is taken back"),
                                ],
                                max_length=11,
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due")),
                        ("time_zone", models.CharField(max_length=64)),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "attempt",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "callback",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.callback",
                            ),
                        ),
                        (
                            "to_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "callback event",
                        "verbose_name_plural": "callback events",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                fields=["callback", "known_at"], name="callback_event_order"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "agreed",
                                            "rescheduled",
                                            "handed_on",
                                            "tried",
                                            "heard_from",
                                            "missed",
                                            "met",
                                            "cancelled",
                                            "ended",
                                            "taken_back",
                                        ],
                                    )
                                ),
                                name="callback_event_kind_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("attempt__isnull", False)),
                                fields=("callback", "attempt", "round"),
                                name="callback_event_attempt_once",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="c8c674f98d89025e92ca9ce88453cd913cb998fa",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_d491a",
                                    table="collections_app_callbackevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="67c62caf73ed887515007c0bcc72e0b575c20c2a",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_34e55",
                                    table="collections_app_callbackevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Note",
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
                            "text",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="text"
                            ),
                        ),
                        ("is_pinned", models.BooleanField(default=False, verbose_name="pinned")),
                        ("made_by", models.CharField(max_length=120, verbose_name="written by")),
                        ("made_by_id", models.CharField(blank=True, max_length=40)),
                        ("made_at", models.DateTimeField(verbose_name="written")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                        (
                            "withdrawn_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="withdrawn by"
                            ),
                        ),
                        (
                            "withdrawn_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why it was withdrawn"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "note",
                        "verbose_name_plural": "notes",
                        "ordering": ["-is_pinned", "-made_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["case", "made_at"], name="note_of_case"),
                            models.Index(
                                condition=models.Q(("case__isnull", True)),
                                fields=["party", "made_at"],
                                name="note_of_person",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("withdrawn_at__isnull", True),
                                        ("withdrawn_by", ""),
                                        ("withdrawn_reason", ""),
                                    ),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        models.Q(("withdrawn_by", ""), _negated=True),
                                        models.Q(("withdrawn_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="note_withdrawn_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("withdrawn_at__isnull", True),
                                    ("is_pinned", False),
                                    _connector="OR",
                                ),
                                name="note_withdrawn_not_pinned",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="note_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."made_by" IS DISTINCT FROM (NEW."made_by") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="e283914fd7ea762863679bf4a1c00bea6e1a46fd",
                                    operation="UPDATE",
                                    pgid="pgtrigger_note_said_fixed_98a8f",
                                    table="collections_app_note",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="note_withdrawn_stays",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."withdrawn_at" IS NOT NULL)',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="82a744717da3d51eecd32034b42b0945d2cce856",
                                    operation="UPDATE",
                                    pgid="pgtrigger_note_withdrawn_stays_4441c",
                                    table="collections_app_note",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="note_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="8c925e3961093b390b2dbe6181cfcd1e48a79cc4",
                                    operation="DELETE",
                                    pgid="pgtrigger_note_kept_b7ccb",
                                    table="collections_app_note",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoteEvent",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("written", "written"),
                                    ("pinned", "pinned"),
                                    ("unpinned", "taken off the top"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "note",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.note",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "note event",
                        "verbose_name_plural": "note events",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["written", "pinned", "unpinned", "withdrawn"])
                                ),
                                name="note_event_kind_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="8e8fa227dda4ae1d30a4fa1d04708dfada93fe71",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b1148",
                                    table="collections_app_noteevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="671b8bdfc4e0cd6e603b6aaec2602a72d4444772",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_dc15e",
                                    table="collections_app_noteevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pause",
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
                        ("offered_at", models.DateTimeField(verbose_name="offered")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                        ("until", models.DateTimeField(null=True, verbose_name="until")),
                        (
                            "eased_at",
                            models.DateTimeField(
                                null=True, verbose_name="followed by an easier person"
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pauses",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contact",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pause",
                                to="collections_app.contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "pause",
                        "verbose_name_plural": "pauses",
                        "ordering": ["-offered_at"],
                        "indexes": [
                            models.Index(fields=["agent", "offered_at"], name="pause_of_agent")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_at__isnull", True), ("until__isnull", True)
                                    ),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("until__gte", models.F("answered_at")),
                                    ),
                                    _connector="OR",
                                ),
                                name="pause_answered_until",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="pause_offer_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."offered_at" IS DISTINCT FROM (NEW."offered_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="f6507d8ff3e8f998e4858816f809c144fb96a37d",
                                    operation="UPDATE",
                                    pgid="pgtrigger_pause_offer_fixed_fc994",
                                    table="collections_app_pause",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="pause_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="aa7dd288cf5593324562b5b9f8d55ca6007a66bb",
                                    operation="DELETE",
                                    pgid="pgtrigger_pause_kept_a9e41",
                                    table="collections_app_pause",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PointsTable",
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
                            "version",
                            models.PositiveIntegerField(unique=True, verbose_name="version"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("proposed", "waits for a second person"),
                                    ("active", "active"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("lines", models.JSONField(verbose_name="lines")),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why it changes"
                            ),
                        ),
                        ("written_by", models.CharField(max_length=120, verbose_name="written by")),
                        ("written_at", models.DateTimeField(verbose_name="written")),
                        (
                            "activated_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="activated"),
                        ),
                        (
                            "activated_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="activated by"
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="points_table",
                                to="accounts.approval",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "points table",
                        "verbose_name_plural": "points tables",
                        "ordering": ["-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "active")),
                                fields=("status",),
                                name="points_one_active_table",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["draft", "proposed", "active", "retired"])
                                ),
                                name="points_status_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="points_table_flow",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:proposed,proposed:draft,proposed:active,active:retired}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="b0693db3aba998a328df259200da3c3cfbd1fa02",
                                    operation="UPDATE",
                                    pgid="pgtrigger_points_table_flow_59cd4",
                                    table="collections_app_pointstable",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="points_table_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."lines" IS DISTINCT FROM (NEW."lines") OR OLD."written_by" IS DISTINCT FROM (NEW."written_by") OR OLD."written_at" IS DISTINCT FROM (NEW."written_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="a8c809964bae4d5918cdc50e898ec821d30eabfc",
                                    operation="UPDATE",
                                    pgid="pgtrigger_points_table_fixed_393fe",
                                    table="collections_app_pointstable",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="points_table_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="1fac6af791bd5cea336b8ebba62d3f4485861ce1",
                                    operation="DELETE",
                                    pgid="pgtrigger_points_table_kept_b1e45",
                                    table="collections_app_pointstable",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lease",
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
                            "token",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "taken_by",
                            models.CharField(
                                choices=[
                                    ("next", "by Next"),
                                    ("hand", "opened by hand"),
                                    ("resumed", "gone on with"),
                                    ("lead", "taken over"),
                                ],
                                max_length=7,
                                verbose_name="came",
                            ),
                        ),
                        ("taken_at", models.DateTimeField(verbose_name="held since")),
                        ("expires_at", models.DateTimeField(verbose_name="until")),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(), editable=False
                            ),
                        ),
                        (
                            "obligation",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("unlogged", "a call without its outcome"),
                                    ("callback", "a callback is due"),
                                    ("broken", "a promise was broken"),
                                    ("reply", "a reply waits"),
                                    ("promise_due", "a promise is due"),
                                ],
                                default="",
                                max_length=11,
                                verbose_name="obligation",
                            ),
                        ),
                        ("points", models.IntegerField(default=0, verbose_name="points")),
                        ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                        (
                            "ended_because",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("saved", "outcome saved"),
                                    ("released", "given back"),
                                    ("skipped", "skipped"),
                                    ("expired", "time ran out"),
                                    ("taken_over", "taken over by a lead"),
                                    ("case_over", "nothing left to collect"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="why it ended",
                            ),
                        ),
                        (
                            "skip_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("known", "I know this person"),
                                    ("language", "We share no language"),
                                    ("needs_lead", "Needs a lead or a specialist"),
                                    ("needs_answer", "Waits for an answer from somebody here"),
                                    ("data", "Something in the data looks wrong"),
                                    ("pause", "I need a pause from this one"),
                                    ("other", "Something else"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="why skipped",
                            ),
                        ),
                        (
                            "skip_note",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="note"
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leases",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leases",
                                to="collections_app.case",
                                verbose_name="by which case",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leases",
                                to="loans.party",
                            ),
                        ),
                        (
                            "points_table",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="collections_app.pointstable",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "lease",
                        "verbose_name_plural": "leases",
                        "ordering": ["-taken_at"],
                        "indexes": [
                            models.Index(fields=["party", "taken_at"], name="lease_party_taken"),
                            models.Index(fields=["agent", "ended_at"], name="lease_agent_ended"),
                            models.Index(
                                condition=models.Q(("ended_because", "skipped")),
                                fields=["ended_at"],
                                name="lease_skips",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("party",),
                                name="lease_one_of_a_person",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("agent",),
                                name="lease_one_of_an_agent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("taken_at"))),
                                name="lease_time_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_because", "")),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        (
                                            "ended_because__in",
                                            [
                                                "saved",
                                                "released",
                                                "skipped",
                                                "expired",
                                                "taken_over",
                                                "case_over",
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="lease_end_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_because", "skipped"),
                                        (
                                            "skip_reason__in",
                                            [
                                                "known",
                                                "language",
                                                "needs_lead",
                                                "needs_answer",
                                                "data",
                                                "pause",
                                                "other",
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        models.Q(("ended_because", "skipped"), _negated=True),
                                        ("skip_reason", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="lease_skip_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("taken_by__in", ["next", "hand", "resumed", "lead"]),
                                    models.Q(
                                        ("obligation", ""),
                                        (
                                            "obligation__in",
                                            [
                                                "unlogged",
                                                "callback",
                                                "broken",
                                                "reply",
                                                "promise_due",
                                            ],
                                        ),
                                        _connector="OR",
                                    ),
                                ),
                                name="lease_kinds_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="lease_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="e8be0580592c96b5e258c277f039e603189c06aa",
                                    operation="DELETE",
                                    pgid="pgtrigger_lease_kept_02b05",
                                    table="collections_app_lease",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="lease_ended_for_ever",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."ended_at" IS NOT NULL)',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="191a8d62a75ade34de333f112475587b93903f40",
                                    operation="UPDATE",
                                    pgid="pgtrigger_lease_ended_for_ever_8fcce",
                                    table="collections_app_lease",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="lease_beginning_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."token" IS DISTINCT FROM (NEW."token") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."taken_by" IS DISTINCT FROM (NEW."taken_by") OR OLD."taken_at" IS DISTINCT FROM (NEW."taken_at") OR OLD."obligation" IS DISTINCT FROM (NEW."obligation") OR OLD."points" IS DISTINCT FROM (NEW."points") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons") OR OLD."points_table_id" IS DISTINCT FROM (NEW."points_table_id"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="ae0d20686235e2dcd928bfca658203ef2ecb241c",
                                    operation="UPDATE",
                                    pgid="pgtrigger_lease_beginning_fixed_58e77",
                                    table="collections_app_lease",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactWithdrawal",
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
                        ("at", models.DateTimeField(verbose_name="taken back")),
                        (
                            "contact",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawal",
                                to="collections_app.contact",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts_withdrawn",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact taken back",
                        "verbose_name_plural": "contacts taken back",
                        "abstract": False,
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="cdbd7016eff9b21bdbf7c92f3e98639082c84957",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_c6add",
                                    table="collections_app_contactwithdrawal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="39cdec0d13de4cd2dad97dcd5d0b59721ddef69b",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_52845",
                                    table="collections_app_contactwithdrawal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
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
                            "entry",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="entry"
                            ),
                        ),
                        ("kept_at", models.DateTimeField(verbose_name="last kept")),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to="collections_app.case",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draft",
                        "verbose_name_plural": "drafts",
                        "ordering": ["-kept_at"],
                        "constraints": [
                            models.UniqueConstraint(fields=("agent", "case"), name="draft_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DiallerAccount",
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
                            "is_on",
                            models.BooleanField(
                                default=True,
                                help_text="Off: agents dial by hand at once.",
                                verbose_name="dials",
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
                                related_name="dialler_accounts",
                                to="loans.portfolio",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "dialler account",
                        "verbose_name_plural": "dialler accounts",
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("portfolio",),
                                name="dialler_account_one_each",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PhoneCall",
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
                            "direction",
                            models.CharField(
                                choices=[
                                    ("outbound", "to the person"),
                                    ("inbound", "from the person"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="the system's own number"
                            ),
                        ),
                        (
                            "number",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="calling number"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "asked for"),
                                    ("not_placed", "not placed"),
                                    ("ringing", "ringing"),
                                    ("answered", "on the line"),
                                    ("ended", "ended"),
                                ],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="started")),
                        ("ringing_at", models.DateTimeField(null=True, verbose_name="ringing")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("talked", "answered"),
                                    ("no_answer", "no answer"),
                                    ("busy", "busy"),
                                    ("rejected", "rejected"),
                                    ("not_in_service", "not in service"),
                                    ("failed", "the call failed"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "talk_seconds",
                            models.PositiveIntegerField(null=True, verbose_name="seconds talked"),
                        ),
                        (
                            "recording",
                            models.CharField(blank=True, max_length=200, verbose_name="recording"),
                        ),
                        (
                            "problem",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why it was not placed"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="collections_app.dialleraccount",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="phone_calls",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "attempt",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="phone_call",
                                to="compliance.attempt",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "phone call",
                        "verbose_name_plural": "phone calls",
                        "ordering": ["-started_at"],
                        "indexes": [
                            models.Index(
                                fields=["account", "started_at"], name="phone_call_account_at"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("attempt__isnull", True), ("direction", "inbound")
                                ),
                                fields=["started_at"],
                                name="phone_call_incoming_open",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["asked", "not_placed", "ringing", "answered", "ended"],
                                    ),
                                    ("direction__in", ["outbound", "inbound"]),
                                    models.Q(
                                        ("ending", ""),
                                        (
                                            "ending__in",
                                            [
                                                "talked",
                                                "no_answer",
                                                "busy",
                                                "rejected",
                                                "not_in_service",
                                                "failed",
                                            ],
                                        ),
                                        _connector="OR",
                                    ),
                                ),
                                name="phone_call_values_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("direction", "inbound"),
                                    ("attempt__isnull", False),
                                    _connector="OR",
                                ),
                                name="phone_call_outgoing_is_reserved",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=("account", "reference"),
                                name="phone_call_reference_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallEvent",
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
                        ("event_id", models.CharField(max_length=120)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("incoming", "somebody calls in"),
                                    ("ringing", "rings"),
                                    ("answered", "answered"),
                                    ("ended", "ended"),
                                    ("recording", "recording available"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "call_named",
                            models.CharField(max_length=120, verbose_name="call, as it was named"),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("talked", "answered"),
                                    ("no_answer", "no answer"),
                                    ("busy", "busy"),
                                    ("rejected", "rejected"),
                                    ("not_in_service", "not in service"),
                                    ("failed", "the call failed"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("seconds", models.PositiveIntegerField(null=True)),
                        ("recording", models.CharField(blank=True, max_length=200)),
                        (
                            "refusal",
                            models.CharField(
                                blank=True,
                                choices=[("unknown_call", "about a call that is not known")],
                                max_length=12,
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.dialleraccount",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.phonecall",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call event",
                        "verbose_name_plural": "call events",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                fields=["account", "received_at"], name="call_event_received"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "event_id"), name="call_event_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        ["incoming", "ringing", "answered", "ended", "recording"],
                                    ),
                                    models.Q(
                                        ("ending", ""),
                                        (
                                            "ending__in",
                                            [
                                                "talked",
                                                "no_answer",
                                                "busy",
                                                "rejected",
                                                "not_in_service",
                                                "failed",
                                            ],
                                        ),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("call__isnull", False),
                                        ("refusal__in", ["unknown_call"]),
                                        _connector="OR",
                                    ),
                                ),
                                name="call_event_known_or_refused",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="e4b5b8db4b5d2a699ac90c6cc576dbe8e223490f",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b086c",
                                    table="collections_app_callevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="680e88b2f8bf438830fef8b2f7edc3007c6f026d",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_9e4db",
                                    table="collections_app_callevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DemandLetter",
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
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("as_of", models.DateField(verbose_name="figures of")),
                        ("pay_by", models.DateField(verbose_name="payment demanded by")),
                        ("figures", models.JSONField(verbose_name="figures")),
                        ("page_count", models.PositiveSmallIntegerField(verbose_name="pages")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("drawn", "drawn up"),
                                    ("proposed", "waits for a second person"),
                                    ("approved", "approved"),
                                    ("refused", "refused"),
                                    ("posted", "posted"),
                                    ("delivered", "delivered"),
                                    ("returned", "came back"),
                                    ("void", "not sent"),
                                ],
                                default="drawn",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        ("drawn_at", models.DateTimeField(verbose_name="drawn up")),
                        ("drawn_by", models.CharField(max_length=120, verbose_name="drawn up by")),
                        ("posted_on", models.DateField(null=True, verbose_name="posted")),
                        (
                            "courier",
                            models.CharField(blank=True, max_length=60, verbose_name="courier"),
                        ),
                        (
                            "tracking_number",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="courier's number"
                            ),
                        ),
                        ("ended_on", models.DateField(null=True, verbose_name="delivered or back")),
                        (
                            "counts_as_served",
                            models.BooleanField(
                                default=False,
                                help_text="Delivered, or it came back from the address agreed in the contract.",
                                verbose_name="counts as arrived",
                            ),
                        ),
                        (
                            "address",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loans.address",
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demand_letter",
                                to="accounts.approval",
                            ),
                        ),
                        (
                            "attempt",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demand_letter",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demand_letters",
                                to="collections_app.case",
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
                        (
                            "notice",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demand_letter",
                                to="compliance.servednotice",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demand_letters",
                                to="loans.party",
                            ),
                        ),
                        (
                            "wording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notifications.templateversion",
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                blank=True,
                                help_text="By which the whole loan is called due.",
                                max_length=200,
                                verbose_name="clause or law",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("demand", "what is past due"),
                                    ("acceleration", "the whole loan, called due by this letter"),
                                ],
                                default="demand",
                                max_length=12,
                                verbose_name="demands",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "demand letter",
                        "verbose_name_plural": "demand letters",
                        "ordering": ["-number"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "drawn",
                                            "proposed",
                                            "approved",
                                            "refused",
                                            "posted",
                                            "delivered",
                                            "returned",
                                            "void",
                                        ],
                                    )
                                ),
                                name="demand_letter_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["drawn", "void"]),
                                    ("approval__isnull", False),
                                    _connector="OR",
                                ),
                                name="demand_letter_out_with_approval",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("attempt__isnull", False),
                                        ("posted_on__isnull", False),
                                        ("state__in", ["posted", "delivered", "returned"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ["posted", "delivered", "returned"]),
                                            _negated=True,
                                        ),
                                        ("attempt__isnull", True),
                                        ("posted_on__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="demand_letter_posted_through_the_gate",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("counts_as_served", False), ("notice__isnull", True)),
                                    models.Q(
                                        ("counts_as_served", True),
                                        ("notice__isnull", False),
                                        ("state__in", ["delivered", "returned"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="demand_letter_served_with_notice",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["drawn", "proposed", "approved", "posted"])
                                ),
                                fields=("case", "party"),
                                name="demand_letter_one_standing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("basis", ""), ("kind", "demand")),
                                    models.Q(
                                        ("kind", "acceleration"),
                                        models.Q(("basis", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="demand_letter_rests_on_something",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="demand_letter_life",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{drawn:proposed,drawn:void,proposed:approved,proposed:refused,proposed:void,approved:posted,approved:void,posted:delivered,posted:returned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="f511e80c74bc531a55fe6ea328e1a0036757faf7",
                                    operation="UPDATE",
                                    pgid="pgtrigger_demand_letter_life_be03c",
                                    table="collections_app_demandletter",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="demand_letter_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="a8614b7fc51313f6bb0e76d340e3a4b1ec0980df",
                                    operation="DELETE",
                                    pgid="pgtrigger_demand_letter_kept_a372a",
                                    table="collections_app_demandletter",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="demand_letter_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."address_id" IS DISTINCT FROM (NEW."address_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."basis" IS DISTINCT FROM (NEW."basis") OR OLD."wording_id" IS DISTINCT FROM (NEW."wording_id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."pay_by" IS DISTINCT FROM (NEW."pay_by") OR OLD."figures" IS DISTINCT FROM (NEW."figures") OR OLD."file_id" IS DISTINCT FROM (NEW."file_id") OR OLD."page_count" IS DISTINCT FROM (NEW."page_count") OR OLD."drawn_at" IS DISTINCT FROM (NEW."drawn_at") OR OLD."drawn_by" IS DISTINCT FROM (NEW."drawn_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="061f96161fb269b8557c99f411f5816e242895e2",
                                    operation="UPDATE",
                                    pgid="pgtrigger_demand_letter_fixed_47d8c",
                                    table="collections_app_demandletter",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DemandLetterEvent",
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
                                    ("drawn", "drawn up"),
                                    ("proposed", "waits for a second person"),
                                    ("approved", "approved"),
                                    ("refused", "refused"),
                                    ("posted", "posted"),
                                    ("delivered", "delivered"),
                                    ("returned", "came back"),
                                    ("void", "not sent"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.demandletter",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event of a demand letter",
                        "verbose_name_plural": "events of demand letters",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "drawn",
                                            "proposed",
                                            "approved",
                                            "refused",
                                            "posted",
                                            "delivered",
                                            "returned",
                                            "void",
                                        ],
                                    )
                                ),
                                name="demand_letter_event_state_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="c71e3fe6c1be8321161b0aa884c915bd17d0ceee",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_d970c",
                                    table="collections_app_demandletterevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="62f269dbc7843f6febe601a9c32345613dfaf894",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_f7e7a",
                                    table="collections_app_demandletterevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proceeding",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("payment_order", "payment order"),
                                    ("litigation", "litigation"),
                                    ("arbitration", "arbitration"),
                                    ("preservation", "preservation of property"),
                                    ("enforcement", "enforcement"),
                                ],
                                max_length=13,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("preparing", "in preparation"),
                                    ("proposed", "waits for a second person"),
                                    ("approved", "approved for filing"),
                                    ("filed", "filed"),
                                    ("accepted", "accepted"),
                                    ("issued", "order issued"),
                                    ("served", "order served"),
                                    ("hearing", "hearing"),
                                    ("decided", "decided"),
                                    ("ruled", "ruled"),
                                    ("in_force", "in force"),
                                    ("ended", "ended"),
                                ],
                                default="preparing",
                                max_length=9,
                                verbose_name="stage",
                            ),
                        ),
                        ("stage_since", models.DateField(verbose_name="at this stage since")),
                        (
                            "court",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="court or tribunal"
                            ),
                        ),
                        (
                            "case_number",
                            models.CharField(blank=True, max_length=80, verbose_name="case number"),
                        ),
                        (
                            "counsel",
                            models.CharField(blank=True, max_length=120, verbose_name="counsel"),
                        ),
                        (
                            "claim_amount",
                            core.money.fields.MoneyField(null=True, verbose_name="claim"),
                        ),
                        ("claim_as_of", models.DateField(null=True, verbose_name="claim as of")),
                        (
                            "asset",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("movable", "the car or another movable"),
                                    ("deposit", "money in a bank"),
                                    ("immovable", "land or a building"),
                                    ("other_right", "another right"),
                                ],
                                max_length=11,
                                verbose_name="what is preserved",
                            ),
                        ),
                        (
                            "is_before_suit",
                            models.BooleanField(default=False, verbose_name="before a suit"),
                        ),
                        ("is_urgent", models.BooleanField(default=False, verbose_name="urgent")),
                        (
                            "is_security_excused",
                            models.BooleanField(
                                default=False, verbose_name="excused from security"
                            ),
                        ),
                        (
                            "security_given_on",
                            models.DateField(null=True, verbose_name="security given"),
                        ),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("paid", "paid"),
                                    ("settled", "settled"),
                                    ("done", "carried through"),
                                    ("withdrawn", "withdrawn"),
                                    ("rejected", "rejected"),
                                    ("lapsed", "lapsed"),
                                ],
                                max_length=9,
                                verbose_name="ended by",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        ("opened_by", models.CharField(max_length=120, verbose_name="opened by")),
                        (
                            "approval",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proceedings",
                                to="accounts.approval",
                            ),
                        ),
                        (
                            "based_on",
                            models.ForeignKey(
                                help_text="The proceedings whose decision is enforced, or in which is preserved.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followed_by",
                                to="collections_app.proceeding",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proceedings",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proceedings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proceedings",
                        "verbose_name_plural": "proceedings",
                        "ordering": ["number"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("stage", "ended"), _negated=True),
                                fields=["owner"],
                                name="proceeding_running_owner",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "payment_order"),
                                        (
                                            "stage__in",
                                            [
                                                "preparing",
                                                "proposed",
                                                "approved",
                                                "filed",
                                                "accepted",
                                                "issued",
                                                "served",
                                                "in_force",
                                                "ended",
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("kind", "litigation"),
                                        (
                                            "stage__in",
                                            [
                                                "preparing",
                                                "proposed",
                                                "approved",
                                                "filed",
                                                "accepted",
                                                "hearing",
                                                "decided",
                                                "in_force",
                                                "ended",
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("kind", "arbitration"),
                                        (
                                            "stage__in",
                                            [
                                                "preparing",
                                                "proposed",
                                                "approved",
                                                "filed",
                                                "accepted",
                                                "hearing",
                                                "in_force",
                                                "ended",
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("kind", "preservation"),
                                        (
                                            "stage__in",
                                            [
                                                "preparing",
                                                "proposed",
                                                "approved",
                                                "filed",
                                                "accepted",
                                                "ruled",
                                                "in_force",
                                                "ended",
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("kind", "enforcement"),
                                        (
                                            "stage__in",
                                            [
                                                "preparing",
                                                "proposed",
                                                "approved",
                                                "filed",
                                                "accepted",
                                                "in_force",
                                                "ended",
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="proceeding_stage_of_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "ending__in",
                                            [
                                                "paid",
                                                "settled",
                                                "done",
                                                "withdrawn",
                                                "rejected",
                                                "lapsed",
                                            ],
                                        ),
                                        ("stage", "ended"),
                                    ),
                                    models.Q(
                                        models.Q(("stage", "ended"), _negated=True), ("ending", "")
                                    ),
                                    _connector="OR",
                                ),
                                name="proceeding_ended_somehow",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "asset__in",
                                            ["movable", "deposit", "immovable", "other_right"],
                                        ),
                                        ("kind", "preservation"),
                                    ),
                                    models.Q(
                                        models.Q(("kind", "preservation"), _negated=True),
                                        ("asset", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="proceeding_preserves_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("claim_amount__isnull", True),
                                        ("claim_as_of__isnull", True),
                                    ),
                                    models.Q(
                                        ("claim_amount__gt", 0), ("claim_as_of__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="proceeding_claim_has_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stage__in", ["preparing", "ended"]),
                                    ("approval__isnull", False),
                                    _connector="OR",
                                ),
                                name="proceeding_filed_with_approval",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("stage", "ended"), _negated=True),
                                fields=("case", "kind", "asset"),
                                name="proceeding_one_running",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="payment_order_stages",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."kind" = \'payment_order\' AND OLD."stage" IS DISTINCT FROM (NEW."stage"))',
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."stage", \':\', NEW."stage") = ANY(\'{accepted:ended,accepted:issued,approved:ended,approved:filed,approved:preparing,filed:accepted,filed:ended,in_force:ended,issued:ended,issued:served,preparing:ended,preparing:proposed,proposed:approved,proposed:preparing,served:ended,served:in_force}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."stage" IS DISTINCT FROM NEW."stage") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "stage" from "%" to "%" on table %\', OLD."stage", NEW."stage", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="358a54ff78c9b8ec10ba98453a87c324f9cb4150",
                                    operation="UPDATE",
                                    pgid="pgtrigger_payment_order_stages_2a087",
                                    table="collections_app_proceeding",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="litigation_stages",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."kind" = \'litigation\' AND OLD."stage" IS DISTINCT FROM (NEW."stage"))',
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."stage", \':\', NEW."stage") = ANY(\'{accepted:decided,accepted:ended,accepted:hearing,approved:ended,approved:filed,approved:preparing,decided:ended,decided:in_force,filed:accepted,filed:ended,hearing:decided,hearing:ended,in_force:ended,preparing:ended,preparing:proposed,proposed:approved,proposed:preparing}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."stage" IS DISTINCT FROM NEW."stage") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "stage" from "%" to "%" on table %\', OLD."stage", NEW."stage", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="1f7d7c090ebab73df7225ffa452735881cd53166",
                                    operation="UPDATE",
                                    pgid="pgtrigger_litigation_stages_76ba3",
                                    table="collections_app_proceeding",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="arbitration_stages",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."kind" = \'arbitration\' AND OLD."stage" IS DISTINCT FROM (NEW."stage"))',
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."stage", \':\', NEW."stage") = ANY(\'{accepted:ended,accepted:hearing,accepted:in_force,approved:ended,approved:filed,approved:preparing,filed:accepted,filed:ended,hearing:ended,hearing:in_force,in_force:ended,preparing:ended,preparing:proposed,proposed:approved,proposed:preparing}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."stage" IS DISTINCT FROM NEW."stage") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "stage" from "%" to "%" on table %\', OLD."stage", NEW."stage", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="fc75a5082fde485d03050eb1906584c6a3a8331d",
                                    operation="UPDATE",
                                    pgid="pgtrigger_arbitration_stages_a75b6",
                                    table="collections_app_proceeding",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="preservation_stages",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."kind" = \'preservation\' AND OLD."stage" IS DISTINCT FROM (NEW."stage"))',
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."stage", \':\', NEW."stage") = ANY(\'{accepted:ended,accepted:ruled,approved:ended,approved:filed,approved:preparing,filed:accepted,filed:ended,in_force:ended,preparing:ended,preparing:proposed,proposed:approved,proposed:preparing,ruled:ended,ruled:in_force}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."stage" IS DISTINCT FROM NEW."stage") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "stage" from "%" to "%" on table %\', OLD."stage", NEW."stage", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="317f5c0e1415a02318510f6d61b6b83fe5e60965",
                                    operation="UPDATE",
                                    pgid="pgtrigger_preservation_stages_6733a",
                                    table="collections_app_proceeding",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="enforcement_stages",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."kind" = \'enforcement\' AND OLD."stage" IS DISTINCT FROM (NEW."stage"))',
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."stage", \':\', NEW."stage") = ANY(\'{accepted:ended,accepted:in_force,approved:ended,approved:filed,approved:preparing,filed:accepted,filed:ended,in_force:ended,preparing:ended,preparing:proposed,proposed:approved,proposed:preparing}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."stage" IS DISTINCT FROM NEW."stage") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "stage" from "%" to "%" on table %\', OLD."stage", NEW."stage", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="630940337c48d34ad2a4724be00fb7bca9eaf1d2",
                                    operation="UPDATE",
                                    pgid="pgtrigger_enforcement_stages_464e8",
                                    table="collections_app_proceeding",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="proceeding_said_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by" IS DISTINCT FROM (NEW."opened_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="b31574f2fe2a6beebff7ec81e62018aaf02f5c27",
                                    operation="UPDATE",
                                    pgid="pgtrigger_proceeding_said_fixed_3e9b4",
                                    table="collections_app_proceeding",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="proceeding_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="2382e57cc67e631a2cffd14899b803ac02f66e9f",
                                    operation="DELETE",
                                    pgid="pgtrigger_proceeding_kept_36f7f",
                                    table="collections_app_proceeding",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LegalDocument",
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
                                    ("contract", "loan contract"),
                                    ("disbursement", "proof of disbursement"),
                                    ("account", "statement of account"),
                                    ("identity", "identity of the debtor"),
                                    ("demand", "demand and its delivery"),
                                    ("claim", "statement of claim or application"),
                                    ("authority", "power of attorney"),
                                    ("arbitration_clause", "arbitration agreement"),
                                    ("assets", "list of property to preserve"),
                                    ("security", "security for the preservation"),
                                    ("mortgage", "registration of the mortgage"),
                                    ("title", "judgment, award or order to enforce"),
                                    ("service", "proof of service"),
                                    ("court", "paper of the court"),
                                    ("other", "other document"),
                                ],
                                max_length=18,
                                verbose_name="kind",
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("added_at", models.DateTimeField(verbose_name="added")),
                        ("added_by", models.CharField(max_length=120, verbose_name="added by")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="legal_documents",
                                to="collections_app.case",
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
                        (
                            "proceeding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="collections_app.proceeding",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "legal document",
                        "verbose_name_plural": "legal documents",
                        "ordering": ["kind", "-version"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "contract",
                                            "disbursement",
                                            "account",
                                            "identity",
                                            "demand",
                                            "claim",
                                            "authority",
                                            "arbitration_clause",
                                            "assets",
                                            "security",
                                            "mortgage",
                                            "title",
                                            "service",
                                            "court",
                                            "other",
                                        ],
                                    )
                                ),
                                name="legal_document_kind_known",
                            ),
                            models.UniqueConstraint(
                                fields=("proceeding", "kind", "version"),
                                name="legal_document_version_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("withdrawn_at__isnull", True),
                                    models.Q(
                                        models.Q(("withdrawn_by", ""), _negated=True),
                                        models.Q(("withdrawn_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="legal_document_withdrawn_by_somebody",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="legal_document_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."proceeding_id" IS DISTINCT FROM (NEW."proceeding_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."file_id" IS DISTINCT FROM (NEW."file_id") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at") OR OLD."added_by" IS DISTINCT FROM (NEW."added_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="accbbb2a570946d0d275e5c17edbc0e0a3f7e7b4",
                                    operation="UPDATE",
                                    pgid="pgtrigger_legal_document_fixed_c1402",
                                    table="collections_app_legaldocument",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="legal_document_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="5c05c1c0387f596b6bb5548e976ef850e771f09c",
                                    operation="DELETE",
                                    pgid="pgtrigger_legal_document_kept_44efc",
                                    table="collections_app_legaldocument",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LegalDeadline",
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
                            "code",
                            models.CharField(
                                choices=[
                                    ("limitation", "limitation period ends"),
                                    ("guarantee", "ask the guarantor"),
                                    ("docketing", "court takes the case on"),
                                    ("payment_order_issued", "court issues the payment order"),
                                    ("payment_order_answer", "debtor pays or objects"),
                                    ("hearing", "hearing"),
                                    ("appeal", "appeal"),
                                    ("enforcement", "apply for enforcement"),
                                    ("preservation_ruling", "court rules on preservation"),
                                    ("preservation_enforced", "court begins to enforce its ruling"),
                                    ("preservation_file_by", "sue or apply for arbitration"),
                                    ("preservation_renewal", "ask for renewal of the measure"),
                                    ("preservation_ends", "measure ends"),
                                    ("evidence", "hand in evidence"),
                                    ("fee", "pay the court's fee"),
                                    ("mediation", "mediation"),
                                    ("correction", "mend what the court asked for"),
                                    ("review", "look at it again"),
                                    ("cure", "time to cure ends"),
                                    ("remedy", "time of the default notice ends"),
                                    ("validation", "validation period ends"),
                                ],
                                max_length=21,
                                verbose_name="what",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("due_at", models.DateTimeField(null=True, verbose_name="at")),
                        ("starts_on", models.DateField(null=True, verbose_name="counted from")),
                        ("is_hard", models.BooleanField(default=False, verbose_name="hard")),
                        (
                            "whose",
                            models.CharField(
                                choices=[
                                    ("ours", "ours"),
                                    ("court", "the court's"),
                                    ("debtor", "the debtor's"),
                                ],
                                default="ours",
                                max_length=6,
                                verbose_name="whose",
                            ),
                        ),
                        (
                            "citation",
                            models.CharField(blank=True, max_length=120, verbose_name="citation"),
                        ),
                        (
                            "is_provisional",
                            models.BooleanField(
                                default=False,
                                help_text="The holidays of its year are not published yet.",
                                verbose_name="provisional",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("met", "met"),
                                    ("void", "no longer runs"),
                                ],
                                default="open",
                                max_length=4,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "closed_on",
                            models.DateField(null=True, verbose_name="met or void since"),
                        ),
                        (
                            "closed_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="answered by"
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        ("made_by", models.CharField(max_length=120, verbose_name="made by")),
                        (
                            "reminded_days",
                            models.SmallIntegerField(
                                help_text="Days before it of the last reminder.",
                                null=True,
                                verbose_name="reminded at",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="legal_deadlines",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "proceeding",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="collections_app.proceeding",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "legal deadline",
                        "verbose_name_plural": "legal deadlines",
                        "ordering": ["due_on", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["due_on", "id"],
                                name="legal_deadline_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_on__isnull", True), ("state", "open")),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("closed_on__isnull", False),
                                        models.Q(("closed_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="legal_deadline_closed_by_somebody",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("case", "proceeding", "code", "due_on"),
                                name="legal_deadline_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "code__in",
                                        [
                                            "limitation",
                                            "guarantee",
                                            "docketing",
                                            "payment_order_issued",
                                            "payment_order_answer",
                                            "hearing",
                                            "appeal",
                                            "enforcement",
                                            "preservation_ruling",
                                            "preservation_enforced",
                                            "preservation_file_by",
                                            "preservation_renewal",
                                            "preservation_ends",
                                            "evidence",
                                            "fee",
                                            "mediation",
                                            "correction",
                                            "review",
                                            "cure",
                                            "remedy",
                                            "validation",
                                        ],
                                    ),
                                    ("whose__in", ["ours", "court", "debtor"]),
                                    ("state__in", ["open", "met", "void"]),
                                ),
                                name="legal_deadline_kinds_known",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="legal_deadline_life",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:met,open:void}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="4a39ea4f8a6df618b9176de4d864143d544a2558",
                                    operation="UPDATE",
                                    pgid="pgtrigger_legal_deadline_life_e8c09",
                                    table="collections_app_legaldeadline",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="legal_deadline_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."proceeding_id" IS DISTINCT FROM (NEW."proceeding_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by" IS DISTINCT FROM (NEW."made_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="25013fbcb17e79d0f6383211fe8f7ebe6644f8e9",
                                    operation="UPDATE",
                                    pgid="pgtrigger_legal_deadline_fixed_a7358",
                                    table="collections_app_legaldeadline",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="legal_deadline_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="6bfa8c25ecad20e74a8a96cda0d34c23528757b2",
                                    operation="DELETE",
                                    pgid="pgtrigger_legal_deadline_kept_6cd4d",
                                    table="collections_app_legaldeadline",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LegalCost",
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
                                    ("court_fee", "court's fee"),
                                    ("preservation_fee", "fee of the preservation"),
                                    ("security", "cost of the security"),
                                    ("counsel", "fee of counsel"),
                                    ("service", "service and courier"),
                                    ("appraisal", "appraisal or auction"),
                                    ("other", "other cost"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        ("incurred_on", models.DateField(verbose_name="paid on")),
                        ("entered_at", models.DateTimeField(verbose_name="entered")),
                        ("entered_by", models.CharField(max_length=120, verbose_name="entered by")),
                        ("reversed_at", models.DateTimeField(null=True, verbose_name="taken back")),
                        (
                            "reversed_by",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="taken back by"
                            ),
                        ),
                        (
                            "reversed_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why taken back"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="legal_costs",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "charge",
                            models.OneToOneField(
                                help_text="Empty: the lender bears it.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="legal_cost",
                                to="loans.charge",
                            ),
                        ),
                        (
                            "proceeding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="costs",
                                to="collections_app.proceeding",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "legal cost",
                        "verbose_name_plural": "legal costs",
                        "ordering": ["incurred_on", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="legal_cost_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "court_fee",
                                            "preservation_fee",
                                            "security",
                                            "counsel",
                                            "service",
                                            "appraisal",
                                            "other",
                                        ],
                                    )
                                ),
                                name="legal_cost_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reversed_at__isnull", True),
                                    models.Q(
                                        models.Q(("reversed_by", ""), _negated=True),
                                        models.Q(("reversed_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="legal_cost_reversed_by_somebody",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="legal_cost_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."proceeding_id" IS DISTINCT FROM (NEW."proceeding_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."incurred_on" IS DISTINCT FROM (NEW."incurred_on") OR OLD."charge_id" IS DISTINCT FROM (NEW."charge_id") OR OLD."entered_at" IS DISTINCT FROM (NEW."entered_at") OR OLD."entered_by" IS DISTINCT FROM (NEW."entered_by"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="09c320131380a1bf8ff0e470ca432d2a07a6b86f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_legal_cost_fixed_32289",
                                    table="collections_app_legalcost",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="legal_cost_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="08db66a9b054c31a57175347a21e9076a1d44dac",
                                    operation="DELETE",
                                    pgid="pgtrigger_legal_cost_kept_52dda",
                                    table="collections_app_legalcost",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProceedingEvent",
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
                            "stage",
                            models.CharField(
                                choices=[
                                    ("preparing", "in preparation"),
                                    ("proposed", "waits for a second person"),
                                    ("approved", "approved for filing"),
                                    ("filed", "filed"),
                                    ("accepted", "accepted"),
                                    ("issued", "order issued"),
                                    ("served", "order served"),
                                    ("hearing", "hearing"),
                                    ("decided", "decided"),
                                    ("ruled", "ruled"),
                                    ("in_force", "in force"),
                                    ("ended", "ended"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        ("said", models.JSONField(default=dict, verbose_name="said")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "proceeding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.proceeding",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event of proceedings",
                        "verbose_name_plural": "events of proceedings",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                fields=["proceeding", "known_at"], name="proceeding_event_order"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "stage__in",
                                        [
                                            "preparing",
                                            "proposed",
                                            "approved",
                                            "filed",
                                            "accepted",
                                            "issued",
                                            "served",
                                            "hearing",
                                            "decided",
                                            "ruled",
                                            "in_force",
                                            "ended",
                                        ],
                                    )
                                ),
                                name="proceeding_event_stage_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="b61a6119cab01fec78f79c4a9c402dd6de550d7b",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b42bd",
                                    table="collections_app_proceedingevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="0bc658ddef14600f1c4208096de64d4a1963b61a",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_2c982",
                                    table="collections_app_proceedingevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HardshipTalk",
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
                            "reason",
                            models.CharField(
                                choices=[
                                    ("forgot", "forgot, or mixed up the day"),
                                    ("income", "less income, or none"),
                                    ("illness", "illness or an accident"),
                                    ("expenses", "other bills came first"),
                                    ("family", "separation or a death in the family"),
                                    ("vehicle", "trouble with the car"),
                                    ("dispute", "does not accept the debt"),
                                    ("unwilling", "does not want to pay"),
                                    ("other", "another reason"),
                                ],
                                max_length=12,
                                verbose_name="why it is late",
                            ),
                        ),
                        (
                            "budget",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="income and expense"
                            ),
                        ),
                        (
                            "note",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="note"
                            ),
                        ),
                        (
                            "review_on",
                            models.DateField(
                                help_text="When the circumstances may have changed.",
                                null=True,
                                verbose_name="looked at again on",
                            ),
                        ),
                        ("said_at", models.DateTimeField(verbose_name="said")),
                        ("made_by", models.CharField(max_length=120, verbose_name="by")),
                        ("made_by_id", models.CharField(blank=True, max_length=40)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hardship_talks",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hardship_talks",
                                to="loans.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "talk about hardship",
                        "verbose_name_plural": "talks about hardship",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                fields=["case", "-said_at"], name="hardship_latest_of_case"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "reason__in",
                                        [
                                            "forgot",
                                            "income",
                                            "illness",
                                            "expenses",
                                            "family",
                                            "vehicle",
                                            "dispute",
                                            "unwilling",
                                            "other",
                                        ],
                                    )
                                ),
                                name="hardship_reason_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="c5b7a7d0fab70dfb04e26ca75dd21d85cf32a404",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_7f1ae",
                                    table="collections_app_hardshiptalk",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="39c4b6d923d2a694a6df638da92c7e7838ab98d4",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_91a69",
                                    table="collections_app_hardshiptalk",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
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
                                    ("arrangement", "instalment arrangement"),
                                    ("deferral", "deferral"),
                                    ("extension", "extension"),
                                    ("waiver", "waiver of late charges"),
                                    ("settlement", "settlement"),
                                ],
                                max_length=11,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "waits for a decision"),
                                    ("active", "in force"),
                                    ("waiting_feed", "waits for the lender's feed"),
                                    ("applied", "applied to the contract"),
                                    ("completed", "kept to the end"),
                                    ("broken", "broken"),
                                    ("cancelled", "cancelled"),
                                    ("refused", "refused"),
                                    ("withdrawn", "taken back before a decision"),
                                    ("lapsed", "not decided in time"),
                                ],
                                default="proposed",
                                max_length=12,
                            ),
                        ),
                        (
                            "total_amount",
                            core.money.fields.MoneyField(default=0, verbose_name="to be paid"),
                        ),
                        (
                            "given_up_amount",
                            core.money.fields.MoneyField(default=0, verbose_name="given up"),
                        ),
                        (
                            "months",
                            models.PositiveSmallIntegerField(default=0, verbose_name="months"),
                        ),
                        (
                            "past_due_amount",
                            core.money.fields.MoneyField(verbose_name="past due when proposed"),
                        ),
                        (
                            "outstanding_amount",
                            core.money.fields.MoneyField(verbose_name="owed in all when proposed"),
                        ),
                        (
                            "beyond",
                            models.JSONField(
                                default=list,
                                help_text="Why a second person decides.",
                                verbose_name="beyond the limit",
                            ),
                        ),
                        (
                            "expected",
                            models.JSONField(
                                default=dict,
                                help_text="What the lender's books must say before it counts as made there.",
                                verbose_name="expected of the feed",
                            ),
                        ),
                        (
                            "facts",
                            models.JSONField(
                                default=list,
                                help_text="What it wrote into the books: kind and number.",
                                verbose_name="facts",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.CharField(max_length=120, verbose_name="proposed by"),
                        ),
                        ("proposed_by_id", models.CharField(blank=True, max_length=40)),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                        (
                            "agreed_by",
                            models.CharField(blank=True, max_length=120, verbose_name="agreed by"),
                        ),
                        ("agreed_at", models.DateTimeField(null=True, verbose_name="agreed")),
                        ("ended_on", models.DateField(null=True, verbose_name="ended on")),
                        (
                            "end_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why it ended"
                            ),
                        ),
                        (
                            "is_early",
                            models.BooleanField(
                                default=False,
                                help_text="All was paid before the last day.",
                                verbose_name="paid early",
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan",
                                to="accounts.approval",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "loan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="loans.loan",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="loans.party",
                            ),
                        ),
                        (
                            "talk",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="collections_app.hardshiptalk",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "plan",
                        "verbose_name_plural": "plans",
                        "ordering": ["-proposed_at"],
                        "indexes": [
                            models.Index(fields=["state", "proposed_at"], name="plan_by_state"),
                            models.Index(fields=["case"], name="plan_of_case"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "arrangement",
                                            "deferral",
                                            "extension",
                                            "waiver",
                                            "settlement",
                                        ],
                                    ),
                                    (
                                        "state__in",
                                        [
                                            "proposed",
                                            "active",
                                            "waiting_feed",
                                            "applied",
                                            "completed",
                                            "broken",
                                            "cancelled",
                                            "refused",
                                            "withdrawn",
                                            "lapsed",
                                        ],
                                    ),
                                ),
                                name="plan_kinds_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind__in", ["arrangement", "settlement"]),
                                        ("total_amount__gt", 0),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("kind__in", ["arrangement", "settlement"]),
                                            _negated=True,
                                        ),
                                        ("total_amount", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="plan_paid_kinds_are_paid",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["active", "proposed", "waiting_feed"])
                                ),
                                fields=("loan",),
                                name="plan_one_live_per_loan",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="plan_flow",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:active,proposed:waiting_feed,proposed:applied,proposed:refused,proposed:withdrawn,proposed:lapsed,active:completed,active:broken,active:cancelled,active:waiting_feed,waiting_feed:applied,waiting_feed:completed,waiting_feed:cancelled,waiting_feed:active,waiting_feed:broken,completed:active,completed:broken,broken:active,broken:completed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="4a025942ffa318207e00ddbaa60cc451b7835386",
                                    operation="UPDATE",
                                    pgid="pgtrigger_plan_flow_64dee",
                                    table="collections_app_plan",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="plan_terms_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."loan_id" IS DISTINCT FROM (NEW."loan_id") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."total_amount" IS DISTINCT FROM (NEW."total_amount") OR OLD."given_up_amount" IS DISTINCT FROM (NEW."given_up_amount") OR OLD."months" IS DISTINCT FROM (NEW."months") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="f8be7e74f30db76151fc38c5d613665a9e4ea113",
                                    operation="UPDATE",
                                    pgid="pgtrigger_plan_terms_fixed_737f1",
                                    table="collections_app_plan",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="plan_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="85e4bbc5ef30f3e7bcfc2bed8e2690f43d26f5fa",
                                    operation="DELETE",
                                    pgid="pgtrigger_plan_kept_e621c",
                                    table="collections_app_plan",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanEvent",
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
                                    ("proposed", "waits for a decision"),
                                    ("active", "in force"),
                                    ("waiting_feed", "waits for the lender's feed"),
                                    ("applied", "applied to the contract"),
                                    ("completed", "kept to the end"),
                                    ("broken", "broken"),
                                    ("cancelled", "cancelled"),
                                    ("refused", "refused"),
                                    ("withdrawn", "taken back before a decision"),
                                    ("lapsed", "not decided in time"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.plan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "plan event",
                        "verbose_name_plural": "plan events",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "proposed",
                                            "active",
                                            "waiting_feed",
                                            "applied",
                                            "completed",
                                            "broken",
                                            "cancelled",
                                            "refused",
                                            "withdrawn",
                                            "lapsed",
                                        ],
                                    )
                                ),
                                name="plan_event_state_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="96950e7dbae9eac7e46ed9bec398918f1142866f",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_9f374",
                                    table="collections_app_planevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="695794893dd18424998a13896eab6c5e5256aa0b",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_02eb1",
                                    table="collections_app_planevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanInstalment",
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
                        ("number", models.PositiveSmallIntegerField(verbose_name="No.")),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        ("due_on", models.DateField(verbose_name="by")),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instalments",
                                to="collections_app.plan",
                            ),
                        ),
                        (
                            "promise",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_instalment",
                                to="collections_app.promise",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "instalment of a plan",
                        "verbose_name_plural": "instalments of plans",
                        "ordering": ["plan", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "number"), name="plan_instalment_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="plan_instalment_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanPolicy",
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
                                    ("agent", "Agent"),
                                    ("field_agent", "Field agent"),
                                    ("legal_officer", "Legal officer"),
                                    ("team_lead", "Team lead"),
                                    ("manager", "Manager"),
                                    ("compliance_officer", "Compliance officer"),
                                    ("administrator", "Administrator"),
                                    ("auditor", "Auditor"),
                                    ("integration", "Integration"),
                                ],
                                max_length=20,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("arrangement", "instalment arrangement"),
                                    ("deferral", "deferral"),
                                    ("extension", "extension"),
                                    ("waiver", "waiver of late charges"),
                                    ("settlement", "settlement"),
                                ],
                                max_length=11,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "is_offered",
                            models.BooleanField(
                                default=True,
                                help_text="A change of the contract takes a second person in any case.",
                                verbose_name="may agree to it",
                            ),
                        ),
                        (
                            "most_months",
                            models.PositiveSmallIntegerField(
                                help_text="To the last instalment; of an extension or deferral, how far it moves.",
                                verbose_name="months, at most",
                            ),
                        ),
                        (
                            "most_parts",
                            models.PositiveSmallIntegerField(verbose_name="instalments, at most"),
                        ),
                        (
                            "least_share",
                            core.money.fields.RateField(
                                help_text="Of what is past due (arrangement), of all that is owed (settlement), of the late charges (waiver): 0.5 is half.",
                                verbose_name="share that is paid, at least",
                            ),
                        ),
                        (
                            "most_in_year",
                            models.PositiveSmallIntegerField(
                                help_text="For one loan.",
                                verbose_name="times in twelve months, at most",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy of plans",
                        "verbose_name_plural": "policies of plans",
                        "ordering": ["role", "kind"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("role", "kind"), name="plan_policy_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "arrangement",
                                            "deferral",
                                            "extension",
                                            "waiver",
                                            "settlement",
                                        ],
                                    ),
                                    (
                                        "role__in",
                                        [
                                            "agent",
                                            "field_agent",
                                            "legal_officer",
                                            "team_lead",
                                            "manager",
                                            "compliance_officer",
                                            "administrator",
                                            "auditor",
                                            "integration",
                                        ],
                                    ),
                                ),
                                name="plan_policy_kinds_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("least_share__gte", 0),
                                    ("least_share__lte", 1),
                                    ("most_parts__gte", 1),
                                ),
                                name="plan_policy_sane",
                                violation_error_message="The share is from 0 to 1, and there is at least one instalment.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RelationshipState",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("steady", "steady"),
                                    ("strained", "strained"),
                                    ("hot", "hot"),
                                ],
                                default="steady",
                                max_length=8,
                                verbose_name="relationship",
                            ),
                        ),
                        ("heat", models.PositiveSmallIntegerField(default=0, verbose_name="heat")),
                        ("signs", models.JSONField(default=list, verbose_name="signs")),
                        (
                            "look_at",
                            models.DateTimeField(null=True, verbose_name="to be looked at"),
                        ),
                        ("refreshed_at", models.DateTimeField(verbose_name="looked at")),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="relationships",
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
                    ],
                    options={
                        "verbose_name": "relationship",
                        "verbose_name_plural": "relationships",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("look_at__isnull", False)),
                                fields=["look_at"],
                                name="relationship_look_at",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("party", "portfolio"), name="relationship_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["steady", "strained", "hot"])),
                                name="relationship_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RelationshipChange",
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
                            "before",
                            models.CharField(
                                choices=[
                                    ("steady", "steady"),
                                    ("strained", "strained"),
                                    ("hot", "hot"),
                                ],
                                max_length=8,
                                verbose_name="before",
                            ),
                        ),
                        (
                            "after",
                            models.CharField(
                                choices=[
                                    ("steady", "steady"),
                                    ("strained", "strained"),
                                    ("hot", "hot"),
                                ],
                                max_length=8,
                                verbose_name="after",
                            ),
                        ),
                        ("is_rise", models.BooleanField(verbose_name="got worse")),
                        ("heat", models.PositiveSmallIntegerField(verbose_name="heat")),
                        (
                            "cause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("complaint", "complained"),
                                    ("stop_asked", "asked us to stop"),
                                    ("abuse", "hostile words"),
                                    ("plan_broken", "a plan was broken"),
                                    ("hang_up", "hung up"),
                                    ("promise_broken", "a promise was broken"),
                                    ("refused_way", "refused a way of contact"),
                                    ("calm_talk", "calm talk"),
                                    ("promise_kept", "a promise was kept"),
                                    ("plan_kept", "a plan was kept"),
                                ],
                                max_length=16,
                                verbose_name="laid to",
                            ),
                        ),
                        ("cause_ref", models.CharField(blank=True, max_length=80)),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="relationship_changes",
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
                    ],
                    options={
                        "verbose_name": "change of a relationship",
                        "verbose_name_plural": "changes of relationships",
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_rise", True)),
                                fields=["party", "portfolio", "at"],
                                name="relationship_rises",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("after__in", ["steady", "strained", "hot"]),
                                    ("before__in", ["steady", "strained", "hot"]),
                                    models.Q(("before", models.F("after")), _negated=True),
                                ),
                                name="relationship_change_states_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="f2de972ac2e0451dc189985d47277f1aaab0ab42",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_f4157",
                                    table="collections_app_relationshipchange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="48fa519fde074bedb2e160ef0c51e8df07ddc4ed",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_ba7ca",
                                    table="collections_app_relationshipchange",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitPurpose",
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
                        ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(max_length=80, verbose_name="name in Chinese"),
                        ),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="Who is not back out after so many minutes is looked for by their lead.",
                                verbose_name="minutes",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=100)),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "purpose of visits",
                        "verbose_name_plural": "purposes of visits",
                        "ordering": ["position", "code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gte", 5), ("minutes__lte", 480)),
                                name="visit_purpose_minutes",
                                violation_error_message="A visit takes from 5 minutes to 8 hours.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
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
                            "note",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="note"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "asked for"),
                                    ("planned", "planned"),
                                    ("booked", "let pass by the gate"),
                                    ("arrived", "at the door"),
                                    ("done", "done"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="requested",
                                max_length=9,
                            ),
                        ),
                        ("requested_at", models.DateTimeField(verbose_name="asked for")),
                        (
                            "is_recorded",
                            models.BooleanField(default=True, verbose_name="recorded throughout"),
                        ),
                        ("visit_on", models.DateField(null=True, verbose_name="day there")),
                        (
                            "opens",
                            models.TimeField(null=True, verbose_name="not before, time there"),
                        ),
                        (
                            "closes",
                            models.TimeField(null=True, verbose_name="not after, time there"),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                max_length=64, verbose_name="time zone of the address"
                            ),
                        ),
                        ("opens_at", models.DateTimeField(null=True, verbose_name="not before")),
                        ("closes_at", models.DateTimeField(null=True, verbose_name="not after")),
                        (
                            "place_in_day",
                            models.PositiveSmallIntegerField(
                                null=True, verbose_name="place in the day"
                            ),
                        ),
                        ("arrived_at", models.DateTimeField(null=True, verbose_name="checked in")),
                        ("left_at", models.DateTimeField(null=True, verbose_name="checked out")),
                        (
                            "refused_at",
                            models.DateTimeField(null=True, verbose_name="refused by the gate"),
                        ),
                        (
                            "alarmed_at",
                            models.DateTimeField(
                                null=True, verbose_name="lead told that no word came"
                            ),
                        ),
                        ("over_at", models.DateTimeField(null=True, verbose_name="over since")),
                        (
                            "address",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="loans.address",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "attempt",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visit",
                                to="compliance.attempt",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="collections_app.case",
                            ),
                        ),
                        (
                            "contact",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visit",
                                to="collections_app.contact",
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="compliance.servednotice",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="loans.party",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits_requested",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second_visitor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits_along",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "purpose",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="collections_app.visitpurpose",
                            ),
                        ),
                        (
                            "notice_message",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="notifications.message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "visit",
                        "verbose_name_plural": "visits",
                        "ordering": ["visit_on", "place_in_day", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("agent__isnull", False)),
                                fields=["agent", "visit_on"],
                                name="visit_agent_day",
                            ),
                            models.Index(
                                condition=models.Q(("second_visitor__isnull", False)),
                                fields=["second_visitor", "visit_on"],
                                name="visit_second_day",
                            ),
                            models.Index(fields=["visit_on", "id"], name="visit_day"),
                            models.Index(
                                condition=models.Q(("state__in", ("planned", "booked"))),
                                fields=["opens_at"],
                                name="visit_to_book",
                            ),
                            models.Index(
                                condition=models.Q(("notice_message__isnull", False)),
                                fields=["notice_message"],
                                name="visit_notice_sent",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "requested",
                                            "planned",
                                            "booked",
                                            "arrived",
                                            "done",
                                            "cancelled",
                                        ],
                                    )
                                ),
                                name="visit_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ("planned", "booked", "arrived")),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("agent__isnull", False),
                                        ("closes_at__isnull", False),
                                        ("opens_at__isnull", False),
                                        ("place_in_day__isnull", False),
                                        ("visit_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="visit_on_a_route_is_planned",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "booked"), _negated=True),
                                    ("attempt__isnull", False),
                                    _connector="OR",
                                ),
                                name="visit_booked_has_attempt",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opens_at__isnull", True),
                                    ("closes_at__gt", models.F("opens_at")),
                                    _connector="OR",
                                ),
                                name="visit_window_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second_visitor__isnull", True),
                                    models.Q(("second_visitor", models.F("agent")), _negated=True),
                                    _connector="OR",
                                ),
                                name="visit_two_are_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            ("requested", "planned", "booked", "arrived"),
                                        ),
                                        ("over_at__isnull", True),
                                    ),
                                    models.Q(
                                        models.Q(
                                            (
                                                "state__in",
                                                ("requested", "planned", "booked", "arrived"),
                                            ),
                                            _negated=True,
                                        ),
                                        ("over_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="visit_over_has_moment",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ("requested", "planned", "booked", "arrived"))
                                ),
                                fields=("case", "party"),
                                name="visit_one_pending",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="visit_life",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{arrived:done,booked:arrived,booked:cancelled,booked:done,booked:planned,booked:requested,planned:arrived,planned:booked,planned:cancelled,planned:done,planned:requested,requested:cancelled,requested:planned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="a4c2bb62094c2707a5f4c92ccecabc77a602a5fe",
                                    operation="UPDATE",
                                    pgid="pgtrigger_visit_life_c22b8",
                                    table="collections_app_visit",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="visit_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="a587235d52f32066a7d77b0bceba29619ce205f9",
                                    operation="DELETE",
                                    pgid="pgtrigger_visit_kept_4b4d1",
                                    table="collections_app_visit",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CashReceipt",
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
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="receipt"),
                        ),
                        ("amount", core.money.fields.MoneyField(verbose_name="amount")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="collections_app.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "cash receipt",
                        "verbose_name_plural": "cash receipts",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__gt", 0), models.Q(("number", ""), _negated=True)
                                ),
                                name="cash_receipt_of_money",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="cc7bc407d3d356e66d0644ceb162b3c1f268a8a8",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_d0c64",
                                    table="collections_app_cashreceipt",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="3ccf8af832d6e986c28259c221aca73738cca2bd",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_95e61",
                                    table="collections_app_cashreceipt",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CashHandIn",
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
                        ("amount", core.money.fields.MoneyField(verbose_name="counted")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "received_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "receipt",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hand_in",
                                to="collections_app.cashreceipt",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "cash handed in",
                        "verbose_name_plural": "cash handed in",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)), name="cash_hand_in_counted"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="c7b49e767abf7dfb0375788c3594ef2e881c643b",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_25d8e",
                                    table="collections_app_cashhandin",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="b841a6eb2cf731c356a76ee93a94c0c73820bf91",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_58f3e",
                                    table="collections_app_cashhandin",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VehicleSighting",
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
                        ("is_seen", models.BooleanField(verbose_name="seen")),
                        (
                            "condition",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not told"),
                                    ("good", "good"),
                                    ("worn", "worn or dented"),
                                    ("damaged", "damaged"),
                                    ("not_drivable", "cannot be driven"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        (
                            "place",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="place"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "vehicle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sightings",
                                to="loans.vehicle",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sightings",
                                to="collections_app.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "vehicle looked for",
                        "verbose_name_plural": "vehicles looked for",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "condition__in",
                                        ["", "good", "worn", "damaged", "not_drivable"],
                                    )
                                ),
                                name="sighting_condition_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_seen", True),
                                    models.Q(("condition", ""), ("place__isnull", True)),
                                    _connector="OR",
                                ),
                                name="sighting_of_what_was_seen",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="5773974d297db515fa39400a08a37bd9cdb88fe9",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_235d0",
                                    table="collections_app_vehiclesighting",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="012b591acaecb2b4b98f6283637e85f1bac01ff4",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_26f83",
                                    table="collections_app_vehiclesighting",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckIn",
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
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "position",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="position"
                            ),
                        ),
                        (
                            "accuracy",
                            models.PositiveIntegerField(null=True, verbose_name="accuracy, metres"),
                        ),
                        (
                            "distance",
                            models.PositiveIntegerField(
                                null=True, verbose_name="from the address, metres"
                            ),
                        ),
                        ("is_recording", models.BooleanField(verbose_name="the recording runs")),
                        (
                            "is_at_address",
                            models.BooleanField(
                                default=False, verbose_name="said to be at the address"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "visit",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="check_in",
                                to="collections_app.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "check-in",
                        "verbose_name_plural": "check-ins",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("position__isnull", False),
                                    models.Q(
                                        ("accuracy__isnull", True), ("distance__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="check_in_measured_from_position",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="199af2bdb6b0fb066b11236fd6fa8e9aaf720414",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_315d8",
                                    table="collections_app_checkin",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="989722a14b848f3f8f056d687323a8abd411ad59",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_24ae5",
                                    table="collections_app_checkin",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitEvent",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("requested", "asked for"),
                                    ("planned", "planned"),
                                    ("moved", "moved"),
                                    ("taken_off", "taken off the route"),
                                    ("notice_owed", "notice on its way"),
                                    ("notice", "announced"),
                                    ("notice_lost", "notice did not arrive"),
                                    ("booked", "let pass by the gate"),
                                    ("refused", "refused by the gate"),
                                    ("checked_in", "checked in"),
                                    ("photo", "photo taken"),
                                    ("vehicle", "vehicle looked for"),
                                    ("cash", "cash taken"),
                                    ("handed_in", "cash handed in"),
                                    ("no_word", "no word in time"),
                                    ("help", "asked for help"),
                                    ("checked_out", "checked out"),
                                    ("cancelled", "cancelled"),
                                    ("told_off", "person told that nobody comes"),
                                ],
                                max_length=11,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        ("data", models.JSONField(blank=True, default=dict)),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="collections_app.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "visit event",
                        "verbose_name_plural": "visit events",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["visit", "known_at"], name="visit_event_order")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "requested",
                                            "planned",
                                            "moved",
                                            "taken_off",
                                            "notice_owed",
                                            "notice",
                                            "notice_lost",
                                            "booked",
                                            "refused",
                                            "checked_in",
                                            "photo",
                                            "vehicle",
                                            "cash",
                                            "handed_in",
                                            "no_word",
                                            "help",
                                            "checked_out",
                                            "cancelled",
                                            "told_off",
                                        ],
                                    )
                                ),
                                name="visit_event_kind_known",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="7f83c6c58e916951ba471bd046870f35690af9ef",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_1d396",
                                    table="collections_app_visitevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="d66cf84c20ca5325b062f62343cd081e484166ae",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_93ede",
                                    table="collections_app_visitevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitPhoto",
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
                            "shows",
                            models.CharField(
                                choices=[
                                    ("door", "the door"),
                                    ("vehicle", "the vehicle"),
                                    ("document", "a document"),
                                    ("other", "something else"),
                                ],
                                max_length=8,
                                verbose_name="shows",
                            ),
                        ),
                        ("taken_at", models.DateTimeField(verbose_name="taken")),
                        ("width", models.PositiveIntegerField(verbose_name="width")),
                        ("height", models.PositiveIntegerField(verbose_name="height")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="collections_app.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "photo of a visit",
                        "verbose_name_plural": "photos of visits",
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("shows__in", ["door", "vehicle", "document", "other"])
                                ),
                                name="photo_shows_known",
                            ),
                            models.UniqueConstraint(fields=("visit", "sha256"), name="photo_once"),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="6f0cdc9e5e980ab2981c2795d0369bc8fc922779",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_ede3c",
                                    table="collections_app_visitphoto",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="7c23c4a195ae92410312474350b7c72725a25950",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_d5057",
                                    table="collections_app_visitphoto",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AddressPosition",
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
                            "position",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="position"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("by", models.CharField(max_length=120, verbose_name="by")),
                        (
                            "address",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="positions",
                                to="loans.address",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "position of an address",
                        "verbose_name_plural": "positions of addresses",
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["address", "at"], name="address_position_newest")
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="eb3d4f47a90b22002739f4192135e4326893d789",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_4c367",
                                    table="collections_app_addressposition",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="18d2e64d907d5b23d8a5bcd1fe11012e1be13c84",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_58de1",
                                    table="collections_app_addressposition",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(STANDARD_LIMITS, migrations.RunSQL.noop),
        migrations.RunSQL(STANDARD_PURPOSES, migrations.RunSQL.noop),
    ]
