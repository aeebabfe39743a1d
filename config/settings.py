"""Settings, read from the environment. Secrets have no default; DEBUG is off unless asked for.

A variable NAME may also be given as NAME_FILE, the path of a file that holds its value
(mounted secrets). Every variable read here stands in `.env.example`; a test compares the two.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from config import api_settings, broker
from config.database import databases
from config.dossier_sections import DOSSIER_SECTIONS as _DOSSIER_SECTIONS
from config.environment import Environment
from config.fact_consumers import FACT_CONSUMERS as _FACT_CONSUMERS
from config.logs import logging_config
from config.safety import refuse_short_lease, refuse_unsafe
from config.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- what this process is ---------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False)
# Set by bin/demo and bin/test for the servers they start; refused with SECURE_TRANSPORT.
EMBEDDED_SERVICES = env.flag("EMBEDDED_SERVICES", default=False)
SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
SITE_NAME = "Makegood"
# Tests of crashes: the place where this process kills itself (core.jobs.failpoints).
FAIL_AT = env.text("MAKEGOOD_FAIL_AT", default="")

INSTALLED_APPS = [
    "accounts.access.admin_app.MakegoodAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # its templates for controls, behind our own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "pgtrigger",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "core",
    "accounts",
    "loans",
    "compliance",
    "notifications",
    "collections_app",
    "reporting",
    "config.demo_data",  # the command load_demo
    "config.backups",  # the commands backup and restore
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.request_log.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.users.middleware.PreferencesMiddleware",
    "accounts.signin.middleware.SessionLimitsMiddleware",
    "accounts.signin.expiry.SignInRequiredMiddleware",
    "accounts.signin.middleware.FirstStepsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.navigation.frame",
                "accounts.signin.expiry.session_end",
                "collections_app.desk.after_saving.last_saved",
            ],
            # Both libraries replace the loaders when left to themselves and undo each other.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "config.marks",  # after cotton: takes the small components over
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.money.tags",
            ],
        },
    },
]

# --- data --------------------------------------------------------------------------------
DATABASES = databases(env)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": env.text("CACHE_URL", default=REDIS_URL),
        "KEY_PREFIX": "makegood",
        "OPTIONS": broker.cache_options(),
    }
}
MEDIA_ROOT = env.path("MEDIA_ROOT", default=BASE_DIR / "var" / "media")
# Less free space than this for uploaded files is shown on /readyz and counts as an alert.
MEDIA_MIN_FREE_MEGABYTES = env.number("MEDIA_MIN_FREE_MEGABYTES", default=1024)

# --- close -------------------------------------------------------------------------------
# loans of one transaction; above 16 times as many, its 16 parts grow
CLOSE_LOANS_PER_SHARD = env.number("CLOSE_LOANS_PER_SHARD", default=50_000)
# connections on which these transactions run at the same time
CLOSE_CONNECTIONS = env.number("CLOSE_CONNECTIONS", default=min(os.cpu_count() or 1, 4))

# --- imports -----------------------------------------------------------------------------
IMPORT_MAX_MEGABYTES = env.number("IMPORT_MAX_MEGABYTES", default=50)
IMPORT_MAX_ROWS = env.number("IMPORT_MAX_ROWS", default=500_000)
IMPORT_BATCH_ROWS = env.number("IMPORT_BATCH_ROWS", default=5_000)  # rows of one transaction
# processes that replay the new loans of a folder
IMPORT_PROCESSES = env.number("IMPORT_PROCESSES", default=min(os.cpu_count() or 1, 4))
# Kinds of file that apps above loans bring along: code -> dotted name of a loans.imports Kind.
IMPORT_KINDS: dict[str, str] = {
    "contacts": "compliance.attempts.imports.KIND",
    "stops": "compliance.stops.imports.KIND",
    "consents": "compliance.consents.imports.KIND",
    "preferences": "compliance.preferences.imports.KIND",
    "complaints": "compliance.complaints.imports.KIND",
    "promises": "collections_app.promises.imports.KIND",
}

# An import is undone only while nothing was built on it: functions of apps above that say what was.
IMPORT_TOUCHES: list[str] = [
    "compliance.attempts.touches.contacts_since",
    "collections_app.cases.touches.work_since",
    "collections_app.promises.touches.promises_since",
    "collections_app.plans.touches.plans_since",
    "collections_app.legal.touches.matters_since",
]

# What the pages of portfolios are told by apps above: which rule packs there are and which of
# those named have no version in force, and short notes
# (last close, open cases) by portfolio.
RULE_PACK_CHOICES = "compliance.rulepacks.queries.pack_choices"
RULE_PACKS_MISSING = "compliance.rulepacks.queries.packs_missing"
PORTFOLIO_NOTES: list[str] = ["collections_app.close.portfolio_notes.notes_by_portfolio"]

# --- personal data -----------------------------------------------------------------------
# "version:base64key" pairs; the highest version wraps new keys, older ones still open theirs.
DATA_KEYS = env.versioned_keys("DATA_KEYS")
BLIND_INDEX_KEY = env.key("BLIND_INDEX_KEY")

# --- sign-in -----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.signin.passwords.MaximumLengthValidator"},
    {"NAME": "accounts.signin.passwords.ContextWordValidator"},
    {"NAME": "accounts.signin.passwords.RepetitionValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.signin.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/ip,5/15m/key", "login": "30/m/ip"}
# Machines in front of us that add to X-Forwarded-For; limits per address read it from there.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", default=0)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a reset for an unknown address writes to nobody
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # the second factor is still asked for
ACCOUNT_SESSION_REMEMBER = True  # no box to tick: the limits below are the same for everyone
# The library's own generator stores addresses in a second table; Django's is bound to the user.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
MFA_ADAPTER = "accounts.signin.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_ENGINE = "accounts.signin.sessions"  # in the database: signing in needs no Redis
SESSION_IDLE_LIMIT = timedelta(minutes=30)
SESSION_ABSOLUTE_LIMIT = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE_LIMIT.total_seconds())

# --- transport ---------------------------------------------------------------------------
SECURE_TRANSPORT = env.flag("SECURE_TRANSPORT", default=not DEBUG)
SECURE_SSL_REDIRECT = SECURE_TRANSPORT
# Everyone who signs in with a password sets up a second factor first.
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=SECURE_TRANSPORT)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, no TLS
# Only behind a proxy that sets this header on every request and strips it from visitors.
if env.flag("TRUST_PROXY_HEADER", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TRANSPORT
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # forms and htmx carry the token themselves
if SECURE_TRANSPORT:  # browsers take these names only over TLS, for this very host
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE_TRANSPORT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_TRANSPORT
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # forms; files are streamed to disk
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- languages, time ---------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- static ------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- background work ---------------------------------------------------------------------
CELERY_BROKER_URL = broker.broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options()
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = broker.transport_options()
CELERY_VISIBILITY_TIMEOUT = broker.VISIBILITY_TIMEOUT_SECONDS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # sweeps recover; redelivery would loop on poison
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULER = "config.scheduler.SeenScheduler"
# Who reads which facts, and what a dossier tells: lists of their own.
FACT_CONSUMERS = _FACT_CONSUMERS
DOSSIER_SECTIONS = _DOSSIER_SECTIONS

# Seconds: a whole call to a provider, one worker's turn at an account, and how long a worker owns
# a message. See notifications/outbox/claiming.py.
OUTBOX_CALL_SECONDS = env.number("OUTBOX_CALL_SECONDS", default=10)
OUTBOX_TURN_SECONDS = env.number("OUTBOX_TURN_SECONDS", default=35)
OUTBOX_LEASE_SECONDS = env.number("OUTBOX_LEASE_SECONDS", default=90)
# Waits after the first, second, ... refusal that passes, where the provider names none; the last
# one holds for every try after it.
OUTBOX_RETRY_SECONDS = env.numbers("OUTBOX_RETRY_SECONDS", default=(30, 120, 600, 1_800))

# Purpose of a message -> what says whether it is still so, where that is known above the outbox.
MESSAGE_CHECKS: dict[str, str] = {
    "promise_tomorrow": "collections_app.promises.messages.still_promised",
    "promise_broken": "collections_app.promises.messages.still_broken",
    "plan_agreed": "collections_app.plans.messages.still_agreed",
    "plan_instalment": "collections_app.plans.messages.still_due",
    "plan_broken": "collections_app.plans.messages.still_broken",
    "visit_notice": "collections_app.visits.announcing.still_planned",
    "visit_called_off": "collections_app.visits.calling_off.still_off",
    "thanks": "collections_app.strategy.thanks.still_received",
}

# What says whether a message that was planned is still wanted, at the second of sending.
PLANNED_MESSAGE_CHECK = "collections_app.strategy.temper.still_wanted"

# Who is told of every message received, by its id, once it is kept.
REPLY_RECEIVERS = [
    "collections_app.desk.replies.tell_holders",
    "collections_app.callbacks.following.note_reply",
]

# What the pages of people say about work and grants, which live above them (accounts.people).
PEOPLE_TIES = {
    "open_work": "collections_app.cases.ties.open_work",
    "granted_to_teams": "loans.portfolios.ties.granted_to_teams",
}

# `conformance KIND FILE`: the function that runs a file of scenarios of that kind.
CONFORMANCE_KINDS = {
    "contacts": "compliance.conformance.services.run",
    "loans": "loans.conformance.services.run",
}

# --- programming interface ---------------------------------------------------------------
REST_FRAMEWORK = api_settings.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api_settings.SPECTACULAR_SETTINGS
# Calls a minute of one token, for reads and for writes.
API_LIMITS = {
    "read": env.number("API_READS_PER_MINUTE", default=600),
    "write": env.number("API_WRITES_PER_MINUTE", default=120),
}

# --- metrics, logs -----------------------------------------------------------------------
# Who reads /metrics sends this as a bearer token; without one only this machine may.
METRICS_TOKEN = env.text("METRICS_TOKEN", default="")
# host:port where a worker shows the metrics of its tasks; empty for none.
WORKER_METRICS_ADDRESS = env.text("WORKER_METRICS_ADDRESS", default="")
LOGGING = logging_config(level=env.text("LOG_LEVEL", default="INFO"), readable=DEBUG)

refuse_short_lease(lease=OUTBOX_LEASE_SECONDS, turn=OUTBOX_TURN_SECONDS, call=OUTBOX_CALL_SECONDS)
refuse_unsafe(
    debug=DEBUG,
    secure_transport=SECURE_TRANSPORT,
    allowed_hosts=ALLOWED_HOSTS,
    embedded_services=EMBEDDED_SERVICES,
    fail_at=FAIL_AT,
    database=DATABASES["default"],
    var=BASE_DIR / "var",
)
