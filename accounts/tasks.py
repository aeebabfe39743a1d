"""Gathers the background work of the concepts."""

from accounts.approvals.tasks import expire_approvals

__all__ = ["expire_approvals"]
