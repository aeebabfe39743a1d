"""Gathers the tasks of the app's concepts."""

from collections_app.close.tasks import close_due, resume_close

__all__ = ["close_due", "resume_close"]
