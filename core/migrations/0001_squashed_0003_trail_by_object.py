"""All of core up to 0003, each table as it then was (docs/adr/0031-migrations-are-consolidated.md)."""

import django.contrib.postgres.fields
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.db import migrations, models

import core.calendars.models
import core.encryption.fields
import core.facts.fields
import core.facts.triggers
import core.ids
from core.schema.operations import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("core", "0001_initial"),
        ("core", "0002_last_runs"),
        ("core", "0003_trail_by_object"),
    ]

    initial = True

    dependencies = []

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="AuditSeal",
                    fields=[
                        ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("first_xid", core.facts.fields.Xid8Field()),
                        ("first_id", models.BigIntegerField()),
                        ("last_xid", core.facts.fields.Xid8Field()),
                        ("last_id", models.BigIntegerField()),
                        ("entry_count", models.PositiveIntegerField()),
                        ("leaves", models.BinaryField()),
                        ("root", models.BinaryField(max_length=32)),
                        ("previous", models.BinaryField(max_length=32)),
                        ("hash", models.BinaryField(max_length=32, unique=True)),
                        (
                            "sealed_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "audit seal",
                        "verbose_name_plural": "audit seals",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 1)),
                                name="core_auditseal_number_from_one",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="0aa6b049e2706c09aaf31f28163d939637ecac72",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_b7549",
                                    table="core_auditseal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="3eba370bbab499c7819f25969aa1e019f08156e6",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_59aeb",
                                    table="core_auditseal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HolidayCalendar",
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
                        ("code", models.CharField(max_length=20, unique=True)),
                        ("name", models.CharField(max_length=100)),
                        (
                            "country",
                            models.CharField(
                                help_text="ISO 3166 code of the country, such as CN or US.",
                                max_length=2,
                            ),
                        ),
                        (
                            "subdivision",
                            models.CharField(
                                blank=True,
                                help_text="ISO 3166-2 part of the country, such as ENG.",
                                max_length=10,
                            ),
                        ),
                        (
                            "weekend_days",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SmallIntegerField(
                                    validators=[
                                        django.core.validators.MinValueValidator(0),
                                        django.core.validators.MaxValueValidator(6),
                                    ]
                                ),
                                default=core.calendars.models.saturday_and_sunday,
                                help_text="Weekdays off: Monday is 0, Sunday is 6.",
                                size=None,
                            ),
                        ),
                        (
                            "filled_years",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SmallIntegerField(),
                                blank=True,
                                default=list,
                                editable=False,
                                size=None,
                            ),
                        ),
                        ("revision", models.UUIDField(default=core.ids.uuid7, editable=False)),
                    ],
                    options={
                        "verbose_name": "holiday calendar",
                        "verbose_name_plural": "holiday calendars",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
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
                        ("on", models.DateField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("holiday", "holiday"), ("workday", "working weekend")],
                                max_length=8,
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("library", "holiday library"),
                                    ("notice", "official notice"),
                                    ("manual", "entered by hand"),
                                ],
                                default="manual",
                                editable=False,
                                max_length=8,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="Where it is written: the notice, law or decision.",
                                max_length=200,
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="core.holidaycalendar",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "calendar day",
                        "verbose_name_plural": "calendar days",
                        "ordering": ["on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("calendar", "on"), name="core_calendarday_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["holiday", "workday"])),
                                name="core_calendarday_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DataKey",
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
                        ("wrapped", models.BinaryField(blank=True, null=True)),
                        ("key_version", models.PositiveIntegerField()),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "data key",
                        "verbose_name_plural": "data keys",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("destroyed_at__isnull", True)),
                                fields=["key_version", "id"],
                                name="core_datakey_live_version",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("destroyed_at__isnull", False), ("wrapped__isnull", True)
                                    ),
                                    models.Q(
                                        ("destroyed_at__isnull", True), ("wrapped__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="core_datakey_wrapped_or_destroyed",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FactCursor",
                    fields=[
                        (
                            "consumer",
                            models.CharField(max_length=100, primary_key=True, serialize=False),
                        ),
                        ("last_xid", core.facts.fields.Xid8Field(default=0)),
                        ("last_id", models.CharField(blank=True, max_length=40)),
                        ("consumed_count", models.BigIntegerField(default=0)),
                        ("moved_at", models.DateTimeField(blank=True, null=True)),
                        ("failure_count", models.PositiveIntegerField(default=0)),
                        ("failed_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.TextField(blank=True)),
                        ("fact_table", models.CharField(blank=True, max_length=100)),
                    ],
                    options={
                        "verbose_name": "fact cursor",
                        "verbose_name_plural": "fact cursors",
                    },
                ),
                migrations.CreateModel(
                    name="FactSetAside",
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
                        ("consumer", models.CharField(max_length=100)),
                        ("fact_table", models.CharField(max_length=100)),
                        ("fact_id", models.CharField(max_length=40)),
                        ("error", models.TextField()),
                        (
                            "set_aside_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                        ("retry_requested_at", models.DateTimeField(blank=True, null=True)),
                        ("resolved_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "fact set aside",
                        "verbose_name_plural": "facts set aside",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("consumer", "fact_id"),
                                name="core_factsetaside_once_per_consumer",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        (
                            "name",
                            models.CharField(max_length=200, primary_key=True, serialize=False),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("scheduler", "scheduler"), ("worker", "worker")],
                                max_length=10,
                            ),
                        ),
                        ("seen_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "heartbeat",
                        "verbose_name_plural": "heartbeats",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["scheduler", "worker"])),
                                name="core_heartbeat_kind",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IdempotencyKey",
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
                        ("scope", models.CharField(max_length=100)),
                        ("key", models.CharField(max_length=200)),
                        ("fingerprint", models.CharField(max_length=64)),
                        (
                            "result",
                            models.JSONField(
                                encoder=django.core.serializers.json.DjangoJSONEncoder, null=True
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "idempotency key",
                        "verbose_name_plural": "idempotency keys",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scope", "key"), name="core_idempotencykey_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JobRun",
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
                        ("name", models.CharField(max_length=100)),
                        ("scope", models.CharField(blank=True, max_length=100)),
                        ("business_date", models.DateField(blank=True, null=True)),
                        ("shard", models.PositiveIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("attempt_count", models.PositiveIntegerField(default=0)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "counts",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                encoder=django.core.serializers.json.DjangoJSONEncoder,
                            ),
                        ),
                        ("error", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "job run",
                        "verbose_name_plural": "job runs",
                        "indexes": [
                            models.Index(
                                fields=["scope", "business_date"], name="core_jobrun_scope"
                            ),
                            models.Index(fields=["state", "started_at"], name="core_jobrun_state"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("name", "scope", "business_date", "shard"),
                                name="core_jobrun_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_at__isnull", True), ("state", "running")),
                                    models.Q(
                                        ("finished_at__isnull", False),
                                        ("state__in", ["done", "failed"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="core_jobrun_finished_when_ended",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StoredFile",
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
                        ("has_own_key", models.BooleanField()),
                        ("sealed_name", core.encryption.fields.SealedField(blank=True, null=True)),
                        ("content_type", models.CharField(max_length=100)),
                        (
                            "size",
                            models.BigIntegerField(
                                validators=[django.core.validators.MinValueValidator(0)]
                            ),
                        ),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        (
                            "stored_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        ("erased_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "data_key",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="core.datakey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "stored file",
                        "verbose_name_plural": "stored files",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("size__gte", 0)),
                                name="core_storedfile_size_not_negative",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "xid",
                            core.facts.fields.Xid8Field(
                                db_default=core.facts.fields.CurrentXactId(), editable=False
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        (
                            "actor_kind",
                            models.CharField(
                                choices=[
                                    ("user", "user"),
                                    ("system", "system"),
                                    ("integration", "integration"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("actor_id", models.CharField(max_length=64)),
                        ("actor_label", models.CharField(max_length=200)),
                        ("action", models.CharField(max_length=100)),
                        ("object_type", models.CharField(max_length=100)),
                        ("object_id", models.CharField(max_length=100)),
                        ("portfolio_id", models.UUIDField(blank=True, null=True)),
                        ("reason", models.TextField(blank=True)),
                        (
                            "data",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                encoder=django.core.serializers.json.DjangoJSONEncoder,
                            ),
                        ),
                        ("count", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "verbose_name": "audit entry",
                        "verbose_name_plural": "audit entries",
                        "indexes": [
                            models.Index(fields=["xid", "id"], name="core_audit_xid"),
                            models.Index(fields=["actor_id", "-id"], name="core_audit_actor"),
                            models.Index(
                                fields=["portfolio_id", "-id"], name="core_audit_portfolio"
                            ),
                            models.Index(fields=["at"], name="core_audit_at"),
                            models.Index(
                                fields=["object_id", "object_type", "-id"],
                                name="core_audit_object_id",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("actor_kind__in", ["user", "system", "integration"])
                                ),
                                name="core_auditentry_actor_kind",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="append_only",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="65653eb4b409a5d4314559bbd40728855b581ade",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_append_only_97da0",
                                    table="core_auditentry",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="append_only_truncate",
                                sql=core.facts.triggers.AppendOnlySql(
                                    func="RAISE EXCEPTION '% on % is refused: the table is append-only. Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                                    hash="d65e813d182eea261f679452da4fbf772c0283b8",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_append_only_truncate_336b1",
                                    table="core_auditentry",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LastRun",
                    fields=[
                        (
                            "task",
                            models.CharField(max_length=200, primary_key=True, serialize=False),
                        ),
                        ("finished_at", models.DateTimeField()),
                        ("took_milliseconds", models.PositiveIntegerField(default=0)),
                        ("has_failed", models.BooleanField(default=False)),
                        ("error", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "verbose_name": "last run of a task",
                        "verbose_name_plural": "last runs of tasks",
                    },
                ),
            ]
        ),
    ]
