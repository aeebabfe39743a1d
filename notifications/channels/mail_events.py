"""What providers of e-mail report, told apart by django-anymail. No queries here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from anymail.signals import EventType, RejectReason
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView

_VIEWS: Final[Mapping[str, Any]] = {
    "brevo": BrevoTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
}
_ARRIVED: Final = {
    EventType.DELIVERED: True,
    EventType.OPENED: True,
    EventType.CLICKED: True,
    EventType.BOUNCED: False,
    EventType.REJECTED: False,
    EventType.FAILED: False,
}
#: No such mailbox; a full one, a filter or a stop of the person's own is not that.
_BAD: Final = frozenset({RejectReason.INVALID, RejectReason.BOUNCED})
_SOFT: Final = frozenset({"SoftBounce", "soft_bounce", "blocked"})


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One report: what became of a message, or that its reader wants no more of them."""

    event_id: str
    arrived: bool | None
    said: str
    reference: str
    provider_ref: str
    address_is_bad: bool
    recipient: str
    wants_no_more: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """As much of a request as anymail's readers look at."""

    body: bytes


def read_mail_events(provider: str, body: bytes) -> list[MailEvent]:
    """Returns the reports in a webhook's body; none where it makes no sense."""
    view = _VIEWS.get(provider)
    if view is None:
        return []
    try:
        # The secret is checked by our own view; anymail only reads.
        told = view(webhook_secret="read-only").parse_events(_Told(body))  # noqa: S106
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    return [_event(event) for event in told]


def _event(event: Any) -> MailEvent:
    kind = str(event.event_type)
    stamp = event.timestamp.isoformat() if event.timestamp else ""
    key = event.event_id or f"{event.message_id}:{kind}:{stamp}"
    soft = event.esp_event.get("Type") or event.esp_event.get("type") or ""
    is_soft = str(soft) in _SOFT or event.esp_event.get("event") in _SOFT
    is_bounce = kind in (EventType.BOUNCED, EventType.REJECTED)
    return MailEvent(
        event_id=f"{kind}:{key}"[:160],
        arrived=_ARRIVED.get(kind),
        said=str(event.reject_reason or kind),
        reference=str((event.metadata or {}).get("reference", "")),
        provider_ref=str(event.message_id or "")[:120],
        address_is_bad=is_bounce and not is_soft and _is_bad(event),
        recipient=str(event.recipient or ""),
        wants_no_more=kind in (EventType.UNSUBSCRIBED, EventType.COMPLAINED),
    )


def _is_bad(event: Any) -> bool:
    # SendGrid names no reason on a bounce; its own word for a passing one was sorted out before.
    return event.reject_reason in _BAD or event.reject_reason is None
