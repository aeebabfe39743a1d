"""The web process. Its database work is bounded, so one slow query cannot take the site."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("PROCESS_NAME", "makegood-web")
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "5000")
os.environ.setdefault("DATABASE_LOCK_TIMEOUT_MS", "2000")
os.environ.setdefault("DATABASE_IDLE_TIMEOUT_MS", "15000")
application = get_wsgi_application()
