"""What an account of each adapter may state, so that one form serves all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.channels.flow import Lookup, MessageChannel
from notifications.channels.mail import PROVIDERS, SMTP

Kind = Literal["text", "address", "email", "lines", "number", "flag", "choice"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of an adapter as somebody fills it in."""

    name: str
    label: Promise
    kind: Kind = "text"
    hint: Promise | str = ""
    is_required: bool = False
    choices: tuple[tuple[str, Promise | str], ...] = ()
    default: str | int | bool = ""


@dataclass(frozen=True, slots=True)
class Described:
    """An adapter in words: its name, what it is for, what its secret is called; its settings."""

    name: Promise | str
    about: Promise
    settings: tuple[Setting, ...]
    secret: Promise | str = ""

    @property
    def has_secret(self) -> bool:
        """Whether it calls somebody who wants to know who calls."""
        return bool(self.secret)


_FIND_DELAY: Final = Setting(
    "find_delay",
    _("Seconds until it can be asked"),
    "number",
    _("After a call that broke off; before that its list may not be complete."),
    default=60,
)
_HOST_HINT: Final = _("Empty: the provider's own. Others that follow the same API have theirs.")

_TWILIO: Final = Described(
    "Twilio",
    _("Text messages over Twilio's API, or a provider's that follows it."),
    (
        Setting("account_sid", _("Account SID"), is_required=True, hint=_("Begins with AC.")),
        Setting("sender", _("Number or name it sends from"), hint=_("Or a messaging service.")),
        Setting("service_sid", _("Messaging service SID"), hint=_("Begins with MG.")),
        Setting(
            "api_key",
            _("API key SID"),
            hint=_("Where a key signs in for the account; the secret is then the key's."),
        ),
        Setting(
            "receipts_url",
            _("Address for receipts"),
            "address",
            _("The account's address of webhooks as the provider reaches it; see its page."),
        ),
        Setting("host", _("Address of the API"), "address", _HOST_HINT),
        _FIND_DELAY,
    ),
    _("Auth token, or the secret of the API key"),
)
_ALIYUN: Final = Described(
    _("Alibaba Cloud"),
    _("Text messages in mainland China; it sends only wordings that it has registered."),
    (
        Setting("access_key_id", _("AccessKey ID"), is_required=True),
        Setting("region", _("Region"), default="cn-hangzhou"),
        Setting("host", _("Address of the API"), "address", _HOST_HINT),
        _FIND_DELAY,
    ),
    _("AccessKey secret"),
)
_GATEWAY: Final = Described(
    _("Plain gateway"),
    _("A gateway of your own over JSON; it says itself what it can be asked."),
    (
        Setting("url", _("Address of the gateway"), "address", is_required=True),
        Setting(
            "lookup",
            _("Can be asked by"),
            "choice",
            _("Whether it took a message whose call broke off."),
            choices=tuple(Lookup.choices),
            default=str(Lookup.NONE),
        ),
        Setting(
            "deduplicates",
            _("Takes the same reference only once"),
            "flag",
            _("Only where the gateway promises it: then a broken call is made again."),
        ),
        _FIND_DELAY,
    ),
    _("Bearer token"),
)
_MAIL: Final = Described(
    _("Mail server or provider"),
    _("E-mail over SMTP or over the API of Brevo, Postmark or SendGrid."),
    (
        Setting(
            "provider",
            _("Sends over"),
            "choice",
            choices=((SMTP, "SMTP"), *((code, code.capitalize()) for code in PROVIDERS)),
            default=SMTP,
        ),
        Setting("sender", _("Sender's address"), "email", is_required=True),
        Setting("sender_name", _("Sender's name")),
        Setting(
            "reply_to", _("Replies go to"), "email", _("The address whose mail comes back to us.")
        ),
        Setting("host", _("SMTP server"), hint=_("Only for SMTP.")),
        Setting("port", _("SMTP port"), "number", default=587),
        Setting("user", _("SMTP user"), hint=_("Empty: no sign-in and no secret.")),
        Setting("use_tls", _("Encrypt with STARTTLS"), "flag", default=True),
        Setting("url", _("Address of the API"), "address", _HOST_HINT),
    ),
    _("Password, API key or server token"),
)
_LETTERS: Final = Described(
    _("Printer or print shop"),
    _("PDF batches for your own printer or a print shop."),
    (
        Setting(
            "sender_lines",
            _("Sender"),
            "lines",
            _("Name and address above the window, one line each."),
            is_required=True,
        ),
        Setting(
            "paper",
            _("Paper"),
            "choice",
            choices=(("a4", "A4"), ("letter", _("US Letter"))),
            default="a4",
        ),
    ),
)
_FILES: Final = Described(
    _("Folder"), _("For demonstrations and drills: nothing leaves this installation."), ()
)

DESCRIBED: Final[Mapping[str, Described]] = {
    "twilio": _TWILIO,
    "aliyun": _ALIYUN,
    "gateway": _GATEWAY,
    "mail": _MAIL,
    "letters": _LETTERS,
    "files": _FILES,
}

_CALL_BACK: Final = Setting(
    "call_back_phone", _("Number to call back"), hint=_("Wordings name it as {phone}.")
)
_PAYMENT_LINK: Final = Setting(
    "payment_link", _("Where to pay"), hint=_("Wordings name it as {payment_link}.")
)
_OPT_OUT: Final = Setting(
    "opt_out",
    _("How to stop"),
    hint=_("Wordings name it as {opt_out}. Empty: the usual sentence of the language."),
)


def said_settings(channel: str) -> tuple[Setting, ...]:
    """Returns what the wordings of a channel may name and the account states."""
    is_letter = channel == MessageChannel.LETTER
    return (_CALL_BACK, _PAYMENT_LINK) if is_letter else (_CALL_BACK, _PAYMENT_LINK, _OPT_OUT)
