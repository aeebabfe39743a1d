"""The trail: who did what to which object, when, why; append-only and sealed."""

from core.audit.actors import SYSTEM, Actor
from core.audit.models import AuditEntry, AuditSeal
from core.audit.services import record

__all__ = ["SYSTEM", "Actor", "AuditEntry", "AuditSeal", "record"]
