"""Settings of the test run: the real ones, only faster."""

import os

from config.embedded.testing import ensure_services

ensure_services()

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATABASES, REDIS_URL  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = BASE_DIR / "static"  # noqa: F405 - nothing is collected for a test run
SECURE_SSL_REDIRECT = False
REQUIRE_SECOND_FACTOR = False
IMPORT_PROCESSES = 1
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"

# Parallel test processes must not see each other's keys.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
CACHES["default"]["KEY_PREFIX"] = f"makegood-test-{os.getppid()}-{_WORKER}"
if _WORKER and EMBEDDED_SERVICES:  # noqa: F405
    REDIS_URL = f"{REDIS_URL.rpartition('/')[0]}/{int(_WORKER.removeprefix('gw')) + 1}"
    CACHES["default"]["LOCATION"] = CELERY_BROKER_URL = REDIS_URL

# bin/test has migrated a database already; a copy of it takes a second.
if _TEMPLATE := os.environ.get("TEST_DATABASE_TEMPLATE", ""):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _TEMPLATE}
