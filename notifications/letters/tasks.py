"""Printing what waits, account by account."""

from __future__ import annotations

from celery import shared_task

from core.audit.actors import SYSTEM
from notifications.channels.models import ChannelAccount
from notifications.letters.models import Letter
from notifications.letters.services import print_batch


@shared_task(expires=3_000, time_limit=600, soft_time_limit=540)
def print_waiting_letters() -> None:
    """Makes the batches of every account whose letters wait; run twice it finds nothing more."""
    waiting = Letter.objects.filter(batch=None).values("account")
    for account in ChannelAccount.objects.filter(pk__in=waiting):
        while print_batch(account=account, by=SYSTEM) is not None:
            pass
