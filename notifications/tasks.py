"""Gathers the tasks of the app's concepts."""

from notifications.letters.tasks import print_waiting_letters
from notifications.outbox.tasks import ask_about_uncertain, send_due, send_through, sweep_outbox
from notifications.receipts.tasks import apply_waiting

__all__ = [
    "apply_waiting",
    "ask_about_uncertain",
    "print_waiting_letters",
    "send_due",
    "send_through",
    "sweep_outbox",
]
