"""Reads of channel accounts."""

from __future__ import annotations

from loans.portfolios.models import Portfolio
from notifications.channels.models import ChannelAccount


def account_for(portfolio: Portfolio, channel: str) -> ChannelAccount | None:
    """Returns the account a portfolio's messages of a channel leave by: its own, else the common.

    None where no account serves the channel. Whether it is switched on is not asked.
    """
    accounts = ChannelAccount.objects.filter(channel=channel)
    own = accounts.filter(portfolio=portfolio).first()
    return own or accounts.filter(portfolio=None).first()
