"""Gathers the tasks of the app's concepts."""

from notifications.outbox.tasks import ask_about_uncertain, send_due, send_through, sweep_outbox

__all__ = ["ask_about_uncertain", "send_due", "send_through", "sweep_outbox"]
