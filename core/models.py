"""Gathers the models of the concepts."""

from core.audit.models import AuditEntry, AuditSeal
from core.calendars.models import CalendarDay, HolidayCalendar
from core.encryption.models import DataKey
from core.facts.models import FactCursor, FactSetAside
from core.files.models import StoredFile
from core.idempotency.models import IdempotencyKey
from core.jobs.models import Heartbeat, JobRun, LastRun

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "CalendarDay",
    "DataKey",
    "FactCursor",
    "FactSetAside",
    "Heartbeat",
    "HolidayCalendar",
    "IdempotencyKey",
    "JobRun",
    "LastRun",
    "StoredFile",
]
