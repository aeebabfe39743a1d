"""What beat wakes, and when. Reviewed like code, in UTC: local days are the task's business.

A tick only wakes work that the database already owes; a lost or doubled tick changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery.schedules import crontab, schedule

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "consume-facts": {
        "task": "core.facts.tasks.sweep_consumers",
        "schedule": schedule(timedelta(seconds=10)),
    },
    "seal-audit": {
        "task": "core.audit.tasks.seal_audit",
        "schedule": schedule(timedelta(seconds=10)),
    },
    "beat-heart": {
        "task": "core.jobs.tasks.beat_heart",
        "schedule": schedule(timedelta(minutes=1)),
    },
    "prune-idempotency-keys": {
        "task": "core.idempotency.tasks.prune_idempotency_keys",
        "schedule": crontab(minute="20", hour="3"),
    },
    "fill-coming-years": {
        "task": "core.calendars.tasks.fill_coming_years",
        "schedule": crontab(minute="40", hour="3"),
    },
    "expire-approvals": {
        "task": "accounts.approvals.tasks.expire_approvals",
        "schedule": schedule(timedelta(minutes=10)),
    },
    "refresh-workable-hints": {
        "task": "collections_app.worklist.tasks.refresh_due_hints",
        "schedule": schedule(timedelta(seconds=30)),
    },
    "watch-callbacks": {
        "task": "collections_app.callbacks.tasks.watch_callbacks",
        "schedule": schedule(timedelta(minutes=1)),
    },
    "let-calling-numbers-go": {
        "task": "collections_app.dialling.tasks.let_calling_numbers_go",
        "schedule": crontab(minute="50", hour="3"),
    },
    "watch-legal-days": {
        "task": "collections_app.legal.tasks.watch_legal_days",
        "schedule": schedule(timedelta(hours=1)),
    },
    "prune-signatures": {
        "task": "accounts.signatures.tasks.prune_signatures",
        "schedule": schedule(timedelta(minutes=10)),
    },
    "sweep-imports": {
        "task": "loans.imports.tasks.sweep_imports",
        "schedule": schedule(timedelta(minutes=1)),
    },
    "cool-relationships": {
        "task": "collections_app.relationship.tasks.cool_relationships",
        "schedule": crontab(minute="5"),
    },
    "sweep-dossiers": {
        "task": "reporting.dossier.tasks.sweep_dossiers",
        "schedule": schedule(timedelta(minutes=1)),
    },
    "sweep-outbox": {
        "task": "notifications.outbox.tasks.sweep_outbox",
        "schedule": schedule(timedelta(seconds=10)),
    },
    "ask-about-uncertain": {
        "task": "notifications.outbox.tasks.ask_about_uncertain",
        "schedule": schedule(timedelta(seconds=30)),
    },
    "plan-where-books-are-late": {
        "task": "collections_app.strategy.tasks.plan_where_books_are_late",
        "schedule": schedule(timedelta(minutes=10)),
    },
    "apply-provider-events": {
        "task": "notifications.receipts.tasks.apply_waiting",
        "schedule": schedule(timedelta(seconds=10)),
    },
    "print-waiting-letters": {
        "task": "notifications.letters.tasks.print_waiting_letters",
        "schedule": crontab(minute="10", hour="5"),
    },
    "close-due-portfolios": {
        "task": "collections_app.close.tasks.close_due",
        "schedule": schedule(timedelta(minutes=5)),
    },
}
