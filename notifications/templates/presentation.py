"""Templates and wordings as their pages show them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from core.money import format_money
from notifications.channels.flow import MessageChannel
from notifications.channels.models import ChannelAccount
from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.registration import is_registered
from notifications.templates.samples import parts_of, sample_of

_MARKS = {
    TemplateStatus.DRAFT: "waiting",
    TemplateStatus.PROPOSED: "running",
    TemplateStatus.APPROVED: "done",
    TemplateStatus.RETIRED: "none",
}


def language_name(code: str) -> str:
    """Returns a language by its own name."""
    return str(dict(settings.LANGUAGES).get(code, code))


def coverage(versions: Iterable[TemplateVersion]) -> list[dict[str, Any]]:
    """Returns how far each language of the product is covered: approved, on the way, missing."""
    by_language: dict[str, set[str]] = {}
    for version in versions:
        by_language.setdefault(version.language, set()).add(version.status)
    found = []
    for code, name in settings.LANGUAGES:
        states = by_language.get(code, set())
        order = (TemplateStatus.APPROVED, TemplateStatus.PROPOSED, TemplateStatus.DRAFT)
        state = next((state for state in order if state in states), None)
        text = state.label if state else _("missing")
        mark = _MARKS[state] if state else "failed"
        found.append({"language": name, "mark": mark, "text": text})
    return found


def version_row(
    version: TemplateVersion, *, user: User, before: TemplateVersion | None
) -> dict[str, Any]:
    """Returns one wording with its sample, its parts, what differs, and what the reader may do."""
    said = sample_of(version)
    is_sms = version.template.channel == MessageChannel.SMS
    approval = version.approval
    asked_by = approval.requested_by if approval else None
    is_others = approval is not None and approval.requested_by_id != user.pk
    may_write = has_right(user, "template.write")
    may_decide = has_right(user, "template.approve")
    is_approved = version.status == TemplateStatus.APPROVED
    return {
        "version": version,
        "name": f"v{version.version}",
        "lang": "zh-Hans" if version.language.startswith("zh") else "en",
        "mark": _MARKS[TemplateStatus(version.status)],
        "status": version.get_status_display(),
        "subject": said.subject,
        "body": said.body,
        "parts": parts_of(said.body) if is_sms else None,
        "is_registered": is_registered(version),
        "proposed_by": str(asked_by or ""),
        "reason": approval.reason if approval else "",
        "difference": word_difference(before.body, version.body) if before else [],
        "propose_href": _act("propose", version, may_write and version.status == "draft"),
        "decide_href": _act(
            "decide", version, may_decide and is_others and version.status == "proposed"
        ),
        "retire_href": _act("retire", version, may_decide and is_approved),
    }


def word_difference(old: str, new: str) -> list[tuple[str, str]]:
    """Returns the new text in pieces, each with what became of it: "same", "gone" or "new"."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    pieces: list[tuple[str, str]] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(("same", new[b1:b2]))
            continue
        pieces += [
            (kind, text) for kind, text in (("gone", old[a1:a2]), ("new", new[b1:b2])) if text
        ]
    return pieces


def prices_of(channel: str, accounts: Sequence[ChannelAccount], parts: int) -> list[dict[str, Any]]:
    """Returns what one message of so many parts costs at each account that states a price."""
    return [
        {
            "name": account.name,
            "price": account.price_per_part,
            "currency": account.price_currency,
            "cost": cost_text(account.price_per_part, account.price_currency, parts),
        }
        for account in accounts
        if account.channel == channel and account.price_per_part and account.price_currency
    ]


def cost_text(price: Decimal, currency: str, parts: int) -> str:
    """Returns what so many parts cost; four digits behind the point where it is below one."""
    total = price * parts
    return format_money(total, currency) if total >= 1 else f"{total.normalize():f} {currency}"


def template_href(template: MessageTemplate) -> str:
    """Returns the page of a template."""
    return reverse("wordings:template", args=[template.code])


def _act(name: str, version: TemplateVersion, may: bool) -> str:
    return reverse(f"wordings:{name}", args=[version.pk]) if may else ""
