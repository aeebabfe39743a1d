"""Waking workers. Every task may run twice, at once or never: the outbox is the truth."""

from __future__ import annotations

from celery import shared_task

from notifications.channels.models import ChannelAccount
from notifications.outbox.asking import ask_due
from notifications.outbox.claiming import give_back_lost
from notifications.outbox.queries import accounts_with_work
from notifications.outbox.running import run_account

#: Seconds. A turn ends by itself; one last call may take its whole time-out on top.
TIME_LIMIT = 80


@shared_task(expires=30)
def send_due(channel: str) -> None:
    """Wakes a turn at every account of a channel that has something due."""
    for account in accounts_with_work(channel=channel):
        send_through.apply_async((str(account.pk),), expires=60)


@shared_task(expires=60, time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 15)
def send_through(account_id: str) -> None:
    """Takes one turn at one account."""
    account = ChannelAccount.objects.select_related("data_key").filter(pk=account_id).first()
    if account is not None:
        run_account(account)


@shared_task(expires=9)
def sweep_outbox() -> None:
    """Gives back what lost workers held, and wakes as many turns as accounts have slots for."""
    give_back_lost()
    for account in accounts_with_work():
        for _turn in range(account.parallel_calls):
            send_through.apply_async((str(account.pk),), expires=60)


@shared_task(expires=30)
def ask_about_uncertain() -> None:
    """Asks providers about messages whose sending broke off."""
    ask_due()
