"""Which adapters there are, and the one an account speaks through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from core.encryption.secrets import secret_of
from notifications.channels.adapters import Adapter
from notifications.channels.aliyun import AliyunSms
from notifications.channels.files import FileDrop
from notifications.channels.flow import MessageChannel
from notifications.channels.gateway import Gateway
from notifications.channels.letters import Letters
from notifications.channels.mail import Mail
from notifications.channels.models import ChannelAccount
from notifications.channels.twilio import TwilioSms

#: Name of an adapter -> how it is made from an account's settings, secret and channel.
ADAPTERS: Final[Mapping[str, Callable[[Mapping[str, Any], str, str], Adapter]]] = {
    "twilio": TwilioSms,
    "aliyun": AliyunSms,
    "gateway": Gateway,
    "mail": Mail,
    "letters": Letters,
    "files": FileDrop,
}

#: Which adapters can serve a channel, for forms.
SERVES: Final[Mapping[str, tuple[str, ...]]] = {
    MessageChannel.SMS: ("twilio", "aliyun", "gateway", "files"),
    MessageChannel.EMAIL: ("mail", "gateway", "files"),
    MessageChannel.LETTER: ("letters", "files"),
}


def adapter_of(account: ChannelAccount) -> Adapter:
    """Returns the adapter of an account, with its secret in clear inside it."""
    secret = secret_of(account)
    return ADAPTERS[account.adapter](account.settings, secret, account.channel)
