"""Wordings that a provider keeps itself: without its signature and code nothing can be sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from notifications.channels.flow import KEEPS_WORDINGS, MessageChannel
from notifications.channels.models import ChannelAccount
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.queries import approved_version


def must_be_registered(account: ChannelAccount | None) -> bool:
    """Whether the account's provider sends only wordings that it has registered, as in China."""
    return account is not None and account.adapter in KEEPS_WORDINGS


def is_registered(version: TemplateVersion) -> bool:
    """Whether a wording names what a provider has registered of it."""
    return bool(version.signature.strip() and version.provider_code.strip())


def is_refused(version: TemplateVersion, account: ChannelAccount | None) -> bool:
    """Whether the account's provider would refuse a wording because it has not registered it."""
    return must_be_registered(account) and not is_registered(version)


def registering_accounts(template: MessageTemplate, user: User) -> list[ChannelAccount]:
    """Returns the accounts one may see that send a template's channel only as registered."""
    if template.channel != MessageChannel.SMS:
        return []
    accounts = ChannelAccount.objects.visible_to(user).filter(channel=template.channel)
    return list(accounts.filter(adapter__in=KEEPS_WORDINGS))


def needs_registration(*, channel: str, language: str, accounts: Sequence[ChannelAccount]) -> bool:
    """Whether a wording has to name its registration: a Chinese text message always does.

    Operators in mainland China carry no other; where such a provider serves, nothing else leaves.
    """
    is_text = channel == MessageChannel.SMS
    return is_text and (language.startswith("zh") or bool(accounts))


def unregistered(
    *, template: MessageTemplate, account: ChannelAccount | None, languages: Sequence[str]
) -> TemplateVersion | None:
    """Returns the wording a message would say in these languages where the provider refuses it."""
    if not must_be_registered(account):
        return None
    version = approved_version(template=template, languages=languages)
    return version if version is not None and is_refused(version, account) else None


def registration_lacking(
    *, template: MessageTemplate, account: ChannelAccount | None, languages: Sequence[str]
) -> list[str]:
    """Returns what is to be done about wordings that the account's provider would refuse.

    Looked at is the approved wording of each language; one that is not there is another matter.
    """
    found = (
        unregistered(template=template, account=account, languages=(code,))
        for code in dict.fromkeys(languages)
    )
    return [sentence_for(version) for version in found if version is not None]


def sentence_for(version: TemplateVersion) -> str:
    """Returns what is to be done about one wording."""
    return _(
        "The provider sends only texts it has registered. Write a new version of “%(wording)s” "
        "(%(language)s) with the registered signature and the provider's template code, and have "
        "it approved."
    ) % {"wording": version.template.name, "language": version.language}
