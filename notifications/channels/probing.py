"""Whether a provider knows an account, asked by a person. Nothing is sent for it."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.audit.actors import Actor
from core.audit.services import record
from notifications.channels.adapters import Probed, Probing
from notifications.channels.models import ChannelAccount
from notifications.channels.registry import ADAPTERS, adapter_of


def can_be_probed(account: ChannelAccount) -> bool:
    """Whether the adapter's provider can be asked about the account without sending."""
    return hasattr(ADAPTERS[account.adapter], "probe")


def probe_account(*, account: ChannelAccount, by: Actor) -> Probed:
    """Asks the provider whether it knows the account; who asked and the answer are on record.

    No transaction is open while it is called. Raises ValidationError where it cannot be asked.
    """
    if not can_be_probed(account):
        raise ValidationError(_("This provider cannot be asked without sending something."))
    found = cast("Probing", adapter_of(account)).probe()
    record(
        action="channel.probed",
        by=by,
        object_type="notifications.ChannelAccount",
        object_id=account.pk,
        portfolio_id=account.portfolio_id,
        data={"channel": account.channel, "is_known": found.is_known, "said": found.said[:80]},
    )
    return found
