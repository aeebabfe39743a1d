"""What beat wakes, and when. Reviewed like code, in UTC: local days are the task's business.

A tick only wakes work that the database already owes; a lost or doubled tick changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery.schedules import schedule

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "consume-facts": {
        "task": "core.facts.tasks.sweep_consumers",
        "schedule": schedule(timedelta(seconds=10)),
    },
    "expire-approvals": {
        "task": "accounts.approvals.tasks.expire_approvals",
        "schedule": schedule(timedelta(minutes=10)),
    },
}
