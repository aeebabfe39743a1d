"""Gathers the background work of the concepts."""

from accounts.approvals.tasks import expire_approvals
from accounts.signatures.tasks import prune_signatures

__all__ = ["expire_approvals", "prune_signatures"]
