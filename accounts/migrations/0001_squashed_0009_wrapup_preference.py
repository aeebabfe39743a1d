"""All of accounts up to 0009, each table as it then was (docs/adr/0031-migrations-are-consolidated.md)."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import accounts.users.models
import core.encryption.fields
import core.ids
from core.schema.operations import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_display_preferences"),
        ("accounts", "0003_assignment_profile"),
        ("accounts", "0004_queue_opening"),
        ("accounts", "0005_signing_secrets"),
        ("accounts", "0006_team_targets"),
        ("accounts", "0007_guide_preference"),
        ("accounts", "0008_shortcut_keys"),
        ("accounts", "0009_wrapup_preference"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed_0003_trail_by_object"),
    ]

    operations = [
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="Team",
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
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "team",
                        "verbose_name_plural": "teams",
                        "ordering": ["name", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("name"),
                                name="team_name_unique",
                                violation_error_message="There is already a team of this name.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="team_name_given",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
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
                            "email",
                            models.EmailField(
                                error_messages={
                                    "unique": "Somebody already signs in with this e-mail address."
                                },
                                max_length=254,
                                unique=True,
                                verbose_name="e-mail",
                            ),
                        ),
                        ("full_name", models.CharField(max_length=120, verbose_name="name")),
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
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("zh-hans", "简体中文")],
                                default="en",
                                max_length=10,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "theme",
                            models.CharField(
                                choices=[
                                    ("auto", "As the device"),
                                    ("light", "Light"),
                                    ("dark", "Dark"),
                                ],
                                default="auto",
                                max_length=5,
                                verbose_name="theme",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC",
                                max_length=64,
                                validators=[accounts.users.models.check_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(default=True, verbose_name="may sign in"),
                        ),
                        (
                            "must_change_password",
                            models.BooleanField(
                                default=False,
                                help_text="Set when an administrator chose the password.",
                                verbose_name="must choose a new password",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="created"),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "more_contrast",
                            models.BooleanField(
                                default=False,
                                help_text="Darker words and lines in both themes.",
                                verbose_name="more contrast",
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="The most people held at once; empty: no limit.",
                                null=True,
                                verbose_name="capacity",
                            ),
                        ),
                        (
                            "regions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="regions",
                            ),
                        ),
                        (
                            "share_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="Percent: 100 takes a full share of new people, 50 half of one, 0 none.",
                                verbose_name="share of the queue",
                            ),
                        ),
                        (
                            "skills",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SlugField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="skills",
                            ),
                        ),
                        (
                            "spoken_languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="languages spoken",
                            ),
                        ),
                        (
                            "queue_opens_with",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=300,
                                verbose_name="what the queue opens with",
                            ),
                        ),
                        (
                            "has_guide",
                            models.BooleanField(
                                db_default=True,
                                default=True,
                                help_text="What to say, beside the case. What must be said is shown either way.",
                                verbose_name="guide",
                            ),
                        ),
                        (
                            "shortcut_keys",
                            models.CharField(
                                choices=[
                                    ("letters", "Alone, outside of fields"),
                                    ("alt", "With Alt held"),
                                    ("off", "Not at all"),
                                ],
                                db_default="letters",
                                default="letters",
                                help_text="How letters, digits and signs do things. Keys with Ctrl always work.",
                                max_length=7,
                                verbose_name="keys",
                            ),
                        ),
                        (
                            "wrapup_seconds",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "no clock"),
                                    (10, "after 10 seconds"),
                                    (30, "after 30 seconds"),
                                    (60, "after 60 seconds"),
                                    (90, "after 90 seconds"),
                                    (120, "after 120 seconds"),
                                ],
                                db_default=60,
                                default=60,
                                help_text="Seconds after a call until its clock turns amber. Nothing else happens then.",
                                verbose_name="wrap-up time",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "ordering": ["full_name", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("email", django.db.models.functions.text.Lower("email")),
                                    models.Q(("email", ""), _negated=True),
                                ),
                                name="user_email_lower_case",
                            ),
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
                                name="user_role_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("language__in", ["en", "zh-hans"])),
                                name="user_language_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("theme__in", ["auto", "light", "dark"])),
                                name="user_theme_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("share_percent__lte", 100)),
                                name="user_share_percent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("capacity__isnull", True),
                                    ("capacity__gte", 1),
                                    _connector="OR",
                                ),
                                name="user_capacity_someone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("shortcut_keys__in", ["letters", "alt", "off"])
                                ),
                                name="user_shortcut_keys_known",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.AddField(
            model_name="team",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leads",
                to=settings.AUTH_USER_MODEL,
                verbose_name="team lead",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="target_attempts",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="attempts a day"
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="target_promises",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="promises a day"
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="target_talks",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="right parties a day"
            ),
        ),
        CreateModels(
            operations=[
                migrations.CreateModel(
                    name="Course",
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
                            "skill",
                            models.CharField(
                                max_length=40,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z][a-z0-9_.]*$",
                                        "Lower case letters, digits, dots, underscores.",
                                    )
                                ],
                                verbose_name="skill",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "valid_months",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty means a certificate does not run out.",
                                null=True,
                                verbose_name="valid for (months)",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "course",
                        "verbose_name_plural": "courses",
                        "ordering": ["name", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_months__isnull", True),
                                    ("valid_months__gt", 0),
                                    _connector="OR",
                                ),
                                name="course_valid_months_positive",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Certificate",
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
                        ("issued_on", models.DateField(verbose_name="issued")),
                        (
                            "expires_on",
                            models.DateField(blank=True, null=True, verbose_name="last day"),
                        ),
                        (
                            "revoked_on",
                            models.DateField(blank=True, null=True, verbose_name="revoked"),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certificates",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                        (
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certificates",
                                to="accounts.course",
                                verbose_name="course",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "certificate",
                        "verbose_name_plural": "certificates",
                        "ordering": ["-issued_on", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "course", "issued_on"),
                                name="certificate_once_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_on__isnull", True),
                                    ("expires_on__gte", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="certificate_expires_after_issue",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_on__isnull", True),
                                    ("revoked_on__gte", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="certificate_revoked_after_issue",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leave",
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
                        ("starts_on", models.DateField(verbose_name="first day")),
                        ("ends_on", models.DateField(verbose_name="last day")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("annual", "Annual leave"),
                                    ("sick", "Sick leave"),
                                    ("training", "Training"),
                                    ("other", "Other"),
                                ],
                                default="annual",
                                max_length=10,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="leaves",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "leave",
                        "verbose_name_plural": "leave",
                        "ordering": ["-starts_on", "user"],
                        "indexes": [
                            models.Index(fields=["user", "ends_on"], name="leave_by_user_end")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="leave_ends_after_start",
                                violation_error_message="The last day lies before the first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reason__in", ["annual", "sick", "training", "other"])
                                ),
                                name="leave_reason_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                            "urgency",
                            models.CharField(
                                choices=[
                                    ("do_now", "To do"),
                                    ("know", "To know"),
                                    ("digest", "Summary"),
                                ],
                                max_length=6,
                                verbose_name="urgency",
                            ),
                        ),
                        ("key", models.CharField(max_length=60, verbose_name="text")),
                        (
                            "params",
                            models.JSONField(
                                blank=True, default=dict, verbose_name="values in the text"
                            ),
                        ),
                        (
                            "link",
                            models.CharField(blank=True, max_length=300, verbose_name="leads to"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="sent")),
                        (
                            "read_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="read"),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("read_at__isnull", True)),
                                fields=["user", "-created_at"],
                                name="notice_unread_by_user",
                            ),
                            models.Index(fields=["user", "-created_at"], name="notice_by_user"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("urgency__in", ["do_now", "know", "digest"])),
                                name="notice_urgency_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("link", ""), ("link__startswith", "/"), _connector="OR"
                                ),
                                name="notice_link_local",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Shift",
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
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="weekday",
                            ),
                        ),
                        ("starts_at", models.TimeField(verbose_name="from")),
                        (
                            "ends_at",
                            models.TimeField(
                                help_text="Earlier than the start means the next morning.",
                                verbose_name="to",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                max_length=64,
                                validators=[accounts.users.models.check_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shifts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shift",
                        "verbose_name_plural": "shifts",
                        "ordering": ["user", "weekday", "starts_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("weekday__gte", 0), ("weekday__lte", 6)),
                                name="shift_weekday_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("starts_at", models.F("ends_at")), _negated=True
                                ),
                                name="shift_not_empty",
                                violation_error_message="A shift ends at another time than it starts.",
                            ),
                            models.UniqueConstraint(
                                fields=("user", "weekday", "starts_at"), name="shift_start_unique"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UserSession",
                    fields=[
                        (
                            "session_key",
                            models.CharField(
                                max_length=40,
                                primary_key=True,
                                serialize=False,
                                verbose_name="session key",
                            ),
                        ),
                        ("session_data", models.TextField(verbose_name="session data")),
                        (
                            "expire_date",
                            models.DateTimeField(db_index=True, verbose_name="expire date"),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "session",
                        "verbose_name_plural": "sessions",
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
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
                        ("name", models.CharField(max_length=80, verbose_name="what it is for")),
                        (
                            "prefix",
                            models.CharField(
                                max_length=16, unique=True, verbose_name="begins with"
                            ),
                        ),
                        (
                            "digest",
                            models.BinaryField(max_length=32, unique=True, verbose_name="SHA-256"),
                        ),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                size=None,
                                verbose_name="rights",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="issued")),
                        ("expires_at", models.DateTimeField(verbose_name="runs out")),
                        (
                            "revoked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="revoked"),
                        ),
                        (
                            "last_used_on",
                            models.DateField(blank=True, null=True, verbose_name="last used"),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="integration",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API token",
                        "verbose_name_plural": "API tokens",
                        "ordering": ["-created_at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="api_token_runs_out_later",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("scopes__len__gt", 0)),
                                name="api_token_has_rights",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
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
                        ("kind", models.CharField(max_length=60, verbose_name="kind")),
                        ("subject_type", models.CharField(max_length=60, verbose_name="subject")),
                        ("subject_id", models.CharField(max_length=64, verbose_name="subject id")),
                        (
                            "portfolio_id",
                            models.UUIDField(blank=True, null=True, verbose_name="portfolio"),
                        ),
                        ("brief", models.JSONField(default=dict, verbose_name="brief")),
                        (
                            "decide_right",
                            models.CharField(max_length=60, verbose_name="right to decide"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting for a second person"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn by who asked"),
                                    ("expired", "Not decided in time"),
                                ],
                                default="pending",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("requested_at", models.DateTimeField(verbose_name="asked")),
                        (
                            "expires_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="lapses"),
                        ),
                        (
                            "closed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="closed"),
                        ),
                        (
                            "reason",
                            models.TextField(blank=True, verbose_name="reason of the decision"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals_decided",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty when the system asks.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals_requested",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "approval",
                        "verbose_name_plural": "approvals",
                        "ordering": ["-requested_at", "id"],
                        "indexes": [
                            models.Index(
                                fields=["status", "expires_at"], name="approval_open_by_expiry"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ["pending", "approved", "refused", "withdrawn", "expired"],
                                    )
                                ),
                                name="approval_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by__isnull", True),
                                    models.Q(
                                        ("decided_by", models.F("requested_by")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_second_person",
                                violation_error_message="Nobody decides what they asked for themselves.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        ("status__in", ["approved", "refused"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("status__in", ["approved", "refused"]),
                                            _negated=True,
                                        ),
                                        ("decided_by__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_decided_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("status", "pending")),
                                    models.Q(
                                        models.Q(("status", "pending"), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_closed_when_not_pending",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "pending")),
                                fields=("kind", "subject_type", "subject_id"),
                                name="approval_one_pending_per_subject",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="approval_flow",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{pending:approved,pending:refused,pending:withdrawn,pending:expired}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="29cab46ec33da13b8dc12a4e1c3c9ef9e0b7d110",
                                    operation="UPDATE",
                                    pgid="pgtrigger_approval_flow_88871",
                                    table="accounts_approval",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="approval_request_fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."subject_type" IS DISTINCT FROM (NEW."subject_type") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id") OR OLD."portfolio_id" IS DISTINCT FROM (NEW."portfolio_id") OR OLD."brief" IS DISTINCT FROM (NEW."brief") OR OLD."decide_right" IS DISTINCT FROM (NEW."decide_right") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="fe0e3e9563dde5da3a06024c37673e1597b18d36",
                                    operation="UPDATE",
                                    pgid="pgtrigger_approval_request_fixed_15d75",
                                    table="accounts_approval",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="approval_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="f57345a11729e4e994402a982bea4df74568c00e",
                                    operation="DELETE",
                                    pgid="pgtrigger_approval_kept_ee2cd",
                                    table="accounts_approval",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SeenSignature",
                    fields=[
                        (
                            "signature",
                            models.BinaryField(max_length=32, primary_key=True, serialize=False),
                        ),
                        (
                            "seen_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                db_index=True,
                                editable=False,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "accepted signature",
                        "verbose_name_plural": "accepted signatures",
                    },
                ),
                migrations.CreateModel(
                    name="SigningSecret",
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
                            "slot",
                            models.PositiveSmallIntegerField(
                                editable=False, verbose_name="first or second"
                            ),
                        ),
                        (
                            "prefix",
                            models.CharField(
                                editable=False, max_length=16, verbose_name="begins with"
                            ),
                        ),
                        (
                            "secret",
                            core.encryption.fields.SealedField(
                                blank=True, null=True, verbose_name="secret"
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="issued")),
                        (
                            "revoked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="revoked"),
                        ),
                        (
                            "data_key",
                            models.OneToOneField(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.datakey",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signing_secrets",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="integration",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "signing secret",
                        "verbose_name_plural": "signing secrets",
                        "ordering": ["-created_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at__isnull", True)),
                                fields=("user", "slot"),
                                name="signing_secret_two_at_most",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("slot__in", [1, 2])),
                                name="signing_secret_slot_known",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
