"""Gathers the tasks of the concepts."""

from core.audit.tasks import seal_audit
from core.calendars.tasks import fill_coming_years
from core.facts.tasks import sweep_consumers, wake
from core.idempotency.tasks import prune_idempotency_keys
from core.jobs.tasks import beat_heart

__all__ = [
    "beat_heart",
    "fill_coming_years",
    "prune_idempotency_keys",
    "seal_audit",
    "sweep_consumers",
    "wake",
]
