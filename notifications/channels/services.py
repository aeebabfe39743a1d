"""Accounts with providers: made, limited, switched off at once, their secrets renewed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.secrets import sealed_secret, secret_of
from core.encryption.services import new_data_key
from core.ids import uuid7
from loans.portfolios.models import Portfolio
from notifications.channels.described import calls_elsewhere, problems_of
from notifications.channels.models import ChannelAccount, ChannelPace
from notifications.channels.pace import make_slots

#: Above these a mistake is likelier than a provider that allows it.
MOST_A_SECOND: Final = 1_000
MOST_AT_ONCE: Final = 64


@transaction.atomic
def create_account(
    *,
    name: str,
    channel: str,
    adapter: str,
    settings: Mapping[str, Any],
    by: Actor,
    secret: str = "",
    webhook_secret: str = "",
    portfolio: Portfolio | None = None,
) -> ChannelAccount:
    """Makes an account that sends at once, for one portfolio or for all without one of their own.

    Raises ValidationError with every problem: an adapter of another channel, settings or a secret
    that are missing, a secret among the settings, a second account for the same.
    """
    problems = problems_of(
        channel=channel, adapter=adapter, settings=settings, has_secret=bool(secret)
    )
    if not name.strip():
        problems.append(_("Give the account a name."))
    if ChannelAccount.objects.filter(channel=channel, portfolio=portfolio).exists():
        problems.append(_("There is an account for this channel and portfolio. Change that one."))
    if problems:
        raise ValidationError(problems)
    account = ChannelAccount(
        id=uuid7(),
        name=name.strip(),
        channel=channel,
        adapter=adapter,
        portfolio=portfolio,
        settings=dict(settings),
        data_key=new_data_key(),
    )
    account.secret = sealed_secret(account, "secret", secret)
    account.webhook_secret = sealed_secret(account, "webhook_secret", webhook_secret)
    account.save(force_insert=True)
    ChannelPace.objects.create(account=account)
    make_slots(account)
    _tell(account, "channel.created", by, data={"adapter": adapter, "settings": sorted(settings)})
    return account


@transaction.atomic
def change_account(
    *,
    account: ChannelAccount,
    name: str,
    settings: Mapping[str, Any],
    by: Actor,
    secret: str = "",
) -> ChannelAccount:
    """Changes the name and what is no secret. Raises ValidationError with every problem.

    Where the account would call somebody else, its secret has to be given again.
    """
    locked = _locked(account)
    problems = problems_of(
        channel=locked.channel,
        adapter=locked.adapter,
        settings=settings,
        has_secret=bool(secret) or locked.secret is not None,
    )
    if not name.strip():
        problems.append(_("Give the account a name."))
    if locked.secret is not None and not secret and calls_elsewhere(locked.settings, settings):
        problems.append(_("It would call another address: give the secret again."))
    if problems:
        raise ValidationError(problems)
    changed = sorted(
        key
        for key in {*settings, *locked.settings}
        if settings.get(key) != locked.settings.get(key)
    )
    locked.name, locked.settings = name.strip(), dict(settings)
    locked.save(update_fields=["name", "settings"])
    _tell(locked, "channel.changed", by, data={"settings": changed})
    if secret and secret != secret_of(locked):
        return rotate_secret(account=locked, secret=secret, by=by)
    return locked


@transaction.atomic
def set_limits(
    *,
    account: ChannelAccount,
    rate_per_second: int,
    parallel_calls: int,
    by: Actor,
    price_per_part: Decimal | None = None,
    price_currency: str = "",
) -> ChannelAccount:
    """Sets how fast and how many calls at once, and what a part costs.

    Raises ValidationError for limits out of bounds, or a price without its currency.
    """
    if not 1 <= rate_per_second <= MOST_A_SECOND:
        raise ValidationError(_("Between 1 and %(most)d messages a second.") % _most(MOST_A_SECOND))
    if not 1 <= parallel_calls <= MOST_AT_ONCE:
        raise ValidationError(_("Between 1 and %(most)d calls at once.") % _most(MOST_AT_ONCE))
    if price_per_part is not None and (price_per_part < 0 or len(price_currency) != 3):
        raise ValidationError(_("A price needs its currency and is not negative."))
    locked = _locked(account)
    locked.rate_per_second, locked.parallel_calls = rate_per_second, parallel_calls
    locked.price_per_part = price_per_part
    locked.price_currency = price_currency if price_per_part is not None else ""
    locked.save(
        update_fields=["rate_per_second", "parallel_calls", "price_per_part", "price_currency"]
    )
    make_slots(locked)
    limits = {"rate_per_second": rate_per_second, "parallel_calls": parallel_calls}
    _tell(locked, "channel.limited", by, data=limits)
    return locked


def _most(most: int) -> dict[str, int]:
    return {"most": most}


@transaction.atomic
def switch_account(
    *, account: ChannelAccount, is_on: bool, reason: str, by: Actor
) -> ChannelAccount:
    """Stops or starts everything that leaves through an account; what waits, waits.

    A message whose provider is being called at this moment is not called back. Raises
    ValidationError without a reason, or when the account stands so already.
    """
    if not reason.strip():
        raise ValidationError(_("Say why you switch it."))
    locked = _locked(account)
    if locked.is_on == is_on:
        raise ValidationError(_("It is on already.") if is_on else _("It is off already."))
    locked.is_on, locked.switched_at = is_on, clock.now()
    locked.switched_by, locked.switched_reason = by.label, reason.strip()[:200]
    locked.save(update_fields=["is_on", "switched_at", "switched_by", "switched_reason"])
    _tell(locked, "channel.switched_on" if is_on else "channel.switched_off", by, reason=reason)
    return locked


@transaction.atomic
def rotate_secret(
    *, account: ChannelAccount, secret: str, by: Actor, of_webhooks: bool = False
) -> ChannelAccount:
    """Gives an account a new secret; the one that signed webhooks stays valid beside it.

    `of_webhooks`: the one for webhooks alone, for providers that sign with another than they are
    called with. Raises ValidationError for an empty secret or the same one.
    """
    locked = _locked(account)
    column = "webhook_secret" if of_webhooks else "secret"
    signed_with = secret_of(locked, "webhook_secret") or secret_of(locked)
    if not secret or secret == secret_of(locked, column):
        raise ValidationError(_("Give a new secret."))
    if of_webhooks or locked.webhook_secret is None:
        locked.previous_secret = sealed_secret(locked, "previous_secret", signed_with)
    setattr(locked, column, sealed_secret(locked, column, secret))
    locked.save(update_fields=[column, "previous_secret"])
    _tell(locked, "channel.secret_rotated", by, data={"of_webhooks": of_webhooks})
    return locked


@transaction.atomic
def end_previous_secret(*, account: ChannelAccount, by: Actor) -> ChannelAccount:
    """Takes the secret before out of use. Raises ValidationError when there is none."""
    locked = _locked(account)
    if locked.previous_secret is None:
        raise ValidationError(_("There is no secret before this one."))
    locked.previous_secret = None
    locked.save(update_fields=["previous_secret"])
    _tell(locked, "channel.secret_ended", by)
    return locked


def _locked(account: ChannelAccount) -> ChannelAccount:
    return (
        ChannelAccount.objects.select_for_update(of=("self",))
        .select_related("data_key")
        .get(pk=account.pk)
    )


def _tell(
    account: ChannelAccount,
    action: str,
    by: Actor,
    *,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    record(
        action=action,
        by=by,
        object_type="notifications.ChannelAccount",
        object_id=account.pk,
        portfolio_id=account.portfolio_id,
        reason=reason.strip(),
        data={"channel": account.channel, **(data or {})},
    )
