"""Gathers the admin of the concepts."""

from core.audit.admin import (
    AuditedConfigAdmin,
    AuditEntryAdmin,
    AuditSealAdmin,
    ViewOnlyModelAdmin,
)
from core.calendars.admin import CalendarDayAdmin, HolidayCalendarAdmin
from core.encryption.admin import DataKeyAdmin
from core.facts.admin import FactCursorAdmin, FactSetAsideAdmin
from core.files.admin import StoredFileAdmin
from core.idempotency.admin import IdempotencyKeyAdmin
from core.jobs.admin import HeartbeatAdmin, JobRunAdmin, LastRunAdmin

__all__ = [
    "AuditEntryAdmin",
    "AuditSealAdmin",
    "AuditedConfigAdmin",
    "CalendarDayAdmin",
    "DataKeyAdmin",
    "FactCursorAdmin",
    "FactSetAsideAdmin",
    "HeartbeatAdmin",
    "HolidayCalendarAdmin",
    "IdempotencyKeyAdmin",
    "JobRunAdmin",
    "LastRunAdmin",
    "StoredFileAdmin",
    "ViewOnlyModelAdmin",
]
