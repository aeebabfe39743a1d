"""Gathers the models of the concepts."""

from core.audit.models import AuditEntry, AuditSeal
from core.encryption.models import DataKey
from core.facts.models import FactCursor, FactSetAside

__all__ = ["AuditEntry", "AuditSeal", "DataKey", "FactCursor", "FactSetAside"]
