"""How an account is called back: its address of webhooks, and how the provider signs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.channels.fields import DESCRIBED
from notifications.channels.mail import SMTP
from notifications.channels.models import ChannelAccount
from notifications.receipts.verifying import USER


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address a provider calls: what for, and how it says who it is."""

    what: str
    address: str
    how: str


def webhooks_of(account: ChannelAccount, base: str) -> list[Webhook]:
    """Returns where the account's provider calls; nothing where nobody calls back.

    `base` is this installation's own address, without a slash at its end.
    """
    address = base + reverse("receipts:receive", args=[account.pk])
    if account.adapter == "twilio":
        how = _(
            "The provider signs by itself (X-Twilio-Signature). Enter this as the address for"
            " receipts here and for incoming messages there. Where an API key signs in, the"
            " account's auth token is the secret of webhooks."
        )
        return [Webhook(_("Receipts and replies"), address, how)]
    if account.adapter in ("aliyun", "gateway"):
        return [Webhook(_("Receipts and replies"), address, timed())]
    if account.adapter == "mail":
        mail = base + reverse("receipts:receive_mail", args=[account.pk])
        return _of_mail(account, address, mail)
    return []


def signing_with(account: ChannelAccount) -> str:
    """Returns which secrets sign webhooks now, in words."""
    if account.webhook_secret is None and account.secret is None:
        return _("No secret signs: every call is refused. Give it one for webhooks.")
    own = account.webhook_secret is not None
    now = _("The secret of webhooks signs.") if own else _("The secret of calls signs.")
    if account.previous_secret is None:
        return now
    before = _("The one before it is accepted too, until you end it.")
    return f"{now} {before}"


def kind_of(account: ChannelAccount) -> str:
    """Returns the adapter in words."""
    return str(DESCRIBED[account.adapter].name)


def settings_of(account: ChannelAccount, shown: Any) -> list[tuple[str, str]]:
    """Returns label and value of what the account states; `shown` are its fields' descriptions."""
    rows = []
    for setting in shown:
        value = account.settings.get(setting.name)
        if value in (None, "", []):
            continue
        words = dict(setting.choices)
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        elif isinstance(value, list):
            value = ", ".join(str(each) for each in value)
        rows.append((str(setting.label), str(words.get(value, value))))
    return rows


def _of_mail(account: ChannelAccount, address: str, mail: str) -> list[Webhook]:
    """Reports come from the provider alone; mail that people write also from one's own server."""
    if account.settings.get("provider", SMTP) == SMTP:
        how = _("Your mail server posts each message it receives, as it is (message/rfc822).")
        return [Webhook(_("Replies and bounces"), mail, f"{how} {timed()}")]
    signed = _("Name %(user)s and the secret as HTTP Basic, e.g. https://%(user)s:SECRET@….") % {
        "user": USER
    }
    return [
        Webhook(_("Reports of delivery"), address, signed),
        Webhook(_("Replies"), mail, signed),
    ]


def timed() -> str:
    """Returns how a call is signed with its time."""
    return _(
        "X-Makegood-Timestamp: seconds of Unix time. X-Makegood-Signature: HMAC-SHA256,"
        " hexadecimal, of the timestamp, a full stop and the body. Five minutes off is too late."
    )
